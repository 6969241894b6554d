#include "git/tree.h"

#include "base/error.h"
#include "git/program.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

static void
tree_file_free(gpointer data)
{
	GitFile *file = data;

	g_free(file->path);
	g_free(file->id);
	g_free(file);
}

void
git_tree_free(GitTree *tree)
{
	if (tree == NULL)
		return;
	g_ptr_array_unref(tree->files);
	g_free(tree);
}

/* --- Reading the list --------------------------------------------------------- */

/* "100644 blob ID\tPATH", ended by NUL. */
static GitFile *
tree_parse_entry(const char *entry)
{
	const char *kind = strchr(entry, ' ');
	const char *id = kind != NULL ? strchr(kind + 1, ' ') : NULL;
	const char *tab = id != NULL ? strchr(id, '\t') : NULL;

	if (tab == NULL)
		return NULL;
	GitFile *file = g_new0(GitFile, 1);
	file->kind = g_str_has_prefix(entry, "120000")   ? GIT_LINK
	             : g_str_has_prefix(entry, "160000") ? GIT_SUBMODULE
	                                                 : GIT_FILE;
	file->id = g_strndup(id + 1, (gsize)(tab - id - 1));
	file->path = g_strdup(tab + 1);
	return file;
}

static int
tree_compare_files(gconstpointer a, gconstpointer b)
{
	return strcmp((*(const GitFile *const *)a)->path, (*(const GitFile *const *)b)->path);
}

static void
tree_missing(const GitRepository *repository, const char *what, const char *stderr_text, GError **error)
{
	base_error_set(error, BASE_ERROR_ENVIRONMENT,
	               repository->partial   ? "git fetch --refetch --no-filter origin"
	               : repository->shallow ? "git fetch --unshallow origin"
	                                     : "git fsck",
	               "the clone lacks %s%s%s", what, stderr_text[0] != '\0' ? ": " : "", stderr_text);
}

GitTree *
git_tree_read(const GitRepository *repository, const char *commit, GError **error)
{
	const char *const arguments[] = { "ls-tree", "-r", "-z", "--full-tree", commit, NULL };
	g_auto(GitAnswer) answer = { 0 };

	if (!git_run(repository->root, arguments, NULL, &answer, error))
		return NULL;
	if (answer.exit_code != 0) {
		g_autofree char *what = g_strdup_printf("the files of %s", commit);
		tree_missing(repository, what, answer.stderr_text, error);
		return NULL;
	}
	GitTree *tree = g_new0(GitTree, 1);
	tree->files = g_ptr_array_new_with_free_func(tree_file_free);
	for (const char *entry = answer.text; entry < answer.text + answer.length; entry += strlen(entry) + 1) {
		GitFile *file = tree_parse_entry(entry);
		if (file != NULL)
			g_ptr_array_add(tree->files, file);
	}
	g_ptr_array_sort(tree->files, tree_compare_files);
	return tree;
}

/* --- Looking things up ---------------------------------------------------------- */

