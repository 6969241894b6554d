#include "rows/fill/fill.h"

#include "base/error.h"
#include "rows/fill/filler.h"
#include "rows/fill/hint.h"
#include "rows/fill/values.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"
#include "rows/state/state_private.h"

#include <stdlib.h>

static void
fill_free_unfilled(gpointer data)
{
	RowsUnfilled *unfilled = data;

	g_free(unfilled->table);
	g_free(unfilled->reason);
	g_free(unfilled);
}

GPtrArray *
rows_unfilled_list_new(void)
{
	return g_ptr_array_new_with_free_func(fill_free_unfilled);
}

static void
report_unfilled(const RowsModel *model, GPtrArray *ret_unfilled)
{
	for (guint i = 0; ret_unfilled != NULL && i < model->tables->len; i++) {
		const RowsFillTable *table = g_ptr_array_index(model->tables, i);
		if (table->n_filled > 0 && !table->without_triggers)
			continue;
		RowsUnfilled *unfilled = g_new0(RowsUnfilled, 1);
		unfilled->table = g_strdup(table->identity);
		unfilled->reason = g_strdup(table->reason);
		unfilled->without_triggers = table->n_filled > 0;
		g_ptr_array_add(ret_unfilled, unfilled);
	}
}

/* --- Filled tables ------------------------------------------------------------ */

struct RowsFilled {
	GHashTable *last_columns; /* OID -> the number of its last column; 0: it has lost rows */
	bool empty_pages;
	bool touched_catalog;
	GPtrArray *hints; /* of RowsHint * */
	RowsState *known; /* owned: the rows that there are when it is filled next; or NULL */
};

RowsFilled *
rows_filled_new(void)
{
	RowsFilled *filled = g_new0(RowsFilled, 1);

	filled->last_columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	filled->hints = g_ptr_array_new_with_free_func((GDestroyNotify)rows_hint_unref);
	return filled;
}

RowsFilled *
rows_filled_new_like(const RowsFilled *filled)
{
	RowsFilled *other = rows_filled_new();

	for (guint i = 0; i < filled->hints->len; i++)
		g_ptr_array_add(other->hints, rows_hint_ref(g_ptr_array_index(filled->hints, i)));
	return other;
}

void
rows_filled_take(RowsFilled *filled, const RowsFilled *from)
{
	g_hash_table_unref(filled->last_columns);
	filled->last_columns = g_hash_table_ref(from->last_columns);
}

void
rows_filled_add_hint(RowsFilled *filled, const char *statement)
{
	RowsHint *hint = rows_hint_new(statement);

	if (hint != NULL)
		g_ptr_array_add(filled->hints, hint);
}

void
rows_filled_clear(RowsFilled *filled)
{
	g_hash_table_remove_all(filled->last_columns);
	filled->empty_pages = false;
	g_clear_pointer(&filled->known, rows_state_unref);
}

void
rows_filled_expect_empty_pages(RowsFilled *filled)
{
	filled->empty_pages = true;
}

void
rows_filled_note_catalog(RowsFilled *filled, bool touched)
{
	filled->touched_catalog = touched;
}

bool
rows_filled_touched_catalog(const RowsFilled *filled)
{
	return filled->touched_catalog;
}

void
rows_filled_free(RowsFilled *filled)
{
	if (filled == NULL)
		return;
	g_hash_table_unref(filled->last_columns);
	g_ptr_array_unref(filled->hints);
	rows_state_unref(filled->known);
	g_free(filled);
}

void
rows_filled_look_at(RowsFilled *filled, RowsState *rows, guint n_rows)
{
	rows_state_unref(filled->known);
	filled->known = rows_state_ref(rows);
	for (guint i = 0; i < rows->tables->len; i++) {
		const RowsTable *table = g_ptr_array_index(rows->tables, i);
		if (table->n_rows < n_rows / 4 && g_hash_table_contains(filled->last_columns, table->oid))
			g_hash_table_insert(filled->last_columns, g_strdup(table->oid), GINT_TO_POINTER(0));
	}
}

bool
rows_filled_is_enough(const RowsFilled *filled, const RowsState *rows, guint n_rows)
{
	for (guint i = 0; i < rows->tables->len; i++) {
		const RowsTable *table = g_ptr_array_index(rows->tables, i);
		gpointer last_column = NULL;
		if (table->n_rows == 0)
			return false;
		if (g_hash_table_lookup_extended(filled->last_columns, table->oid, NULL, &last_column) &&
		    (table->n_rows < n_rows / 4 || rows_table_last_column(table) > GPOINTER_TO_INT(last_column)))
			return false;
	}
	return !filled->empty_pages;
}

