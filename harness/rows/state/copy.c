/* Copies of tables: made, dropped. */
#include "rows/state/copy_private.h"

#include "base/error.h"
#include "catalog/identity.h"
#include "rows/state/queries.h"

#include <string.h>

/* Columns of all tables, and of the copies. */
static const char columns_sql[] =
    "SELECT n.nspname, c.relname, a.attname FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND a.attnum > 0"
    " AND NOT a.attisdropped"
    " UNION ALL SELECT n.nspname, c.relname, '' FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'";

GHashTable *
rows_copy_columns(const DbResult *columns)
{
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (int row = 0; row < db_result_rows(columns); row++) {
		const char *column = db_result_value(columns, row, 2);
		g_hash_table_add(names, catalog_identity_join(db_result_value(columns, row, 0),
		                                              db_result_value(columns, row, 1),
		                                              column[0] != '\0' ? column : NULL));
	}
	return names;
}

const char *
rows_copy_columns_sql(void)
{
	return columns_sql;
}

bool
rows_copy_has_column(GHashTable *columns, const RowsTable *table, const char *column)
{
	g_autofree char *name = catalog_identity_join(table->schema, table->name, column);

	return g_hash_table_contains(columns, name);
}

/* --- Keeping -------------------------------------------------------------- */

static void
append_copy(DbSession *session, GString *sql, const RowsTable *table, guint number)
{
	g_autofree char *schema = db_session_quote_identifier(session, table->schema);
	g_autofree char *name = db_session_quote_identifier(session, table->name);

	g_string_append_printf(sql, "; CREATE UNLOGGED TABLE " ROWS_COPY_SCHEMA ".t%u AS SELECT true AS p", number);
	for (guint i = 0; i < table->columns->len; i++) {
		g_autofree char *column = db_session_quote_identifier(
		    session, g_array_index(table->columns, RowsColumn, i).name);
		g_string_append_printf(sql, ", x.%s::text COLLATE \"C\" AS c%u", column, i);
	}
	g_string_append_printf(sql, " FROM ONLY %s.%s AS x", schema, name);
}

static bool
has_all_columns(GHashTable *columns, const RowsTable *table)
{
	if (!g_hash_table_contains(columns, table->identity))
		return false;
	for (guint i = 0; i < table->columns->len; i++)
		if (!rows_copy_has_column(columns, table, g_array_index(table->columns, RowsColumn, i).name))
			return false;
	return true;
}

static bool
copy_keep(DbSession *session, const RowsState *before, const char *const *tables, GError **error)
{
	g_autoptr(DbResult) settings = rows_settings_remember(session, error);
	g_autoptr(DbResult) found = NULL;

	if (settings == NULL || !db_session_execute(session, rows_query_settings, error) ||
	    (found = db_session_query(session, error, columns_sql, NULL)) == NULL)
		return false;
	g_autoptr(GHashTable) columns = rows_copy_columns(found);
	g_autoptr(GString)
	    sql = g_string_new("DROP SCHEMA IF EXISTS " ROWS_COPY_SCHEMA " CASCADE; CREATE SCHEMA " ROWS_COPY_SCHEMA);
	for (guint i = 0; i < before->tables->len; i++) {
		const RowsTable *table = g_ptr_array_index(before->tables, i);
		if ((tables == NULL || g_strv_contains(tables, table->identity)) && has_all_columns(columns, table))
			append_copy(session, sql, table, i);
	}
	return db_session_execute(session, sql->str, error) && rows_settings_restore(session, settings, error);
}

bool
rows_keep_copy(DbSession *session, const RowsState *before, const char *const *tables, GError **error)
{
	DbTransactionState state = db_session_transaction_state(session);
	bool idle = state == DB_TRANSACTION_IDLE;

	if (state == DB_TRANSACTION_FAILED)
		return base_error_set(error, BASE_ERROR_DATABASE, "roll the transaction back first",
		                      "could not copy tables in a transaction that has failed");
	if (!db_session_execute(session, idle ? "BEGIN" : "SAVEPOINT pgassay_copy", error))
		return false;
	if (copy_keep(session, before, tables, error) &&
	    db_session_execute(session, idle ? "COMMIT" : "RELEASE SAVEPOINT pgassay_copy", error))
		return true;
	g_prefix_error(error, "could not copy tables: ");
	state = db_session_transaction_state(session);
	if (state == DB_TRANSACTION_OPEN || state == DB_TRANSACTION_FAILED)
		db_session_run_cleanup(
		    session, idle ? "ROLLBACK" : "ROLLBACK TO SAVEPOINT pgassay_copy; RELEASE SAVEPOINT pgassay_copy");
	return false;
}
