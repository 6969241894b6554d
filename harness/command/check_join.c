/* The files of two branches in one folder. */
#include "command/check_base_private.h"

#include "base/error.h"
#include "base/file.h"
#include "migration/directory.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define FILE_MAX ((gsize)100 * 1024 * 1024)

static bool
check_join_copy(const char *from, const char *to, GError **error)
{
	g_autofree char *text = NULL;
	g_autofree char *above = g_path_get_dirname(to);
	gsize length = 0;

	if (!base_file_read(from, FILE_MAX, &text, &length, error))
		return false;
	if (g_mkdir_with_parents(above, 0700) == 0)
		return base_file_write(to, "copy", text, length, error);
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not make \"%s\": %s", above,
	                      g_strerror(errno));
}

static bool
check_join_is_equal(const char *a, const char *b)
{
	g_autofree char *left = NULL;
	g_autofree char *right = NULL;
	gsize n_left = 0;
	gsize n_right = 0;

	return base_file_read(a, FILE_MAX, &left, &n_left, NULL) &&
	       base_file_read(b, FILE_MAX, &right, &n_right, NULL) && n_left == n_right &&
	       memcmp(left, right, n_left) == 0;
}

/* Adds the files of one directory that the other does not have. A file that is there, is not `before`'s, and differs,
 * is reported in *ret_problem, when that is wanted. */
static bool
check_join_add(const char *from, const char *to, const char *before, char **ret_problem, GError **error)
{
	g_autoptr(GPtrArray) files = migration_directory_list(from, true, error);

	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		g_autofree char *target = g_build_filename(to, file->name, NULL);
		g_autofree char *old = before != NULL ? g_build_filename(before, file->name, NULL) : NULL;
		bool was_there = old != NULL && g_file_test(old, G_FILE_TEST_EXISTS);
		bool is_there = g_file_test(target, G_FILE_TEST_EXISTS);
		if (file->is_directory || (was_there && check_join_is_equal(old, file->path)))
			continue;
		if (!is_there && was_there)
			continue; /* it was deleted here */
		if (!is_there && !check_join_copy(file->path, target, error))
			return false;
		if (is_there && ret_problem != NULL && *ret_problem == NULL &&
		    !check_join_is_equal(target, file->path) && !(was_there && check_join_is_equal(target, old)))
			*ret_problem = g_strdup_printf("both %s \"%s\"", was_there ? "change" : "add", file->name);
	}
	return files != NULL;
}

/* A tool refuses two files of one version when it loads them. */
static MigrationSet *
check_join_load(const RunJob *job, const char *folder, char **problem)
{
	g_autoptr(GError) cause = NULL;
	MigrationSet *set = command_check_base_load(job, folder, ".", &cause);
	g_autofree char *prefix = g_strconcat(folder, "/", NULL);

	if (set == NULL && *problem == NULL) {
		g_auto(GStrv) lines = g_strsplit(cause->message, "\n", 2);
		g_auto(GStrv) parts = g_strsplit(lines[0], prefix, -1);
		g_autofree char *said = g_strjoinv("", parts);
		*problem = g_strdup_printf("%s refuses the files of both: %s", migration_set_format_title(job->set),
		                           said);
	}
	return set;
}

/* The directory of the job as it is in a commit, written below the folder. The caller frees its path. */
static char *
check_join_export(const CommandCheckBase *base, const RunJob *job, const char *commit, const char *folder,
                  GError **error)
{
	const char *path = job->base->set->directory + strlen(job->base->folder);
	g_autoptr(GitTree) tree = git_tree_read(base->repository, commit, error);
	g_autofree char *directory = g_build_filename(folder, path, NULL);

	if (tree == NULL || !git_tree_export(base->repository, tree, *path == '/' ? path + 1 : ".", folder, error))
		return NULL;
	g_mkdir_with_parents(directory, 0700);
	return g_steal_pointer(&directory);
}

bool
command_check_base_join(const CommandCheckBase *base, const RunJob *job, const char *ref, MigrationSet **ret_theirs,
                        MigrationSet **ret_both, char **ret_problem, GError **error)
{
	CommandCheckBase *work = (CommandCheckBase *)base;
	g_auto(GitBase) began = { 0 };
	g_auto(GStrv) environment = g_new0(char *, 1);

	if (base->repository == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, NULL, "--with needs a base that git gives");
	g_autofree char *commit = git_base_resolve(base->repository, ref, error);
	if (commit == NULL || !git_base_find(base->repository, commit, environment, &began, error) ||
	    !command_check_base_make_folder(work, error))
		return false;
	g_autofree char *there = g_strdup_printf("%s/with-%u", work->folder, work->n_exports++);
	g_autofree char *old = g_strconcat(there, "-old", NULL);
	g_autofree char *theirs = g_strconcat(there, "-theirs", NULL);
	g_autofree char *both = g_strconcat(there, "-both", NULL);
	g_autofree char *directory = check_join_export(base, job, commit, there, error);
	/* What they have not touched since the two branches parted is not theirs. */
	g_autofree char *before = directory != NULL ? check_join_export(base, job, began.commit, old, error) : NULL;
	if (before == NULL || !check_join_add(job->base->set->directory, theirs, NULL, NULL, error) ||
	    !check_join_add(directory, theirs, before, NULL, error) ||
	    !check_join_add(job->set->directory, both, NULL, NULL, error) ||
	    !check_join_add(directory, both, before, ret_problem, error))
		return false;
	*ret_theirs = check_join_load(job, theirs, ret_problem);
	*ret_both = check_join_load(job, both, ret_problem);
	return true;
}
