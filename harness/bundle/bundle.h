/*
 * A bundle: all that a failed run of a suite needs to be made again on another machine (README.md).
 */
#ifndef BUNDLE_BUNDLE_H
#define BUNDLE_BUNDLE_H

#include "bundle/packing.h"

/* The version of the format; a change that older programs cannot read increases it. */
#define BUNDLE_VERSION 1

/* A case that was not passed, and where it stood then. */
typedef struct {
	char *database; /* or NULL: it is about none */
	char *stage;
	char *name;
	char *status; /* "failed", "error" */
	char *message;
	char *migration; /* that was at work; or NULL */
	char *direction; /* "up", "down"; or NULL */
	char *file;      /* of the statement, with */
	guint line;      /* 0: none is known */
	char *seed;      /* of the random choices; or NULL */
} BundleCase;

/* The base of one database. */
typedef struct {
	char *database;
	char *label;        /* "origin/main 3f2c1a9" */
	char *directory;    /* its migrations, from the top of the bundle */
	char *folder;       /* what of that stands for the repository: "base/0"; or NULL, both: it is the first */
	guint n_migrations; /* of the current ones */
} BundleBase;

/* A name and its value: a setting of the server, the version of an extension. */
typedef struct {
	char *name;
	char *value;
} BundlePair;

/* All texts are owned by it. */
typedef struct {
	char *program;   /* the version of pgassay */
	char *suite;     /* its name */
	char *path;      /* of the suite file, from the top of the bundle; of a generated suite, a label */
	char *made;      /* the text of the generated suite; or NULL */
	char *directory; /* where the run was made, from the top of the bundle */
	int server_version;
	char *server;          /* "15.18 (Debian 15.18-0+deb12u1)" */
	GPtrArray *settings;   /* of BundlePair * */
	GPtrArray *extensions; /* of BundlePair *: extensions that the suite needs, with the version on the server */
	GPtrArray *stand_ins;  /* of char *: extensions that were stood in for */
	GPtrArray *bases;      /* of BundleBase * */
	GPtrArray *cases;      /* of BundleCase *, in the order of the report */
	GPtrArray *files;      /* of BundleFile * */
} Bundle;

/* One with empty lists. */
Bundle *bundle_new(void);
void bundle_free(Bundle *bundle); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bundle, bundle_free)

/* Appends one to a list of pairs; texts are copied. */
void bundle_add_pair(GPtrArray *pairs, const char *name, const char *value);

/* Writes it to the path, whose folder is made. False with *error. */
bool bundle_write(const Bundle *bundle, const char *path, GError **error);

/* Reads it. NULL with *error (BASE_ERROR_INPUT): it is none, was changed or cut off, or is of a newer pgassay. */
Bundle *bundle_read(const char *path, GError **error);

/* Puts its files into the folder, which is there and empty. False with *error (BASE_ERROR_ENVIRONMENT). */
bool bundle_extract(const Bundle *bundle, const char *folder, GError **error);

#endif
