/*
 * The statements that reads and updates send, made of the files in sql/.
 */
#ifndef CATALOG_QUERY_H
#define CATALOG_QUERY_H

#include "catalog/state.h"

/* True when the server's counts of changes can be had at once and from all sessions (see sql/mark.sql). */
bool catalog_query_has_totals(DbSession *session);

/* The settings that queries run with, for the rest of the transaction. The caller frees it. */
char *catalog_query_settings(DbSession *session);

/* The class's query with the unit before its columns. The caller frees it. */
char *catalog_query_class(CatalogClassId id);

/* The statement for all rows of a branch; where rows do not go away by themselves, for those that the open transaction
 * has written. The caller frees it. */
char *catalog_query_branch(CatalogBranch branch);

/* The result of sql/presence.sql: the classes, as a bit set, that there may be objects of. */
guint64 catalog_query_read_presence(const DbResult *presence);

/* Which rows of a branch are asked for. */
typedef enum {
	CATALOG_ROWS_ALL,
	CATALOG_ROWS_RECENT, /* those written since a horizon, and the sum of all prints */
	CATALOG_ROWS_FRESH,  /* those written since a horizon */
} CatalogQueryRows;

typedef enum {
	CATALOG_QUERY_MARK,
	CATALOG_QUERY_PRESENCE,
	CATALOG_QUERY_COMPANIONS, /* for relations */
	CATALOG_QUERY_DEPENDENTS, /* for relations */
	CATALOG_N_QUERIES,
} CatalogQuery;

/* These add the execution of statements that sessions prepare (DbPrepared): */

/* catalog_query_settings; */
void catalog_query_execute_settings(GPtrArray *statements, DbSession *session);

/* what the planner needs to know where only a few objects are asked for; */
void catalog_query_execute_planner(GPtrArray *statements, DbSession *session);

/* the query; `oids` is an array as text, or NULL where it takes none; */
void catalog_query_execute(GPtrArray *statements, CatalogQuery query, const char *oids);

/* the branch; */
void catalog_query_execute_branch(GPtrArray *statements, CatalogBranch branch, CatalogQueryRows rows, guint64 horizon);

/* the class, of the objects in `oids`, or all of it where that is its unit; one that is rare is not prepared, but sent
 * as it is. */
void catalog_query_execute_class(GPtrArray *statements, CatalogClassId id, const char *oids);

#endif
