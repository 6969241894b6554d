#include "rows/state/replace.h"

#include "rows/state/expression.h"
#include "rows/state/queries.h"
#include "rows/state/state_private.h"

#include <string.h>

/* More rows are copied faster with their database. */
#define ROWS_MAX ((gint64)5000)

/* Whether the rows can be replaced. Rows that are stored outside of tables are not part of a state. */
static const DbPrepared replace_possible = {
	DB_OWN_STATEMENTS "replace",
	"SELECT pg_catalog.current_setting('is_superuser') = 'on'"
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relkind = 'm')"
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)"
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgenabled IN ('A', 'R'))"
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_enabled IN ('A', 'R'))"
};

/* In a transaction. Triggers, foreign keys and rules are off; what row security hides is an error. */
static const char replace_without_triggers[] = "SET LOCAL session_replication_role = replica";

static bool
replace_is_same(const RowsTable *a, const RowsTable *b)
{
	return a->n_rows == b->n_rows && g_strcmp0(a->sum, b->sum) == 0;
}

/* True when both have the same tables, and not too many rows. */
static bool
replace_fits(const RowsState *here, const RowsState *there)
{
	for (guint i = 0; i < here->tables->len; i++)
		if (rows_state_table(there, ((const RowsTable *)g_ptr_array_index(here->tables, i))->identity) == NULL)
			return false;
	return here->tables->len == there->tables->len && rows_state_total(there) <= ROWS_MAX &&
	       rows_state_total(here) <= ROWS_MAX * 10;
}

static char *
replace_quote(const RowsTable *table)
{
	g_autofree char *schema = rows_identifier(table->schema);
	g_autofree char *name = rows_identifier(table->name);

	return g_strdup_printf("%s.%s", schema, name);
}

/* --- Current rows --------------------------------------------------------- */

/* An INSERT of the rows of `result` into the table; a row is the text of a composite value. */
static void
replace_append_insert(GString *sql, const RowsTable *table, const DbResult *columns, const DbResult *rows)
{
	g_autofree char *quoted = replace_quote(table);
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(GString) values = g_string_new(NULL);

	for (int row = 0; row < db_result_rows(columns); row++) {
		g_autofree char *name = rows_identifier(db_result_value(columns, row, 0));
		g_string_append_printf(names, "%s%s", row > 0 ? ", " : "", name);
		g_string_append_printf(values, "%s(v.r).%s", row > 0 ? ", " : "", name);
	}
	g_string_append_printf(sql, "; INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM (VALUES ", quoted,
	                       names->str, values->str);
	for (int row = 0; row < db_result_rows(rows); row++) {
		g_autofree char *literal = rows_literal(db_result_value(rows, row, 0));
		g_string_append_printf(sql, "%s(%s::%s)", row > 0 ? ", " : "", literal, quoted);
	}
	g_string_append(sql, " OFFSET 0) v(r)");
}

/* Reads the rows of the other database's table, and adds their INSERT. */
static bool
replace_copy_table(DbSession *other, const RowsTable *table, GString *sql, GError **error)
{
	g_autofree char *quoted = replace_quote(table);
	g_autofree char *columns_sql = g_strdup_printf(
	    "SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid = %s AND a.attnum > 0"
	    " AND NOT a.attisdropped AND a.attgenerated = ''",
	    table->oid);
	g_autofree char *rows_sql = g_strdup_printf("SELECT x::text FROM ONLY %s x", quoted);
	const char *statements[] = { "BEGIN READ ONLY", rows_query_settings, columns_sql, rows_sql, "COMMIT" };
	DbResult *results[G_N_ELEMENTS(statements)] = { NULL };

	if (!db_session_pipeline(other, (int)G_N_ELEMENTS(statements), statements, results, error))
		return false;
	/* A table may have rows without columns. */
	if (db_result_rows(results[2]) > 0)
		replace_append_insert(sql, table, results[2], results[3]);
	for (gsize i = 0; i < G_N_ELEMENTS(statements); i++)
		db_result_free(results[i]);
	return true;
}

