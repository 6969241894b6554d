#include "run/stage/column_exists.h"

#include "check/workspace/place.h"
#include "migration/text/lexer.h"
#include "rows/state/queries.h"

#include <string.h>

/* Where the statement is tried. */
#define TRIAL "pgassay_exists"

/* How the column $2 of the table $1 (as in the statement) differs from the one of the trial. */
static const char column_sql[] =
    "SELECT 'the column that is there ' || CASE WHEN h.type <> w.type THEN 'has the type ' || h.type || ', not ' || "
    "w.type WHEN w.attnotnull AND NOT h.attnotnull THEN 'may be NULL' END"
    " FROM (SELECT a.attrelid, a.attname, a.attnotnull, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type"
    " FROM pg_catalog.pg_attribute a WHERE NOT a.attisdropped) h"
    " JOIN (SELECT a.attrelid, a.attname, a.attnotnull, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type"
    " FROM pg_catalog.pg_attribute a WHERE NOT a.attisdropped) w ON w.attname = h.attname"
    " WHERE h.attrelid = pg_catalog.to_regclass($1) AND w.attrelid = pg_catalog.to_regclass('" TRIAL "." TRIAL "')"
    " AND h.attname = $2";

/* ALTER TABLE name ... ADD COLUMN IF NOT EXISTS column definition. */
typedef struct {
	char *table;      /* as the statement writes it: shop.orders */
	char *definition; /* "price numeric(12,2)" */
} ColumnStatement;

static void
column_clear(ColumnStatement *statement)
{
	g_free(statement->table);
	g_free(statement->definition);
	*statement = (ColumnStatement){ 0 };
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ColumnStatement, column_clear)

/* A lexer and its last token. */
typedef struct {
	MigrationLexer lexer;
	MigrationToken token;
} ColumnText;

static bool
column_next(ColumnText *text)
{
	const char *problem = NULL;

	return migration_lexer_next(&text->lexer, &text->token, &problem) && text->token.type != MIGRATION_TOKEN_END;
}

/* Takes the words (in capital letters, NULL-terminated) if they stand here. */
static bool
column_take(ColumnText *text, const char *const *words)
{
	ColumnText from = *text;

	for (; *words != NULL; words++) {
		if (!migration_token_is(text->lexer.text, &text->token, *words) || !column_next(text)) {
			*text = from;
			return false;
		}
	}
	return true;
}

/* The text from the token to the next comma outside of parentheses, or to the end of the statement. */
static char *
column_take_action(ColumnText *text)
{
	const char *sql = text->lexer.text;
	gsize start = text->token.start;
	gsize end = start;
	guint depth = 0;

	do {
		if (depth == 0 && (migration_token_is_symbol(sql, &text->token, ',') ||
		                   migration_token_is_symbol(sql, &text->token, ';')))
			break;
		depth += migration_token_is_symbol(sql, &text->token, '(');
		depth -= depth > 0 && migration_token_is_symbol(sql, &text->token, ')');
		end = text->token.end;
	} while (column_next(text));
	return g_strndup(sql + start, end - start);
}

/* The name that stands here: "shop.orders". *ret_plain is its last part. */
static char *
column_take_name(ColumnText *text, char **ret_plain)
{
	const char *sql = text->lexer.text;
	gsize start = text->token.start;
	gsize end = text->token.end;

	*ret_plain = migration_token_name(sql, &text->token);
	while (column_next(text) && migration_token_is_symbol(sql, &text->token, '.') && column_next(text)) {
		g_free(*ret_plain);
		*ret_plain = migration_token_name(sql, &text->token);
		end = text->token.end;
	}
	return g_strndup(sql + start, end - start);
}

