/*
 * Sizes given to the server in the open transaction, for the planner alone.
 */
#ifndef PLAN_SIZE_IMPORT_H
#define PLAN_SIZE_IMPORT_H

#include "plan/catalog/catalog.h"
#include "plan/size/files.h"
#include "plan/size/size.h"

/* The operators and types that pg_statistic needs for a type: OIDs, 0 for none. */
typedef struct {
	guint equal;
	guint less;
	guint element;
	guint element_equal;
	guint element_collation; /* 0: the column's */
} PlanOperators;

typedef struct {
	DbSession *session;         /* in the transaction */
	const PlanCatalog *catalog; /* read in it: the tables to be sized */
	PlanSize *size;             /* remembers the objects found for its names, so that they follow a renaming */
	PlanFiles *files;           /* NULL: impossible here, and tables stay as short as they are */
	GHashTable *values;         /* of char * by char *: values in the server's form; added to */
	GHashTable *types;          /* of PlanOperators * by GUINT_TO_POINTER(oid): the same of types */
	GPtrArray *notes;           /* of char *: parts that were left out, with the reasons; added to */
	GHashTable *sized; /* of GUINT_TO_POINTER(oid) of tables that have a size, with a PlanTableSize *; filled */
} PlanImport;

/* empty.c: gives these tables and their indexes new and empty files, which the server removes again when the
 * transaction is rolled back. Of tables that can have none of PlanFiles. False with *error. */
bool plan_empty(DbSession *session, const char *oids, GError **error);

/* dense.c: gives a page to each of these tables, which plan_empty has emptied, and to partial indexes. Adds to the
 * notes where that is impossible. For superusers. False with *error. */
bool plan_dense(DbSession *session, const char *oids, GPtrArray *notes, GError **error);

/* resolve.c: which table, column and index each name is. Of sizes that were found before, only those whose table is in
 * the catalog are looked at, or among `gone`: relations that need not be there any more; NULL: all are. */
void plan_import_resolve(PlanImport *import, GHashTable *gone);

/* The tables that have a size, but no file of PlanFiles will do, as an array of OIDs; NULL: there are none. The caller
 * frees it. */
char *plan_import_list_unfit(const PlanImport *import);

/* False with *error when the server refuses, or a file could not be made long. */
bool plan_import_run(PlanImport *import, GError **error);

/* Lets the server plan the statements of plan_import_run, by running them on nothing. False with *error. */
bool plan_import_warm(PlanImport *import, GError **error);

/* --- Of import.c's own code ------------------------------------------------- */

/* column.c: appends the columns' statistics to the JSON array of rows, each whole or not at all. */
bool plan_import_columns(PlanImport *import, GString *json, GError **error);
/* The same of the expressions of a statistics object, as if the object were their table. */
bool plan_import_expressions(PlanImport *import, GString *json, const PlanExtended *object, const GPtrArray *sizes,
                             GError **error);
/* extended.c: what CREATE STATISTICS has collected. False with *error. */
bool plan_import_extended(PlanImport *import, GError **error);
/* operators.c: adds the types of the columns to the import's. False with *error. */
bool plan_import_operators(PlanImport *import, GError **error);
/* Bytes of a value: as it is said, or as the planner guesses. */
double plan_import_width(const PlanColumn *column, const GPtrArray *sizes);

#endif
