#include "run/job/path.h"

#include "base/error.h"
#include "base/nearest.h"

#include <string.h>

/* Suffixes of migration files, of any tool. */
static const char *const endings[] = { ".sql", ".SQL", ".xml", ".json", ".py", ".ts", ".js", ".rb", ".go", NULL };

/* How far below a folder migrations are looked for: Prisma and Diesel have a folder for each migration. */
#define PATH_DEPTH 1

static bool
path_is_migration(const char *name)
{
	for (const char *const *ending = endings; *ending != NULL; ending++)
		if (g_str_has_suffix(name, *ending))
			return true;
	return false;
}

/* NULL-terminated, of paths; the caller frees it. Empty when the folder cannot be read. */
static GPtrArray *
path_list(const char *folder)
{
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	GPtrArray *paths = g_ptr_array_new_null_terminated(8, g_free, TRUE);
	const char *name;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL)
		if (name[0] != '.')
			g_ptr_array_add(paths, strcmp(folder, ".") == 0 ? g_strdup(name)
			                                                : g_build_filename(folder, name, NULL));
	return paths;
}

static bool
path_holds_migrations(const char *folder, int depth)
{
	g_autoptr(GPtrArray) paths = path_list(folder);
	bool found = false;

	for (guint i = 0; i < paths->len && !found; i++) {
		const char *path = g_ptr_array_index(paths, i);
		found = path_is_migration(path) ||
		        (depth > 0 && g_file_test(path, G_FILE_TEST_IS_DIR) && path_holds_migrations(path, depth - 1));
	}
	return found;
}

/* Without the ending of a suite, in which all of them are alike. The caller frees it. */
static char *
path_stem(const char *path)
{
	const char *dot = strrchr(path, '.');
	bool yaml = dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);

	return yaml ? g_strndup(path, (gsize)(dot - path)) : g_strdup(path);
}

/* The path most similar to the typed one, among the paths in its folder; or NULL. */
static const char *
path_nearest(const char *typed, const GPtrArray *paths)
{
	g_autoptr(GPtrArray) stems = g_ptr_array_new_null_terminated(8, g_free, TRUE);
	g_autofree char *stem = path_stem(typed);

	for (guint i = 0; i < paths->len; i++)
		g_ptr_array_add(stems, path_stem(g_ptr_array_index(paths, i)));
	const char *nearest = base_nearest(stem, (const char *const *)stems->pdata);
	guint index = 0;
	return nearest != NULL && g_ptr_array_find(stems, nearest, &index) ? g_ptr_array_index(paths, index) : NULL;
}

static bool
path_refuse_missing(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GPtrArray) paths = path_list(folder);
	g_autofree char *typed = strcmp(folder, ".") == 0 ? g_path_get_basename(path) : g_strdup(path);
	const char *nearest = path_nearest(typed, paths);
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest) : NULL;

	return base_error_set(error, BASE_ERROR_USAGE,
	                      hint != NULL ? hint
	                                   : "name a suite file, or a folder of them; \"pgassay init\" writes one",
	                      "there is no suite \"%s\"", path);
}

bool
run_path_check(const char *path, GError **error)
{
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return path_refuse_missing(path, error);
	if (g_file_test(path, G_FILE_TEST_IS_DIR) || !path_is_migration(path))
		return true;
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *hint = g_strdup_printf("\"pgassay init %s\" writes a suite for a folder of migrations",
	                                        folder);
	return base_error_set(error, BASE_ERROR_USAGE, hint, "\"%s\" is no suite: a suite is a .yaml file", path);
}

bool
run_path_refuse_folder(const char *path, GError **error)
{
	bool migrations = path_holds_migrations(path, PATH_DEPTH);
	g_autofree char *hint = migrations
	                            ? g_strdup_printf("\"pgassay init %s\" writes a suite for these migrations", path)
	                            : NULL;

	return base_error_set(error, BASE_ERROR_USAGE,
	                      migrations ? hint : "a suite is a .yaml file; \"pgassay help suites\" shows one",
	                      "the folder \"%s\" holds no suite", path);
}

const char *
run_path_default(const char *folder)
{
	static const char *const names[] = { "suites", "pgassay.yaml", ".pgassay.yaml" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(folder, names[i], NULL);
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			return names[i];
	}
	return NULL;
}

/* The nearest folder above that has suites, as "..", or NULL. The caller frees it. */
static char *
path_above(void)
{
	g_autofree char *current = g_get_current_dir();
	g_autofree char *above = g_strdup("..");

	for (const char *rest = strchr(current, '/'); rest != NULL; rest = strchr(rest + 1, '/')) {
		if (run_path_default(above) != NULL)
			return g_steal_pointer(&above);
		char *next = g_build_filename(above, "..", NULL);
		g_free(above);
		above = next;
	}
	return NULL;
}

bool
run_path_refuse_none(GError **error)
{
	g_autofree char *above = path_above();
	const char *name = above != NULL ? run_path_default(above) : NULL;
	g_autofree char *hint = name != NULL ? g_strdup_printf("\"%s/%s\" is there: run the command in \"%s\"", above,
	                                                       name, above)
	                                     : NULL;

	return base_error_set(
	    error, BASE_ERROR_USAGE,
	    hint != NULL ? hint : "\"pgassay init\" writes a first suite; name the file of one that is elsewhere",
	    "this folder has no \"suites\"");
}
