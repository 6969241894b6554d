/* Migrations in Java and Kotlin: Flyway runs them from the classpath, where they stand beside those in SQL. */
#include "migration/format/flyway/flyway.h"

#include <string.h>

#define JAVA_RESOURCES "src/main/resources/"

static int
java_compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
java_add(const char *folder, GPtrArray *names)
{
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);

	for (const char *name = NULL; entries != NULL && (name = g_dir_read_name(entries)) != NULL;)
		if (g_regex_match_simple("^[VR]\\w*__\\w+\\.(java|kt)$", name, 0, 0))
			g_ptr_array_add(names, g_build_filename(folder, name, NULL));
}

void
flyway_warn_java(MigrationSet *set, const char *directory)
{
	static const char *const languages[] = { "java", "kotlin" };
	const char *resources = strstr(directory, JAVA_RESOURCES);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (gsize i = 0; resources != NULL && i < G_N_ELEMENTS(languages); i++) {
		g_autofree char *folder = g_strdup_printf("%.*ssrc/main/%s/%s", (int)(resources - directory), directory,
		                                          languages[i], resources + strlen(JAVA_RESOURCES));
		java_add(folder, names);
	}
	if (names->len == 0)
		return;
	g_ptr_array_sort(names, java_compare_names);
	g_autofree char *more = names->len > 1 ? g_strdup_printf(" and %u more", names->len - 1) : g_strdup("");
	migration_set_warn(set,
	                   "\"%s\"%s: Flyway runs this code as well, pgassay does not, and what it makes is missing",
	                   (const char *)g_ptr_array_index(names, 0), more);
}
