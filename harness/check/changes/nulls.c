#include "check/changes/nulls.h"

#include "check/changes/changes_private.h"
#include "check/workspace/place.h"
#include "migration/text/lexer.h"
#include "rows/state/queries.h"

#include <string.h>

/* --- Expressions -------------------------------------------------------------- */

/* Whether the expression names the column, or with `others` anything else than it: as a word or a quoted name, not as a
 * function or in a text. */
static bool
nulls_names(const char *expression, const char *column, bool others)
{
	MigrationLexer lexer = { .text = expression, .length = strlen(expression) };
	MigrationToken token = { .type = MIGRATION_TOKEN_SYMBOL };
	const char *problem = NULL;
	bool named = false;

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		if (named && !migration_token_is_symbol(expression, &token, '('))
			return true;
		g_autofree char *name = migration_token_name(expression, &token);
		named = name != NULL && (strcmp(name, column) != 0) == others;
	}
	return named;
}

static bool
nulls_means_it(const char *expression)
{
	return check_place_has_word(expression, "CASE") || check_place_has_word(expression, "NULLIF");
}

static bool
nulls_is_joined(const char *expression)
{
	return strstr(expression, "||") != NULL && !nulls_means_it(expression) &&
	       !check_place_has_word(expression, "SELECT");
}

/* Calculated from what the column holds, and from something else. */
static bool
nulls_is_own(const char *expression, const char *column)
{
	return nulls_names(expression, column, false) && nulls_names(expression, column, true) &&
	       !nulls_means_it(expression);
}

/* Calculated from several columns: what the column held is not among them, and may go. */
static bool
nulls_is_calculated(const char *expression, const char *column)
{
	MigrationLexer lexer = { .text = expression, .length = strlen(expression) };
	MigrationToken token = { .type = MIGRATION_TOKEN_SYMBOL };
	const char *problem = NULL;

	if (nulls_means_it(expression) || check_place_has_word(expression, "SELECT") ||
	    !nulls_names(expression, column, true))
		return false;
	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END)
		/* "->" and "->>" take something out of JSON. */
		if (token.type == MIGRATION_TOKEN_SYMBOL && strchr("+-*/", expression[token.start]) != NULL &&
		    expression[token.end] != '>')
			return true;
	return false;
}

static bool
nulls_suspects_one(const char *expression, const char *column)
{
	return nulls_is_joined(expression) || nulls_is_own(expression, column) ||
	       nulls_is_calculated(expression, column);
}

bool
check_nulls_suspects(const CheckUpdate *update)
{
	for (guint i = 0; update->columns[i] != NULL; i++)
		if (nulls_suspects_one(update->expressions[i], update->columns[i]))
			return true;
	return false;
}

/* --- Asking ------------------------------------------------------------------- */

/* One expression, with the tables that it is about. */
typedef struct {
	DbSession *session;
	const CheckUpdate *update;
	const char *column;
	const char *expression;
	const MigrationStatement *statement; /* or NULL */
	GPtrArray *columns;                  /* of char *: those of the table that the expression names */
	GPtrArray *changes;
} NullsQuestion;

/* The columns of the table that the expression names, and the one that it goes into where it is calculated: of a table
 * with rows, as its rows show them. */
static bool
nulls_find_columns(const NullsQuestion *question, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT k FROM (SELECT %s.* FROM %s LIMIT 1) r,"
	                                       " pg_catalog.json_object_keys(pg_catalog.row_to_json(r)) k",
	                                       question->update->alias, question->update->target);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) found = NULL;

	if (!rows_try(question->session, sql, &found, &refusal, error))
		return false;
	for (int row = 0; found != NULL && row < db_result_rows(found); row++)
		if (nulls_names(question->expression, db_result_value(found, row, 0), false) ||
		    (nulls_is_calculated(question->expression, question->column) &&
		     strcmp(db_result_value(found, row, 0), question->column) == 0))
			g_ptr_array_add(question->columns, g_strdup(db_result_value(found, row, 0)));
	return true;
}

