#include "migration/text/lexer.h"

#include <string.h>

static bool
starts_word(char c)
{
	return g_ascii_isalpha(c) || c == '_' || (guchar)c >= 0x80;
}

static bool
continues_word(char c)
{
	return starts_word(c) || g_ascii_isdigit(c) || c == '$';
}

/* The vertical tab is white space from PostgreSQL 16 on, and a syntax error anywhere before. */
static bool
lexer_is_space(char c)
{
	return g_ascii_isspace(c) || c == '\v';
}

static bool
is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static char
lexer_peek(const MigrationLexer *lexer, gsize ahead)
{
	gsize position = lexer->position + ahead;

	if (position >= lexer->length)
		return '\0';
	return lexer->text[position];
}

static void
skip_line(MigrationLexer *lexer)
{
	while (lexer->position < lexer->length && !is_line_end(lexer->text[lexer->position]))
		lexer->position++;
}

/* Comments nest, unlike in C and as the SQL standard has it. */
static bool
skip_block_comment(MigrationLexer *lexer)
{
	guint depth = 0;

	while (lexer->position < lexer->length) {
		if (lexer_peek(lexer, 0) == '/' && lexer_peek(lexer, 1) == '*') {
			depth++;
			lexer->position += 2;
		} else if (lexer_peek(lexer, 0) == '*' && lexer_peek(lexer, 1) == '/') {
			lexer->position += 2;
			if (--depth == 0)
				return true;
		} else {
			lexer->position++;
		}
	}
	return false;
}

/* Skips white space and comments; false, with the comment's start, when one does not end. */
static bool
skip_space(MigrationLexer *lexer, gsize *ret_start)
{
	while (lexer->position < lexer->length) {
		gsize start = lexer->position;
		if (lexer_is_space(lexer_peek(lexer, 0))) {
			lexer->position++;
		} else if (lexer_peek(lexer, 0) == '-' && lexer_peek(lexer, 1) == '-') {
			skip_line(lexer);
		} else if (lexer_peek(lexer, 0) == '/' && lexer_peek(lexer, 1) == '*') {
			if (!skip_block_comment(lexer)) {
				*ret_start = start;
				return false;
			}
		} else {
			break;
		}
	}
	return true;
}

/* Strings that follow each other on different lines are one string, and an E before the first holds for all. */
static bool
string_continues(MigrationLexer *lexer)
{
	gsize start = lexer->position;
	bool line_end = false;

	while (lexer->position < lexer->length) {
		if (is_line_end(lexer_peek(lexer, 0)))
			line_end = true;
		if (lexer_is_space(lexer_peek(lexer, 0)))
			lexer->position++;
		else if (lexer_peek(lexer, 0) == '-' && lexer_peek(lexer, 1) == '-')
			skip_line(lexer);
		else
			break;
	}
	if (line_end && lexer_peek(lexer, 0) == '\'' && lexer->position < lexer->length)
		return true;
	lexer->position = start;
	return false;
}

/* Stands on the opening quote. A doubled quote needs no rule of its own except that it does not end the text. */
static bool
lexer_skip_quoted(MigrationLexer *lexer, char quote, bool escapes)
{
	lexer->position++;
	while (lexer->position < lexer->length) {
		char c = lexer->text[lexer->position++];
		if (escapes && c == '\\') {
			lexer->position += lexer->position < lexer->length;
		} else if (c == quote) {
			bool doubled = lexer->position < lexer->length && lexer_peek(lexer, 0) == quote;
			if (!doubled && !(quote == '\'' && string_continues(lexer)))
				return true;
			lexer->position++;
		}
	}
	return false;
}

/* The length of the $tag$ here, or 0. */
static gsize
dollar_tag(const MigrationLexer *lexer)
{
	gsize ahead = 1;

	if (starts_word(lexer_peek(lexer, ahead)))
		while (continues_word(lexer_peek(lexer, ahead)) && lexer_peek(lexer, ahead) != '$')
			ahead++;
	return lexer_peek(lexer, ahead) == '$' ? ahead + 1 : 0;
}

static bool
skip_dollar_quoted(MigrationLexer *lexer, gsize tag_length)
{
	const char *tag = lexer->text + lexer->position;
	const char *body = tag + tag_length;
	const char *end = memchr(body, '$', lexer->length - (gsize)(body - lexer->text));

	while (end != NULL && lexer->length - (gsize)(end - lexer->text) >= tag_length) {
		if (memcmp(end, tag, tag_length) == 0) {
			lexer->position = (gsize)(end - lexer->text) + tag_length;
			return true;
		}
		end = memchr(end + 1, '$', lexer->length - (gsize)(end + 1 - lexer->text));
	}
	lexer->position = lexer->length;
	return false;
}