/* True when the statement adds the column to the table in this way. */
static bool
column_read(const char *sql, const char *table, const char *column, ColumnStatement *ret_statement)
{
	static const char *const alter[] = { "ALTER", "TABLE", NULL };
	static const char *const if_exists[] = { "IF", "EXISTS", NULL };
	static const char *const only[] = { "ONLY", NULL };
	static const char *const add[] = { "ADD", NULL };
	static const char *const word[] = { "COLUMN", NULL };
	static const char *const if_not_exists[] = { "IF", "NOT", "EXISTS", NULL };
	ColumnText text = { .lexer = { .text = sql, .length = strlen(sql) } };
	g_auto(ColumnStatement) statement = { 0 };
	g_autofree char *plain = NULL;

	if (!column_next(&text) || !column_take(&text, alter))
		return false;
	column_take(&text, if_exists);
	column_take(&text, only);
	statement.table = column_take_name(&text, &plain);
	if (g_strcmp0(plain, table) != 0)
		return false;
	for (;;) {
		bool adds = column_take(&text, add);
		column_take(&text, word);
		adds = column_take(&text, if_not_exists) && adds;
		g_autofree char *name = migration_token_name(sql, &text.token);
		g_autofree char *action = column_take_action(&text);
		if (adds && g_strcmp0(name, column) == 0) {
			statement.definition = g_steal_pointer(&action);
			break;
		}
		if (!migration_token_is_symbol(sql, &text.token, ',') || !column_next(&text))
			return false;
	}
	*ret_statement = statement;
	statement = (ColumnStatement){ 0 };
	return true;
}

/* --- Comparing --------------------------------------------------------------------- */

/* In a transaction that the caller rolls back. */
static bool
column_compare(DbSession *session, const ColumnStatement *statement, const char *column, char **ret_other,
               GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) made = NULL;
	g_autofree char *quoted = db_session_quote_identifier(session, column);
	g_autofree char *trial = g_strdup_printf("CREATE SCHEMA " TRIAL "; CREATE TABLE " TRIAL "." TRIAL
	                                         " (LIKE %s); ALTER TABLE " TRIAL "." TRIAL
	                                         " DROP COLUMN %s; ALTER TABLE " TRIAL "." TRIAL " ADD COLUMN %s",
	                                         statement->table, quoted, statement->definition);

	if (!rows_try(session, trial, &made, &refusal, error))
		return false;
	g_autoptr(DbResult) found = db_session_query(session, error, column_sql, statement->table, column, NULL);
	if (found == NULL)
		return false;
	*ret_other = db_result_rows(found) > 0 ? g_strdup(db_result_value(found, 0, 0)) : NULL;
	return true;
}

/* Whether a later statement of the script gives the column another type, or takes or allows its NULLs. */
static bool
column_is_altered(const GPtrArray *statements, guint from, const char *table, const char *column)
{
	for (guint i = from; i < statements->len; i++) {
		const char *sql = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		if (check_place_has_word(sql, "ALTER") && check_place_has_word(sql, table) &&
		    check_place_has_word(sql, column) &&
		    (check_place_has_word(sql, "TYPE") || check_place_has_word(sql, "NULL")))
			return true;
	}
	return false;
}

bool
run_column_exists_judge(DbSession *session, const MigrationScript *script, const char *table, const char *column,
                        const MigrationStatement **ret_statement, char **ret_other, GError **error)
{
	const GPtrArray *statements = migration_script_statements(script);
	g_auto(ColumnStatement) added = { 0 };
	guint next = 0;

	*ret_statement = NULL;
	*ret_other = NULL;
	for (; next < statements->len && *ret_statement == NULL; next++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, next);
		if (column_read(statement->sql, table, column, &added))
			*ret_statement = statement;
	}
	if (*ret_statement == NULL || column_is_altered(statements, next, table, column))
		return true;
	if (!db_session_execute(session, "BEGIN", error))
		return false;
	if (!column_compare(session, &added, column, ret_other, error)) {
		db_session_run_cleanup(session, "ROLLBACK");
		return false;
	}
	return db_session_execute(session, "ROLLBACK", error);
}