/* Appends the condition of a row: one of the expression's columns is NULL, and another one is not. */
static void
nulls_append_condition(const NullsQuestion *question, GString *sql)
{
	bool own = nulls_is_own(question->expression, question->column) ||
	           nulls_is_calculated(question->expression, question->column);
	const char *unknown = check_place_has_word(question->expression, "SELECT") ? "true" : "false";

	g_string_append(sql, "x.e AND (false");
	for (guint i = 0; i < question->columns->len; i++)
		for (guint j = 0; j < question->columns->len; j++) {
			const char *column = g_ptr_array_index(question->columns, j);
			bool is_own = own && strcmp(column, question->column) == 0;
			if (i != j && (is_own || nulls_is_joined(question->expression)))
				g_string_append_printf(sql, " OR x.n%u AND NOT x.n%u", i, j);
			else if (i == j && is_own)
				g_string_append_printf(sql, " OR %s AND NOT x.n%u", unknown, i);
		}
	g_string_append(sql, ")");
}

enum { NULLS_ROWS, NULLS_BAD, NULLS_TABLE, NULLS_EXAMPLES, NULLS_COLUMNS };

/* One row: how many rows, how many of them are such, the table, three of them; then for each column in how many of
 * them it is NULL. */
static char *
nulls_make_sql(const NullsQuestion *question)
{
	const CheckUpdate *update = question->update;
	g_autoptr(GString) bad = g_string_new(NULL);
	GString *sql = g_string_new(
	    "SELECT count(*), count(*) FILTER (WHERE y.bad), (SELECT "
	    "pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(c.relname) FROM "
	    "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace "
	    "WHERE c.oid = min(y.t)), pg_catalog.array_to_string((array_agg(y.l ORDER BY y.l) "
	    "FILTER (WHERE y.bad))[1:3], E'\n    ')");

	nulls_append_condition(question, bad);
	for (guint i = 0; i < question->columns->len; i++)
		g_string_append_printf(sql, ", count(*) FILTER (WHERE y.bad AND y.n%u)", i);
	g_string_append_printf(sql, " FROM (SELECT x.*, %s AS bad FROM (SELECT %s.tableoid AS t, (%s) IS NULL AS e",
	                       bad->str, update->alias, question->expression);
	for (guint i = 0; i < question->columns->len; i++) {
		g_autofree char *name = db_session_quote_identifier(question->session,
		                                                    g_ptr_array_index(question->columns, i));
		g_string_append_printf(sql, ", %s.%s IS NULL AS n%u", update->alias, name, i);
	}
	g_string_append(sql, ", pg_catalog.concat_ws(', '");
	for (guint i = 0; i < question->columns->len; i++) {
		const char *column = g_ptr_array_index(question->columns, i);
		g_autofree char *name = db_session_quote_identifier(question->session, column);
		g_autofree char *literal = db_session_quote_literal(question->session, column);
		g_string_append_printf(sql,
		                       ", %s || coalesce(' = \"' || pg_catalog.left(pg_catalog.translate(%s.%s::text, "
		                       "E'\n\r', '  '), 40) || '\"', ' is NULL')",
		                       literal, update->alias, name);
	}
	g_string_append_printf(sql, ") AS l FROM %s%s%s%s%s) x) y", update->target, update->from != NULL ? ", " : "",
	                       update->from != NULL ? update->from : "", update->where != NULL ? " WHERE " : "",
	                       update->where != NULL ? update->where : "");
	return g_string_free(sql, FALSE);
}

/* "a" and "b": those that are NULL in some of the rows; or else those that have a value in some. */
static char *
nulls_list(const NullsQuestion *question, const DbResult *found, gint64 n_bad, bool null)
{
	GString *list = g_string_new(NULL);

	for (guint i = 0; i < question->columns->len; i++) {
		gint64 n = g_ascii_strtoll(db_result_value(found, 0, NULLS_COLUMNS + (int)i), NULL, 10);
		if (null ? n > 0 : n < n_bad)
			g_string_append_printf(list, "%s\"%s\"", list->len > 0 ? " or " : "",
			                       (char *)g_ptr_array_index(question->columns, i));
	}
	return g_string_free(list, FALSE);
}

