/*
 * What the formats have in common about the names of files.
 */
#ifndef MIGRATION_FILE_NAMES_H
#define MIGRATION_FILE_NAMES_H

#include "migration/directory.h"
#include "migration/format.h"

/* How many digits the name begins with. */
gsize migration_name_digits(const char *name);

/* Warns of what the tool passes over without a word: a directory, or a file with ".sql" in its name; `why` ends the
 * sentence "it is not run: ". Other files are nobody's migrations. */
void migration_warn_ignored(MigrationSet *set, const MigrationFile *file, const char *why);

/* Warns where migrations whose names begin with numbers stand in another order than their numbers: "9_x.sql" after
 * "10_x.sql" is nearly always a mistake. */
void migration_warn_letter_order(MigrationSet *set);

/* False with *error when two migrations of the set have the same version. */
bool migration_check_versions(const MigrationSet *set, GError **error);

#endif
