/* Proposes the settings of a suite for plain files. */
#include "migration/format/plain/plain.h"

#include <string.h>

/* How people lay out ups and downs of their own; every .sql file has to be one of them. */
static const struct {
	const char *pattern;
	const char *reason;
	bool needs_down; /* without one, it is no such layout */
} layouts[] = {
	{ "(?<version>[^/]+)/(?:up|(?<down>down))\\.sql", "each migration is a folder with up.sql", false },
	{ "(?:deploy|(?<down>revert))/(?<version>.+)\\.sql", "the ups are in deploy/, the downs in revert/", true },
	{ "(?:up|(?<down>down))/(?<version>.+)\\.sql", "the ups are in up/, the downs in down/", true },
	{ "(?:migrate|(?<down>rollback))/(?<version>.+)\\.sql", "the ups are in migrate/, the downs in rollback/",
	  true },
	{ "(?:(?<down>rollback|rollbacks|down|undo|revert)/)?(?<version>[^/]+)\\.sql",
	  "the downs are in a folder of their own", true },
};

GPtrArray *
plain_list_sql(const char *directory)
{
	g_autoptr(GPtrArray) files = migration_directory_list(directory, true, NULL);
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (!file->is_directory && g_str_has_suffix(file->name, ".sql"))
			g_ptr_array_add(paths, g_strdup(file->name));
	}
	return paths;
}

static bool
plain_suggest_fits(const GPtrArray *paths, const char *pattern, bool needs_down)
{
	g_autofree char *anchored = g_strdup_printf("\\A(?:%s)\\z", pattern);
	g_autoptr(GRegex) regex = g_regex_new(anchored, 0, 0, NULL);
	guint n_downs = 0;

	for (guint i = 0; i < paths->len; i++) {
		g_autoptr(GMatchInfo) match = NULL;
		if (!g_regex_match(regex, g_ptr_array_index(paths, i), 0, &match))
			return false;
		g_autofree char *down = g_match_info_fetch_named(match, "down");
		n_downs += down != NULL && *down != '\0';
	}
	return n_downs < paths->len && (n_downs > 0 || !needs_down);
}

static const char *
suggest_pattern(const GPtrArray *paths, GHashTable *settings)
{
	guint n_below = 0;

	for (guint i = 0; i < paths->len; i++)
		n_below += strchr(g_ptr_array_index(paths, i), '/') != NULL;
	for (gsize i = 0; n_below > 0 && i < G_N_ELEMENTS(layouts); i++) {
		if (!plain_suggest_fits(paths, layouts[i].pattern, layouts[i].needs_down))
			continue;
		g_hash_table_insert(settings, g_strdup(PLAIN_PATTERN), g_strdup(layouts[i].pattern));
		return layouts[i].reason;
	}
	/* Folders beside files may contain anything: test data, views. */
	if (n_below < paths->len)
		return NULL;
	g_hash_table_insert(settings, g_strdup(PLAIN_RECURSIVE), g_strdup("true"));
	return "all files are in folders";
}

/* True when all names have a number at their beginning, perhaps behind a word, and their order as texts is not that of
 * the numbers. */
static bool
are_out_of_order(const GPtrArray *paths)
{
	g_autoptr(GRegex) numbered = g_regex_new("\\A[A-Za-z_-]*[0-9]", 0, 0, NULL);
	bool reversed = false;

	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		const char *slash = strrchr(path, '/');
		bool is_step = g_str_has_suffix(path, "/up.sql") || g_str_has_suffix(path, "/down.sql");
		if (!g_regex_match(numbered, slash != NULL && !is_step ? slash + 1 : path, 0, NULL))
			return false;
		reversed = reversed || (i > 0 && plain_compare_natural(g_ptr_array_index(paths, i - 1), path) > 0);
	}
	return reversed;
}

void
plain_suggest(MigrationSet *set)
{
	g_autoptr(GPtrArray) paths = plain_list_sql(set->directory);
	const char *reason = NULL;
	const char *order = NULL;

	set->suggested = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (paths->len > 0)
		reason = suggest_pattern(paths, set->suggested);
	if (are_out_of_order(paths)) {
		g_hash_table_insert(set->suggested, g_strdup(PLAIN_ORDER), g_strdup(PLAIN_ORDER_NATURAL));
		order = "the numbers in the names have another order than the names as texts";
	}
	set->suggestion = g_strconcat(reason != NULL ? reason : "", reason != NULL && order != NULL ? ", and " : "",
	                              order != NULL ? order : "", NULL);
	GHashTableIter iter;
	gpointer name;
	gpointer value;
	g_hash_table_iter_init(&iter, set->suggested);
	while (g_hash_table_iter_next(&iter, &name, &value))
		g_hash_table_insert(set->settings, g_strdup(name), g_strdup(value));
}
