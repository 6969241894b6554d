#include "query/normalised.h"

#include "migration/text/lexer.h"

#include <string.h>

typedef struct {
	const char *text;
	GArray *tokens; /* of MigrationToken */
	GString *result;
	gsize copied; /* up to where the text is in the result */
} NormalisedWork;

static const MigrationToken *
normalised_token(const NormalisedWork *work, guint index)
{
	static const MigrationToken none = { .type = MIGRATION_TOKEN_END };

	return index < work->tokens->len ? &g_array_index(work->tokens, MigrationToken, index) : &none;
}

static bool
normalised_is_one_of(const NormalisedWork *work, guint index, const char *const *words)
{
	for (; *words != NULL; words++)
		if (migration_token_is(work->text, normalised_token(work, index), *words))
			return true;
	return false;
}

static bool
normalised_is_parameter(const NormalisedWork *work, guint index)
{
	const MigrationToken *token = normalised_token(work, index);

	return token->type == MIGRATION_TOKEN_NUMBER && work->text[token->start] == '$';
}

/* --- Values ---------------------------------------------------------------------------- */

/* "varchar(20)", "numeric(10, 2)": the word before the bracket is a type. */
static bool
normalised_is_modifier(const NormalisedWork *work, guint index)
{
	static const char *const types[] = { "VARCHAR",     "CHAR",     "CHARACTER", "VARYING", "BPCHAR",    "BIT",
		                             "NUMERIC",     "DECIMAL",  "FLOAT",     "TIME",    "TIMESTAMP", "TIMETZ",
		                             "TIMESTAMPTZ", "INTERVAL", "VARBIT",    NULL };

	while (index > 0 && !migration_token_is_symbol(work->text, normalised_token(work, index), '('))
		index--;
	return index > 0 && normalised_is_one_of(work, index - 1, types);
}

/* "ORDER BY 1, 2 DESC": the place of a column, which is no value. */
static bool
normalised_is_place(const NormalisedWork *work, guint index)
{
	static const char *const between[] = { "ASC", "DESC", "NULLS", "FIRST", "LAST", NULL };
	static const char *const by[] = { "BY", NULL };

	for (; index > 0; index--) {
		const MigrationToken *token = normalised_token(work, index - 1);
		if (normalised_is_one_of(work, index - 1, by))
			return true;
		if (token->type != MIGRATION_TOKEN_NUMBER && !migration_token_is_symbol(work->text, token, ',') &&
		    !normalised_is_one_of(work, index - 1, between))
			return false;
	}
	return false;
}

static bool
normalised_is_value(const NormalisedWork *work, guint index)
{
	const MigrationToken *token = normalised_token(work, index);

	if (token->type == MIGRATION_TOKEN_STRING)
		return true;
	return token->type == MIGRATION_TOKEN_NUMBER && !normalised_is_parameter(work, index) &&
	       !normalised_is_modifier(work, index) && !normalised_is_place(work, index);
}

/* --- Writing ------------------------------------------------------------------------------ */

/* Appends the text up to the token, with a blank between two tokens instead of white space and comments. */
static void
normalised_append(NormalisedWork *work, const MigrationToken *token)
{
	if (token->start > work->copied && work->result->len > 0)
		g_string_append_c(work->result, ' ');
	g_string_append_len(work->result, work->text + token->start, (gssize)(token->end - token->start));
	work->copied = token->end;
}

/* How many tokens a type has that stands before a parameter: "interval $1". 0: there is none. */
static guint
normalised_type_length(const NormalisedWork *work, guint index)
{
	static const char *const types[] = { "INTERVAL", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "TIMETZ", NULL };
	static const char *const zone[] = { "WITH", "WITHOUT", NULL };
	guint n = 1;

	if (!normalised_is_one_of(work, index, types))
		return 0;
	if (normalised_is_one_of(work, index + 1, zone))
		n = 4;
	return normalised_is_parameter(work, index + n) ? n : 0;
}

static guint
normalised_append_typed(NormalisedWork *work, guint index, guint n)
{
	const MigrationToken *parameter = normalised_token(work, index + n);
	const MigrationToken *first = normalised_token(work, index);
	const MigrationToken *last = normalised_token(work, index + n - 1);

	g_string_append_printf(work->result, " %.*s::%.*s", (int)(parameter->end - parameter->start),
	                       work->text + parameter->start, (int)(last->end - first->start),
	                       work->text + first->start);
	work->copied = parameter->end;
	return index + n + 1;
}

static QueryNormalised
normalised_write(NormalisedWork *work)
{
	static const char *const queries[] = { "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE",
		                               "WITH",   "VALUES", "TABLE",  NULL };

	if (!normalised_is_one_of(work, 0, queries) &&
	    !migration_token_is_symbol(work->text, normalised_token(work, 0), '('))
		return QUERY_NORMALISED_NO_QUERY;
	for (guint i = 0; i < work->tokens->len;) {
		guint n = normalised_type_length(work, i);
		if (normalised_is_value(work, i))
			return QUERY_NORMALISED_HAS_VALUES;
		if (n > 0) {
			i = normalised_append_typed(work, i, n);
			continue;
		}
		normalised_append(work, normalised_token(work, i++));
	}
	return QUERY_NORMALISED_FINE;
}

QueryNormalised
query_normalise(const char *text, char **ret_text)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(MigrationToken));
	g_autoptr(GString) result = g_string_new(NULL);
	NormalisedWork work = { .text = text, .tokens = tokens, .result = result };
	MigrationLexer lexer = { .text = text, .length = strlen(text) };
	MigrationToken token;
	const char *problem = NULL;

	do {
		if (!migration_lexer_next(&lexer, &token, &problem))
			return QUERY_NORMALISED_HAS_VALUES;
		if (token.type != MIGRATION_TOKEN_END)
			g_array_append_val(tokens, token);
	} while (token.type != MIGRATION_TOKEN_END);
	QueryNormalised kind = normalised_write(&work);
	if (kind == QUERY_NORMALISED_FINE)
		*ret_text = g_strdup(result->str);
	return kind;
}
