/* Where in the code of a migration the SQL stands that the server has refused, when no stack frame says so: as with
 * Django's RunSQL, which runs after the file has been read. */
#include "migration/format/command/failure.h"

#include <stdbool.h>
#include <string.h>

/* Shorter pieces of SQL stand anywhere. */
#define PLACE_EXCERPT_MIN 6

static guint
place_line_of(const char *text, const char *found)
{
	guint line = 1;

	for (; text < found; text++)
		line += *text == '\n';
	return line;
}

/* The line of the text with the excerpt; of several, the first. 0: there is none. */
static guint
place_find_excerpt(const char *text, char *excerpt)
{
	g_strstrip(excerpt);
	if (g_str_has_suffix(excerpt, "..."))
		excerpt[strlen(excerpt) - 3] = '\0';
	if (g_str_has_suffix(excerpt, "]"))
		excerpt[strlen(excerpt) - 1] = '\0';
	const char *start = g_str_has_prefix(excerpt, "...") ? excerpt + 3 : excerpt;
	const char *found = strlen(start) >= PLACE_EXCERPT_MIN ? strstr(text, start) : NULL;

	return found != NULL ? place_line_of(text, found) : 0;
}

/* The server's "LINE 3: ALTER TABLE ..." in libpq's words, and SQLAlchemy's "[SQL: ALTER TABLE ...". */
static guint
place_find_statement(const char *output, const char *text)
{
	static const char pattern[] = "(?m)^(?:LINE \\d+: |\\[SQL: )(.+)$";
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	guint line = 0;

	for (g_regex_match(regex, output, 0, &match); line == 0 && g_match_info_matches(match);
	     g_match_info_next(match, NULL)) {
		g_autofree char *excerpt = g_match_info_fetch(match, 1);
		line = place_find_excerpt(text, excerpt);
	}
	return line;
}

/* The line that has the name as a word of its own; of several, the first, or 0 where it has to be the only one. */
static guint
place_find_name(char **lines, const char *name, bool only)
{
	g_autofree char *escaped = g_regex_escape_string(name, -1);
	g_autofree char *pattern = g_strdup_printf("(?<!\\w)%s(?!\\w)", escaped);
	guint found = 0;

	for (guint i = 0; lines[i] != NULL; i++) {
		if (!g_regex_match_simple(pattern, lines[i], G_REGEX_RAW, 0))
			continue;
		if (found > 0)
			return only ? 0 : found;
		found = i + 1;
	}
	return found;
}

/* The message has names in quotes; of `column "a" of relation "b"` the first says most. The way down stands behind the
 * way up, and has the same names. */
static guint
place_find_names(const char *message, const char *text)
{
	g_autoptr(GRegex) regex = g_regex_new("\"([^\"]+)\"", G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	bool is_first = true;
	guint line = 0;

	for (g_regex_match(regex, message, 0, &match); line == 0 && g_match_info_matches(match);
	     g_match_info_next(match, NULL)) {
		g_autofree char *name = g_match_info_fetch(match, 1);
		line = place_find_name(lines, name, !is_first);
		is_first = false;
	}
	return line;
}

guint
format_command_find_line(const char *output, const char *message, const char *text)
{
	guint line = place_find_statement(output, text);

	return line > 0 ? line : place_find_names(message, text);
}
