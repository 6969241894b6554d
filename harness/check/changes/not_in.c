#include "check/changes/not_in.h"

#include "check/changes/changes_private.h"
#include "check/workspace/place.h"
#include "migration/text/lexer.h"
#include "migration/text/statement.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <string.h>

/* --- The statement ------------------------------------------------------------- */

typedef struct {
	char *sql;   /* the query in parentheses */
	char *table; /* the first one behind its FROM, as it stands there */
} NotIn;

static void
not_in_clear(NotIn *query)
{
	g_free(query->sql);
	g_free(query->table);
	*query = (NotIn){ 0 };
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NotIn, not_in_clear)

/* The lexer stands behind the SELECT of a query in parentheses, which begins at `start`. */
static bool
not_in_read_query(MigrationLexer *lexer, gsize start, NotIn *query)
{
	MigrationToken token = { .type = MIGRATION_TOKEN_SYMBOL };
	const char *problem = NULL;
	guint depth = 1;
	bool from = false;
	gsize table = 0;
	gsize end = 0;

	while (depth > 0 && migration_lexer_next(lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		depth += migration_token_is_symbol(lexer->text, &token, '(');
		depth -= migration_token_is_symbol(lexer->text, &token, ')');
		/* The name may have several parts. */
		bool name = token.type == MIGRATION_TOKEN_WORD || token.type == MIGRATION_TOKEN_QUOTED;
		if (from && depth == 1 && (table == 0 ? name : token.start == end)) {
			table = table == 0 ? token.start : table;
			end = token.end;
		} else if (table > 0) {
			from = false;
		}
		from |= depth == 1 && table == 0 && migration_token_is(lexer->text, &token, "FROM");
	}
	if (depth > 0 || table == 0)
		return false;
	query->sql = g_strndup(lexer->text + start, token.start - start);
	query->table = g_strndup(lexer->text + table, end - table);
	return true;
}

/* The first NOT IN (SELECT ...) of a statement that reads or writes rows. */
static bool
not_in_find(const char *sql, NotIn *ret_query)
{
	static const char *const first[] = { "INSERT", "UPDATE", "DELETE", NULL };
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	MigrationToken token = { .type = MIGRATION_TOKEN_SYMBOL };
	const char *problem = NULL;
	guint n = 0; /* how much of NOT IN ( is there */
	g_autofree char *word = migration_statement_key_words(sql, 1);

	/* Rows of a seed may be very many. */
	if (!g_strv_contains(first, word) || !check_place_has_word(sql, "SELECT"))
		return false;
	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		if (n == 3 && migration_token_is(sql, &token, "SELECT"))
			return not_in_read_query(&lexer, token.start, ret_query);
		n = migration_token_is(sql, &token, "NOT")                  ? 1
		    : n == 1 && migration_token_is(sql, &token, "IN")       ? 2
		    : n == 2 && migration_token_is_symbol(sql, &token, '(') ? 3
		                                                            : 0;
	}
	return false;
}

bool
check_not_in_suspects(const char *sql)
{
	g_auto(NotIn) query = { 0 };

	return not_in_find(sql, &query);
}

/* --- Asking -------------------------------------------------------------------- */

enum { NOT_IN_ROWS, NOT_IN_NULLS, NOT_IN_TABLE };

/* The server refuses it where the query is about rows outside of it. */
bool
check_not_in_ask(DbSession *session, const MigrationStatement *statement, GPtrArray *changes, GError **error)
{
	g_auto(NotIn) query = { 0 };
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) found = NULL;

	if (!not_in_find(statement->sql, &query))
		return true;
	g_autofree char *name = rows_literal(query.table);
	g_autofree char *sql = g_strdup_printf(
	    "SELECT count(*), count(*) FILTER (WHERE q.v IS NULL), (SELECT pg_catalog.format('%%I.%%I', n.nspname, "
	    "c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE "
	    "c.oid = "
	    "pg_catalog.to_regclass(%s)) FROM (%s) q(v) HAVING count(*) > count(q.v)",
	    name, query.sql);
	if (!rows_try(session, sql, &found, &refusal, error))
		return false;
	if (found == NULL || db_result_rows(found) != 1 || db_result_value(found, 0, NOT_IN_TABLE) == NULL)
		return true;
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_NEVER, db_result_value(found, 0, NOT_IN_TABLE),
	                                       NULL, NULL);
	change->statement = statement;
	change->text = g_strdup_printf("the query behind NOT IN gives NULL for %s of %s rows of \"%s\", and NOT IN is "
	                               "never true then: no row meets it",
	                               db_result_value(found, 0, NOT_IN_NULLS), db_result_value(found, 0, NOT_IN_ROWS),
	                               db_result_value(found, 0, NOT_IN_TABLE));
	g_autofree char *shown = g_strndup(query.sql, strcspn(query.sql, "\n"));
	change->examples = g_strdup_printf("the query: %s", shown);
	change->hint = "take NOT EXISTS, or leave NULL out of the query (WHERE ... IS NOT NULL); a column that never "
		       "holds NULL can be NOT NULL";
	return true;
}
