/* Columns that are gone with their values, while one is new that could stand in their place. */
#include "check/changes/arrived.h"
#include "check/changes/changes_private.h"

/* The SQL name of the table of this OID, and whether its column has ever been given a value by a default. */
static const char left_column_sql[] =
    "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.quote_ident(a.attname),"
    " a.atthasdef OR a.atthasmissing"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = $2 AND a.attnum > 0"
    " WHERE c.oid = $1::pg_catalog.oid";

/* Whether the column has no values, or only its default. */
bool
check_change_is_empty(const CheckChangeSearch *search, const char *table, const char *column, bool *ret_empty,
                      GError **error)
{
	g_autoptr(DbResult) found = db_session_query(search->session, error, left_column_sql,
	                                             rows_state_oid(search->after, table), column, NULL);

	if (found == NULL)
		return false;
	*ret_empty = false;
	if (db_result_rows(found) == 0)
		return true;
	g_autofree char *sql = g_strdup_printf(
	    "SELECT pg_catalog.count(DISTINCT x.%s::text) <= %s FROM ONLY %s x", db_result_value(found, 0, 1),
	    db_result_value(found, 0, 2)[0] == 't' ? "1" : "0", db_result_value(found, 0, 0));
	g_autofree char *empty = db_session_query_value(search->session, error, sql, NULL);
	if (empty == NULL)
		return false;
	*ret_empty = empty[0] == 't';
	return true;
}

/* How many columns the table has in `of` and not in `than` that could stand in the place of one of `type`; with NULL,
 * any. */
static guint
left_count_new(const RowsState *of, const RowsState *than, const char *table, const char *type)
{
	g_autofree const char **names = rows_state_columns(of, table);
	guint n = 0;

	for (guint i = 0; names[i] != NULL; i++)
		n += rows_state_column_type(than, table, names[i]) == NULL &&
		     (type == NULL || check_change_types_fit(rows_state_column_type(of, table, names[i]), type));
	return n;
}

bool
check_left_has_new(const RowsState *before, const RowsState *after, const char *table)
{
	return left_count_new(after, before, table, NULL) > 0;
}

/* Whether the column is the only one that went, and the other the only one that came: of such as hold the same kind of
 * thing, or, where they do not, of all. */
static bool
left_is_only_pair(const CheckChangeSearch *search, const char *table, const CheckColumn *was, const CheckColumn *is)
{
	const char *type = check_change_types_fit(was->type, is->type) ? was->type : NULL;

	return left_count_new(search->after, search->before, table, type) == 1 &&
	       left_count_new(search->before, search->after, table, type) == 1;
}

/* Whether several columns have gone, and the only new one is JSON that could hold them all. */
static bool
left_is_gathered(const CheckChangeSearch *search, const char *table, const CheckColumn *is)
{
	return check_change_could_hold_all(is) && left_count_new(search->after, search->before, table, NULL) == 1 &&
	       left_count_new(search->before, search->after, table, NULL) > 1;
}

static void
left_note(const CheckChangeSearch *search, const RowsDifference *difference, const char *column, const char *other)
{
	CheckChange *change = check_change_new(search->changes, CHECK_CHANGE_COLUMN_LEFT, difference->table, column,
	                                       other);

	change->text = g_strdup_printf("column \"%s\" of table \"%s\" is dropped with the values of %" G_GINT64_FORMAT
	                               " rows, and \"%s\", which could hold them, is new and has none of them",
	                               column, difference->table, difference->rows_before, other);
	check_change_set_examples(change, check_change_find_loss(search, ROWS_COLUMN_LOST, difference->table, column));
}

/* A column that is gone while one is new that could stand in its place: by its name, or because there is no other.
 * Where a statement has read the old column to write something else, the other one is not its successor. */
bool
check_left_judge(const CheckChangeSearch *search, const RowsDifference *difference, const char *column, GError **error)
{
	const char *table = difference->table;
	const CheckColumn was = { column, rows_state_column_type(search->before, table, column) };
	g_autofree const char **names = rows_state_columns(search->after, table);

	if (rows_state_renamed_column(search->before, search->after, table, column) != NULL)
		return true;
	for (guint i = 0; names[i] != NULL; i++) {
		const CheckColumn is = { names[i], rows_state_column_type(search->after, table, names[i]) };
		bool empty = false;
		if (rows_state_column_type(search->before, table, names[i]) != NULL ||
		    !(check_change_could_replace(&was, &is, left_is_only_pair(search, table, &was, &is)) ||
		      left_is_gathered(search, table, &is)) ||
		    check_arrived_elsewhere(search->script, table, column, names[i]))
			continue;
		if (!check_change_is_empty(search, table, names[i], &empty, error))
			return false;
		if (empty)
			left_note(search, difference, column, names[i]);
		return true;
	}
	return true;
}
