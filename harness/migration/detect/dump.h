/*
 * The schema dump that a tool keeps beside its migrations (dbmate's schema.sql, structure.sql of Rails and Ecto): which
 * versions it says are in it.
 */
#ifndef MIGRATION_DETECT_DUMP_H
#define MIGRATION_DETECT_DUMP_H

#include "migration/detect/layout.h"

/* Where the dump is; NULL: there is none. The caller frees it. */
char *migration_dump_path(const MigrationSet *set);

/* Adds what is odd, of MigrationOddity *: a conflict that git has left in the dump, a migration that is not in it, and
 * (harmless) a version without a file. Nothing where there is no such dump. */
void migration_dump_examine(const MigrationSet *set, GPtrArray *oddities);

#endif