/* Where the path is, or would be. */
static guint
tree_place(const GitTree *tree, const char *path)
{
	guint first = 0;
	guint end = tree->files->len;

	while (first < end) {
		guint middle = first + (end - first) / 2;
		if (strcmp(((const GitFile *)g_ptr_array_index(tree->files, middle))->path, path) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

const GitFile *
git_tree_find(const GitTree *tree, const char *path)
{
	guint place = tree_place(tree, path);
	const GitFile *file = place < tree->files->len ? g_ptr_array_index(tree->files, place) : NULL;

	return file != NULL && strcmp(file->path, path) == 0 ? file : NULL;
}

GPtrArray *
git_tree_below(const GitTree *tree, const char *directory)
{
	GPtrArray *below = g_ptr_array_new();
	g_autofree char *prefix = strcmp(directory, ".") == 0 ? g_strdup("") : g_strconcat(directory, "/", NULL);

	for (guint i = tree_place(tree, prefix); i < tree->files->len; i++) {
		GitFile *file = g_ptr_array_index(tree->files, i);
		if (!g_str_has_prefix(file->path, prefix))
			break;
		g_ptr_array_add(below, file);
	}
	return below;
}

/* "db/old/V1__x.sql" with "V1__x.sql" in it as one of the names: "db/old". */
static char *
tree_directory_for(const GitFile *file, GHashTable *files)
{
	for (const char *slash = file->path + strlen(file->path); slash > file->path; slash--) {
		const char *name = slash[-1] == '/' ? slash : NULL;
		if (name == NULL || g_strcmp0(g_hash_table_lookup(files, name), file->id) != 0)
			continue;
		return g_strndup(file->path, (gsize)(name - file->path - 1));
	}
	return g_strcmp0(g_hash_table_lookup(files, file->path), file->id) == 0 ? g_strdup(".") : NULL;
}

/* The name with the most votes, or NULL. */
static const char *
tree_most_voted(GHashTable *votes)
{
	GHashTableIter iter;
	gpointer name;
	gpointer n;
	const char *best = NULL;
	guint most = 0;

	g_hash_table_iter_init(&iter, votes);
	while (g_hash_table_iter_next(&iter, &name, &n)) {
		guint count = GPOINTER_TO_UINT(n);
		if (count < most || (count == most && best != NULL && strcmp(best, name) < 0))
			continue;
		most = count;
		best = name;
	}
	return best;
}

/* The root was always there; whether it held these files is another question. */
static bool
tree_has_directory(const GitTree *tree, const char *directory, GHashTable *files)
{
	GHashTableIter iter;
	gpointer name;

	if (strcmp(directory, ".") != 0) {
		g_autoptr(GPtrArray) below = git_tree_below(tree, directory);
		return below->len > 0;
	}
	g_hash_table_iter_init(&iter, files);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		if (git_tree_find(tree, name) != NULL)
			return true;
	return false;
}

char *
git_tree_find_directory(const GitTree *tree, const char *directory, GHashTable *files)
{
	g_autoptr(GHashTable) votes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	if (tree_has_directory(tree, directory, files))
		return g_strdup(directory);
	for (guint i = 0; i < tree->files->len; i++) {
		char *found = tree_directory_for(g_ptr_array_index(tree->files, i), files);
		if (found == NULL)
			continue;
		guint n = GPOINTER_TO_UINT(g_hash_table_lookup(votes, found)) + 1;
		g_hash_table_replace(votes, found, GUINT_TO_POINTER(n));
	}
	return g_strdup(tree_most_voted(votes));
}

/* --- Writing ---------------------------------------------------------------------- */

/* True for configuration files of tools, which lie beside or above the migrations. */
static bool
tree_is_configuration(const char *name)
{
	static const char *const suffixes[] = { ".toml",       ".conf", ".plan", ".yml", ".yaml", ".json",
		                                ".properties", ".xml",  ".mod",  ".hcl", ".ini",  ".sum" };

	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
		if (g_str_has_suffix(name, suffixes[i]))
			return true;
	return false;
}

static bool
tree_stands_above(const char *path, const char *directory)
{
	const char *slash = strrchr(path, '/');
	gsize length = slash != NULL ? (gsize)(slash - path) : 0;

	return length == 0 || (strncmp(path, directory, length) == 0 && directory[length] == '/');
}

static GPtrArray *
tree_choose(const GitTree *tree, const char *directory)
{
	GPtrArray *chosen = git_tree_below(tree, directory);
	g_autofree char *prefix = g_strconcat(directory, "/", NULL);

	for (guint i = 0; strcmp(directory, ".") != 0 && i < tree->files->len; i++) {
		GitFile *file = g_ptr_array_index(tree->files, i);
		if (!g_str_has_prefix(file->path, prefix) && tree_stands_above(file->path, directory) &&
		    tree_is_configuration(file->path))
			g_ptr_array_add(chosen, file);
	}
	return chosen;
}

static bool
tree_write(const char *folder, const char *path, const char *data, gsize length, GError **error)
{
	g_autofree char *full = g_build_filename(folder, path, NULL);
	g_autofree char *above = g_path_get_dirname(full);
	g_autoptr(GError) cause = NULL;

	if (g_mkdir_with_parents(above, 0700) == 0 && g_file_set_contents(full, data, (gssize)length, &cause))
		return true;
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, "is the disk full?", "could not write \"%s\": %s", full,
	                      cause != NULL ? cause->message : g_strerror(errno));
}

/* "ID blob SIZE\n", SIZE bytes, "\n"; or "ID missing\n". */
static bool
tree_write_all(const GitRepository *repository, const GPtrArray *files, const GitAnswer *answer, const char *folder,
               GError **error)
{
	const char *at = answer->text;
	const char *end = answer->text + answer->length;

	for (guint i = 0; i < files->len; i++) {
		const GitFile *file = g_ptr_array_index(files, i);
		const char *line_end = memchr(at, '\n', (gsize)(end - at));
		const char *blob = line_end != NULL ? strstr(at, " blob ") : NULL;
		if (blob == NULL || blob > line_end) {
			g_autofree char *what = g_strdup_printf("\"%s\" of the base", file->path);
			tree_missing(repository, what, answer->stderr_text, error);
			return false;
		}
		gsize length = (gsize)g_ascii_strtoull(blob + strlen(" blob "), NULL, 10);
		if (length > (gsize)(end - line_end - 1))
			return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "git gives less than it says");
		if (!tree_write(folder, file->path, line_end + 1, length, error))
			return false;
		at = MIN(line_end + 1 + length + 1, end);
	}
	return true;
}

bool
git_tree_export(const GitRepository *repository, const GitTree *tree, const char *directory, const char *folder,
                GError **error)
{
	const char *const arguments[] = { "cat-file", "--batch", NULL };
	g_autoptr(GPtrArray) files = tree_choose(tree, directory);
	g_autoptr(GString) ids = g_string_new(NULL);
	g_auto(GitAnswer) answer = { 0 };

	for (guint i = files->len; i > 0; i--)
		if (((const GitFile *)g_ptr_array_index(files, i - 1))->kind != GIT_FILE)
			g_ptr_array_remove_index(files, i - 1);
	for (guint i = 0; i < files->len; i++)
		g_string_append_printf(ids, "%s\n", ((const GitFile *)g_ptr_array_index(files, i))->id);
	return git_run(repository->root, arguments, ids->str, &answer, error) &&
	       tree_write_all(repository, files, &answer, folder, error);
}
