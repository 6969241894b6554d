#include "check/changes/division.h"

#include "check/changes/changes_private.h"
#include "check/workspace/place.h"
#include "migration/text/lexer.h"
#include "rows/state/queries.h"

#include <string.h>

/* --- Expressions -------------------------------------------------------------- */

/* With fractions: "a / b" becomes "a * 1.0 / b". NULL: the expression does not divide. The caller frees it. */
static char *
division_with_fractions(const char *expression)
{
	MigrationLexer lexer = { .text = expression, .length = strlen(expression) };
	MigrationToken token = { .type = MIGRATION_TOKEN_SYMBOL };
	const char *problem = NULL;
	GString *text = g_string_new(NULL);
	gsize copied = 0;

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		if (!migration_token_is_symbol(expression, &token, '/'))
			continue;
		g_string_append_len(text, expression + copied, (gssize)(token.start - copied));
		g_string_append(text, "* 1.0 /");
		copied = token.end;
	}
	if (copied > 0)
		g_string_append(text, expression + copied);
	return g_string_free(text, copied == 0);
}

/* Words that say what becomes of the rest. */
static bool
division_means_it(const char *expression)
{
	static const char *const words[] = { "FLOOR", "TRUNC", "CEIL", "CEILING", "DIV", "MOD", "INTERVAL", NULL };

	for (gsize i = 0; words[i] != NULL; i++)
		if (check_place_has_word(expression, words[i]))
			return true;
	return strchr(expression, '%') != NULL;
}

/* Whether the script drops a column of the expression, so that the rest is nowhere then. */
static bool
division_is_dropped(const CheckUpdate *update, const char *expression)
{
	g_autofree char *column = check_update_find_dropped(update, expression);

	return column != NULL;
}

static bool
division_is_one(const char *expression)
{
	g_autofree char *text = division_with_fractions(expression);

	return text != NULL && !division_means_it(expression);
}

bool
check_division_suspects(const CheckUpdate *update)
{
	for (guint i = 0; update->columns[i] != NULL; i++)
		if (division_is_one(update->expressions[i]))
			return true;
	return false;
}

/* --- Asking ------------------------------------------------------------------- */

enum { DIVISION_ROWS, DIVISION_LESS, DIVISION_TABLE, DIVISION_EXAMPLES };

/* One row: how many rows, how many of them get another value than with fractions, the table, three of these. */
static char *
division_make_sql(DbSession *session, const CheckUpdate *update, guint i, const char *with_fractions)
{
	g_autofree char *column = db_session_quote_identifier(session, update->columns[i]);
	g_autofree char *type = update->type != NULL
	                            ? g_strdup_printf("pg_catalog.pg_typeof(NULL::%s)", update->type)
	                            : g_strdup_printf("pg_catalog.pg_typeof(%s.%s)", update->alias, column);

	return g_strdup_printf(
	    "SELECT count(*), count(*) FILTER (WHERE x.less), (SELECT pg_catalog.quote_ident(s.nspname) || '.' || "
	    "pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = "
	    "c.relnamespace WHERE c.oid = min(x.t)), pg_catalog.array_to_string((array_agg(DISTINCT "
	    "pg_catalog.format('gets "
	    "%%s, "
	    "and not %%s', x.a, pg_catalog.round(x.b, 4))) FILTER (WHERE x.less))[1:3], E'\n    ') FROM "
	    "(SELECT y.*, abs(y.a - y.b) > 0.0001 AND (y.room IN ('numeric'::regtype, 'real'::regtype, 'double "
	    "precision'::regtype) OR %s) AS less FROM (SELECT %s.tableoid AS t, %s AS room, (%s)::numeric AS a, "
	    "(%s)::numeric "
	    "AS "
	    "b FROM %s%s%s%s%s) y) x",
	    division_is_dropped(update, update->expressions[i]) ? "true" : "false", update->alias, type,
	    update->expressions[i], with_fractions, update->target, update->from != NULL ? ", " : "",
	    update->from != NULL ? update->from : "", update->where != NULL ? " WHERE " : "",
	    update->where != NULL ? update->where : "");
}

static void
division_note(GPtrArray *changes, const CheckUpdate *update, guint i, const MigrationStatement *statement,
              const DbResult *found)
{
	gint64 n_less = g_ascii_strtoll(db_result_value(found, 0, DIVISION_LESS), NULL, 10);
	const char *table = db_result_value(found, 0, DIVISION_TABLE);
	const char *column = update->columns[i];
	bool dropped = division_is_dropped(update, update->expressions[i]);

	if (n_less == 0 || table == NULL)
		return;
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_VALUES_LOST, table, column, NULL);
	change->statement = statement;
	change->text = g_strdup_printf(
	    "column \"%s\" of table \"%s\" %s in %" G_GINT64_FORMAT
	    " of %s rows: a division of whole numbers drops the rest%s",
	    column, table, dropped ? "gets less than there was" : "has room for fractions, and gets none", n_less,
	    db_result_value(found, 0, DIVISION_ROWS), dropped ? ", and the column that it was in is dropped" : "");
	change->examples = g_strdup_printf("rows in which the rest is lost:\n    %s",
	                                   db_result_value(found, 0, DIVISION_EXAMPLES));
	change->hint =
	    dropped
		? "give the new column room for fractions (numeric) and divide by a number with a point "
		  "(seconds / 60.0), or keep the old one; trunc() or div() say that the rest may go"
		: "divide by a number with a point (price / 100.0), or cast one of them to numeric; trunc() or div() "
		  "say that the rest may go";
}

bool
check_division_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement,
                   GPtrArray *changes, GError **error)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_autofree char *with_fractions = division_with_fractions(update->expressions[i]);
		g_auto(RowsRefusal) refusal = { 0 };
		g_autoptr(DbResult) found = NULL;
		if (with_fractions == NULL || division_means_it(update->expressions[i]))
			continue;
		g_autofree char *sql = division_make_sql(session, update, i, with_fractions);
		if (!rows_try(session, sql, &found, &refusal, error))
			return false;
		if (found != NULL && db_result_rows(found) == 1)
			division_note(changes, update, i, statement, found);
	}
	return true;
}
