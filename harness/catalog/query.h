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

/* Adds the statements that prepare what updates execute. */
void catalog_query_prepare(DbSession *session, GPtrArray *statements);

/* EXECUTE of the branch, of all rows or of those written since `horizon`. The caller frees it. */
char *catalog_query_execute_branch(CatalogBranch branch, bool all, guint64 horizon);

/* EXECUTE of the class, of the objects in `oids` (a literal of an array; NULL: all). The caller frees it. */
char *catalog_query_execute_class(CatalogClassId id, const char *oids);

#endif
