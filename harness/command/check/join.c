/* The files of two branches in one folder. */
#include "command/check/base_private.h"

#include "base/error.h"
#include "base/file.h"
#include "migration/directory.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define FILE_MAX ((gsize)100 * 1024 * 1024)

bool
command_check_join_write(const char *path, const char *text, gsize length, GError **error)
{
	g_autofree char *above = g_path_get_dirname(path);

	if (g_mkdir_with_parents(above, 0700) == 0)
		return base_file_write(path, "copy", text, length, error);
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not make \"%s\": %s", above,
	                      g_strerror(errno));
}

static bool
check_join_copy(const char *from, const char *to, GError **error)
{
	g_autofree char *text = NULL;
	gsize length = 0;

	return base_file_read(from, FILE_MAX, &text, &length, error) &&
	       command_check_join_write(to, text, length, error);
}

bool
command_check_join_is_equal(const char *a, const char *b)
{
	g_autofree char *left = NULL;
	g_autofree char *right = NULL;
	gsize n_left = 0;
	gsize n_right = 0;

	return base_file_read(a, FILE_MAX, &left, &n_left, NULL) &&
	       base_file_read(b, FILE_MAX, &right, &n_right, NULL) && n_left == n_right &&
	       memcmp(left, right, n_left) == 0;
}

/* Adds the changes that one side made to the files of `before`. A file that both sides added or changed in different
 * ways is reported in *ret_problem. */
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
		bool is_old = is_there && was_there && command_check_join_is_equal(target, old);
		if (file->is_directory || (was_there && command_check_join_is_equal(old, file->path)))
			continue;
		if (!is_there && was_there)
			continue; /* it was deleted by the other one */
		if ((!is_there || is_old) && !check_join_copy(file->path, target, error))
			return false;
		if (is_there && !is_old && *ret_problem == NULL && !command_check_join_is_equal(target, file->path))
			*ret_problem = g_strdup_printf("both %s \"%s\"", was_there ? "change" : "add", file->name);
	}
	return files != NULL;
}

char *
command_check_join_refusal(const RunJob *job, const char *folder, const GError *cause)
{
	g_autofree char *prefix = g_strconcat(folder, "/", NULL);
	g_auto(GStrv) lines = g_strsplit(cause->message, "\n", 2);
	g_auto(GStrv) parts = g_strsplit(lines[0], prefix, -1);
	g_autofree char *reason = g_strjoinv("", parts);

	return g_strdup_printf("%s refuses the files of both: %s", migration_set_format_title(job->set), reason);
}

/* A tool refuses two files of one version when it loads them. */
static MigrationSet *
check_join_load(const RunJob *job, const char *folder, char **problem)
{
	g_autoptr(GError) cause = NULL;
	MigrationSet *set = command_check_base_load(job, folder, ".", &cause);

	if (set == NULL && *problem == NULL)
		*problem = command_check_join_refusal(job, folder, cause);
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

/* The files of a branch, now and at its start: a file that the branch has not changed since is not its own. */
typedef struct {
	char *now;
	char *before;
} CheckJoinBranch;

static void
check_join_branch_free(gpointer data)
{
	CheckJoinBranch *branch = data;

	g_free(branch->now);
	g_free(branch->before);
	g_free(branch);
}

/* Written once for each branch and job; NULL with *error. */
static const CheckJoinBranch *
check_join_find(CommandCheckBase *work, const RunJob *job, const char *ref, GError **error)
{
	g_autofree char *key = g_strdup_printf("%p %s", (const void *)job, ref);
	g_auto(GitBase) began = { 0 };
	g_auto(GStrv) environment = g_new0(char *, 1);

	if (work->branches == NULL)
		work->branches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, check_join_branch_free);
	CheckJoinBranch *branch = g_hash_table_lookup(work->branches, key);
	if (branch != NULL)
		return branch;
	g_autofree char *commit = git_base_resolve(work->repository, ref, error);
	if (commit == NULL || !git_base_find(work->repository, commit, environment, &began, error))
		return NULL;
	g_autofree char *there = g_strdup_printf("%s/with-%u", work->folder, work->n_exports++);
	g_autofree char *old = g_strconcat(there, "-old", NULL);
	g_autofree char *now = check_join_export(work, job, commit, there, error);
	g_autofree char *before = now != NULL ? check_join_export(work, job, began.commit, old, error) : NULL;
	if (before == NULL)
		return NULL;
	branch = g_new0(CheckJoinBranch, 1);
	branch->now = g_steal_pointer(&now);
	branch->before = g_steal_pointer(&before);
	g_hash_table_insert(work->branches, g_steal_pointer(&key), branch);
	return branch;
}

static bool
check_join_branch(CommandCheckBase *work, const RunJob *job, const char *ref, const char *to, char **ret_problem,
                  GError **error)
{
	const CheckJoinBranch *branch = check_join_find(work, job, ref, error);

	return branch != NULL && check_join_add(branch->now, to, branch->before, ret_problem, error);
}

bool
command_check_base_merge(const CommandCheckBase *base, const RunJob *job, const char *const *refs,
                         MigrationSet **ret_set, char **ret_problem, GError **error)
{
	CommandCheckBase *work = (CommandCheckBase *)base;
	const char *at_base = job->base->set->directory;
	bool done = true;

	if (base->repository == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, NULL, "--with needs a base that git gives");
	if (!command_check_base_make_folder(work, error))
		return false;
	if (migration_set_is_external(job->set))
		return command_check_base_merge_projects(work, job, refs, ret_set, ret_problem, error);
	g_autofree char *merged = g_strdup_printf("%s/merged-%u", work->folder, work->n_exports++);
	g_mkdir_with_parents(merged, 0700);
	done = check_join_add(at_base, merged, NULL, ret_problem, error);
	for (; *refs != NULL && done; refs++)
		done = (*refs)[0] == '\0' ? check_join_add(job->set->directory, merged, at_base, ret_problem, error)
		                          : check_join_branch(work, job, *refs, merged, ret_problem, error);
	if (done)
		*ret_set = check_join_load(job, merged, ret_problem);
	return done;
}

bool
command_check_base_has_ref(const CommandCheckBase *base, const char *ref)
{
	g_autofree char *commit = base->repository != NULL ? git_base_resolve(base->repository, ref, NULL) : NULL;

	return commit != NULL;
}

const char *
command_check_base_branch(const CommandCheckBase *base)
{
	return base->repository != NULL ? base->repository->branch : NULL;
}
