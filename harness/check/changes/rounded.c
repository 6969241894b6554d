#include "check/changes/rounded.h"

#include "check/changes/changes_private.h"
#include "check/workspace/place.h"
#include "rows/state/queries.h"

#include <string.h>

/* A cast to whole numbers. */
static const char rounded_pattern[] = "(?:::|\\bAS)\\s*(?:int|int2|int4|int8|integer|smallint|bigint)\\b";

/* Words that say what becomes of the rest. */
static bool
rounded_is_meant(const char *expression)
{
	static const char *const words[] = { "ROUND", "FLOOR", "TRUNC", "CEIL", "CEILING" };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (check_place_has_word(expression, words[i]))
			return true;
	return false;
}

/* Whether another expression or statement takes the values, too. */
static bool
rounded_is_read_elsewhere(const CheckUpdate *update, const char *column)
{
	guint n = 0;

	for (guint i = 0; update->columns[i] != NULL; i++)
		n += check_place_has_word(update->expressions[i], column);
	return n > 1 || check_update_count_readers(update->script, column, NULL) > 1;
}

/* The column that is dropped, and that the expression rounds; NULL: it does not. The caller frees it. */
static char *
rounded_find_column(const CheckUpdate *update, guint i)
{
	const char *expression = update->expressions[i];

	if (update->type != NULL || rounded_is_meant(expression) ||
	    !g_regex_match_simple(rounded_pattern, expression, G_REGEX_CASELESS | G_REGEX_RAW, 0))
		return NULL;
	g_autofree char *column = check_update_find_dropped(update, expression);
	return column != NULL && !rounded_is_read_elsewhere(update, column) ? g_steal_pointer(&column) : NULL;
}

bool
check_rounded_suspects(const CheckUpdate *update)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_autofree char *column = rounded_find_column(update, i);
		if (column != NULL)
			return true;
	}
	return false;
}

enum { ROUNDED_TABLE, ROUNDED_VALUES, ROUNDED_RESULT };

/* A row for each result that several numbers get, which differ by a hundredth or more: less is what floating points
 * make of a number anyway. */
static char *
rounded_make_sql(DbSession *session, const CheckUpdate *update, const char *column, const char *expression)
{
	g_autofree char *quoted = db_session_quote_identifier(session, column);

	return g_strdup_printf(
	    "SELECT (SELECT pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(c.relname) FROM "
	    "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace WHERE c.oid = min(y.t)), "
	    "min(y.v)::text || ' and ' || max(y.v)::text, y.e FROM (SELECT %s.tableoid AS t, (%s.%s)::numeric AS v, "
	    "(%s)::text AS e FROM %s%s%s%s%s) y WHERE y.e IS NOT NULL AND y.v IS NOT NULL GROUP BY y.e HAVING "
	    "max(y.v) - min(y.v) >= 0.01 ORDER BY y.e LIMIT 1",
	    update->alias, update->alias, quoted, expression, update->target, update->from != NULL ? ", " : "",
	    update->from != NULL ? update->from : "", update->where != NULL ? " WHERE " : "",
	    update->where != NULL ? update->where : "");
}

static void
rounded_note(GPtrArray *changes, const CheckUpdate *update, guint i, const char *column,
             const MigrationStatement *statement, const DbResult *found)
{
	const char *table = db_result_value(found, 0, ROUNDED_TABLE);

	if (table == NULL)
		return;
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_VALUES_LOST, table, update->columns[i], NULL);
	change->statement = statement;
	change->text = g_strdup_printf(
	    "column \"%s\" of table \"%s\" gets \"%s\" of %s in \"%s\": a cast rounds them, and "
	    "the column that they were in is dropped",
	    update->columns[i], table, db_result_value(found, 0, ROUNDED_RESULT),
	    db_result_value(found, 0, ROUNDED_VALUES), column);
	change->hint =
	    "calculate first and cast the result, (price * 100)::int, or keep the old column; round() and trunc() "
	    "say that the rest may go";
}

bool
check_rounded_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                  GPtrArray *changes, GError **error)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_autofree char *column = rounded_find_column(update, i);
		g_auto(RowsRefusal) refusal = { 0 };
		g_autoptr(DbResult) found = NULL;
		if (column == NULL)
			continue;
		g_autofree char *sql = rounded_make_sql(session, update, column, update->expressions[i]);
		if (!rows_try(session, sql, &found, &refusal, error))
			return false;
		if (found != NULL && db_result_rows(found) == 1)
			rounded_note(changes, update, i, column, statement, found);
	}
	return true;
}
