/*
 * The table of formats, and the function that loads a directory in its format. Adding a format = one file in format/,
 * one declaration here, one row in formats.c.
 */
#ifndef MIGRATION_DETECT_FORMATS_H
#define MIGRATION_DETECT_FORMATS_H

#include "migration/format.h"

/* Reads the directory. NULL with *error (BASE_ERROR_INPUT): no such directory, no migrations in it,
 * two with one version, an unknown format, a file that cannot be split: with file, line, column. */
MigrationSet *migration_set_load(const MigrationOptions *options, GError **error);

/* All formats in the order of detection; the last is NULL. */
const MigrationFormat *const *migration_formats(void);

/* The names of all formats, NULL-terminated, for "did you mean". */
const char *const *migration_format_names(void);

extern const MigrationFormat migration_format_atlas;
extern const MigrationFormat migration_format_command;
extern const MigrationFormat migration_format_dbmate;
extern const MigrationFormat migration_format_diesel;
extern const MigrationFormat migration_format_drizzle;
extern const MigrationFormat migration_format_flyway;
extern const MigrationFormat migration_format_golang_migrate;
extern const MigrationFormat migration_format_goose;
extern const MigrationFormat migration_format_graphile_migrate;
extern const MigrationFormat migration_format_liquibase;
extern const MigrationFormat migration_format_node_pg_migrate;
extern const MigrationFormat migration_format_plain;
extern const MigrationFormat migration_format_prisma;
extern const MigrationFormat migration_format_refinery;
extern const MigrationFormat migration_format_sqitch;
extern const MigrationFormat migration_format_sql_migrate;
extern const MigrationFormat migration_format_sqlx;
extern const MigrationFormat migration_format_supabase;
extern const MigrationFormat migration_format_tern;

#endif
