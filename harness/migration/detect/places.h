/*
 * Where in a project the migrations are.
 */
#ifndef MIGRATION_DETECT_PLACES_H
#define MIGRATION_DETECT_PLACES_H

#include "migration/migration.h"

typedef struct {
	char *directory;   /* from the working directory: "db/migrations" */
	MigrationSet *set; /* the loaded migrations; NULL: skipped, or it cannot be read */
	char *ignored;     /* why, going on from the directory's name: "is for MySQL (...)"; or NULL */
	GError *error;     /* why it cannot be read; or NULL */
	const char *code;  /* left out because this tool has to run its migrations itself: "Alembic"; or NULL */
} MigrationPlace;

/* What is known of the migrations before they are read; each may be NULL. */
typedef struct {
	const char *format;       /* the name of the tool's format */
	GHashTable *placeholders; /* char * -> char * */
} MigrationPlaceHints;

/* All directories of migrations below the working directory, of MigrationPlace *, in the order of their names.
 * Directories that hold other people's files, samples or tests (node_modules, vendor, testdata, ...) are not looked
 * into. The caller unrefs it. NULL with *error (BASE_ERROR_USAGE): there is too much to look through. */
GPtrArray *migration_places_find(const MigrationPlaceHints *hints, GError **error);

/* One directory that the user has named. Never NULL. */
MigrationPlace *migration_place_load(const char *directory, const MigrationPlaceHints *hints);
void migration_place_free(gpointer place);

/* The usual places of tools, NULL-terminated: "migrations", "db/migrations", ... */
const char *const *migration_places_usual(void);

/* A name for the database of the directory: the first folder above it that does not have a name such as "migrations"
 * or "db". The caller frees it. */
char *migration_place_name(const char *directory);

#endif
