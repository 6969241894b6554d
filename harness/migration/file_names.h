/*
 * What the formats have in common about the names of files, and about their lists.
 */
#ifndef MIGRATION_FILE_NAMES_H
#define MIGRATION_FILE_NAMES_H

#include "migration/directory.h"
#include "migration/format.h"

/* How many digits the name begins with. */
gsize migration_name_digits(const char *name);

/* Notes a .sql file that the tool passes over without a word, and warns of a directory and of a file with ".sql" in its
 * name; `why` ends the sentence "it is not run: ". Other files are nobody's migrations. */
void migration_warn_ignored(MigrationSet *set, const MigrationFile *file, const char *why);

/* Warns where migrations whose names begin with numbers stand in another order than their numbers: "9_x.sql" after
 * "10_x.sql" is nearly always a mistake. */
void migration_warn_letter_order(MigrationSet *set);

/* Sorts the migrations by their versions, which are numbers of any length without leading zeros. */
void migration_sort_by_number(MigrationSet *set);

/* Warns of an up without a statement, and of a down without one where the up has any: the tool takes the migration back
 * by doing nothing. */
void migration_warn_empty(MigrationSet *set, const Migration *migration);

/* False with *error when two migrations of the set have the same version. */
bool migration_check_versions(const MigrationSet *set, GError **error);

#endif
