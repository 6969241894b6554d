/*
 * tern's files. The rules are those of its migrate/migrate.go, and were compared with tern itself (script/interop
 * tern).
 */
#ifndef MIGRATION_FORMAT_TERN_TERN_H
#define MIGRATION_FORMAT_TERN_TERN_H

#include "migration/text/script.h"

/* The text between the two offsets of the source, without surrounding white space, with its templates replaced:
 * {{.NAME}} by a placeholder, {{template "FOLDER/FILE.sql" .}} by the file below the directory. NULL with *error for
 * any other template of Go. */
MigrationMappedText *tern_template(const Source *source, gsize start, gsize end, const char *directory,
                                   GHashTable *placeholders, GError **error);

#endif
