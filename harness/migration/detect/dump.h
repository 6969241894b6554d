/*
 * The schema dump that a tool keeps beside its migrations (dbmate's schema.sql, structure.sql of Rails and Ecto): the
 * versions that it contains.
 */
#ifndef MIGRATION_DETECT_DUMP_H
#define MIGRATION_DETECT_DUMP_H

#include "migration/detect/layout.h"

/* Where the dump is; NULL: there is none. The caller frees it. */
char *migration_dump_path(const MigrationSet *set);

/* Adds oddities of the dump, of MigrationOddity *: a conflict marker of git, a migration that is missing in the
 * dump, and (harmless) a version without a file. Adds nothing if there is no such dump. */
void migration_dump_examine(const MigrationSet *set, GPtrArray *oddities);

#endif