/* A table that cannot be given more rows is not tried again and again. */
static void
fill_remember(const RowsFiller *filler, RowsFilled *filled)
{
	for (guint i = 0; filled != NULL && i < filler->order->len; i++) {
		const RowsFillTable *table = g_ptr_array_index(filler->order, i);
		if (table->n_filled > 0 && (table->n_there == 0 || table->n_filled > table->n_there))
			g_hash_table_insert(filled->last_columns, g_strdup(table->oid),
			                    GINT_TO_POINTER(table->last_column));
		else if (table->n_there > 0)
			g_hash_table_remove(filled->last_columns, table->oid);
	}
}

/* --- Filling -------------------------------------------------------------------- */

/* Rows of a circle without NULLs hold placeholders until all are there; such keys have to be deferrable. */
static bool
defer_circles(RowsFiller *filler, bool *ret_any, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SET CONSTRAINTS ");

	*ret_any = false;
	for (guint i = 0; i < filler->order->len; i++) {
		const RowsFillTable *table = g_ptr_array_index(filler->order, i);
		g_autofree char *schema = rows_identifier(table->schema);
		for (guint j = 0; j < table->keys->len; j++) {
			const RowsForeignKey *key = g_ptr_array_index(table->keys, j);
			if (!rows_key_waits(table, key) || !key->deferrable)
				continue;
			g_autofree char *name = rows_identifier(key->name);
			g_string_append_printf(sql, "%s%s.%s", *ret_any ? ", " : "", schema, name);
			*ret_any = true;
		}
	}
	g_string_append(sql, " DEFERRED");
	return !*ret_any || db_session_execute(filler->session, sql->str, error);
}

static bool
fill_waits(const RowsFillTable *table)
{
	for (guint i = 0; i < table->keys->len; i++)
		if (rows_key_waits(table, g_ptr_array_index(table->keys, i)))
			return true;
	return false;
}

/* Checks deferred constraints; empties tables that still have a placeholder in some row. */
static bool
end_circles(RowsFiller *filler, GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) result = NULL;

	if (!rows_try(filler->session, "SET CONSTRAINTS ALL IMMEDIATE", &result, &refusal, error))
		return false;
	if (refusal.message == NULL)
		return true;
	for (guint i = 0; i < filler->order->len; i++) {
		RowsFillTable *table = g_ptr_array_index(filler->order, i);
		if (table->n_there > 0 || !fill_waits(table))
			continue;
		g_autofree char *sql = g_strdup_printf("DELETE FROM ONLY %s", table->quoted);
		if (!db_session_execute(filler->session, sql, error))
			return false;
		table->n_filled = 0;
		g_free(table->reason);
		table->reason = g_strdup(refusal.message);
	}
	return db_session_execute(filler->session, "SET CONSTRAINTS ALL IMMEDIATE", error);
}

/* Adds rows to a table that has some. Rows that conflict with existing ones are left to the server to refuse: where a
 * sequence does not number them, those are the first ones. */
static bool
fill_further(RowsFiller *filler, RowsFillTable *table, GError **error)
{
	guint n_rows = filler->n_rows;
	g_autoptr(GPtrArray) one = g_ptr_array_new();

	g_ptr_array_add(one, table);
	table->n_filled = table->n_there;
	if (fill_waits(table))
		return true;
	filler->n_rows = table->n_wanted;
	bool done = rows_values_make(filler->session, filler->model, one, filler->n_rows, filler->tame, error) &&
	            rows_filler_insert(filler, table, error);
	if (done && table->n_filled == table->n_there)
		done = rows_filler_insert_behind(filler, table, error);
	filler->n_rows = n_rows;
	return done;
}

/* Values for the tables that are empty. */
static bool
fill_make_values(RowsFiller *filler, GError **error)
{
	g_autoptr(GPtrArray) empty = g_ptr_array_new();

	for (guint i = 0; i < filler->model->tables->len; i++) {
		RowsFillTable *table = g_ptr_array_index(filler->model->tables, i);
		if (table->n_there == 0)
			g_ptr_array_add(empty, table);
	}
	return rows_values_make(filler->session, filler->model, empty, filler->n_rows, filler->tame, error);
}

static bool
fill_tables(RowsFiller *filler, GError **error)
{
	RowsModel *model = filler->model;
	bool circles = false;

	rows_filler_put_in_order(filler);
	rows_values_prepare(model);
	/* No violation is to be found out later than by the statement that makes it. */
	if (!db_session_execute(filler->session, "SET CONSTRAINTS ALL IMMEDIATE", error) ||
	    !fill_make_values(filler, error) || !defer_circles(filler, &circles, error))
		return false;
	for (guint i = 0; i < filler->order->len; i++) {
		RowsFillTable *table = g_ptr_array_index(filler->order, i);
		if (table->n_there > 0 ? !fill_further(filler, table, error)
		                       : !rows_filler_insert(filler, table, error))
			return false;
	}
	return rows_filler_set_postponed(filler, error) && (!circles || end_circles(filler, error));
}

