/*
 * The catalog queries of rows/, and the statements around them.
 */
#ifndef ROWS_QUERIES_H
#define ROWS_QUERIES_H

#include "catalog/snapshot.h"
#include "catalog/transaction.h"

/* All relations that rows_fill and rows_state_read look at: c is pg_class, n pg_namespace. */
#define ROWS_TABLES_FROM                                                                                               \
	" FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"                         \
	" WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'"                                   \
	" AND n.nspname NOT IN ('information_schema', 'pgassay_rows')"                                                 \
	" AND c.oid NOT IN (SELECT d.objid FROM pg_catalog.pg_depend d"                                                \
	" WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'"                                \
	" AND d.classid = 'pg_catalog.pg_class'::regclass)"

/* The settings that affect the text of values and of deparsed expressions, until the end of the transaction or
 * savepoint. A row that row security hides is an error. Nested loops are off, because new catalogs have no
 * statistics and the planner's wrong estimates would lead to them. */
extern const char rows_query_settings[];

/* The values that these settings have now, to go back to them within a transaction. NULL with *error. */
DbResult *rows_settings_remember(DbSession *session, GError **error);
bool rows_settings_restore(DbSession *session, const DbResult *settings, GError **error);

/* Sends the statements of a transaction in one round trip; when `first`, with its begin and the settings before them,
 * and when `last`, with its end after them. The n results are appended to ret_results (of DbResult *). Aborts it on
 * failure. */
bool rows_transaction_run(DbSession *session, const CatalogTransaction *transaction, bool first, bool last, guint n,
                          const char *const *statements, GPtrArray *ret_results, GError **error);

/* The same, for statements that may be prepared ones. Only where `first`, the session may have lost them. */
bool rows_transaction_send(DbSession *session, const CatalogTransaction *transaction, bool first, bool last, guint n,
                           const DbRequest *requests, GPtrArray *ret_results, GError **error);

/* Sends them within the open transaction, in a savepoint with our settings that is rolled back. The n results are the
 * caller's. */
bool rows_savepoint_send(DbSession *session, guint n, const DbRequest *requests, DbResult **ret_results,
                         GError **error);

/* Why the server refused a statement. */
typedef struct {
	char *message; /* one line; NULL when it was not refused */
	char sqlstate[6];
	char *context; /* "PL/pgSQL function f() line 1 at RAISE", or NULL */
} RowsRefusal;

void rows_refusal_clear(RowsRefusal *refusal);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RowsRefusal, rows_refusal_clear)

/* Runs the statements in a savepoint of the open transaction. If the server refuses one, they are undone, and
 * ret_refusal has the reason; that is not a failure. *ret_result is the rows of the last statement that returned
 * any, or NULL; the caller frees it. False with *error when the connection is lost or the call is interrupted. */
bool rows_try(DbSession *session, const char *sql, DbResult **ret_result, RowsRefusal *ret_refusal, GError **error);

/* "schema.table" of the exclusions as a set of names as catalog_identity_join writes them; NULL with *error when one is
 * not of this form. exclusions may be NULL. The caller unrefs it. */
GHashTable *rows_excluded_tables(const CatalogExclusions *exclusions, GError **error);

/* True when the schema or the table (its identity) is excluded. */
bool rows_is_excluded(const CatalogExclusions *exclusions, GHashTable *tables, const char *schema,
                      const char *identity);

/* True when the column of the table is excluded. exclusions may be NULL. */
bool rows_is_excluded_column(const CatalogExclusions *exclusions, const char *schema, const char *table,
                             const char *column);

#endif
