/*
 * tern's files. The rules are those of its migrate/migrate.go, and were compared with tern itself (script/interop
 * tern).
 */
#ifndef MIGRATION_FORMAT_TERN_TERN_H
#define MIGRATION_FORMAT_TERN_TERN_H

#include "migration/text/script.h"

/* The text between the two offsets of the source, without white space around it, and with its templates filled in:
 * {{.NAME}} by a placeholder, {{template "FOLDER/FILE.sql" .}} by the file below the directory. NULL with *error for
 * what else Go's templates have. */
MigrationMappedText *tern_template(const Source *source, gsize start, gsize end, const char *directory,
                                   GHashTable *placeholders, GError **error);

#endif
