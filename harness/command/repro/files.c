#include "command/repro/files.h"

#include "base/error.h"
#include "base/file.h"
#include "base/reads.h"
#include "migration/directory.h"
#include "report/secrets.h"

#include <string.h>

#define FILES "files"

/* --- Which ones ------------------------------------------------------------------ */

static bool
files_is_below(const char *path, const char *folder)
{
	gsize length = strlen(folder);

	return strncmp(path, folder, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0' || (length > 0 && folder[length - 1] == '/'));
}

static bool
files_is_below_any(const char *path, const char *const *folders)
{
	for (gsize i = 0; folders[i] != NULL; i++) {
		g_autofree char *folder = g_canonicalize_filename(folders[i], NULL);
		if (files_is_below(path, folder))
			return true;
	}
	return false;
}

static bool
files_is_other_suite(const char *path, const RunPlan *plan, const Suite *suite)
{
	for (guint i = 0; i < plan->suites->len; i++) {
		const Suite *other = g_ptr_array_index(plan->suites, i);
		g_autofree char *file = g_canonicalize_filename(other->path, NULL);
		if (other != suite && strcmp(file, path) == 0)
			return true;
	}
	return false;
}

/* Files of the base lie elsewhere in the bundle; files that only other suites use are left out. */
static bool
files_is_wanted(const char *path, const RunPlan *plan, const Suite *suite)
{
	if (files_is_other_suite(path, plan, suite))
		return false;
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		const RunBase *base = job->base;
		const char *const elsewhere[] = { base != NULL ? base->folder : NULL, NULL };
		const char *const queries[] = { base != NULL ? base->queries_folder : NULL, NULL };
		const char *const others[] = { job->suite != suite ? job->set->directory : NULL, NULL };
		if (files_is_below_any(path, elsewhere) || files_is_below_any(path, queries) ||
		    files_is_below_any(path, others))
			return false;
	}
	return true;
}

static bool
files_add_directory(GHashTable *paths, const char *directory, GError **error)
{
	g_autoptr(GPtrArray) files = migration_directory_list(directory, true, error);

	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (!file->is_directory && g_file_test(file->path, G_FILE_TEST_IS_REGULAR))
			g_hash_table_add(paths, g_canonicalize_filename(file->path, NULL));
	}
	return files != NULL;
}

static int
files_compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Absolute paths in their order: the files that were read, and all files beside the migrations, because a tool may
 * read them. */
static GPtrArray *
files_choose(const RunPlan *plan, const Suite *suite, GError **error)
{
	g_autoptr(GHashTable) paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) reads = base_reads_list();
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer path;

	for (guint i = 0; i < reads->len; i++)
		if (files_is_wanted(g_ptr_array_index(reads, i), plan, suite))
			g_hash_table_add(paths, g_strdup(g_ptr_array_index(reads, i)));
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (job->suite == suite && !files_add_directory(paths, job->set->directory, error))
			return NULL;
	}
	g_hash_table_iter_init(&iter, paths);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		g_ptr_array_add(list, g_strdup(path));
	g_ptr_array_sort(list, files_compare);
	return list;
}

/* --- Where they stand --------------------------------------------------------------- */

/* The folder that holds all of them. The caller frees it. */
static char *
files_find_root(const GPtrArray *paths, const char *here)
{
	g_autofree char *root = g_strdup(here);

	for (guint i = 0; i < paths->len; i++) {
		while (!files_is_below(g_ptr_array_index(paths, i), root)) {
			char *above = g_path_get_dirname(root);
			g_free(root);
			root = above;
		}
	}
	return g_steal_pointer(&root);
}

/* As it stands in the bundle: "files/db/V1.sql". The caller frees it. */
static char *
files_place(const char *path, const char *root)
{
	const char *rest = path + (files_is_below(path, root) ? strlen(root) : 0);

	while (*rest == '/')
		rest++;
	return *rest == '\0' ? g_strdup(FILES) : g_build_filename(FILES, rest, NULL);
}

/* --- Contents ------------------------------------------------------------------------- */

/* SQL files stay unchanged, because tools store their checksums; all other files are settings. */
static char *
files_hide_secrets(const char *path, char *text, gsize *length)
{
	if (g_str_has_suffix(path, ".sql") || memchr(text, '\0', *length) != NULL || !g_utf8_validate(text, -1, NULL))
		return text;
	char *hidden = report_secrets_hide(text);
	g_free(text);
	*length = strlen(hidden);
	return hidden;
}

static bool
files_add(Bundle *bundle, const char *path, const char *name, gsize *room, GError **error)
{
	char *text = NULL;
	gsize length = 0;

	if (!base_file_read(path, *room, &text, &length, error))
		return false;
	*room -= length;
	text = files_hide_secrets(path, text, &length);
	g_ptr_array_add(bundle->files, bundle_file_new(name, text, length));
	return true;
}

static bool
files_add_base(Bundle *bundle, const RunJob *job, gsize *room, GError **error)
{
	const RunBase *base = job->base;
	BundleBase *noted = g_new0(BundleBase, 1);

	noted->database = g_strdup(job->database->name);
	noted->label = g_strdup(base->label);
	noted->n_migrations = base->set->migrations->len;
	noted->folder = base->folder != NULL ? g_strdup_printf("base/%u", bundle->bases->len) : NULL;
	if (base->folder == NULL) {
		g_ptr_array_add(bundle->bases, noted);
		return true;
	}
	noted->directory = g_strconcat(noted->folder, base->set->directory + strlen(base->folder), NULL);
	g_ptr_array_add(bundle->bases, noted);
	g_autoptr(GPtrArray) files = migration_directory_list(base->folder, true, error);
	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		g_autofree char *name = g_build_filename(noted->folder, file->name, NULL);
		if (!file->is_directory && !files_add(bundle, file->path, name, room, error))
			return false;
	}
	return files != NULL;
}

static bool
files_add_bases(Bundle *bundle, const RunPlan *plan, const Suite *suite, gsize *room, GError **error)
{
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (job->suite == suite && job->base != NULL && !files_add_base(bundle, job, room, error))
			return false;
	}
	return true;
}

bool
command_repro_add_files(Bundle *bundle, const RunPlan *plan, const Suite *suite, GError **error)
{
	g_autofree char *here = g_get_current_dir();
	g_autoptr(GPtrArray) paths = files_choose(plan, suite, error);
	gsize room = BUNDLE_CONTENTS_MAX;

	if (paths == NULL)
		return false;
	g_autofree char *root = files_find_root(paths, here);
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		g_autofree char *name = files_place(path, root);
		if (!files_add(bundle, path, name, &room, error))
			return false;
	}
	g_autofree char *path = g_canonicalize_filename(suite->path, NULL);
	bundle->directory = files_place(here, root);
	bundle->path = suite->text != NULL ? g_strdup(suite->path) : files_place(path, root);
	bundle->made = g_strdup(suite->text);
	return files_add_bases(bundle, plan, suite, &room, error);
}
