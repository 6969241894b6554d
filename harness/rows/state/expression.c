#include "rows/state/expression.h"

#include <string.h>

static void
constant_free(RowsConstant *constant)
{
	if (constant == NULL)
		return;
	g_free(constant->text);
	g_free(constant->type);
	g_free(constant->op);
	g_free(constant);
}

/* --- Tokens --------------------------------------------------------------- */

typedef enum {
	TOKEN_END,
	TOKEN_WORD,   /* an identifier or key word; text is unquoted */
	TOKEN_STRING, /* text is unquoted */
	TOKEN_NUMBER,
	TOKEN_OPERATOR,   /* a run of operator characters */
	TOKEN_PUNCTUATION /* one of ( ) [ ] , . and :: */
} TokenKind;

typedef struct {
	TokenKind kind;
	GString *text;
	bool quoted;       /* a word in double quotes */
	const char *start; /* in the expression */
	const char *next;
} Token;

static bool
expression_is_word(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

/* A text between quotes, which are doubled inside; in E'' also escaped by a backslash. */
static const char *
read_quoted(const char *at, char quote, bool escapes, GString *text)
{
	for (at++; *at != '\0'; at++) {
		if (*at == quote) {
			if (at[1] != quote)
				return at + 1;
			at++;
		} else if (escapes && *at == '\\' && at[1] != '\0') {
			at++;
		}
		g_string_append_c(text, *at);
	}
	return at;
}

static const char *
read_run(const char *at, GString *text, bool (*belongs)(char))
{
	for (; *at != '\0' && belongs(*at); at++)
		g_string_append_c(text, *at);
	return at;
}

static bool
is_operator(char c)
{
	return strchr("+-*/<>=~!@#%^&|`?", c) != NULL;
}

static bool
expression_is_number(char c)
{
	return g_ascii_isdigit(c) || c == '.' || c == 'e';
}

static void
expression_next_token(Token *token)
{
	const char *at = token->next;

	g_string_truncate(token->text, 0);
	token->quoted = false;
	while (g_ascii_isspace(*at))
		at++;
	token->start = at;
	if (*at == '\0') {
		token->kind = TOKEN_END;
	} else if (*at == '\'') {
		token->kind = TOKEN_STRING;
		at = read_quoted(at, '\'', false, token->text);
	} else if (*at == 'E' && at[1] == '\'') {
		token->kind = TOKEN_STRING;
		at = read_quoted(at + 1, '\'', true, token->text);
	} else if (*at == '"') {
		token->kind = TOKEN_WORD;
		token->quoted = true;
		at = read_quoted(at, '"', false, token->text);
	} else if (g_ascii_isdigit(*at)) {
		token->kind = TOKEN_NUMBER;
		at = read_run(at, token->text, expression_is_number);
	} else if (expression_is_word(*at)) {
		token->kind = TOKEN_WORD;
		at = read_run(at, token->text, expression_is_word);
	} else if (is_operator(*at)) {
		token->kind = TOKEN_OPERATOR;
		at = read_run(at, token->text, is_operator);
	} else {
		gsize length = strncmp(at, "::", 2) == 0 ? 2 : 1;
		token->kind = TOKEN_PUNCTUATION;
		g_string_append_len(token->text, at, (gssize)length);
		at += length;
	}
	token->next = at;
}

static bool
is_punctuation(const Token *token, const char *text)
{
	return token->kind == TOKEN_PUNCTUATION && strcmp(token->text->str, text) == 0;
}

/* --- Constants ------------------------------------------------------------ */

/* Words that a type's name may hold after its first one. */
static bool
continues_type(const char *word)
{
	static const char *const words[] = { "varying", "precision", "with", "without", "time", "zone", NULL };

	return g_strv_contains(words, word);
}

/* Reads "::type", with its dots, its modifier and its brackets; the token after it is the current one then. */
static void
read_cast(Token *token, RowsConstant *constant)
{
	g_autoptr(GString) type = g_string_new(NULL);

	expression_next_token(token);
	while (token->kind == TOKEN_WORD || is_punctuation(token, ".")) {
		if (token->kind == TOKEN_WORD && type->len > 0 && type->str[type->len - 1] != '.') {
			if (!continues_type(token->text->str))
				break;
			g_string_append_c(type, ' ');
		}
		g_string_append(type, token->text->str);
		expression_next_token(token);
		if (is_punctuation(token, "(")) {
			while (token->kind != TOKEN_END && !is_punctuation(token, ")"))
				expression_next_token(token);
			expression_next_token(token);
		}
	}
	while (is_punctuation(token, "[")) {
		constant->is_array = true;
		expression_next_token(token);
		expression_next_token(token);
	}
	constant->type = g_string_free(g_steal_pointer(&type), FALSE);
}

GPtrArray *
rows_expression_constants(const char *expression)
{
	GPtrArray *constants = g_ptr_array_new_with_free_func((GDestroyNotify)constant_free);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GString) op = g_string_new(NULL);
	Token token = { .text = text, .next = expression };

	expression_next_token(&token);
	while (token.kind != TOKEN_END) {
		if (token.kind == TOKEN_STRING || token.kind == TOKEN_NUMBER) {
			RowsConstant *constant = g_new0(RowsConstant, 1);
			constant->is_number = token.kind == TOKEN_NUMBER;
			/* A minus after an operand is a subtraction; the difference does not matter here. */
			constant->text = g_strconcat(constant->is_number && strcmp(op->str, "-") == 0 ? "-" : "",
			                             token.text->str, NULL);
			constant->op = g_strdup(op->str);
			g_ptr_array_add(constants, constant);
			expression_next_token(&token);
			if (is_punctuation(&token, "::"))
				read_cast(&token, constant);
			continue;
		}
		/* A cast of something else; the numbers of its modifier are no constants. */
		if (is_punctuation(&token, "::")) {
			g_autofree char *type = NULL;
			RowsConstant cast = { 0 };
			read_cast(&token, &cast);
			type = cast.type;
			continue;
		}
		/* An operand in parentheses or in an array still belongs to the operator. */
		if (token.kind == TOKEN_OPERATOR ||
		    (token.kind == TOKEN_WORD && strcmp(token.text->str, "ARRAY") != 0 &&
		     strcmp(token.text->str, "ANY") != 0 && strcmp(token.text->str, "ALL") != 0))
			g_string_assign(op, token.text->str);
		expression_next_token(&token);
	}
	return constants;
}

