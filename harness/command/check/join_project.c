/* The projects of two branches in one folder, for tools that run their migrations themselves. */
#include "command/check/base_private.h"

#include "base/file.h"
#include "git/changes.h"
#include "migration/runner/commands.h"

#include <glib/gstdio.h>
#include <string.h>

/* Larger files have nothing to do with migrations, and stay as they are at the base. */
#define FILE_MAX ((gsize)16 * 1024 * 1024)

/* The files of a branch, and those at its start. */
typedef struct {
	const char *now;
	const char *before;
} ProjectSide;

typedef struct {
	const GitRepository *repository;
	const RunJob *job;
	const char *merged; /* the folder */
	char **problem;
} ProjectJoin;

/* --- One file ---------------------------------------------------------------------- */

static bool
project_read(const char *path, char **ret_text, gsize *ret_length)
{
	return g_file_test(path, G_FILE_TEST_IS_REGULAR) && base_file_read(path, FILE_MAX, ret_text, ret_length, NULL);
}

/* Whether a migration of this branch or of the base lies in the file's folder: `path` is from the root. */
static bool
project_has_migrations(const ProjectJoin *join, const char *path)
{
	const MigrationSet *const sets[] = { join->job->set, join->job->base->set };
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *suffix = g_strconcat("/", folder, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(sets); i++)
		for (guint j = 0; j < sets[i]->migrations->len; j++) {
			const Migration *migration = g_ptr_array_index(sets[i]->migrations, j);
			const char *file = base_source_path(migration_script_source(migration->up));
			g_autofree char *absolute = g_canonicalize_filename(file, NULL);
			g_autofree char *above = g_path_get_dirname(absolute);
			if (g_str_has_suffix(above, suffix))
				return true;
		}
	return false;
}

/* Both sides have changed the file. Git merges code as it would; where it cannot, the side that comes first is kept:
 * whoever merges the branches decides, and migrations do not hang on it. */
static bool
project_merge_file(const ProjectJoin *join, const char *path, const char *target, const char *old, const char *other,
                   GError **error)
{
	bool was_there = g_file_test(old, G_FILE_TEST_EXISTS);

	if (project_has_migrations(join, path)) {
		if (*join->problem == NULL)
			*join->problem = g_strdup_printf("both %s \"%s\"", was_there ? "change" : "add", path);
		return true;
	}
	if (!was_there)
		return true;
	GError *cause = NULL;
	g_autofree char *text = git_changes_merge(join->repository, target, old, other, &cause);
	if (cause != NULL) {
		g_propagate_error(error, cause);
		return false;
	}
	g_autofree char *whole = text != NULL ? g_strconcat(text, "\n", NULL) : NULL;
	return whole == NULL || command_check_join_write(target, whole, strlen(whole), error);
}

static bool
project_take_file(const ProjectJoin *join, const ProjectSide *side, const char *path, GError **error)
{
	g_autofree char *target = g_build_filename(join->merged, path, NULL);
	g_autofree char *old = g_build_filename(side->before, path, NULL);
	g_autofree char *other = g_build_filename(side->now, path, NULL);
	g_autofree char *text = NULL;
	gsize length = 0;
	bool is_there = g_file_test(target, G_FILE_TEST_EXISTS);
	bool is_old = is_there && command_check_join_is_equal(target, old);

	if (!g_file_test(other, G_FILE_TEST_EXISTS)) {
		if (is_old)
			g_unlink(target);
		return true;
	}
	if (!project_read(other, &text, &length) || command_check_join_is_equal(target, other))
		return true;
	if (is_there && !is_old)
		return project_merge_file(join, path, target, old, other, error);
	/* It was deleted by the other side. */
	if (!is_there && g_file_test(old, G_FILE_TEST_EXISTS))
		return true;
	return command_check_join_write(target, text, length, error);
}

/* --- A branch ------------------------------------------------------------------------ */

static bool
project_take_files(const ProjectJoin *join, const ProjectSide *side, const char *before, const char *now,
                   GError **error)
{
	g_auto(GStrv) paths = git_changes_list(join->repository, before, now, error);
	bool done = paths != NULL;

	for (char **path = paths; done && *path != NULL; path++)
		done = command_check_base_is_installed(*path) || project_take_file(join, side, *path, error);
	return done;
}

static bool
project_export(CommandCheckBase *base, const char *commit, const char *folder, GError **error)
{
	g_autoptr(GitTree) tree = git_tree_read(base->repository, commit, error);

	return tree != NULL && git_tree_export(base->repository, tree, ".", folder, error);
}

/* "" is the work tree. */
static bool
project_take_branch(CommandCheckBase *base, const ProjectJoin *join, const char *ref, GError **error)
{
	const ProjectSide own = { .now = base->repository->root, .before = join->job->base->folder };
	g_auto(GitBase) began = { 0 };
	g_auto(GStrv) environment = g_new0(char *, 1);

	if (ref[0] == '\0')
		return project_take_files(join, &own, base->commit, NULL, error);
	g_autofree char *commit = git_base_resolve(base->repository, ref, error);
	if (commit == NULL || !git_base_find(base->repository, commit, environment, &began, error))
		return false;
	g_autofree char *now = g_strdup_printf("%s/project-%u", base->folder, base->n_exports++);
	g_autofree char *before = g_strconcat(now, "-old", NULL);
	const ProjectSide side = { .now = now, .before = before };
	return project_export(base, commit, now, error) && project_export(base, began.commit, before, error) &&
	       project_take_files(join, &side, began.commit, commit, error);
}

/* --- All of it ------------------------------------------------------------------------- */

static void
project_free_commands(gpointer data)
{
	migration_commands_free(data);
}

/* A tool may refuse what both have. */
static MigrationSet *
project_load(CommandCheckBase *base, const ProjectJoin *join)
{
	g_autofree char *path = git_repository_path(base->repository, join->job->set->directory);
	MigrationCommands *commands = command_check_base_commands(base->repository, join->job, join->merged);
	g_autoptr(GError) cause = NULL;

	if (path == NULL || commands == NULL) {
		g_free(*join->problem);
		*join->problem = g_strdup(
		    "the tool's commands run outside of the repository, where nothing can be merged");
		migration_commands_free(commands);
		return NULL;
	}
	if (base->projects == NULL)
		base->projects = g_ptr_array_new_with_free_func(project_free_commands);
	g_ptr_array_add(base->projects, commands);
	MigrationSet *set = command_check_base_load_project(join->job, join->merged, path, commands, &cause);
	if (set == NULL && *join->problem == NULL)
		*join->problem = command_check_join_refusal(join->job, join->merged, cause);
	return set;
}

bool
command_check_base_merge_projects(CommandCheckBase *base, const RunJob *job, const char *const *refs,
                                  MigrationSet **ret_set, char **ret_problem, GError **error)
{
	g_autofree char *merged = g_strdup_printf("%s/merged-%u", base->folder, base->n_exports++);
	const ProjectJoin join = {
		.repository = base->repository, .job = job, .merged = merged, .problem = ret_problem
	};

	if (!project_export(base, base->commit, merged, error))
		return false;
	for (; *refs != NULL; refs++)
		if (!project_take_branch(base, &join, *refs, error))
			return false;
	*ret_set = project_load(base, &join);
	return true;
}
