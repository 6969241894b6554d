/* The words in the SQL of migrations. */
#include "run/job/reach_words.h"

#include "migration/text/lexer.h"

#include <string.h>

static bool
reach_is_letter(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || (c & 0x80) != 0;
}

void
run_reach_add_words(const char *text, GHashTable *words)
{
	while (*text != '\0') {
		gsize length = 0;
		while (reach_is_letter(text[length]))
			length++;
		if (length > 0)
			g_hash_table_add(words, g_ascii_strdown(text, (gssize)length));
		text += length > 0 ? length : 1;
	}
}

/* --- Statements that name everything they use ------------------------------------------- */

/* Statements that name all objects that they use, themselves or in a function that they name. */
static const char *const reach_plain[] = { "SELECT",   "INSERT",    "UPDATE", "DELETE",  "MERGE",   "WITH",
	                                   "VALUES",   "TABLE",     "COPY",   "COMMENT", "GRANT",   "REVOKE",
	                                   "TRUNCATE", "BEGIN",     "START",  "COMMIT",  "END",     "ROLLBACK",
	                                   "RELEASE",  "SAVEPOINT", "SET",    "RESET",   "ANALYZE", "VACUUM",
	                                   "REINDEX",  "REFRESH",   "LOCK",   "DO",      "CALL",    NULL };

/* CREATE, ALTER and DROP of these, behind such words. */
static const char *const reach_between[] = { "OR",    "REPLACE",  "UNIQUE",       "TEMP",      "TEMPORARY",  "GLOBAL",
	                                     "LOCAL", "UNLOGGED", "MATERIALIZED", "RECURSIVE", "CONSTRAINT", NULL };
static const char *const reach_kinds[] = { "TABLE",  "INDEX",    "VIEW", "FUNCTION", "PROCEDURE",  "TRIGGER",
	                                   "POLICY", "SEQUENCE", "TYPE", "DOMAIN",   "STATISTICS", NULL };

static bool
reach_token_is_one_of(const char *sql, const MigrationToken *token, const char *const *words)
{
	for (; *words != NULL; words++)
		if (migration_token_is(sql, token, *words))
			return true;
	return false;
}

static bool
reach_names_all(const char *sql)
{
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	MigrationToken token = { 0 };
	const char *problem = NULL;

	if (!migration_lexer_next(&lexer, &token, &problem))
		return false;
	if (token.type == MIGRATION_TOKEN_END || reach_token_is_one_of(sql, &token, reach_plain))
		return true;
	bool creates = migration_token_is(sql, &token, "CREATE");
	if (!creates && !migration_token_is(sql, &token, "ALTER") && !migration_token_is(sql, &token, "DROP"))
		return false;
	do {
		if (!migration_lexer_next(&lexer, &token, &problem))
			return false;
	} while (reach_token_is_one_of(sql, &token, reach_between));
	return reach_token_is_one_of(sql, &token, reach_kinds) ||
	       (creates && (migration_token_is(sql, &token, "SCHEMA") || migration_token_is(sql, &token, "EXTENSION")));
}

bool
run_reach_looks_around(const char *text)
{
	static const char pattern[] =
	    "\\bexecute\\b(?!\\s+(?:function|procedure|on)\\b)|\\binformation_schema\\b|"
	    "\\bpg_(?!catalog\\b|temp\\b|trgm\\b|get_serial_sequence\\b|advisory|sleep|notify\\b)\\w+|"
	    "\\ball\\s+(?:tables|sequences|functions|procedures|routines)\\b|"
	    "\\b(?:query|table|schema|database)_to_xml\\w*|\\bdblink\\w*";

	return g_regex_match_simple(pattern, text, G_REGEX_CASELESS | G_REGEX_RAW, 0);
}

bool
run_reach_add_script(const MigrationScript *script, GHashTable *words)
{
	if (script == NULL)
		return true;
	const char *text = base_source_text(migration_script_source(script));
	const GPtrArray *statements = migration_script_statements(script);
	if (migration_script_scope(script) == MIGRATION_SCOPE_EXTERNAL || run_reach_looks_around(text))
		return false;
	run_reach_add_words(text, words);
	for (guint i = 0; i < statements->len; i++) {
		const char *sql = ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql;
		/* It may have been put together out of the text. */
		if (!reach_names_all(sql) || run_reach_looks_around(sql))
			return false;
		run_reach_add_words(sql, words);
	}
	return true;
}
