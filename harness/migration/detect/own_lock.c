#include "migration/detect/own_lock.h"

#include "base/file.h"
#include "base/reads.h"
#include "migration/detect/layout.h"
#include "migration/format.h"

#include <string.h>

/* More of a project is not looked through. */
#define OWN_LOCK_FILES     5000
#define OWN_LOCK_DEPTH     12
#define OWN_LOCK_MAX_BYTES ((gsize)1024 * 1024)

typedef struct {
	guint n_files;
	char *found; /* or NULL */
} OwnLockWalk;

static bool
own_lock_matches(const char *pattern, const char *text)
{
	return g_regex_match_simple(pattern, text, G_REGEX_MULTILINE, 0);
}

/* The code without its comments, which may tell of another way, and without the tests at its end. */
static char *
own_lock_read_code(const char *path)
{
	g_autofree char *text = NULL;
	gsize length = 0;
	g_autoptr(GRegex) comments = g_regex_new("//[^\n]*", 0, 0, NULL);

	if (!base_file_read(path, OWN_LOCK_MAX_BYTES, &text, &length, NULL))
		return NULL;
	/* Nearly all files of a project know nothing of it. */
	if (strstr(text, "igrat") == NULL || strstr(text, "lock") == NULL || strstr(text, "sqlx") == NULL)
		return NULL;
	char *tests = strstr(text, "#[cfg(test)]");
	if (tests != NULL)
		*tests = '\0';
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	return g_regex_replace_literal(comments, valid, -1, 0, "", 0, NULL);
}

static const char *
own_lock_judge(const char *code)
{
	static const char off[] = "\\bset_locking\\(\\s*false\\s*\\)|\\blocking\\s*[=:]\\s*false\\b";
	static const char tries[] = "\\bpg_try_advisory_lock\\b|\\bPgAdvisoryLock\\b[\\s\\S]*\\.try_acquire\\(";
	static const char waits[] = "\\bpg_advisory_(xact_)?lock\\b|\\bPgAdvisoryLock\\b[\\s\\S]*\\.acquire\\(";

	if (own_lock_matches(waits, code))
		return NULL;
	if (own_lock_matches(off, code) && own_lock_matches("\\bmigrate!|\\bMigrator\\b", code))
		return "turns sqlx's lock off";
	/* Migrator::run() would take sqlx's lock as well. */
	if (own_lock_matches(tries, code) && own_lock_matches("\\.apply\\(", code))
		return "tries for the lock and does not wait for it";
	return NULL;
}

static void
own_lock_look_at(OwnLockWalk *walk, const char *path)
{
	g_autofree char *code = own_lock_read_code(path);
	const char *said = code != NULL ? own_lock_judge(code) : NULL;

	walk->n_files++;
	if (said == NULL)
		return;
	base_reads_add(path);
	g_autofree char *shown = base_file_shorten(g_strdup(path));
	walk->found = g_strdup_printf("\"%s\" %s", shown, said);
}

static gint
own_lock_compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The order of a folder is not the same everywhere. */
static GPtrArray *
own_lock_list(const char *folder)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);

	for (const char *name; entries != NULL && (name = g_dir_read_name(entries)) != NULL;)
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, own_lock_compare);
	return names;
}

static void
own_lock_walk(OwnLockWalk *walk, const char *folder, guint depth)
{
	static const char *const ignored[] = { "target", "tests", "benches", "node_modules", NULL };
	g_autoptr(GPtrArray) names = own_lock_list(folder);

	for (guint i = 0; i < names->len && walk->found == NULL && walk->n_files < OWN_LOCK_FILES; i++) {
		const char *name = g_ptr_array_index(names, i);
		g_autofree char *path = g_build_filename(folder, name, NULL);
		if (*name == '.' || g_file_test(path, G_FILE_TEST_IS_SYMLINK))
			continue;
		if (g_str_has_suffix(name, ".rs") && !g_str_has_suffix(name, "tests.rs"))
			own_lock_look_at(walk, path);
		else if (depth > 0 && !g_strv_contains(ignored, name) && g_file_test(path, G_FILE_TEST_IS_DIR))
			own_lock_walk(walk, path, depth - 1);
	}
}

/* The outermost folder with a Cargo.toml: the workspace, of which any crate may run the migrations. NULL: none. */
static char *
own_lock_find_root(const char *directory)
{
	g_autofree char *above = g_canonicalize_filename(directory, NULL);
	char *root = NULL;

	for (guint level = 0; level < OWN_LOCK_DEPTH; level++) {
		g_autofree char *cargo = g_build_filename(above, "Cargo.toml", NULL);
		g_autofree char *repository = g_build_filename(above, ".git", NULL);
		if (g_file_test(cargo, G_FILE_TEST_EXISTS)) {
			g_free(root);
			root = g_strdup(above);
		}
		if (g_file_test(repository, G_FILE_TEST_EXISTS))
			break;
		char *parent = g_path_get_dirname(above);
		g_free(above);
		above = parent;
	}
	return root;
}

static bool
own_lock_is_needed(const MigrationSet *set)
{
	for (guint i = 0; i < set->migrations->len; i++)
		if (migration_layout_builds_concurrently(g_ptr_array_index(set->migrations, i)) != NULL)
			return true;
	return false;
}

void
migration_own_lock_look(MigrationSet *set)
{
	OwnLockWalk walk = { 0 };

	if (strcmp(set->format->name, "sqlx") != 0 || set->concurrently == NULL || !own_lock_is_needed(set))
		return;
	g_autofree char *root = own_lock_find_root(set->directory);
	if (root != NULL)
		own_lock_walk(&walk, root, OWN_LOCK_DEPTH);
	if (walk.found == NULL)
		return;
	set->concurrently = NULL;
	migration_set_warn(set, "%s: no second runner is in the way of an index that is built CONCURRENTLY",
	                   walk.found);
	g_free(walk.found);
}
