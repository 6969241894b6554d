#include "query/parameters.h"

#include "migration/text/lexer.h"

#include <string.h>

typedef struct {
	const char *text;
	gsize length;
	gsize start;  /* in the source */
	gsize copied; /* up to where the text is in the result */
	MigrationMappedText *result;
	GPtrArray *names;    /* of char *: the number is the place */
	GHashTable *spreads; /* name -> char **: its fields; none: a list of values; or NULL */
	guint highest;       /* $n that the text has itself */
	guint brackets;      /* that are open: a[1:n] is a slice */
} Parameters;

static bool
parameters_is_operator(char letter)
{
	return letter != '\0' && strchr("+-*/<>=~!@#%^&|`?:", letter) != NULL;
}

static guint
parameters_number_of(Parameters *work, const char *name)
{
	guint number = 0;

	while (number < work->names->len && strcmp(g_ptr_array_index(work->names, number), name) != 0)
		number++;
	if (number == work->names->len)
		g_ptr_array_add(work->names, g_strdup(name));
	return number + 1;
}

/* "$1", or "($1, $2)" for one that stands for several. The caller frees it. */
static char *
parameters_place(Parameters *work, const char *name)
{
	char **fields = work->spreads != NULL ? g_hash_table_lookup(work->spreads, name) : NULL;
	GString *text = g_string_new(fields != NULL ? "(" : "");

	if (fields == NULL || fields[0] == NULL)
		g_string_append_printf(text, "$%u", parameters_number_of(work, name));
	for (guint i = 0; fields != NULL && fields[i] != NULL; i++) {
		g_autofree char *full = g_strdup_printf("%s.%s", name, fields[i]);
		g_string_append_printf(text, "%s$%u", i > 0 ? ", " : "", parameters_number_of(work, full));
	}
	g_string_append(text, fields != NULL ? ")" : "");
	return g_string_free(text, FALSE);
}

static void
parameters_put(Parameters *work, gsize from, gsize to, const char *text)
{
	migration_mapped_text_append(work->result, work->text + work->copied, from - work->copied,
	                             work->start + work->copied);
	migration_mapped_text_append_replacement(work->result, text, work->start + from);
	work->copied = to;
}

static void
parameters_replace(Parameters *work, gsize from, gsize to, const char *name, gsize length)
{
	g_autofree char *wanted = g_ascii_strdown(name, (gssize)length);
	g_autofree char *text = parameters_place(work, wanted);

	parameters_put(work, from, to, text);
}

/* sqlc.arg(name), sqlc.narg('name'), sqlc.slice(name), sqlc.embed(table): the tokens behind "sqlc". */
static bool
parameters_read_sqlc(Parameters *work, MigrationLexer *lexer, const MigrationToken *first)
{
	MigrationLexer ahead = *lexer;
	MigrationToken tokens[5];
	const char *problem;

	for (gsize i = 0; i < G_N_ELEMENTS(tokens); i++)
		if (!migration_lexer_next(&ahead, &tokens[i], &problem))
			return false;
	const MigrationToken *name = &tokens[3];
	bool embeds = migration_token_is(work->text, &tokens[1], "EMBED");
	if (!migration_token_is_symbol(work->text, &tokens[0], '.') ||
	    !(embeds || migration_token_is(work->text, &tokens[1], "ARG") ||
	      migration_token_is(work->text, &tokens[1], "SLICE") ||
	      migration_token_is(work->text, &tokens[1], "NARG")) ||
	    !migration_token_is_symbol(work->text, &tokens[2], '(') ||
	    !migration_token_is_symbol(work->text, &tokens[4], ')'))
		return false;
	if (embeds) {
		g_autofree char *all = g_strdup_printf("%.*s.*", (int)(name->end - name->start),
		                                       work->text + name->start);
		parameters_put(work, first->start, tokens[4].end, all);
		*lexer = ahead;
		return true;
	}
	gsize quote = name->type == MIGRATION_TOKEN_STRING || name->type == MIGRATION_TOKEN_QUOTED ? 1 : 0;
	parameters_replace(work, first->start, tokens[4].end, work->text + name->start + quote,
	                   name->end - name->start - 2 * quote);
	*lexer = ahead;
	return true;
}

/* "@name" and ":name", without a blank in between; not "a @@b", "a::b", "a[1:n]". */
static bool
parameters_read_mark(Parameters *work, MigrationLexer *lexer, const MigrationToken *mark)
{
	MigrationLexer ahead = *lexer;
	MigrationToken name;
	const char *problem;
	char before = ' ';
	bool colon = migration_token_is_symbol(work->text, mark, ':');

	if (mark->start > 0)
		before = work->text[mark->start - 1];
	if ((!colon && !migration_token_is_symbol(work->text, mark, '@')) || parameters_is_operator(before) ||
	    (colon && work->brackets > 0) || !migration_lexer_next(&ahead, &name, &problem) ||
	    name.type != MIGRATION_TOKEN_WORD || name.start != mark->end)
		return false;
	gsize end = name.end;
	/* PgTyped's "not null". */
	if (work->spreads != NULL && work->text[end] == '!' && work->text[end + 1] != '=')
		end++;
	parameters_replace(work, mark->start, end, work->text + name.start, name.end - name.start);
	ahead.position = end;
	*lexer = ahead;
	return true;
}

static void
parameters_read(Parameters *work)
{
	MigrationLexer lexer = { .text = work->text, .length = work->length };
	MigrationToken token;
	const char *problem;

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		if (token.type == MIGRATION_TOKEN_NUMBER && work->text[token.start] == '$') {
			guint64 number = g_ascii_strtoull(work->text + token.start + 1, NULL, 10);
			work->highest = MAX(work->highest, (guint)MIN(number, G_MAXUINT16));
		} else if (migration_token_is(work->text, &token, "SQLC")) {
			parameters_read_sqlc(work, &lexer, &token);
		} else if (token.type == MIGRATION_TOKEN_SYMBOL) {
			work->brackets += migration_token_is_symbol(work->text, &token, '[');
			if (work->brackets > 0 && migration_token_is_symbol(work->text, &token, ']'))
				work->brackets--;
			parameters_read_mark(work, &lexer, &token);
		}
	}
}

MigrationMappedText *
query_parameters_number(const char *text, gsize length, gsize start, GHashTable *spreads, guint *ret_count)
{
	g_autoptr(MigrationMappedText) result = migration_mapped_text_new();
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	Parameters work = {
		.text = text, .length = length, .start = start, .result = result, .names = names, .spreads = spreads
	};

	parameters_read(&work);
	migration_mapped_text_append(result, text + work.copied, length - work.copied, start + work.copied);
	if (names->len > 0 && work.highest > 0)
		return NULL;
	*ret_count = MAX(names->len, work.highest);
	return g_steal_pointer(&result);
}
