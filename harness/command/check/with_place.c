/* Where two branches collide. */
#include "command/check/with_private.h"

#include "check/workspace/place.h"
#include "migration/text/lexer.h"

#include <string.h>

/* Characters of a statement that are shown. */
#define SHOWN 90

/* Words of the server's messages that are no names. */
static const char *const place_others[] = {
	"a",       "already", "because", "been",     "cannot", "column",   "constraint", "default", "depend",
	"depends", "does",    "drop",    "exist",    "exists", "expected", "fails",      "for",     "function",
	"has",     "in",      "index",   "is",       "it",     "not",      "null",       "object",  "objects",
	"of",      "on",      "other",   "relation", "row",    "schema",   "sequence",   "table",   "that",
	"the",     "there",   "to",      "trigger",  "type",   "value",    "violates",   "was",     "view",
	"with",    "policy",  "insert",  "update",   "delete", NULL
};

/* The names in a text, those in quotes first; NULL-terminated. */
static GPtrArray *
place_words(const char *text)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *quiet = g_strdelimit(g_strdup(text), "'$", ' ');

	for (int quoted = 1; quoted >= 0; quoted--) {
		MigrationLexer lexer = { .text = quiet, .length = strlen(quiet) };
		MigrationToken token;
		const char *problem = NULL;
		while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
			g_autofree char *name = migration_token_name(quiet, &token);
			if (name == NULL || (token.type == MIGRATION_TOKEN_QUOTED) != (quoted == 1) ||
			    g_strv_contains(place_others, name))
				continue;
			/* "public.orders" is quoted as one. */
			const char *dot = strrchr(name, '.');
			g_ptr_array_add(words, g_strdup(dot != NULL ? dot + 1 : name));
		}
	}
	g_ptr_array_add(words, NULL);
	return words;
}

/* The path that a file of a copy has in the work tree. The caller frees it. */
static char *
place_path(const CheckWithPair *pair, const MigrationSet *set, SourcePosition position)
{
	gsize length = strlen(set->directory);
	g_autofree char *place = base_position_format(position);
	const char *rest = g_str_has_prefix(place, set->directory) && place[length] == '/' ? place + length : NULL;

	return rest != NULL ? g_strconcat(pair->job->set->directory, rest, NULL) : g_steal_pointer(&place);
}

/* The statement, on one line. The caller frees it. */
static char *
place_show(const MigrationStatement *statement)
{
	g_auto(GStrv) words = g_strsplit_set(statement->sql, " \t\r\n", -1);
	GString *text = g_string_new(NULL);

	for (guint i = 0; words[i] != NULL; i++)
		if (words[i][0] != '\0')
			g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", words[i]);
	if (text->len > SHOWN && g_utf8_validate(text->str, -1, NULL)) {
		char *end = g_utf8_find_prev_char(text->str, text->str + SHOWN);
		g_string_truncate(text, (gsize)(end - text->str));
		g_string_append(text, "...");
	}
	return g_string_free(text, FALSE);
}

/* "this branch: db/V4__mine.sql:1:1: ALTER TABLE ..." of the first new migration that has one of the words; or NULL. */
static char *
place_find(const CheckWithPair *pair, guint side, const char *word)
{
	const MigrationSet *set = pair->first[side];
	const char *const words[] = { word, NULL };

	for (guint i = 0; set != NULL && i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		const MigrationStatement *statement = check_place_find_statement(migration->up, words);
		if (statement == NULL || check_with_has(pair->job->base->set, migration->name))
			continue;
		g_autofree char *path = place_path(pair, set, check_place_find(migration->up, words));
		g_autofree char *shown = place_show(statement);
		return g_strdup_printf("%s: %s: %s", pair->names[side], path, shown);
	}
	return NULL;
}

char *
check_with_find_places(const CheckWithPair *pair, const char *text)
{
	g_autoptr(GPtrArray) words = place_words(text);

	for (guint i = 0; i + 1 < words->len; i++) {
		const char *word = g_ptr_array_index(words, i);
		g_autofree char *here = place_find(pair, 0, word);
		g_autofree char *there = place_find(pair, 1, word);
		if (here != NULL && there != NULL)
			return g_strdup_printf("\nthey meet on \"%s\":\n%s\n%s", word, here, there);
	}
	return g_strdup("");
}
