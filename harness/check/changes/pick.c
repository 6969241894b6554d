#include "check/changes/pick.h"

#include "check/changes/changes_private.h"
#include "migration/text/lexer.h"
#include "rows/state/queries.h"

#include <string.h>

/* --- The statement ------------------------------------------------------------- */

/* A SELECT in parentheses that takes one row of several. */
typedef struct {
	char *sql;      /* without its LIMIT */
	bool condition; /* it has a WHERE */
	bool constant;  /* a text or a number stands behind it: it asks for certain rows */
} PickQuery;

static void
pick_clear(PickQuery *query)
{
	g_free(query->sql);
	*query = (PickQuery){ 0 };
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PickQuery, pick_clear)

/* The lexer stands behind the SELECT of a query in parentheses. True when it has LIMIT and no order. */
static bool
pick_read_query(MigrationLexer *lexer, gsize start, PickQuery *query)
{
	MigrationToken token = { .type = MIGRATION_TOKEN_SYMBOL };
	const char *problem = NULL;
	gsize limit = 0;
	guint depth = 1;
	bool ordered = false;

	while (depth > 0 && migration_lexer_next(lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		depth += migration_token_is_symbol(lexer->text, &token, '(');
		depth -= migration_token_is_symbol(lexer->text, &token, ')');
		query->constant |= query->condition && limit == 0 &&
		                   (token.type == MIGRATION_TOKEN_STRING || token.type == MIGRATION_TOKEN_NUMBER);
		if (depth != 1)
			continue;
		query->condition |= migration_token_is(lexer->text, &token, "WHERE");
		ordered |= migration_token_is(lexer->text, &token, "ORDER");
		if (limit == 0 && migration_token_is(lexer->text, &token, "LIMIT"))
			limit = token.start;
	}
	if (depth > 0 || ordered || limit == 0)
		return false;
	query->sql = g_strndup(lexer->text + start, limit - start);
	return true;
}

/* The first such query in the expression. */
static bool
pick_find_query(const char *expression, PickQuery *ret_query)
{
	MigrationLexer lexer = { .text = expression, .length = strlen(expression) };
	MigrationToken token = { .type = MIGRATION_TOKEN_SYMBOL };
	const char *problem = NULL;
	bool opened = false;

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		g_auto(PickQuery) query = { 0 };
		if (opened && migration_token_is(expression, &token, "SELECT") &&
		    pick_read_query(&lexer, token.start, &query)) {
			*ret_query = query;
			query = (PickQuery){ 0 };
			return true;
		}
		opened = migration_token_is_symbol(expression, &token, '(');
	}
	return false;
}

bool
check_pick_suspects(const CheckUpdate *update)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_auto(PickQuery) query = { 0 };
		if (pick_find_query(update->expressions[i], &query))
			return true;
	}
	return false;
}

/* --- Asking -------------------------------------------------------------------- */

enum { PICK_ROWS, PICK_ALIKE, PICK_DIFFER, PICK_VALUES, PICK_TABLE };

/* One row: how many rows are written; whether all find the same values; how many find different ones; three of
 * these; the table. */
static char *
pick_make_sql(const CheckUpdate *update, const PickQuery *query)
{
	return g_strdup_printf(
	    "SELECT count(*), count(DISTINCT m.a) = 1, count(*) FILTER (WHERE m.d > 1), max(m.e),"
	    " (SELECT pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(c.relname) FROM "
	    "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace WHERE c.oid = min(m.t))"
	    " FROM (SELECT %s.tableoid AS t, pgassay_found.* FROM %s%s%s, LATERAL (SELECT count(DISTINCT q.v::text) AS "
	    "d,"
	    " pg_catalog.md5(string_agg(q.v::text, ' ' ORDER BY q.v::text)) AS a, "
	    "pg_catalog.array_to_string((array_agg("
	    "DISTINCT pg_catalog.left(q.v::text, 40)))[1:3], E'\n    ') AS e FROM (%s) q(v)) pgassay_found%s%s) m",
	    update->alias, update->target, update->from != NULL ? ", " : "", update->from != NULL ? update->from : "",
	    query->sql, update->where != NULL ? " WHERE " : "", update->where != NULL ? update->where : "");
}

static void
pick_note(GPtrArray *changes, const MigrationStatement *statement, const char *column, const PickQuery *query,
          const DbResult *found)
{
	gint64 n_rows = g_ascii_strtoll(db_result_value(found, 0, PICK_ROWS), NULL, 10);
	gint64 n_differ = g_ascii_strtoll(db_result_value(found, 0, PICK_DIFFER), NULL, 10);
	const char *table = db_result_value(found, 0, PICK_TABLE);
	bool alike = n_rows > 1 && g_strcmp0(db_result_value(found, 0, PICK_ALIKE), "t") == 0;

	if (n_differ == 0 || table == NULL)
		return;
	/* WHERE name = 'free' means one row, and only nothing says so. */
	bool fails = alike && !(query->condition && query->constant);
	CheckChange *change = check_change_new(changes, fails ? CHECK_CHANGE_BY_CHANCE : CHECK_CHANGE_BY_CHANCE_IN_PART,
	                                       table, column, NULL);
	change->statement = statement;
	if (fails)
		change->text = g_strdup_printf(
		    "column \"%s\" of table \"%s\" gets one value in all %" G_GINT64_FORMAT
		    " rows, that of any row: the query with LIMIT has no condition about the "
		    "row that is written, and no ORDER BY",
		    column, table, n_rows);
	else
		change->text = g_strdup_printf("for column \"%s\" of table \"%s\" %" G_GINT64_FORMAT
		                               " of %" G_GINT64_FORMAT " rows find several values: LIMIT without "
		                               "ORDER BY takes any of them",
		                               column, table, n_differ, n_rows);
	change->examples = g_strdup_printf("values that it may take:\n    %s", db_result_value(found, 0, PICK_VALUES));
	change->hint = "say in its WHERE which row belongs to which (WHERE b.id = a.b_id), or by ORDER BY which one "
		       "is meant for all";
}

bool
check_pick_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement, GPtrArray *changes,
               GError **error)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		g_auto(PickQuery) query = { 0 };
		g_auto(RowsRefusal) refusal = { 0 };
		g_autoptr(DbResult) found = NULL;
		if (!pick_find_query(update->expressions[i], &query))
			continue;
		g_autofree char *sql = pick_make_sql(update, &query);
		if (!rows_try(session, sql, &found, &refusal, error))
			return false;
		if (found != NULL && db_result_rows(found) == 1)
			pick_note(changes, statement, update->columns[i], &query, found);
	}
	return true;
}