/* In the open transaction. */
static bool
fill_fill(DbSession *session, const CatalogExclusions *exclusions, const RowsFillOptions *options, bool own_transaction,
          RowsFilled *filled, GPtrArray *ret_unfilled, GError **error)
{
	const RowsModelOptions wanted = { .filled = filled != NULL ? filled->last_columns : NULL,
		                          .n_rows = options->n_rows,
		                          .look = options->look,
		                          .known = filled != NULL ? filled->known : NULL };
	g_autoptr(RowsModel) model = rows_model_read(session, exclusions, &wanted, error);

	if (model == NULL)
		return false;
	if (model->tables->len == 0)
		return true;
	model->hints = filled != NULL ? filled->hints : NULL;
	g_autoptr(GPtrArray) order = g_ptr_array_new();
	g_autoptr(GHashTable)
	    targets = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
	g_autoptr(GHashTable)
	    pools = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	RowsFiller filler = {
		.session = session,
		.model = model,
		.n_rows = options->n_rows,
		.tame = options->tame,
		.order = order,
		.targets = targets,
		.pools = pools,
	};
	if (!fill_tables(&filler, error))
		return false;
	if (!own_transaction && model->deferred[0] != '\0') {
		g_autofree char *sql = g_strdup_printf("SET CONSTRAINTS %s DEFERRED", model->deferred);
		if (!db_session_execute(session, sql, error))
			return false;
	}
	report_unfilled(model, ret_unfilled);
	fill_remember(&filler, filled);
	return true;
}

bool
rows_fill_with(DbSession *session, const CatalogExclusions *exclusions, const RowsFillOptions *options,
               RowsFilled *filled, GPtrArray *ret_unfilled, GError **error)
{
	DbTransactionState state = db_session_transaction_state(session);
	bool idle = state == DB_TRANSACTION_IDLE;

	if (state != DB_TRANSACTION_IDLE && state != DB_TRANSACTION_OPEN)
		return base_error_set(error, BASE_ERROR_DATABASE, "roll the transaction back first",
		                      "could not fill tables in a transaction that has failed");
	if (options->n_rows == 0)
		return true;
	if (!db_session_execute(session, idle ? "BEGIN" : "SAVEPOINT pgassay_fill", error))
		return false;
	if (fill_fill(session, exclusions, options, idle, filled, ret_unfilled, error) &&
	    db_session_execute(session, idle ? "COMMIT" : "RELEASE SAVEPOINT pgassay_fill", error))
		return true;
	g_prefix_error(error, "could not fill tables: ");
	state = db_session_transaction_state(session);
	if (state == DB_TRANSACTION_OPEN || state == DB_TRANSACTION_FAILED)
		db_session_run_cleanup(
		    session, idle ? "ROLLBACK" : "ROLLBACK TO SAVEPOINT pgassay_fill; RELEASE SAVEPOINT pgassay_fill");
	return false;
}

bool
rows_fill(DbSession *session, const CatalogExclusions *exclusions, guint n_rows, RowsFilled *filled,
          GPtrArray *ret_unfilled, GError **error)
{
	const RowsFillOptions options = { .n_rows = n_rows, .look = filled != NULL && filled->empty_pages };

	bool done = rows_fill_with(session, exclusions, &options, filled, ret_unfilled, error);

	if (filled != NULL)
		g_clear_pointer(&filled->known, rows_state_unref);
	if (filled != NULL && done)
		filled->empty_pages = false;
	return done;
}

bool
rows_fill_count_catalog(DbSession *session, gint64 *ret_count, GError **error)
{
	/* There is hardly anything that is made without a row in one of these. The session's counters go on until they
	 * are sent away, which happens between transactions. */
	static const char sql[] =
	    "SELECT CASE WHEN pg_catalog.current_setting('track_counts') = 'on' THEN "
	    "sum(pg_catalog.pg_stat_get_xact_tuples_inserted(c) + pg_catalog.pg_stat_get_xact_tuples_updated(c) "
	    "+ pg_catalog.pg_stat_get_xact_tuples_deleted(c)) "
	    "ELSE (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint END FROM unnest('{pg_class, "
	    "pg_attribute, pg_depend, "
	    "pg_proc, "
	    "pg_type, pg_namespace, pg_constraint, pg_trigger, pg_policy, pg_description}'::regclass[]::oid[]) c";
	g_autofree char *count = db_session_query_value(session, error, sql, NULL);

	if (count == NULL)
		return false;
	*ret_count = g_ascii_strtoll(count, NULL, 10);
	return true;
}