bool
rows_expression_mentions(const char *expression, const char *name)
{
	g_autoptr(GString) text = g_string_new(NULL);
	Token token = { .text = text, .next = expression };

	for (expression_next_token(&token); token.kind != TOKEN_END; expression_next_token(&token))
		if (token.kind == TOKEN_WORD && strcmp(text->str, name) == 0)
			return true;
	return false;
}

char *
rows_expression_replace_value(const char *expression, const char *replacement)
{
	g_autoptr(GString) text = g_string_new(NULL);
	GString *result = g_string_new(NULL);
	Token token = { .text = text, .next = expression };
	const char *copied = expression;

	for (expression_next_token(&token); token.kind != TOKEN_END; expression_next_token(&token)) {
		if (token.kind != TOKEN_WORD || token.quoted || strcmp(text->str, "VALUE") != 0)
			continue;
		g_string_append_len(result, copied, token.start - copied);
		g_string_append(result, replacement);
		copied = token.next;
	}
	g_string_append(result, copied);
	return g_string_free(result, FALSE);
}

/* --- Quoting -------------------------------------------------------------- */

static char *
expression_quote(const char *text, char mark, const char *prefix)
{
	GString *quoted = g_string_new(prefix);

	g_string_append_c(quoted, mark);
	for (; *text != '\0'; text++) {
		if (*text == mark || (*text == '\\' && prefix[0] != '\0'))
			g_string_append_c(quoted, *text);
		g_string_append_c(quoted, *text);
	}
	g_string_append_c(quoted, mark);
	return g_string_free(quoted, FALSE);
}

char *
rows_literal(const char *text)
{
	return expression_quote(text, '\'', strchr(text, '\\') != NULL ? "E" : "");
}

char *
rows_identifier(const char *name)
{
	return expression_quote(name, '"', "");
}
