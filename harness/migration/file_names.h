/*
 * Functions on file names and file lists that the formats share.
 */
#ifndef MIGRATION_FILE_NAMES_H
#define MIGRATION_FILE_NAMES_H

#include "migration/directory.h"
#include "migration/format.h"

/* How many digits the name begins with. */
gsize migration_name_digits(const char *name);

/* Notes a .sql file that the tool silently ignores, and warns about a directory and about a file with ".sql" inside
 * its name; `why` ends the sentence "it is not run: ". Other files are not taken for migrations. */
void migration_warn_ignored(MigrationSet *set, const MigrationFile *file, const char *why);

/* Warns where migrations whose names begin with numbers stand in another order than their numbers: "9_x.sql" after
 * "10_x.sql" is nearly always a mistake. */
void migration_warn_letter_order(MigrationSet *set);

/* Sorts the migrations by their versions, which are numbers of any length without leading zeros. */
void migration_sort_by_number(MigrationSet *set);

/* Warns of an up without a statement, and of a down without one, or that is not written, where the up has any: the tool
 * takes the migration back by doing nothing. */
void migration_warn_empty(MigrationSet *set, const Migration *migration);

/* False with *error when two migrations of the set have the same version. */
bool migration_check_versions(const MigrationSet *set, GError **error);

#endif
