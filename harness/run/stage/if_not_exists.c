#include "run/stage/if_not_exists.h"

#include "check/workspace/place.h"
#include "migration/text/lexer.h"
#include "rows/state/queries.h"
#include "run/stage/column_exists.h"

#include <string.h>

/* Where the statement is tried. */
#define TRIAL "pgassay_exists"

/* Columns that the statement would make, and that the relation lacks or has with another type; or what else it is. $1
 * is the name as in the statement. */
static const char table_sql[] =
    "SELECT CASE WHEN c.relkind NOT IN ('r', 'p', 'f') THEN "
    "'what is there is ' || CASE c.relkind WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view' WHEN 'S' THEN "
    "'a sequence' WHEN 'c' THEN 'a type' ELSE 'an index' END ELSE "
    "(SELECT 'the table that is there ' || string_agg(CASE WHEN h.attname IS NULL THEN 'has no column \"' || w.attname"
    " || '\"' ELSE 'has \"' || w.attname || '\" as ' || pg_catalog.format_type(h.atttypid, h.atttypmod) || ', not as '"
    " || pg_catalog.format_type(w.atttypid, w.atttypmod) END, ' and ' ORDER BY w.attnum)"
    " FROM pg_catalog.pg_attribute w LEFT JOIN pg_catalog.pg_attribute h ON h.attrelid = c.oid AND h.attname = "
    "w.attname"
    " AND NOT h.attisdropped WHERE w.attrelid = t.oid AND w.attnum > 0 AND (h.attname IS NULL OR "
    "pg_catalog.format_type(h.atttypid, h.atttypmod) <> pg_catalog.format_type(w.atttypid, w.atttypmod))) END"
    " FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_class t ON t.relnamespace = "
    "pg_catalog.to_regnamespace('" TRIAL "') AND t.relname = '" TRIAL "'"
    " WHERE c.oid = pg_catalog.to_regclass($1)";

/* The same of an index, whose table is $2. */
static const char index_sql[] =
    "SELECT CASE WHEN c.relkind NOT IN ('i', 'I') THEN 'what is there is no index'"
    " WHEN i.indrelid <> pg_catalog.to_regclass($2) THEN 'the index that is there is on table \"' || "
    "i.indrelid::pg_catalog.regclass || '\"'"
    " WHEN pg_catalog.replace(pg_catalog.pg_get_indexdef(t.oid), 'INDEX " TRIAL " ', 'INDEX ' || "
    "pg_catalog.quote_ident(c.relname) || ' ') <> pg_catalog.pg_get_indexdef(c.oid)"
    " THEN 'the index that is there is another one: ' || pg_catalog.pg_get_indexdef(c.oid) END"
    " FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid"
    " LEFT JOIN pg_catalog.pg_class t ON t.relname = '" TRIAL "' AND t.relkind IN ('i', 'I')"
    " WHERE c.oid = pg_catalog.to_regclass($1)";

/* --- The statement ---------------------------------------------------------------- */

typedef struct {
	bool index;
	char *name;  /* as the statement writes it: shop.orders */
	char *plain; /* without schema and quotes */
	char *table; /* of an index; or NULL */
	char *trial; /* the statement, with another name */
} ExistsStatement;

static void
exists_clear(ExistsStatement *statement)
{
	g_free(statement->name);
	g_free(statement->plain);
	g_free(statement->table);
	g_free(statement->trial);
	*statement = (ExistsStatement){ 0 };
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ExistsStatement, exists_clear)

/* The name that begins with the token, which is the next one: "shop.orders". *ret_plain is its last part. */
static char *
exists_read_name(MigrationLexer *lexer, MigrationToken *token, char **ret_plain)
{
	const char *text = lexer->text;
	const char *problem = NULL;
	gsize start = token->start;
	gsize end = token->end;

	g_free(*ret_plain);
	*ret_plain = migration_token_name(text, token);
	while (migration_lexer_next(lexer, token, &problem) && migration_token_is_symbol(text, token, '.') &&
	       migration_lexer_next(lexer, token, &problem)) {
		g_free(*ret_plain);
		*ret_plain = migration_token_name(text, token);
		end = token->end;
	}
	return g_strndup(text + start, end - start);
}

