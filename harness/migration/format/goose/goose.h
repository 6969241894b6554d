/*
 * goose's files. The rules are those of its internal/sqlparser/parser.go and migrate.go, and were compared with goose
 * itself (script/interop goose).
 */
#ifndef MIGRATION_FORMAT_GOOSE_GOOSE_H
#define MIGRATION_FORMAT_GOOSE_GOOSE_H

#include "migration/text/script.h"

/* The contents of a file. */
typedef struct {
	MigrationScript *up;
	MigrationScript *down; /* NULL: the file has no "-- +goose Down" */
} GooseFile;

void goose_file_clear(GooseFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GooseFile, goose_file_clear)

/* Reads the annotations of the file. `placeholders` (or NULL) are the variables of ENVSUB. False with *error. */
bool goose_file_read(Source *source, GHashTable *placeholders, GooseFile *ret_file, GError **error);

/* Appends the line to the text, its variables replaced. False with *error where one has no value or cannot be read. */
bool goose_substitute(const Source *source, gsize start, gsize end, GHashTable *placeholders, MigrationMappedText *text,
                      GError **error);

#endif
