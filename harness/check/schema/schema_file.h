/*
 * A schema file held against the end of the migrations: two sources that must say the same.
 */
#ifndef CHECK_SCHEMA_SCHEMA_FILE_H
#define CHECK_SCHEMA_SCHEMA_FILE_H

#include "check/context.h"
#include "migration/schema/schema_file.h"

/* The catalog of an empty database on which the file ran, which is gone again. NULL with *error, or when the file
 * fails: then *ret_outcome says where. */
CatalogSnapshot *check_schema_file_build(const MigrationSchemaFile *file, ScratchServer *server,
                                         const MigrationStandIns *stand_ins, const CatalogExclusions *exclusions,
                                         MigrationOutcome *ret_outcome, GError **error);

typedef struct {
	const CheckContext *context;
	const MigrationSchemaFile *file;
	const MigrationStandIns *stand_ins;  /* or NULL */
	const CatalogExclusions *exclusions; /* of both sides: the history table */
	bool strict_column_order;
} CheckSchemaFile;

/* Reports a case for the file itself, and one for each object at the top (a table, with all that belongs to it, a
 * function, ...) that either side has. False only when nothing can go on (connection lost, interrupted). */
bool check_schema_file_run(const CheckSchemaFile *check, GError **error);

#endif