/* The token is ON, or comes before it. */
static void
exists_read_index(MigrationLexer *lexer, MigrationToken *token, ExistsStatement *statement)
{
	const char *problem = NULL;
	g_autofree char *plain = NULL;

	if (!migration_token_is(lexer->text, token, "ON") || !migration_lexer_next(lexer, token, &problem))
		return;
	if (migration_token_is(lexer->text, token, "ONLY") && !migration_lexer_next(lexer, token, &problem))
		return;
	statement->table = exists_read_name(lexer, token, &plain);
}

/* CREATE ... TABLE or INDEX IF NOT EXISTS name ...: true. */
static bool
exists_read(const char *sql, ExistsStatement *ret_statement)
{
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	MigrationToken token = { 0 };
	const char *problem = NULL;
	g_auto(ExistsStatement) statement = { 0 };
	bool unique = false;
	bool known = false;

	if (!migration_lexer_next(&lexer, &token, &problem) || !migration_token_is(sql, &token, "CREATE"))
		return false;
	while (migration_lexer_next(&lexer, &token, &problem) && token.type == MIGRATION_TOKEN_WORD &&
	       !migration_token_is(sql, &token, "EXISTS")) {
		statement.index |= migration_token_is(sql, &token, "INDEX");
		known |= statement.index || migration_token_is(sql, &token, "TABLE");
		unique |= migration_token_is(sql, &token, "UNIQUE");
	}
	if (!known || !migration_token_is(sql, &token, "EXISTS") || !migration_lexer_next(&lexer, &token, &problem))
		return false;
	gsize rest = token.start;
	statement.name = exists_read_name(&lexer, &token, &statement.plain);
	rest += strlen(statement.name);
	statement.trial = statement.index
	                      ? g_strdup_printf("CREATE %sINDEX " TRIAL " %s", unique ? "UNIQUE " : "", sql + rest)
	                      : g_strdup_printf("CREATE TABLE " TRIAL "." TRIAL " %s", sql + rest);
	if (statement.index)
		exists_read_index(&lexer, &token, &statement);
	if (statement.plain == NULL)
		return false;
	*ret_statement = statement;
	statement = (ExistsStatement){ 0 };
	return true;
}

/* --- Comparing --------------------------------------------------------------------- */

/* In a transaction that the caller rolls back. *ret_other NULL: alike, or nothing is known. */
static bool
exists_compare(DbSession *session, const ExistsStatement *statement, char **ret_other, GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) made = NULL;
	g_autofree char *trial = g_strconcat("CREATE SCHEMA " TRIAL "; ", statement->trial, NULL);

	if (!rows_try(session, trial, &made, &refusal, error))
		return false;
	g_autoptr(DbResult)
	    found = statement->index
	                ? db_session_query(session, error, index_sql, statement->name, statement->table, NULL)
	                : db_session_query(session, error, table_sql, statement->name, NULL);
	if (found == NULL)
		return false;
	*ret_other = db_result_rows(found) > 0 ? g_strdup(db_result_value(found, 0, 0)) : NULL;
	return true;
}

static bool
exists_try(DbSession *session, const ExistsStatement *statement, char **ret_other, GError **error)
{
	*ret_other = NULL;
	if (statement->index && statement->table == NULL)
		return true;
	if (!db_session_execute(session, "BEGIN", error))
		return false;
	if (!exists_compare(session, statement, ret_other, error)) {
		db_session_run_cleanup(session, "ROLLBACK");
		return false;
	}
	return db_session_execute(session, "ROLLBACK", error);
}

/* --- The case ------------------------------------------------------------------------ */

