/*
 * Sizes given to the server: in the open transaction, in which all tables are empty (frame.c), for the planner alone.
 */
#ifndef PLAN_IMPORT_H
#define PLAN_IMPORT_H

#include "plan/catalog.h"
#include "plan/size.h"

typedef struct {
	DbSession *session;         /* in the transaction */
	const PlanCatalog *catalog; /* read in it */
	PlanSize *size;             /* remembers what its names were found to be, so that they follow a new name */
	const char *data_directory;
	GPtrArray *notes;  /* of char *: what was left out, and why; added to */
	GHashTable *sized; /* of GUINT_TO_POINTER(oid) of tables that have a size, with a PlanTableSize *; filled */
} PlanImport;

/* empty.c: gives the tables of the size, and their indexes, new and empty files, which the server removes again when
 * the transaction is rolled back; takes their statistics away. False with *error. */
bool plan_empty(DbSession *session, const PlanSize *size, GError **error);

/* resolve.c: which table, column and index each name is. */
void plan_import_resolve(PlanImport *import);

/* False with *error when the server refuses, or a file could not be made long. */
bool plan_import_run(PlanImport *import, GError **error);

/* --- Of import.c's own code ------------------------------------------------- */

/* column.c: appends the columns' statistics to the JSON array of rows, each whole or not at all. */
bool plan_import_columns(PlanImport *import, GString *json, GError **error);
/* Bytes of a value: as it is said, or as the planner guesses. */
double plan_import_width(const PlanColumn *column, const GPtrArray *sizes);

#endif
