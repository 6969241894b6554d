/* Where Java projects have their changelogs: below the root of the classpath, at which the paths in them begin. */
#include "migration/format/liquibase/changelog.h"

#include "base/file.h"

#include <string.h>

#define RESOURCES "src/main/resources"

/* How much of a file of settings is read. */
#define HEAD_BYTES ((gsize)256 * 1024)

/* "app/src/main/resources" of "app/src/main/resources/db/changelog"; NULL: the directory is none of a classpath. The
 * caller frees it. */
static char *
classpath_root(const char *directory)
{
	gsize length = strlen(RESOURCES);

	for (const char *at = strstr(directory, RESOURCES); at != NULL; at = strstr(at + 1, RESOURCES))
		if ((at == directory || at[-1] == '/') && (at[length] == '/' || at[length] == '\0'))
			return g_strndup(directory, (gsize)(at - directory) + length);
	return NULL;
}

/* The changelog that a text of settings names, when it is there; one in the directory counts before others. */
static void
classpath_read_setting(const char *text, const char *root, const char *directory, char **changelog)
{
	g_autoptr(GRegex)
	    regex = g_regex_new("change-?log(?:-?file)?[\"']?\\s*[:=]\\s*[\"']?(?:\\$\\{[^:}]*:)?(?:classpath\\*?:)?/*"
	                        "([\\w./-]+\\.(?:xml|sql|ya?ml|json))",
	                        G_REGEX_CASELESS, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *prefix = g_strconcat(directory, "/", NULL);

	for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *name = g_match_info_fetch(match, 1);
		g_autofree char *path = g_build_filename(root, name, NULL);
		bool inside = g_str_has_prefix(path, prefix);
		if (!g_file_test(path, G_FILE_TEST_IS_REGULAR) || (*changelog != NULL && !inside))
			continue;
		g_free(*changelog);
		*changelog = g_steal_pointer(&path);
		if (inside)
			return;
	}
}

static int
classpath_compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The one that the application's settings name; NULL: none. The caller frees it. */
static char *
classpath_find_setting(const char *root, const char *directory)
{
	g_autoptr(GDir) entries = g_dir_open(root, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	char *changelog = NULL;

	for (const char *name; entries != NULL && (name = g_dir_read_name(entries)) != NULL;)
		if (g_regex_match_simple("^(application|bootstrap|liquibase).*\\.(properties|ya?ml)$", name, 0, 0))
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, classpath_compare_names);
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *path = g_build_filename(root, g_ptr_array_index(names, i), NULL);
		g_autofree char *text = g_malloc(HEAD_BYTES);
		if (base_file_read_start(path, BASE_FILE_FOLLOW, text, HEAD_BYTES) > 0)
			classpath_read_setting(text, root, directory, &changelog);
	}
	return changelog;
}

bool
liquibase_classpath_find(const char *directory, char **ret_root, char **ret_changelog)
{
	g_autofree char *root = classpath_root(directory);
	g_autofree char *master = NULL;

	if (root == NULL)
		return false;
	char *changelog = classpath_find_setting(root, directory);
	if (changelog == NULL && liquibase_find_master(directory, &master, NULL) && master != NULL)
		changelog = g_build_filename(directory, master, NULL);
	if (changelog == NULL)
		return false;
	*ret_root = g_steal_pointer(&root);
	*ret_changelog = changelog;
	return true;
}
