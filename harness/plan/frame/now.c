#include "plan/frame/now.h"

#include "migration/text/lexer.h"

#include <string.h>

typedef struct {
	const char *word;
	const char *type;
	bool call; /* parentheses stand behind it */
} NowWord;

static const NowWord now_words[] = {
	{ "NOW", "timestamptz", true },
	{ "TRANSACTION_TIMESTAMP", "timestamptz", true },
	{ "STATEMENT_TIMESTAMP", "timestamptz", true },
	{ "CURRENT_TIMESTAMP", "timestamptz", false },
	{ "CURRENT_DATE", "date", false },
	{ "CURRENT_TIME", "timetz", false },
	{ "LOCALTIMESTAMP", "timestamp", false },
	{ "LOCALTIME", "time", false },
};

static const NowWord *
now_find(const char *sql, const MigrationToken *token)
{
	for (gsize i = 0; i < G_N_ELEMENTS(now_words); i++)
		if (migration_token_is(sql, token, now_words[i].word))
			return &now_words[i];
	return NULL;
}

/* "()" behind a function, "(3)" behind a word; false when it is no call, but a name. */
static bool
now_skip_parentheses(const char *sql, MigrationLexer *lexer, bool call, MigrationToken *last)
{
	MigrationLexer ahead = *lexer;
	MigrationToken token;
	const char *problem;

	if (!migration_lexer_next(&ahead, &token, &problem) || !migration_token_is_symbol(sql, &token, '('))
		return !call;
	if (!migration_lexer_next(&ahead, &token, &problem))
		return false;
	if (!call && token.type == MIGRATION_TOKEN_NUMBER && !migration_lexer_next(&ahead, &token, &problem))
		return false;
	if (!migration_token_is_symbol(sql, &token, ')'))
		return !call;
	*last = token;
	*lexer = ahead;
	return true;
}

char *
plan_now_fix(const char *sql, const char *now)
{
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	g_autoptr(GString) fixed = g_string_new(NULL);
	MigrationToken token;
	const char *problem;
	gsize copied = 0;
	bool found = false;
	bool member = false; /* behind a dot: a column of that name */

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		MigrationToken last = token;
		const NowWord *word = member ? NULL : now_find(sql, &token);
		member = migration_token_is_symbol(sql, &token, '.');
		if (word == NULL || !now_skip_parentheses(sql, &lexer, word->call, &last))
			continue;
		g_auto(GStrv) parts = g_strsplit(now != NULL ? now : "", "'", -1);
		g_autofree char *quoted = g_strjoinv("''", parts);
		g_string_append_len(fixed, sql + copied, (gssize)(token.start - copied));
		g_string_append_printf(fixed, "('%s'::timestamptz::%s)", quoted, word->type);
		copied = last.end;
		found = true;
	}
	g_string_append(fixed, sql + copied);
	return found ? g_strdup(fixed->str) : NULL;
}
