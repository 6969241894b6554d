/* The INSERT for a table: one statement, and the steps if the server refuses it. */
#include "db/sqlstate.h"
#include "rows/fill/filler.h"
#include "rows/fill/values.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <string.h>

/* How a table is tried. */
typedef struct {
	bool tame;        /* no values at the limits */
	bool own_path;    /* with the table's schema and "public" as search_path */
	bool no_triggers; /* with triggers off */
	bool one_by_one;  /* each row by itself, whatever the checks may say */
	bool again;       /* further rows, after those of the first time */
	bool behind;      /* rows with other values than those that the table has */
} Attempt;

/* --- The statement ---------------------------------------------------------- */

/* True if the server can be asked whether whole rows satisfy the check: the INSERT sets all columns of the check. */
static bool
can_ask(const RowsFillTable *table, const RowsCheck *check)
{
	for (guint i = 0; i < check->columns->len; i++) {
		const RowsFillColumn *column = rows_fill_column(table, g_array_index(check->columns, guint, i));
		if (!rows_values_wanted(table, column))
			return false;
	}
	return true;
}

/* Unique keys can be left to ON CONFLICT unless they are deferrable. */
static bool
skips_conflicts(const RowsFillTable *table)
{
	for (guint i = 0; i < table->indexes->len; i++) {
		const RowsIndex *index = g_ptr_array_index(table->indexes, i);
		if ((index->unique || index->exclusion) && !index->immediate)
			return false;
	}
	return true;
}

static void
insert_append_columns(GString *sql, const RowsFillTable *table)
{
	bool any = false;

	for (guint i = 0; i < table->columns->len; i++) {
		const RowsFillColumn *column = rows_fill_column(table, i);
		if (!rows_values_wanted(table, column))
			continue;
		g_string_append_printf(sql, "%s%s", any ? ", " : "", column->quoted);
		any = true;
	}
}

/* The types of the first row are the types of all. */
static void
append_row(GString *sql, const RowsFillTable *table, const GPtrArray *cells, bool with_types)
{
	bool any = false;

	g_string_append_c(sql, '(');
	for (guint i = 0; i < table->columns->len; i++) {
		const RowsFillColumn *column = rows_fill_column(table, i);
		int modifier = column->modifier;
		if (!rows_values_wanted(table, column))
			continue;
		g_string_append(sql, any ? ", " : "");
		if (with_types)
			g_string_append_printf(sql, "(%s)::%s", (char *)g_ptr_array_index(cells, i),
			                       rows_type_base(column->type, &modifier)->name);
		else
			g_string_append(sql, g_ptr_array_index(cells, i));
		any = true;
	}
	g_string_append_c(sql, ')');
}

static bool
wants_any_column(const RowsFillTable *table)
{
	for (guint i = 0; i < table->columns->len; i++)
		if (rows_values_wanted(table, rows_fill_column(table, i)))
			return true;
	return false;
}

static void
append_set_insert(GString *sql, const RowsFillTable *table, const GPtrArray *rows, guint n_rows)
{
	g_autofree char *name = rows_identifier(table->name);
	const char *glue = " WHERE ";

	g_string_append_printf(sql, "INSERT INTO %s (", table->quoted);
	insert_append_columns(sql, table);
	g_string_append(sql, ") OVERRIDING SYSTEM VALUE SELECT ");
	insert_append_columns(sql, table);
	g_string_append(sql, " FROM (VALUES ");
	for (guint i = 0; i < rows->len; i++) {
		g_string_append(sql, i > 0 ? ", " : "");
		append_row(sql, table, g_ptr_array_index(rows, i), i == 0);
	}
	g_string_append_printf(sql, ") AS %s(", name);
	insert_append_columns(sql, table);
	g_string_append_c(sql, ')');
	for (guint i = 0; i < table->checks->len; i++) {
		const RowsCheck *check = g_ptr_array_index(table->checks, i);
		if (!can_ask(table, check))
			continue;
		g_string_append_printf(sql, "%s(%s) IS NOT FALSE", glue, check->expression);
		glue = " AND ";
	}
	g_string_append_printf(sql, " LIMIT %u%s RETURNING 1", n_rows,
	                       skips_conflicts(table) ? " ON CONFLICT DO NOTHING" : "");
}

