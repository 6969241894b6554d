#include "check/changes/lookup.h"

#include "check/changes/changes_private.h"
#include "check/workspace/place.h"
#include "migration/text/lexer.h"
#include "migration/text/statement.h"
#include "rows/state/queries.h"

#include <string.h>

/* The name of the first table behind FROM, without its schema. The caller frees it. */
static char *
lookup_find_table(const char *from)
{
	MigrationLexer lexer = { .text = from, .length = strlen(from) };
	MigrationToken token = { .type = MIGRATION_TOKEN_SYMBOL };
	const char *problem = NULL;
	char *name = NULL;

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		char *next = migration_token_name(from, &token);
		if (next == NULL)
			break;
		g_free(name);
		name = next;
		if (!migration_lexer_next(&lexer, &token, &problem) || !migration_token_is_symbol(from, &token, '.'))
			break;
	}
	return name;
}

/* Whether an INSERT fills the table from the column. */
static bool
lookup_is_filled(const MigrationScript *script, const char *table, const char *column)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; table != NULL && i < statements->len; i++) {
		const char *sql = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		g_autofree char *first = migration_statement_key_words(sql, 1);
		if (strcmp(first, "INSERT") == 0 && check_place_has_word(sql, "SELECT") &&
		    check_place_has_word(sql, table) && check_place_has_word(sql, column))
			return true;
	}
	return false;
}

/* The column that the condition names and the script drops, after one INSERT and this UPDATE have read it; NULL: it is
 * not of this kind. The caller frees it. */
static char *
lookup_find_column(const CheckUpdate *update)
{
	if (update->script == NULL || update->from == NULL || update->where == NULL)
		return NULL;
	g_autofree char *table = lookup_find_table(update->from);
	g_autofree char *column = check_update_find_dropped(update, update->where);

	if (column == NULL || !lookup_is_filled(update->script, table, column) ||
	    check_update_count_readers(update->script, column, NULL) > 2)
		return NULL;
	return g_steal_pointer(&column);
}

bool
check_lookup_suspects(const CheckUpdate *update)
{
	g_autofree char *column = lookup_find_column(update);

	return column != NULL;
}

enum { LOOKUP_ROWS, LOOKUP_MISSED, LOOKUP_VALUES, LOOKUP_TABLE };

/* Values that say nothing need no row. */
static char *
lookup_make_sql(DbSession *session, const CheckUpdate *update, const char *column)
{
	g_autofree char *quoted = db_session_quote_identifier(session, column);

	return g_strdup_printf(
	    "SELECT count(*), count(*) FILTER (WHERE x.e), (SELECT string_agg('\"' || y.v || '\"', ', ') FROM (SELECT "
	    "DISTINCT z.v FROM (SELECT pg_catalog.left(%s.%s::text, 40) AS v FROM %s WHERE %s.%s IS NOT NULL AND NOT "
	    "EXISTS "
	    "(SELECT FROM %s WHERE %s)) z ORDER BY 1 LIMIT 3) y), (SELECT pg_catalog.quote_ident(s.nspname) || '.' || "
	    "pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = "
	    "c.relnamespace WHERE c.oid = min(x.t)) FROM (SELECT %s.tableoid AS t, NOT EXISTS (SELECT FROM %s WHERE "
	    "%s) AS e "
	    "FROM %s WHERE pg_catalog.btrim(%s.%s::text) <> '') x",
	    update->alias, quoted, update->target, update->alias, quoted, update->from, update->where, update->alias,
	    update->from, update->where, update->target, update->alias, quoted);
}

bool
check_lookup_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement, GPtrArray *changes,
                 GError **error)
{
	g_autofree char *column = lookup_find_column(update);
	g_autofree char *sql = lookup_make_sql(session, update, column);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) found = NULL;

	if (!rows_try(session, sql, &found, &refusal, error))
		return false;
	if (found == NULL || db_result_rows(found) != 1 || db_result_value(found, 0, LOOKUP_TABLE) == NULL ||
	    strcmp(db_result_value(found, 0, LOOKUP_MISSED), "0") == 0)
		return true;
	CheckChange *change = check_change_new(changes, CHECK_CHANGE_VALUES_LOST,
	                                       db_result_value(found, 0, LOOKUP_TABLE), column, NULL);
	change->statement = statement;
	change->text = g_strdup_printf(
	    "the condition finds no row for column \"%s\" of table \"%s\" in %s of %s rows, and the "
	    "column is dropped: their values are gone",
	    column, db_result_value(found, 0, LOOKUP_TABLE), db_result_value(found, 0, LOOKUP_MISSED),
	    db_result_value(found, 0, LOOKUP_ROWS));
	change->examples = g_strdup_printf("values without a row: %s", db_result_value(found, 0, LOOKUP_VALUES));
	change->hint =
	    "compare the values as the INSERT has written them (lower() on both sides), and SET NOT NULL the new "
	    "column before you drop the old one";
	return true;
}