static void
exists_fail(RunStage *stage, const Migration *migration, const char *name, const char *way_out, const char *other,
            ReportCase *test_case)
{
	const SuiteDeclaration *declaration = suite_declaration_find(stage->job->database->layout, migration->name);

	run_progress_note_odd(stage->history, migration->name);
	if (declaration != NULL)
		report_case_set(test_case, REPORT_PASSED, "IF NOT EXISTS does nothing for \"%s\", %s; it is meant: %s",
		                name, other, declaration->reason);
	else
		report_case_set(test_case, REPORT_FAILED,
		                "IF NOT EXISTS does nothing for \"%s\", and the change is lost: %s\n"
		                "hint: %s; if you mean it, name the file under \"layout\" in the suite with the "
		                "reason",
		                name, other, way_out);
}

/* The statement that the notice comes from, and its parts; NULL: another one than of tables and indexes. */
static const MigrationStatement *
exists_find(const Migration *migration, const char *name, ExistsStatement *ret_statement)
{
	const GPtrArray *statements = migration_script_statements(migration->up);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (exists_read(statement->sql, ret_statement) && strcmp(ret_statement->plain, name) == 0)
			return statement;
		exists_clear(ret_statement);
	}
	return NULL;
}

static bool
exists_judge_relation(RunStage *stage, const Migration *migration, const char *name, ReportCase *test_case,
                      GError **error)
{
	g_auto(ExistsStatement) statement = { 0 };
	g_autofree char *other = NULL;
	const MigrationStatement *found = exists_find(migration, name, &statement);

	if (found == NULL)
		return true;
	test_case->position = base_source_position(migration_script_source(migration->up),
	                                           migration_script_source_offset(migration->up, found, 0));
	if (!exists_try(stage->workspace.session, &statement, &other, error))
		return false;
	if (other != NULL)
		exists_fail(stage, migration, statement.plain,
		            statement.index ? "give the new index another name, or change the one that is there by "
		                              "ALTER, or drop it first"
		                            : "give the new table another name, or change the one that is there by "
		                              "ALTER, or drop it first",
		            other, test_case);
	return true;
}

static bool
exists_judge_column(RunStage *stage, const Migration *migration, const char *table, const char *column,
                    ReportCase *test_case, GError **error)
{
	const MigrationStatement *statement = NULL;
	g_autofree char *other = NULL;

	if (!run_column_exists_judge(stage->workspace.session, migration->up, table, column, &statement, &other, error))
		return false;
	if (statement != NULL)
		test_case->position = base_source_position(migration_script_source(migration->up),
		                                           migration_script_source_offset(migration->up, statement, 0));
	if (other == NULL)
		return true;
	g_autofree char *name = g_strdup_printf("%s\" of table \"%s", column, table);
	exists_fail(stage, migration, name,
	            "change the column that is there by ALTER COLUMN ... TYPE, or SET NOT NULL, or give the new one "
	            "another name",
	            other, test_case);
	return true;
}

bool
run_if_not_exists_judge(RunStage *stage, const Migration *migration, const char *notices, ReportCase *test_case,
                        GError **error)
{
	static const char mark[] = " already exists, skipping";
	g_auto(GStrv) lines = g_strsplit(notices != NULL ? notices : "", "\n", -1);

	for (guint i = 0; lines[i] != NULL && test_case->status == REPORT_PASSED; i++) {
		bool relation = g_str_has_prefix(lines[i], "NOTICE: relation \"");
		if (!g_str_has_suffix(lines[i], mark) ||
		    (!relation && !g_str_has_prefix(lines[i], "NOTICE: column \"")))
			continue;
		g_auto(GStrv) quoted = g_strsplit(lines[i], "\"", 5);
		const char *words[] = { quoted[1], NULL };
		if (test_case->message == NULL) {
			test_case->position = check_place_find(migration->up, words);
			report_case_set(
			    test_case, REPORT_PASSED,
			    "IF NOT EXISTS does nothing: %s \"%s\" is there already; is it the one that you want?",
			    relation ? "relation" : "column", quoted[1]);
		}
		if (relation && !exists_judge_relation(stage, migration, quoted[1], test_case, error))
			return false;
		if (!relation && g_strv_length(quoted) == 5 &&
		    !exists_judge_column(stage, migration, quoted[3], quoted[1], test_case, error))
			return false;
	}
	return true;
}