/* A table whose columns are all the server's business. */
static void
append_bare_insert(GString *sql, const RowsFillTable *table, guint n_rows)
{
	g_string_append_printf(sql, "INSERT INTO %s SELECT FROM pg_catalog.generate_series(1, %u)%s RETURNING 1",
	                       table->quoted, n_rows, skips_conflicts(table) ? " ON CONFLICT DO NOTHING" : "");
}

/* --- Settings around it ------------------------------------------------------- */

/* The two settings that an attempt may change, or go back to. */
static char *
settings_of(const RowsFiller *filler, const RowsFillTable *table, const Attempt *attempt, bool back)
{
	GString *sql = g_string_new(NULL);
	g_autofree char *schema = rows_identifier(table->schema);
	const char *path = filler->model->search_path;

	if (attempt->own_path && back)
		g_string_append_printf(sql, "SET LOCAL search_path TO %s; ", path[0] != '\0' ? path : "''");
	else if (attempt->own_path)
		g_string_append_printf(sql, "SET LOCAL search_path TO %s, public; ", schema);
	if (attempt->no_triggers)
		g_string_append_printf(sql, "SET LOCAL session_replication_role = %s; ",
		                       back ? filler->model->replication_role : "replica");
	return g_string_free(sql, FALSE);
}

static bool
insert_run(RowsFiller *filler, RowsFillTable *table, const Attempt *attempt, const char *insert, RowsRefusal *refusal,
           GError **error)
{
	g_autofree char *before = settings_of(filler, table, attempt, false);
	g_autofree char *after = settings_of(filler, table, attempt, true);
	gsize length = strlen(after);
	g_autofree char *sql = g_strdup_printf("%s%s%s%.*s", before, insert, length > 0 ? "; " : "",
	                                       length > 2 ? (int)length - 2 : 0, after);
	g_autoptr(DbResult) result = NULL;

	if (!rows_try(filler->session, sql, &result, refusal, error))
		return false;
	table->n_filled += result != NULL ? (guint)db_result_rows(result) : 0;
	return true;
}

/* --- Attempts ----------------------------------------------------------------- */

static bool
insert_one_by_one(RowsFiller *filler, RowsFillTable *table, const Attempt *attempt, const GPtrArray *rows,
                  RowsRefusal *refusal, GError **error)
{
	g_auto(RowsRefusal) last = { 0 };

	for (guint i = 0; i < rows->len && table->n_filled < filler->n_rows; i++) {
		g_autoptr(GString) sql = g_string_new(NULL);
		g_string_append_printf(sql, "INSERT INTO %s (", table->quoted);
		insert_append_columns(sql, table);
		g_string_append(sql, ") OVERRIDING SYSTEM VALUE VALUES ");
		append_row(sql, table, g_ptr_array_index(rows, i), false);
		g_string_append(sql, " RETURNING 1");
		if (!insert_run(filler, table, attempt, sql->str, &last, error))
			return false;
		if (last.message == NULL)
			continue;
		rows_refusal_clear(refusal);
		*refusal = last;
		last = (RowsRefusal){ 0 };
	}
	return true;
}

static bool
try_attempt(RowsFiller *filler, RowsFillTable *table, const Attempt *attempt, RowsRefusal *refusal, GError **error)
{
	guint n_made = rows_values_rows_to_make(table, filler->n_rows);
	g_autoptr(GString) sql = g_string_new(NULL);

	rows_refusal_clear(refusal);
	if (!wants_any_column(table)) {
		append_bare_insert(sql, table, filler->n_rows - table->n_filled);
		return insert_run(filler, table, attempt, sql->str, refusal, error);
	}
	guint first = attempt->again ? n_made : attempt->behind ? table->n_there : 0;
	g_autoptr(GPtrArray)
	    rows = rows_filler_assemble(filler, table, first, attempt->again ? 2 * n_made : n_made, error);
	if (rows == NULL)
		return false;
	if (rows->len == 0)
		return true;
	g_clear_pointer(&table->reason, g_free);
	if (attempt->one_by_one)
		return insert_one_by_one(filler, table, attempt, rows, refusal, error);
	append_set_insert(sql, table, rows, filler->n_rows - table->n_filled);
	return insert_run(filler, table, attempt, sql->str, refusal, error);
}

static bool
make_tame(RowsFiller *filler, RowsFillTable *table, GError **error)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new();

	g_ptr_array_add(one, table);
	return rows_values_make(filler->session, filler->model, one, filler->n_rows, true, error);
}

