#include "query/guess.h"

#include "migration/text/lexer.h"

#include <string.h>

/* All tokens of the text. */
typedef struct {
	const char *text;
	GArray *tokens; /* of MigrationToken */
	QueryGuesses *guesses;
} GuessWork;

static void
guess_clear(gpointer data)
{
	g_free(((QueryGuess *)data)->column);
}

void
query_guesses_free(QueryGuesses *guesses)
{
	if (guesses == NULL)
		return;
	g_array_unref(guesses->parameters);
	g_ptr_array_unref(guesses->names);
	g_free(guesses);
}

static const MigrationToken *
guess_token(const GuessWork *work, guint index)
{
	static const MigrationToken none = { .type = MIGRATION_TOKEN_END };

	return index < work->tokens->len ? &g_array_index(work->tokens, MigrationToken, index) : &none;
}

static bool
guess_is(const GuessWork *work, guint index, const char *word)
{
	const MigrationToken *token = guess_token(work, index);

	return token->type == MIGRATION_TOKEN_WORD && migration_token_is(work->text, token, word);
}

static bool
guess_is_symbol(const GuessWork *work, guint index, char symbol)
{
	const MigrationToken *token = guess_token(work, index);

	return token->type == MIGRATION_TOKEN_SYMBOL && migration_token_is_symbol(work->text, token, symbol);
}

static bool
guess_is_name(const GuessWork *work, guint index)
{
	MigrationTokenType type = guess_token(work, index)->type;

	return type == MIGRATION_TOKEN_WORD || type == MIGRATION_TOKEN_QUOTED;
}

/* The number of a parameter, from 1; 0: the token is none. */
static guint
guess_parameter(const GuessWork *work, guint index)
{
	const MigrationToken *token = guess_token(work, index);
	guint64 number = 0;

	if (token->type == MIGRATION_TOKEN_NUMBER && work->text[token->start] == '$')
		number = g_ascii_strtoull(work->text + token->start + 1, NULL, 10);
	return number <= work->guesses->parameters->len ? (guint)number : 0;
}

/* The first that is known counts. Takes the column. */
static void
guess_note(GuessWork *work, guint number, QueryPlace place, char *column)
{
	QueryGuess *guess = &g_array_index(work->guesses->parameters, QueryGuess, number - 1);

	if (guess->place != QUERY_PLACE_UNKNOWN) {
		g_free(column);
		return;
	}
	*guess = (QueryGuess){ .place = place, .column = column };
}

static char *
guess_name(const GuessWork *work, guint index)
{
	return migration_token_name(work->text, guess_token(work, index));
}

/* --- INSERT ---------------------------------------------------------------------- */

/* Behind "INSERT INTO a.b AS c (": where its columns begin; 0: it names none. */
static guint
guess_find_columns(const GuessWork *work, guint insert)
{
	guint at = insert + 2;

	if (!guess_is(work, insert, "INSERT") || !guess_is(work, insert + 1, "INTO"))
		return 0;
	while (guess_is_name(work, at) || guess_is_symbol(work, at, '.')) {
		if (guess_is(work, at, "VALUES") || guess_is(work, at, "SELECT") || guess_is(work, at, "DEFAULT"))
			return 0;
		at++;
	}
	return guess_is_symbol(work, at, '(') && !guess_is(work, at + 1, "SELECT") ? at + 1 : 0;
}

/* A list in brackets or of a SELECT: an item that is a parameter alone, with a cast perhaps, is the column's value.
 * Gives the place behind it. */
static guint
guess_read_values(GuessWork *work, guint at, const GPtrArray *columns)
{
	guint depth = 0;
	guint n = 0;
	bool first = true;

	for (; guess_token(work, at)->type != MIGRATION_TOKEN_END; at++) {
		guint number = first ? guess_parameter(work, at) : 0;
		if (depth == 0 && (guess_is_symbol(work, at, ')') || guess_is(work, at, "FROM")))
			return at + 1;
		if (number > 0 && n < columns->len)
			guess_note(work, number, QUERY_PLACE_WRITTEN, g_strdup(g_ptr_array_index(columns, n)));
		first = false;
		if (guess_is_symbol(work, at, '(')) {
			depth++;
		} else if (guess_is_symbol(work, at, ')')) {
			depth--;
		} else if (depth == 0 && guess_is_symbol(work, at, ',')) {
			n++;
			first = true;
		}
	}
	return at;
}

