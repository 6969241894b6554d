/* Which changesets a run is for: contexts, labels, databases. */
#include "migration/format/liquibase/liquibase.h"

#include <string.h>

static char **
split_list(const char *text)
{
	char **parts = g_strsplit(text != NULL ? text : "", ",", -1);
	gsize n = 0;

	for (gsize i = 0; parts[i] != NULL; i++) {
		g_strstrip(parts[i]);
		if (*parts[i] != '\0')
			parts[n++] = parts[i];
		else
			g_free(parts[i]);
	}
	parts[n] = NULL;
	return parts;
}

static bool
liquibase_filter_has_word(const char *const *items, const char *word)
{
	for (; *items != NULL; items++) {
		const char *item = **items == '@' ? *items + 1 : *items;
		while (*item == ' ')
			item++;
		if (g_ascii_strcasecmp(item, word) == 0)
			return true;
	}
	return false;
}

static bool liquibase_filter_matches(const char *text, const char *const *items);

/* "not x", "!x", "@x", a word. */
static bool
matches_word(char *word, const char *const *items)
{
	bool negated = false;
	bool required = *word == '@';

	if (required)
		word = g_strchug(word + 1);
	if (*word == '!' || g_ascii_strncasecmp(word, "not ", 4) == 0) {
		negated = true;
		word = g_strchug(word + (*word == '!' ? 1 : 4));
	}
	if (*word == '@') {
		required = true;
		word = g_strchug(word + 1);
	}
	if (!required && *items == NULL)
		return true;
	if (strcmp(word, ":TRUE") == 0)
		return !negated;
	if (strcmp(word, ":FALSE") == 0)
		return negated;
	return liquibase_filter_has_word(items, word) != negated;
}

/* Replaces parentheses by the value of their expression, from inside out. */
static char *
liquibase_filter_reduce(const char *text, const char *const *items)
{
	g_autofree char *rest = g_strdup(text);

	for (const char *close; (close = strchr(rest, ')')) != NULL;) {
		const char *open = close;
		while (open > rest && *open != '(')
			open--;
		g_autofree char *left = g_strndup(rest, (gsize)(open - rest));
		g_autofree char *inner = *open == '(' ? g_strndup(open + 1, (gsize)(close - open) - 1) : g_strdup("");
		char *reduced = g_strconcat(left, liquibase_filter_matches(inner, items) ? " :TRUE " : " :FALSE ",
		                            close + 1, NULL);
		g_free(rest);
		rest = reduced;
	}
	return g_steal_pointer(&rest);
}

static bool
liquibase_filter_matches(const char *text, const char *const *items)
{
	g_autofree char *flat = liquibase_filter_reduce(text, items);
	g_auto(GStrv) choices = g_regex_split_simple("\\s+or\\s+|\\s*,\\s*", flat, 0, 0);

	for (gsize i = 0; choices[i] != NULL; i++) {
		g_auto(GStrv) parts = g_regex_split_simple("\\s+and\\s+", choices[i], 0, 0);
		bool all = true;
		for (gsize j = 0; parts[j] != NULL && all; j++)
			all = matches_word(g_strstrip(parts[j]), items);
		if (all)
			return true;
	}
	return false;
}

bool
liquibase_context_matches(const char *expression, const char *contexts)
{
	g_auto(GStrv) items = split_list(contexts);

	if (expression == NULL || *expression == '\0') {
		for (gsize i = 0; items[i] != NULL; i++)
			if (*items[i] == '@')
				return false;
		return true;
	}
	/* Upper-case AND and OR are words of the language, as Liquibase lowers the whole expression. */
	g_autofree char *lower = g_utf8_strdown(expression, -1);
	return liquibase_filter_matches(lower, (const char *const *)items);
}

bool
liquibase_labels_match(const char *labels, const char *expression)
{
	g_auto(GStrv) items = split_list(labels);

	if (expression == NULL || *expression == '\0')
		return true;
	if (items[0] == NULL)
		return true;
	g_autofree char *lower = g_utf8_strdown(expression, -1);
	return liquibase_filter_matches(lower, (const char *const *)items);
}

bool
liquibase_dbms_matches(const char *dbms)
{
	g_autofree char *lower = g_utf8_strdown(dbms != NULL ? dbms : "", -1);
	g_auto(GStrv) names = split_list(lower);
	bool any = false;

	if (names[0] == NULL || g_strv_contains((const char *const *)names, "all"))
		return true;
	if (g_strv_contains((const char *const *)names, "none") ||
	    g_strv_contains((const char *const *)names, "!postgresql"))
		return false;
	for (gsize i = 0; names[i] != NULL; i++)
		any = any || *names[i] != '!';
	return !any || g_strv_contains((const char *const *)names, "postgresql");
}