/* A function that counts on a search_path. */
static bool
misses_a_name(const RowsRefusal *refusal)
{
	static const char *const states[] = { DB_SQLSTATE_UNDEFINED_TABLE, DB_SQLSTATE_UNDEFINED_FUNCTION,
		                              DB_SQLSTATE_UNDEFINED_OBJECT, DB_SQLSTATE_INVALID_SCHEMA_NAME, NULL };

	return g_strv_contains(states, refusal->sqlstate);
}

/* Without triggers foreign keys are not checked either: no row may hold a placeholder in one. */
static bool
can_do_without_triggers(const RowsFiller *filler, const RowsFillTable *table)
{
	bool can = table->trigger != NULL && filler->model->superuser;

	for (guint i = 0; can && i < table->keys->len; i++)
		can = !rows_key_waits(table, g_ptr_array_index(table->keys, i));
	return can;
}

static bool
is_filled_by_others(RowsFiller *filler, const RowsFillTable *table, bool *ret_filled, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT EXISTS (SELECT FROM ONLY %s)", table->quoted);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) result = NULL;

	if (!rows_try(filler->session, sql, &result, &refusal, error))
		return false;
	*ret_filled = result != NULL && db_result_value(result, 0, 0)[0] == 't';
	return true;
}

static void
take_reason(RowsFillTable *table, const RowsRefusal *refusal)
{
	if (refusal->message != NULL) {
		g_autofree char *context = g_strdup(refusal->context != NULL ? refusal->context : "");
		g_free(table->reason);
		context[strcspn(context, "\n")] = '\0';
		table->reason = g_strdup_printf("%s (SQLSTATE %s)%s%s", refusal->message, refusal->sqlstate,
		                                context[0] != '\0' ? " in " : "", context);
	} else if (table->reason == NULL) {
		table->reason = table->trigger != NULL
		                    ? g_strdup_printf("the trigger \"%s\" lets no row through", table->trigger)
		                    : g_strdup("no row was found that its constraints let through");
	}
}

/* Where the constraints let few rows through, another try with twice as many. */
static bool
fill_up(RowsFiller *filler, RowsFillTable *table, GError **error)
{
	const Attempt attempt = { .again = true };
	g_auto(RowsRefusal) refusal = { 0 };

	if (table->n_filled > filler->n_rows * 3 / 4 ||
	    rows_values_rows_to_make(table, filler->n_rows) == filler->n_rows)
		return true;
	return try_attempt(filler, table, &attempt, &refusal, error);
}

bool
rows_filler_insert_behind(RowsFiller *filler, RowsFillTable *table, GError **error)
{
	const Attempt attempt = { .behind = true, .one_by_one = true };
	g_auto(RowsRefusal) refusal = { 0 };

	return !wants_any_column(table) || try_attempt(filler, table, &attempt, &refusal, error);
}

bool
rows_filler_insert(RowsFiller *filler, RowsFillTable *table, GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };
	Attempt attempt = { 0 };
	bool filled = false;

	if (!try_attempt(filler, table, &attempt, &refusal, error))
		return false;
	if (table->n_filled > 0)
		return fill_up(filler, table, error);
	if (refusal.message == NULL && table->reason != NULL)
		return true;
	if (!is_filled_by_others(filler, table, &filled, error) || !make_tame(filler, table, error))
		return false;
	attempt.tame = true;
	attempt.own_path = misses_a_name(&refusal);
	for (guint i = 0; i < 3 && table->n_filled == 0; i++) {
		attempt.one_by_one = i == 1;
		attempt.no_triggers = i == 2;
		if (attempt.no_triggers && !can_do_without_triggers(filler, table))
			break;
		g_auto(RowsRefusal) next = { 0 };
		if (!try_attempt(filler, table, &attempt, &next, error))
			return false;
		attempt.own_path |= misses_a_name(&next);
		if (next.message != NULL) {
			rows_refusal_clear(&refusal);
			refusal = next;
			next = (RowsRefusal){ 0 };
		}
	}
	table->without_triggers = table->n_filled > 0 && attempt.no_triggers;
	if (table->n_filled > 0 && !attempt.no_triggers)
		g_clear_pointer(&table->reason, g_free);
	else if (table->n_filled == 0 && filled)
		table->n_filled = 1;
	else
		take_reason(table, &refusal);
	return true;
}