static void
guess_read_insert(GuessWork *work, guint insert)
{
	g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(g_free);
	guint at = guess_find_columns(work, insert);

	if (at == 0)
		return;
	for (; guess_is_name(work, at); at += 2) {
		g_ptr_array_add(columns, guess_name(work, at));
		if (!guess_is_symbol(work, at + 1, ','))
			break;
	}
	at += 2;
	if (guess_is(work, at, "SELECT"))
		guess_read_values(work, at + 1, columns);
	if (!guess_is(work, at, "VALUES"))
		return;
	for (at++; guess_is_symbol(work, at, '('); at++) {
		at = guess_read_values(work, at + 1, columns);
		if (!guess_is_symbol(work, at, ','))
			return;
	}
}

/* --- Comparisons ----------------------------------------------------------------- */

static bool
guess_is_operator(const GuessWork *work, guint index)
{
	static const char *const words[] = { "LIKE", "ILIKE", "IN", "ANY", "ALL", "NOT" };
	const MigrationToken *token = guess_token(work, index);

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (guess_is(work, index, words[i]))
			return true;
	return token->type == MIGRATION_TOKEN_SYMBOL && strchr("=<>!~(", work->text[token->start]) != NULL;
}

/* The column that a parameter is compared with: "t.column = $1", "column = ANY ($1)", "$1 = column". */
static char *
guess_find_compared(const GuessWork *work, guint index)
{
	guint at = index;
	bool compares = false;

	/* A bracket alone is a call. */
	for (; at > 0 && guess_is_operator(work, at - 1); at--)
		compares = compares || !guess_is_symbol(work, at - 1, '(');
	if (at > 0 && compares && guess_is_name(work, at - 1))
		return guess_name(work, at - 1);
	for (at = index + 1; guess_is_operator(work, at) && !guess_is_symbol(work, at, '(');)
		at++;
	if (at == index + 1 || !guess_is_name(work, at))
		return NULL;
	while (guess_is_symbol(work, at + 1, '.') && guess_is_name(work, at + 2))
		at += 2;
	return guess_is_symbol(work, at + 1, '(') ? NULL : guess_name(work, at);
}

/* Between SET and the next part of the statement, an equals sign writes. */
static bool
guess_is_in_set(const GuessWork *work, guint index)
{
	static const char *const others[] = { "WHERE", "FROM", "SELECT", "VALUES", "RETURNING", "ON", "AND", "OR" };

	for (; index > 0; index--) {
		if (guess_is(work, index - 1, "SET"))
			return true;
		for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
			if (guess_is(work, index - 1, others[i]))
				return false;
	}
	return false;
}

static void
guess_read_parameter(GuessWork *work, guint index)
{
	guint number = guess_parameter(work, index);

	if (number == 0)
		return;
	if (index > 0 && guess_is(work, index - 1, "LIMIT")) {
		guess_note(work, number, QUERY_PLACE_LIMIT, NULL);
	} else if (index > 0 && guess_is(work, index - 1, "OFFSET")) {
		guess_note(work, number, QUERY_PLACE_OFFSET, NULL);
	} else {
		char *column = guess_find_compared(work, index);
		if (column != NULL)
			guess_note(work, number,
			           guess_is_in_set(work, index) ? QUERY_PLACE_WRITTEN : QUERY_PLACE_COMPARED, column);
	}
}

/* --- All of it --------------------------------------------------------------------- */

static void
guess_add_name(GuessWork *work, guint index)
{
	g_autofree char *name = guess_is_name(work, index) ? guess_name(work, index) : NULL;

	if (name != NULL && !g_ptr_array_find_with_equal_func(work->guesses->names, name, g_str_equal, NULL))
		g_ptr_array_add(work->guesses->names, g_steal_pointer(&name));
}

QueryGuesses *
query_guess(const Query *query)
{
	QueryGuesses *guesses = g_new0(QueryGuesses, 1);
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(MigrationToken));
	GuessWork work = { .text = query->sql, .tokens = tokens, .guesses = guesses };
	MigrationLexer lexer = { .text = query->sql, .length = strlen(query->sql) };
	MigrationToken token;
	const char *problem = NULL;

	guesses->parameters = g_array_sized_new(FALSE, TRUE, sizeof(QueryGuess), query->n_parameters);
	g_array_set_clear_func(guesses->parameters, guess_clear);
	g_array_set_size(guesses->parameters, query->n_parameters);
	guesses->names = g_ptr_array_new_with_free_func(g_free);
	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END)
		g_array_append_val(tokens, token);
	for (guint i = 0; i < tokens->len; i++) {
		guess_add_name(&work, i);
		guess_read_insert(&work, i);
	}
	for (guint i = 0; i < tokens->len; i++)
		guess_read_parameter(&work, i);
	return guesses;
}
