/*
 * A history table with a row for each version that is applied, as most tools have one.
 */
#ifndef MIGRATION_RUNNER_VERSION_TABLE_H
#define MIGRATION_RUNNER_VERSION_TABLE_H

#include "migration/history.h"
#include "migration/runner/runner.h"

/* Makes the history table with these columns (SQL), and its schema, where they are missing. */
bool migration_version_table_create(MigrationRunner *runner, const char *columns, GError **error);

/* The names of the migrations whose version is in the first column of the query's result; rows of versions without a
 * file are ignored. For MigrationFormat.applied. */
GHashTable *migration_version_table_applied(MigrationRunner *runner, const char *sql, GError **error);

/* The checksum to compare with the file's, for an applied migration. The result belongs to the migration or is
 * `found`. */
typedef const char *(*MigrationChecksumReader)(const Migration *migration, const char *found);

/* Adds a row for each row that the query gives: version, checksum (NULL: there is none), true where it failed. `read`
 * NULL: checksums are texts that are equal or not. For MigrationFormat.history. */
bool migration_version_table_history(const MigrationSet *set, DbSession *session, const char *sql,
                                     MigrationChecksumReader read, MigrationHistory *history, GError **error);

#endif
