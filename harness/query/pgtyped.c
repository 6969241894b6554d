#include "query/formats.h"

#include <string.h>

/* "(name!, age)..." as a list of names; empty for "...". */
static char **
pgtyped_fields(const char *shape)
{
	g_autofree char *plain = g_strdelimit(g_strdup(shape), "()!.,", ' ');
	g_auto(GStrv) words = g_strsplit_set(plain, " \t\r\n*", -1);
	g_autoptr(GPtrArray) fields = g_ptr_array_new();

	for (guint i = 0; words[i] != NULL; i++)
		if (words[i][0] != '\0')
			g_ptr_array_add(fields, g_ascii_strdown(words[i], -1));
	g_ptr_array_add(fields, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&fields), FALSE);
}

static void
pgtyped_free_fields(gpointer data)
{
	g_strfreev(data);
}

char *
query_pgtyped_read(const char *comments, GHashTable **ret_spreads)
{
	g_autoptr(GRegex) name = g_regex_new("@name\\s+(\\w+)", 0, 0, NULL);
	g_autoptr(GRegex) spread = g_regex_new("@param\\s+(\\w+)\\s*->\\s*(\\((?:[^()]|\\([^()]*\\))*\\))", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	char *found = NULL;
	gsize last = 0;
	int start = 0;

	for (g_regex_match(name, comments, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_free(found);
		found = g_match_info_fetch(match, 1);
		g_match_info_fetch_pos(match, 0, &start, NULL);
		last = (gsize)start;
	}
	if (found == NULL)
		return NULL;
	g_autoptr(GMatchInfo) shape = NULL;
	*ret_spreads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, pgtyped_free_fields);
	for (g_regex_match(spread, comments + last, 0, &shape); g_match_info_matches(shape);
	     g_match_info_next(shape, NULL)) {
		g_autofree char *parameter = g_match_info_fetch(shape, 1);
		g_autofree char *fields = g_match_info_fetch(shape, 2);
		g_hash_table_insert(*ret_spreads, g_ascii_strdown(parameter, -1), pgtyped_fields(fields));
	}
	return found;
}
