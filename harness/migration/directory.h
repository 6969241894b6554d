/*
 * The files below a directory of migrations.
 */
#ifndef MIGRATION_DIRECTORY_H
#define MIGRATION_DIRECTORY_H

#include <glib.h>
#include <stdbool.h>

typedef struct {
	char *path;
	char *name; /* relative to the directory: "sub/V1__x.sql" */
	bool is_directory;
} MigrationFile;

/* The entries of the directory, of MigrationFile *, in byte order of the names, without hidden ones; with the
 * contents of its sub-directories when `recursive`. NULL with *error (BASE_ERROR_INPUT). */
GPtrArray *migration_directory_list(const char *directory, bool recursive, GError **error);

/* The same with hidden entries, for a tool that takes those, too. */
GPtrArray *migration_directory_list_hidden(const char *directory, bool recursive, GError **error);

/* The last part of the file's name: "V1__x.sql". */
const char *migration_file_base(const MigrationFile *file);

#endif
