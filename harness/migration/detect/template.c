#include "migration/detect/template.h"

#include "migration/detect/formats.h"
#include "migration/text/lexer.h"
#include "migration/text/script.h"

#include <string.h>

/* A placeholder is not longer. */
#define LENGTH_MAX 80

/* Bodies in bodies. */
#define DEPTH_MAX 3

typedef struct {
	gsize start;
	gsize end;
	bool psql; /* which psql fills in, or runs */
} TemplateMark;

/* The format whose scripts psql runs. */
static bool
template_runs_psql(const MigrationSet *set)
{
	return set->format == &migration_format_sqitch;
}

/* Formats with values of their own, which --placeholder gives. */
static bool
template_takes_values(const MigrationSet *set)
{
	const MigrationFormat *const formats[] = { &migration_format_flyway, &migration_format_tern,
		                                   &migration_format_goose, &migration_format_liquibase,
		                                   &migration_format_graphile_migrate };

	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
		if (set->format == formats[i])
			return true;
	return template_runs_psql(set);
}

/* --- In one text ----------------------------------------------------------------- */

static gsize
template_find_end(const char *text, gsize start, const char *end)
{
	const char *found = g_strstr_len(text + start, LENGTH_MAX, end);

	return found != NULL ? (gsize)(found - text) + strlen(end) : start + 1;
}

/* "{{ .X }}", "{% if %}", "${X}", "{X}": no token of SQL has a brace. */
static void
template_take_brace(const char *text, gsize brace, TemplateMark *ret_mark)
{
	static const char *const kinds[][2] = { { "{{", "}}" }, { "{%", "%}" }, { "{", "}" } };
	gsize kind = 0;

	while (kind + 1 < G_N_ELEMENTS(kinds) && !g_str_has_prefix(text + brace, kinds[kind][0]))
		kind++;
	bool dollar = kind == 2 && brace > 0 && text[brace - 1] == '$';
	*ret_mark = (TemplateMark){ .start = brace - (dollar ? 1 : 0),
		                    .end = template_find_end(text, brace, kinds[kind][1]) };
}

/* "{{ .Schema }}" in quotes is a name that nobody has. */
static bool
template_is_quoted(const char *text, const MigrationToken *token, TemplateMark *ret_mark)
{
	static const char *const kinds[][2] = { { "{{", "}}" }, { "${", "}" } };

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const char *start = g_strstr_len(text + token->start, (gssize)(token->end - token->start), kinds[i][0]);
		const char *end = start != NULL ? g_strstr_len(start, text + token->end - start, kinds[i][1]) : NULL;
		if (end == NULL)
			continue;
		*ret_mark = (TemplateMark){ .start = (gsize)(start - text),
			                    .end = (gsize)(end - text) + strlen(kinds[i][1]) };
		return true;
	}
	return false;
}

/* ":X" is a variable of psql where it is no slice, no cast, and no member of an object of JSON. */
static bool
template_is_variable(const char *text, const MigrationToken *colon, const MigrationToken *next)
{
	if (next->start != colon->end || colon->start == 0 || text[colon->start - 1] == '\0' ||
	    strchr(" \t\r\n(,=.", text[colon->start - 1]) == NULL)
		return false;
	return next->type == MIGRATION_TOKEN_WORD || next->type == MIGRATION_TOKEN_QUOTED ||
	       (next->type == MIGRATION_TOKEN_STRING && text[next->start] == '\'');
}

/* The name without its quotes. The caller frees it. */
static char *
template_name(const char *text, const MigrationToken *token)
{
	bool quoted = token->type != MIGRATION_TOKEN_WORD;

	return g_strndup(text + token->start + (quoted ? 1 : 0), token->end - token->start - (quoted ? 2 : 0));
}

typedef struct {
	const char *text;
	GHashTable *filled; /* names of variables with a value; or NULL */
	guint depth;        /* of bodies */
	guint brackets;
	bool json;        /* there is a function of SQL in which ':' stands behind a key */
	bool code;        /* its body is SQL or PL/pgSQL */
	bool is_language; /* the next word is a language */
	bool runs_psql;
	GArray *bodies; /* of MigrationToken */
} TemplateLook;