/* The statements to run here; the caller frees them. NULL with *error. */
static char *
replace_make_script(const RowsState *here, DbSession *other, const RowsState *there, GError **error)
{
	g_autoptr(GString) sql = g_string_new(replace_without_triggers);

	for (guint i = 0; i < here->tables->len; i++) {
		const RowsTable *table = g_ptr_array_index(here->tables, i);
		const RowsTable *wanted = rows_state_table(there, table->identity);
		g_autofree char *quoted = replace_quote(table);
		if (replace_is_same(table, wanted))
			continue;
		if (table->n_rows > 0)
			g_string_append_printf(sql, "; DELETE FROM ONLY %s", quoted);
		if (wanted->n_rows > 0 && !replace_copy_table(other, wanted, sql, error))
			return NULL;
	}
	return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* --- All of it ------------------------------------------------------------ */

static bool
replace_is_possible(DbSession *session, bool *ret_possible, GError **error)
{
	const DbRequest request = { .prepared = &replace_possible };
	DbResult *result = NULL;

	if (!db_session_pipeline_requests(session, 1, &request, &result, error))
		return false;
	*ret_possible = db_result_value(result, 0, 0)[0] == 't';
	db_result_free(result);
	return true;
}

/* The tables that have lost all their rows, as a list for SQL; NULL: there are none. The caller frees it. */
static char *
replace_list_emptied(const RowsState *here, const RowsState *there, bool quoted)
{
	GString *list = g_string_new(NULL);

	for (guint i = 0; i < here->tables->len; i++) {
		const RowsTable *table = g_ptr_array_index(here->tables, i);
		g_autofree char *name = replace_quote(table);
		if (table->n_rows > 0 && rows_state_table(there, table->identity)->n_rows == 0)
			g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", quoted ? name : table->oid);
	}
	return g_string_free(list, list->len == 0);
}

/* A table that looks as if it had never had rows has no pages either. */
static bool
replace_remove_pages(DbSession *session, const RowsState *here, const RowsState *there, bool *ret_removed,
                     GError **error)
{
	g_autofree char *names = replace_list_emptied(here, there, true);
	g_autofree char *oids = replace_list_emptied(here, there, false);

	*ret_removed = true;
	if (names == NULL)
		return true;
	g_autofree char *vacuum = g_strdup_printf("VACUUM %s", names);
	g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.sum(pg_catalog.pg_relation_size(t)) FROM"
	                                       " pg_catalog.unnest('{%s}'::oid[]) t",
	                                       oids);
	if (!db_session_execute(session, vacuum, error))
		return false;
	g_autofree char *size = db_session_query_value(session, error, sql, NULL);
	*ret_removed = g_strcmp0(size, "0") == 0;
	return size != NULL;
}

static bool
replace_has_all(const RowsState *now, const RowsState *there)
{
	for (guint i = 0; i < there->tables->len; i++) {
		const RowsTable *wanted = g_ptr_array_index(there->tables, i);
		const RowsTable *table = rows_state_table(now, wanted->identity);
		if (table == NULL || !replace_is_same(table, wanted))
			return false;
	}
	return true;
}

/* Runs the script. *ret_done: the server has taken it, and nothing is left of the rows before. */
static bool
replace_run(DbSession *writer, const char *script, const RowsState *here, const RowsState *there, bool *ret_done,
            GError **error)
{
	g_autoptr(GError) refused = NULL;

	*ret_done = false;
	if (!db_session_execute(writer, "BEGIN", error) || !db_session_execute(writer, rows_query_settings, error))
		return false;
	bool done = db_session_execute(writer, script, &refused);
	if (!done && db_session_transaction_state(writer) != DB_TRANSACTION_FAILED) {
		g_propagate_error(error, g_steal_pointer(&refused));
		return false;
	}
	if (!db_session_execute(writer, done ? "COMMIT" : "ROLLBACK", error))
		return false;
	return !done || replace_remove_pages(writer, here, there, ret_done, error);
}

/* Reads the result. *ret_now stays NULL if the rows are not the wanted ones. */
static bool
replace_look(DbSession *session, const RowsState *there, const CatalogExclusions *exclusions, RowsState **ret_now,
             GError **error)
{
	g_autoptr(RowsState) now = rows_state_read(session, exclusions, error);

	if (now == NULL)
		return false;
	if (replace_has_all(now, there))
		*ret_now = g_steal_pointer(&now);
	return true;
}

bool
rows_replace(const RowsReplacement *how, const CatalogExclusions *exclusions, RowsState **ret_now, GError **error)
{
	bool possible = false;
	bool done = false;

	*ret_now = NULL;
	if (!replace_is_possible(how->session, &possible, error))
		return false;
	if (!possible || !replace_fits(how->here, how->there))
		return true;
	g_autofree char *script = replace_make_script(how->here, how->other, how->there, error);
	if (script == NULL || !replace_run(how->writer, script, how->here, how->there, &done, error))
		return false;
	return !done || replace_look(how->session, how->there, exclusions, ret_now, error);
}