static void
skip_word(MigrationLexer *lexer)
{
	while (lexer->position < lexer->length && continues_word(lexer->text[lexer->position]))
		lexer->position++;
}

/* A word, or the string that a one-letter word or U& directly before a quote introduces. */
static bool
lexer_read_word(MigrationLexer *lexer, MigrationToken *token, const char **ret_problem)
{
	char first = lexer_peek(lexer, 0);

	if ((first == 'u' || first == 'U') && lexer_peek(lexer, 1) == '&' &&
	    (lexer_peek(lexer, 2) == '\'' || lexer_peek(lexer, 2) == '"')) {
		char quote = lexer_peek(lexer, 2);
		lexer->position += 2;
		token->type = quote == '"' ? MIGRATION_TOKEN_QUOTED : MIGRATION_TOKEN_STRING;
		*ret_problem = quote == '"' ? "unterminated quoted identifier" : "unterminated string";
		return lexer_skip_quoted(lexer, quote, false);
	}
	token->type = MIGRATION_TOKEN_WORD;
	skip_word(lexer);
	if (lexer->position - token->start == 1 && lexer_peek(lexer, 0) == '\'' && strchr("eEbBxXnN", first) != NULL) {
		token->type = MIGRATION_TOKEN_STRING;
		*ret_problem = "unterminated string";
		return lexer_skip_quoted(lexer, '\'', first == 'e' || first == 'E');
	}
	return true;
}

static bool
read_token(MigrationLexer *lexer, MigrationToken *token, const char **ret_problem)
{
	char c = lexer_peek(lexer, 0);
	gsize tag = c == '$' ? dollar_tag(lexer) : 0;

	if (starts_word(c))
		return lexer_read_word(lexer, token, ret_problem);
	if (c == '\'' || c == '"') {
		token->type = c == '"' ? MIGRATION_TOKEN_QUOTED : MIGRATION_TOKEN_STRING;
		*ret_problem = c == '"' ? "unterminated quoted identifier" : "unterminated string";
		return lexer_skip_quoted(lexer, c, false);
	}
	if (tag > 0) {
		token->type = MIGRATION_TOKEN_STRING;
		*ret_problem = "unterminated dollar-quoted string";
		return skip_dollar_quoted(lexer, tag);
	}
	lexer->position++;
	if (g_ascii_isdigit(c) || (c == '$' && g_ascii_isdigit(lexer_peek(lexer, 0)))) {
		token->type = MIGRATION_TOKEN_NUMBER;
		while (g_ascii_isalnum(lexer_peek(lexer, 0)) || lexer_peek(lexer, 0) == '_' ||
		       lexer_peek(lexer, 0) == '.')
			lexer->position++;
		return true;
	}
	token->type = MIGRATION_TOKEN_SYMBOL;
	return true;
}

bool
migration_lexer_next(MigrationLexer *lexer, MigrationToken *ret_token, const char **ret_problem)
{
	MigrationToken token = { .type = MIGRATION_TOKEN_END };
	const char *problem = "unterminated comment";
	bool done = skip_space(lexer, &token.start);

	if (done) {
		token.start = lexer->position;
		done = lexer->position >= lexer->length || read_token(lexer, &token, &problem);
	}
	token.end = lexer->position;
	*ret_token = token;
	if (!done)
		*ret_problem = problem;
	return done;
}

bool
migration_token_is(const char *text, const MigrationToken *token, const char *word)
{
	gsize length = token->end - token->start;

	return token->type == MIGRATION_TOKEN_WORD && strlen(word) == length &&
	       g_ascii_strncasecmp(text + token->start, word, length) == 0;
}

bool
migration_token_is_symbol(const char *text, const MigrationToken *token, char symbol)
{
	return token->type == MIGRATION_TOKEN_SYMBOL && text[token->start] == symbol;
}

char *
migration_token_name(const char *text, const MigrationToken *token)
{
	if (token->type == MIGRATION_TOKEN_WORD)
		return g_ascii_strdown(text + token->start, (gssize)(token->end - token->start));
	if (token->type != MIGRATION_TOKEN_QUOTED || text[token->start] != '"')
		return NULL;
	g_autofree char *quoted = g_strndup(text + token->start + 1, token->end - token->start - 2);
	g_auto(GStrv) parts = g_strsplit(quoted, "\"\"", -1);
	return g_strjoinv("\"", parts);
}
