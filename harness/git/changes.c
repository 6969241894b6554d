#include "git/changes.h"

#include "base/error.h"
#include "git/program.h"

#include <string.h>

static void
git_change_free(gpointer data)
{
	GitChange *change = data;

	g_free(change->name);
	g_free(change->before);
	g_free(change);
}

static int
changes_compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const GitChange *const *)a)->name, (*(const GitChange *const *)b)->name);
}

/* --- The work tree ---------------------------------------------------------------- */

GHashTable *
git_changes_identify(const GitRepository *repository, const char *directory, const char *const *names, GError **error)
{
	/* With the path, so that line ends are converted as they would be when the file is added. */
	const char *const arguments[] = { "hash-object", "--stdin-paths", NULL };
	g_autoptr(GHashTable) files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GString) paths = g_string_new(NULL);
	g_auto(GitAnswer) answer = { 0 };

	for (guint i = 0; names[i] != NULL; i++) {
		if (strchr(names[i], '\n') != NULL) {
			base_error_set(error, BASE_ERROR_INPUT, "rename it",
			               "a file name in \"%s\" has a line break in it", directory);
			return NULL;
		}
		g_string_append_printf(paths, "%s/%s\n", directory, names[i]);
	}
	if (!git_run(repository->root, arguments, paths->str, &answer, error))
		return NULL;
	g_auto(GStrv) ids = g_strsplit(answer.text, "\n", -1);
	for (guint i = 0; names[i] != NULL; i++) {
		if (answer.exit_code != 0 || ids[i] == NULL) {
			base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "git cannot read the files of \"%s\": %s",
			               directory, answer.stderr_text);
			return NULL;
		}
		g_hash_table_insert(files, g_strdup(names[i]), g_strdup(ids[i]));
	}
	return g_steal_pointer(&files);
}

/* --- Comparing ----------------------------------------------------------------------- */

static GitChange *
changes_add(GPtrArray *changes, GitChangeKind kind, const char *name)
{
	GitChange *change = g_new0(GitChange, 1);

	change->kind = kind;
	change->name = g_strdup(name);
	g_ptr_array_add(changes, change);
	return change;
}

/* Files of the commit by their names below the directory; links and submodules are not read. */
static GHashTable *
changes_index(const GitTree *tree, const char *before)
{
	GHashTable *index = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) below = before != NULL ? git_tree_below(tree, before) : g_ptr_array_new();
	gsize skip = before != NULL && strcmp(before, ".") != 0 ? strlen(before) + 1 : 0;

	for (guint i = 0; i < below->len; i++) {
		const GitFile *file = g_ptr_array_index(below, i);
		if (file->kind == GIT_FILE)
			g_hash_table_insert(index, file->path + skip, (gpointer)file->id);
	}
	return index;
}

/* A deleted file and a new one with the same content are one that was renamed. */
static void
changes_pair(GPtrArray *changes, GHashTable *old, GHashTable *files)
{
	for (guint i = changes->len; i > 0; i--) {
		GitChange *gone = g_ptr_array_index(changes, i - 1);
		if (gone->kind != GIT_DELETED)
			continue;
		for (guint j = 0; j < changes->len; j++) {
			GitChange *change = g_ptr_array_index(changes, j);
			if (change->kind != GIT_NEW || g_strcmp0(g_hash_table_lookup(old, gone->name),
			                                         g_hash_table_lookup(files, change->name)) != 0)
				continue;
			change->kind = GIT_RENAMED;
			change->before = g_strdup(gone->name);
			g_ptr_array_remove_index(changes, i - 1);
			break;
		}
	}
}

GPtrArray *
git_changes_compare(const GitTree *tree, const char *before, GHashTable *files)
{
	GPtrArray *changes = g_ptr_array_new_with_free_func(git_change_free);
	g_autoptr(GHashTable) old = changes_index(tree, before);
	GHashTableIter iter;
	gpointer name;
	gpointer id;

	g_hash_table_iter_init(&iter, files);
	while (g_hash_table_iter_next(&iter, &name, &id)) {
		const char *was = g_hash_table_lookup(old, name);
		changes_add(changes, was == NULL ? GIT_NEW : strcmp(was, id) == 0 ? GIT_UNCHANGED : GIT_EDITED, name);
	}
	g_hash_table_iter_init(&iter, old);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		if (!g_hash_table_contains(files, name))
			changes_add(changes, GIT_DELETED, name);
	g_ptr_array_sort(changes, changes_compare_names);
	changes_pair(changes, old, files);
	return changes;
}

/* --- Two commits -------------------------------------------------------------------- */

/* Adds the paths that git prints, each with a NUL behind it. */
static bool
changes_ask_paths(const GitRepository *repository, const char *const *arguments, GPtrArray *paths, GError **error)
{
	g_auto(GitAnswer) answer = { 0 };

	if (!git_run(repository->root, arguments, NULL, &answer, error))
		return false;
	if (answer.exit_code != 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "git cannot compare the files of \"%s\": %s",
		                      repository->root, answer.stderr_text);
	for (const char *path = answer.text; path < answer.text + answer.length; path += strlen(path) + 1)
		g_ptr_array_add(paths, g_strdup(path));
	return true;
}

char **
git_changes_list(const GitRepository *repository, const char *before, const char *now, GError **error)
{
	const char *const tracked[] = { "diff", "--name-only", "-z", "--no-renames", before, now, NULL };
	const char *const others[] = { "ls-files", "--others", "--exclude-standard", "-z", NULL };
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

	if (!changes_ask_paths(repository, tracked, paths, error) ||
	    (now == NULL && !changes_ask_paths(repository, others, paths, error)))
		return NULL;
	g_ptr_array_add(paths, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&paths), FALSE);
}

char *
git_changes_merge(const GitRepository *repository, const char *path, const char *old, const char *other, GError **error)
{
	const char *const arguments[] = { "merge-file", "-p", "--quiet", path, old, other, NULL };

	return git_ask(repository->root, arguments, error);
}