static void
template_look_at_word(TemplateLook *look, const MigrationToken *token, bool first)
{
	const char *text = look->text;

	if (look->is_language) {
		g_autofree char *language = migration_token_name(text, token);
		look->code = g_strcmp0(language, "plpgsql") == 0 || g_strcmp0(language, "sql") == 0;
	}
	look->is_language = migration_token_is(text, token, "LANGUAGE");
	look->code = look->code || (first && migration_token_is(text, token, "DO"));
	look->json = look->json ||
	             (token->end - token->start > 5 && g_ascii_strncasecmp(text + token->start, "json_", 5) == 0);
}

/* True for a mark that begins with the symbol. */
static bool
template_look_at_symbol(TemplateLook *look, const MigrationToken *token, const MigrationToken *next,
                        TemplateMark *ret_mark)
{
	const char *text = look->text;

	if (text[token->start] == '[')
		look->brackets++;
	else if (text[token->start] == ']' && look->brackets > 0)
		look->brackets--;
	else if (text[token->start] == '{' && next->start == token->end && text[next->start] == '?')
		return false; /* psql's ":{?X}" */
	else if (text[token->start] == '{') {
		template_take_brace(text, token->start, ret_mark);
		return true;
	} else if (text[token->start] == '\\' && look->depth == 0 && !look->runs_psql) {
		*ret_mark = (TemplateMark){ token->start, token->start + strcspn(text + token->start, " \t\r\n"),
			                    true };
		return ret_mark->end > token->start + 1;
	} else if (text[token->start] == ':' && look->depth == 0 && look->brackets == 0 && !look->json &&
	           template_is_variable(text, token, next)) {
		g_autofree char *name = template_name(text, next);
		*ret_mark = (TemplateMark){ token->start, next->end, true };
		return look->filled == NULL || !g_hash_table_contains(look->filled, name);
	}
	return false;
}

static bool
template_look(TemplateLook *look, TemplateMark *ret_mark)
{
	MigrationLexer lexer = { .text = look->text, .length = strlen(look->text) };
	MigrationToken token = { 0 };
	MigrationToken next = { 0 };
	const char *problem = NULL;
	bool more = migration_lexer_next(&lexer, &token, &problem);

	for (bool first = true; more && token.type != MIGRATION_TOKEN_END; first = false, token = next) {
		more = migration_lexer_next(&lexer, &next, &problem);
		if (!more)
			next = (MigrationToken){ .start = lexer.length, .end = lexer.length };
		if (token.type == MIGRATION_TOKEN_WORD || look->is_language)
			template_look_at_word(look, &token, first);
		if ((token.type == MIGRATION_TOKEN_SYMBOL && template_look_at_symbol(look, &token, &next, ret_mark)) ||
		    (token.type == MIGRATION_TOKEN_QUOTED && template_is_quoted(look->text, &token, ret_mark)))
			return true;
		if (token.type == MIGRATION_TOKEN_STRING && look->text[token.start] == '$')
			g_array_append_val(look->bodies, token);
	}
	return false;
}

static bool template_find_in(const char *text, GHashTable *filled, bool runs_psql, guint depth, TemplateMark *ret_mark);

/* Bodies of functions, between dollars: a body in another language may have braces. */
static bool
template_find_in_bodies(const TemplateLook *look, TemplateMark *ret_mark)
{
	for (guint i = 0; look->code && look->depth < DEPTH_MAX && i < look->bodies->len; i++) {
		const MigrationToken *body = &g_array_index(look->bodies, MigrationToken, i);
		const char *close = memchr(look->text + body->start + 1, '$', body->end - body->start - 1);
		gsize tag = close != NULL ? (gsize)(close - look->text) + 1 - body->start : 0;
		if (body->end - body->start < 2 * tag)
			continue;
		g_autofree char *inside = g_strndup(look->text + body->start + tag, body->end - body->start - 2 * tag);
		if (!template_find_in(inside, look->filled, look->runs_psql, look->depth + 1, ret_mark))
			continue;
		ret_mark->start += body->start + tag;
		ret_mark->end += body->start + tag;
		return true;
	}
	return false;
}