static void
nulls_note(const NullsQuestion *question, const DbResult *found)
{
	gint64 n_bad = g_ascii_strtoll(db_result_value(found, 0, NULLS_BAD), NULL, 10);
	const char *table = db_result_value(found, 0, NULLS_TABLE);

	if (n_bad == 0 || table == NULL)
		return;
	g_autofree char *known = nulls_list(question, found, n_bad, false);
	g_autofree char *missing = nulls_list(question, found, n_bad, true);
	CheckChange *change = check_change_new(question->changes, CHECK_CHANGE_NULL, table, question->column, NULL);
	change->statement = question->statement;
	change->text = g_strdup_printf("column \"%s\" of table \"%s\" becomes NULL in %" G_GINT64_FORMAT
	                               " of %s rows although %s has a value%s%s%s",
	                               question->column, table, n_bad, db_result_value(found, 0, NULLS_ROWS), known,
	                               missing[0] != '\0' ? ", because " : "", missing,
	                               missing[0] != '\0' ? " is NULL there" : "");
	change->examples = g_strdup_printf("rows in which it becomes NULL:\n    %s",
	                                   db_result_value(found, 0, NULLS_EXAMPLES));
	change->hint = "give what may be NULL another value (coalesce, concat_ws), or leave such rows out by WHERE";
}

static bool
nulls_ask_one(NullsQuestion *question, GError **error)
{
	g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(g_free);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) found = NULL;

	question->columns = columns;
	if (!nulls_find_columns(question, error))
		return false;
	if (columns->len == 0)
		return true;
	g_autofree char *sql = nulls_make_sql(question);
	if (!rows_try(question->session, sql, &found, &refusal, error))
		return false;
	if (found != NULL && db_result_rows(found) == 1)
		nulls_note(question, found);
	return true;
}

bool
check_nulls_ask(DbSession *session, const CheckUpdate *update, const MigrationStatement *statement, GPtrArray *changes,
                GError **error)
{
	for (guint i = 0; update->columns[i] != NULL; i++) {
		NullsQuestion question = { .session = session,
			                   .update = update,
			                   .column = update->columns[i],
			                   .expression = update->expressions[i],
			                   .statement = statement,
			                   .changes = changes };
		if (nulls_suspects_one(question.expression, question.column) && !nulls_ask_one(&question, error))
			return false;
	}
	return true;
}

/* --- Generated columns ------------------------------------------------------------ */

static const char nulls_generated_sql[] =
    "SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),"
    " pg_catalog.quote_ident(c.relname), a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid)"
    " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE a.attgenerated <> '' AND c.relkind = 'r' ORDER BY 2, a.attnum";

bool
check_nulls_suspected(const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (check_place_has_word(statement->sql, "GENERATED") && strstr(statement->sql, "||") != NULL)
			return true;
	}
	return false;
}

/* The column is new on a table that was there. */
static bool
nulls_is_new(const RowsState *before, const RowsState *after, const char *oid, const char *column)
{
	for (guint i = 0; i < rows_state_size(after); i++) {
		const char *table = rows_state_name(after, i);
		if (g_strcmp0(rows_state_oid(after, table), oid) == 0)
			return rows_state_rows(before, table) > 0 &&
			       rows_state_column_type(before, table, column) == NULL;
	}
	return false;
}

bool
check_nulls_find_generated(DbSession *session, const RowsState *before, const RowsState *after,
                           const MigrationScript *script, GPtrArray *changes, GError **error)
{
	if (!check_nulls_suspected(script))
		return true;
	g_autoptr(DbResult) found = db_session_query(session, error, nulls_generated_sql, NULL);
	for (int row = 0; found != NULL && row < db_result_rows(found); row++) {
		const char *column = db_result_value(found, row, 3);
		const char *expression = db_result_value(found, row, 4);
		const char *words[] = { column, NULL };
		const CheckUpdate table = { .target = (char *)db_result_value(found, row, 1),
			                    .alias = (char *)db_result_value(found, row, 2) };
		NullsQuestion question = { .session = session,
			                   .update = &table,
			                   .column = column,
			                   .expression = expression,
			                   .statement = check_place_find_statement(script, words),
			                   .changes = changes };
		if (nulls_is_joined(expression) &&
		    nulls_is_new(before, after, db_result_value(found, row, 0), column) &&
		    !nulls_ask_one(&question, error))
			return false;
	}
	return found != NULL;
}
