/*
 * A file of SQL with a whole schema: the plain-text output of pg_dump, or handwritten DDL. It is read as psql reads it,
 * and run on a database of ours.
 */
#ifndef MIGRATION_SCHEMA_SCHEMA_FILE_H
#define MIGRATION_SCHEMA_SCHEMA_FILE_H

#include "migration/runner/runner.h"

typedef struct {
	MigrationScript *script; /* without the removed parts; positions are those of the file */
	GPtrArray *left_out;     /* of char *: "schema.sql:3: CREATE DATABASE" */
} MigrationSchemaFile;

void migration_schema_file_free(MigrationSchemaFile *file); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationSchemaFile, migration_schema_file_free)

/* Reads the file (MIGRATION_MAX_FILE_BYTES at most). Commands of psql without effect on the schema are ignored
 * (\restrict, \unrestrict, \connect to one database, \encoding UTF8, \echo, \set of psql's own variables, ...).
 * Statements about the whole server or the database itself are left out (CREATE DATABASE, CREATE ROLE, ALTER SYSTEM,
 * ...), so that only the contents of the database change. NULL with *error (BASE_ERROR_INPUT), which has the
 * position: any other psql command, a second database, an error of migration_source_load or migration_script_new, a
 * file without a statement. */
MigrationSchemaFile *migration_schema_file_load(const char *path, GError **error);

/* Runs its statements on an idle session one by one, as psql does, with COPY data and stand-ins (NULL: none), and
 * resets the session at the end, because a dump changes its settings. An SQL error is reported in *ret_outcome, with
 * its place, and ends it there. False with *error only when nothing can go on (connection lost, interrupted). */
bool migration_schema_file_run(const MigrationSchemaFile *file, DbSession *session, const MigrationStandIns *stand_ins,
                               MigrationOutcome *ret_outcome, GError **error);

#endif
