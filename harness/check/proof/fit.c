/* Types and names that belong together. */
#include "check/proof/changes_private.h"

#include <string.h>

/* --- Types --------------------------------------------------------------------- */

/* Types that hold the same kind of thing, by the beginning of their names. */
static const char *
fit_family(const char *type)
{
	static const char *const families[][6] = {
		{ "text", "character", "citext", "\"char\"", "name" },
		{ "smallint", "integer", "bigint", "numeric", "real", "double precision" },
		{ "timestamp", "date" },
		{ "json" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(families); i++)
		for (guint j = 0; j < G_N_ELEMENTS(families[i]) && families[i][j] != NULL; j++)
			if (g_str_has_prefix(type, families[i][j]) && !g_str_has_suffix(type, "[]"))
				return families[i][0];
	return type;
}

bool
check_change_types_fit(const char *a, const char *b)
{
	return strcmp(fit_family(a), fit_family(b)) == 0;
}

/* --- Names ---------------------------------------------------------------------- */

bool
check_change_names_are_alike(const char *a, const char *b)
{
	g_auto(GStrv) words = g_strsplit(a, "_", -1);
	g_autofree char *lower = g_ascii_strdown(b, -1);

	for (guint i = 0; words[i] != NULL; i++) {
		g_autofree char *word = g_ascii_strdown(words[i], -1);
		if (strlen(word) >= 3 && strstr(lower, word) != NULL)
			return true;
	}
	return false;
}