static bool
template_find_in(const char *text, GHashTable *filled, bool runs_psql, guint depth, TemplateMark *ret_mark)
{
	g_autoptr(GArray) bodies = g_array_new(FALSE, FALSE, sizeof(MigrationToken));
	TemplateLook look = {
		.text = text, .filled = filled, .depth = depth, .runs_psql = runs_psql, .bodies = bodies
	};

	return template_look(&look, ret_mark) || template_find_in_bodies(&look, ret_mark);
}

/* --- In a set ---------------------------------------------------------------------- */

/* Variables that psql has by itself, and those that the script gives itself by \set and \gset. */
static GHashTable *
template_filled(const MigrationScript *script, GHashTable *placeholders)
{
	static const char *const always[] = { "DBNAME", "USER", "HOST", "PORT", "ROW_COUNT", "LASTOID", "SQLSTATE" };
	GHashTable *filled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer name;

	for (gsize i = 0; i < G_N_ELEMENTS(always); i++)
		g_hash_table_add(filled, g_strdup(always[i]));
	if (placeholders != NULL)
		g_hash_table_iter_init(&iter, placeholders);
	while (placeholders != NULL && g_hash_table_iter_next(&iter, &name, NULL))
		g_hash_table_add(filled, g_strdup(name));
	g_autoptr(GRegex) set = g_regex_new("^\\s*\\\\(?:set|prompt.*|getenv)\\s+(\\w+)", G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	for (g_regex_match(set, base_source_text(migration_script_source(script)), 0, &match);
	     g_match_info_matches(match); g_match_info_next(match, NULL))
		g_hash_table_add(filled, g_match_info_fetch(match, 1));
	return filled;
}

/* \gset makes variables whose names are those of a query's columns. */
static bool
template_makes_variables(const MigrationScript *script)
{
	return strstr(base_source_text(migration_script_source(script)), "\\gset") != NULL;
}

static char *
template_describe(const MigrationSet *set, const MigrationScript *script, const MigrationStatement *statement,
                  const TemplateMark *mark, char **ret_hint)
{
	gsize offset = migration_script_source_offset(script, statement, mark->start);
	SourcePosition place = base_source_position(migration_script_source(script), offset);
	g_autofree char *found = g_strndup(statement->sql + mark->start, mark->end - mark->start);
	g_autofree char *text = g_utf8_make_valid(found, -1);

	if (template_takes_values(set) && (!mark->psql || template_runs_psql(set)))
		*ret_hint = g_strdup(set->format == &migration_format_goose
		                         ? "let goose fill it in (\"-- +goose ENVSUB ON\"), and give the value: "
		                           "--placeholder NAME=VALUE"
		                         : "give it a value: --placeholder NAME=VALUE");
	else
		*ret_hint = g_strdup_printf("let the program that %s run the migrations: \"commands\" in a suite "
		                            "(pgassay help command)",
		                            mark->psql ? "calls psql" : "fills it in");
	return g_strdup_printf(*text == '\\' ? "is not all SQL: \"%s\" is a command of psql (%s:%u:%u)"
	                                     : "is not all SQL: nothing fills in \"%s\" (%s:%u:%u)",
	                       text, place.path, place.line, place.column);
}

static char *
template_find_in_script(const MigrationSet *set, const MigrationScript *script, GHashTable *placeholders,
                        char **ret_hint)
{
	const GPtrArray *statements = script != NULL ? migration_script_statements(script) : NULL;

	if (statements == NULL || (template_runs_psql(set) && template_makes_variables(script)))
		return NULL;
	g_autoptr(GHashTable) filled = template_runs_psql(set) ? template_filled(script, placeholders) : NULL;
	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		TemplateMark mark = { 0 };
		if (template_find_in(statement->sql, filled, template_runs_psql(set), 0, &mark))
			return template_describe(set, script, statement, &mark, ret_hint);
	}
	return NULL;
}

char *
migration_template_find(const MigrationSet *set, GHashTable *placeholders, char **ret_hint)
{
	*ret_hint = NULL;
	for (guint i = 0; !migration_set_is_external(set) && i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		char *found = template_find_in_script(set, migration->up, placeholders, ret_hint);
		if (found == NULL)
			found = template_find_in_script(set, migration->down, placeholders, ret_hint);
		if (found != NULL)
			return found;
	}
	return NULL;
}
