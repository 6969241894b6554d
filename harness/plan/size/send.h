/*
 * Sizes of tables and indexes on their way into the server's catalog.
 */
#ifndef PLAN_SIZE_SEND_H
#define PLAN_SIZE_SEND_H

#include "plan/size/import.h"

/* The values to import for a table or an index. */
typedef struct {
	guint oid;
	const char *path;
	const char *method; /* of an index; NULL: it is a table */
	double rows;
	double pages;
	double visible;
	guint height;        /* of a btree; 0: its root is its only page */
	guint file;          /* the file number it gets instead of its own; 0: none */
	const char *indexes; /* "true", "false": the planner sees those of the table, or not; NULL: as it is */
} PlanImportRelation;

/* Gives the relations (of PlanImportRelation) their sizes. False with *error. */
bool plan_import_send_sizes(PlanImport *import, const GArray *relations, GError **error);

/* The same, after the statistics of these tables and of their indexes were removed, as an ANALYZE in a migration leaves
 * them; in one round trip. */
bool plan_import_send_sizes_anew(PlanImport *import, const GArray *tables, const GArray *relations, GError **error);

#endif
