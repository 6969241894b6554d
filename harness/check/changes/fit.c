/* Types and names that belong together. */
#include "check/changes/changes_private.h"

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

static bool
fit_is_in(const char *type, const char *const *families)
{
	for (; *families != NULL; families++)
		if (strcmp(fit_family(type), *families) == 0)
			return true;
	/* An enum, which is nobody's but the schema's. */
	return strchr(type, '.') != NULL && !g_str_has_suffix(type, "[]");
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

/* The name in small letters, without "_", the end of a plural and the "To" of Prisma's "_PostToTag". */
static char *
fit_core(const char *name)
{
	g_autofree char *joined = g_strdup(name);
	char *to = strstr(joined, "To");
	GString *core = g_string_new(NULL);

	for (const char *c = joined; *c != '\0'; c++) {
		if (to != NULL && c == to && g_ascii_isupper(to[2]) && c > joined)
			c += 2;
		if (*c != '_')
			g_string_append_c(core, g_ascii_tolower(*c));
	}
	if (core->len > 1 && core->str[core->len - 1] == 's')
		g_string_truncate(core, core->len - 1);
	return g_string_free(core, FALSE);
}

bool
check_change_is_same_name(const char *a, const char *b)
{
	g_autofree char *first = fit_core(a);
	g_autofree char *second = fit_core(b);

	return strcmp(first, second) == 0;
}

/* "country" and "country_id". */
static bool
fit_is_prefix(const char *a, const char *b)
{
	gsize length = strlen(a);

	return g_ascii_strncasecmp(a, b, length) == 0 && b[length] == '_';
}

/* A column that says which of several things its row is. */
static bool
fit_says_which(const char *name)
{
	static const char *const words[] = { "status", "state", "stage", "phase",      "kind", "type",
		                             "role",   "mode",  "level", "visibility", NULL };
	g_auto(GStrv) parts = g_strsplit(name, "_", -1);

	for (guint i = 0; parts[i] != NULL; i++)
		if (g_strv_contains(words, parts[i]))
			return true;
	return false;
}

bool
check_change_could_hold_all(const CheckColumn *is)
{
	static const char *const words[] = { "config",     "configuration", "setting", "settings", "option",
		                             "options",    "preferences",   "prefs",   "details",  "attributes",
		                             "properties", "profile",       NULL };
	g_auto(GStrv) parts = g_strsplit(is->name, "_", -1);

	for (guint i = 0; g_str_has_prefix(is->type, "json") && parts[i] != NULL; i++) {
		g_autofree char *word = g_ascii_strdown(parts[i], -1);
		if (g_strv_contains(words, word))
			return true;
	}
	return false;
}

/* The thing that a column names by a key of it: 3 letters for "org_id" and "org_uuid"; 0: its name does not say so. */
static gsize
fit_key_stem(const char *name)
{
	static const char *const ends[] = { "_id", "_uid", "_uuid", "_guid", "_ulid", "_key", "_ref", "_public_id" };
	gsize length = strlen(name);
	gsize stem = 0;

	for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
		if (g_str_has_suffix(name, ends[i]))
			stem = length - strlen(ends[i]);
	return stem;
}

/* "org_id" and "org_uuid". */
static bool
fit_is_same_key(const char *a, const char *b)
{
	gsize length = fit_key_stem(a);

	return length > 0 && length == fit_key_stem(b) && g_ascii_strncasecmp(a, b, length) == 0;
}

bool
check_change_could_replace(const CheckColumn *was, const CheckColumn *is, bool only)
{
	static const char *const of_flag[] = { "text", "smallint", "timestamp", NULL };
	static const char *const of_text[] = { "text", "smallint", "uuid", NULL };
	bool alike = check_change_names_are_alike(was->name, is->name) ||
	             check_change_names_are_alike(is->name, was->name);

	if (check_change_types_fit(was->type, is->type))
		return only || alike;
	if (strcmp(was->type, "boolean") == 0)
		return fit_is_in(is->type, of_flag) && (alike || (only && fit_says_which(is->name)));
	return fit_is_in(was->type, of_text) && fit_is_in(is->type, of_text) &&
	       (fit_is_prefix(was->name, is->name) || fit_is_prefix(is->name, was->name) ||
	        fit_is_same_key(was->name, is->name));
}
