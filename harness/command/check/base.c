#include "command/check/base_private.h"
#include "command/check/find.h"
#include "command/check/project.h"

#include "base/error.h"
#include "git/base.h"
#include "git/changes.h"
#include "migration/detect/formats.h"
#include "migration/directory.h"
#include "migration/runner/commands.h"
#include "run/job/since.h"
#include "scratch/removal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SHORT_ID 9

/* The base as one repository has it. */
typedef struct {
	GitRepository *repository;
	GitBase base;
	GitTree *tree;
} CheckBaseSource;

static void
check_base_source_clear(CheckBaseSource *source)
{
	g_clear_pointer(&source->repository, git_repository_free);
	g_clear_pointer(&source->tree, git_tree_free);
	git_base_clear(&source->base);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckBaseSource, check_base_source_clear)

void
command_check_base_free(CommandCheckBase *base)
{
	if (base == NULL)
		return;
	if (base->folder[0] != '\0') {
		close(base->lock);
		scratch_folder_remove(base->folder);
	}
	git_repository_free(base->repository);
	git_tree_free(base->tree);
	g_clear_pointer(&base->branches, g_hash_table_unref);
	g_clear_pointer(&base->projects, g_ptr_array_unref);
	g_free(base->commit);
	g_free(base->ref);
	g_free(base->option);
	g_free(base);
}

bool
command_check_base_has_file(const CommandCheckBase *base, const char *path)
{
	g_autofree char *found = base->tree != NULL ? git_repository_path(base->repository, path) : NULL;
	const GitFile *file = found != NULL ? git_tree_find(base->tree, found) : NULL;
	const char *const names[] = { file != NULL ? found : NULL, NULL };
	g_autoptr(GHashTable) ids = file != NULL ? git_changes_identify(base->repository, ".", names, NULL) : NULL;

	return ids != NULL && strcmp(g_hash_table_lookup(ids, found), file->id) == 0;
}

const char *
command_check_base_option(const CommandCheckBase *base)
{
	return base->option;
}

/* --- A version ---------------------------------------------------------------- */

static bool
check_base_since(RunJob *job, const CommandCheckBaseWish *wish, GError **error)
{
	if (!run_job_set_since(job, wish->since, error))
		return false;
	job->base->all = wish->all;
	printf("%s: base %s (--since), %u at the base, %u new\n", job->database->name, job->base->label,
	       job->base->set->migrations->len, run_base_count_new(job->base, job->set));
	return true;
}

/* --- The repository --------------------------------------------------------------- */

static char *
check_base_short(const char *commit)
{
	return g_strndup(commit, SHORT_ID);
}

/* A submodule is at the commit that the base of the repository above names. */
static bool
check_base_find_submodule(const char *wanted, CheckBaseSource *source, GError **error)
{
	GitRepository *inner = source->repository;
	g_auto(CheckBaseSource) above = { 0 };

	above.repository = git_repository_open(inner->above, error);
	if (above.repository == NULL)
		return false;
	g_auto(GStrv) environment = g_get_environ();
	if (!git_base_find(above.repository, wanted, environment, &above.base, error))
		return false;
	above.tree = git_tree_read(above.repository, above.base.commit, error);
	if (above.tree == NULL)
		return false;
	g_autofree char *path = git_repository_path(above.repository, inner->root);
	const GitFile *link = path != NULL ? git_tree_find(above.tree, path) : NULL;
	if (link == NULL || link->kind != GIT_SUBMODULE)
		return base_error_set(error, BASE_ERROR_USAGE, "say --base none, which tests all migrations",
		                      "the submodule \"%s\" is not there at the base %s",
		                      path != NULL ? path : inner->root, above.base.ref);
	if (!git_base_find(inner, link->id, environment, &source->base, error))
		return false;
	g_free(source->base.ref);
	source->base.ref = g_strdup(above.base.ref);
	g_free(source->base.source);
	source->base.source = g_strdup(above.base.source);
	return true;
}

static bool
check_base_open(const char *directory, const char *wanted, CheckBaseSource *source, GError **error)
{
	g_auto(GStrv) environment = g_get_environ();

	source->repository = git_repository_open(directory, error);
	if (source->repository == NULL)
		return false;
	if (!(source->repository->above != NULL
	          ? check_base_find_submodule(wanted, source, error)
	          : git_base_find(source->repository, wanted, environment, &source->base, error)))
		return false;
	source->tree = git_tree_read(source->repository, source->base.commit, error);
	return source->tree != NULL;
}

/* --- The files at the base ----------------------------------------------------------- */

bool
command_check_base_make_folder(CommandCheckBase *base, GError **error)
{
	const ScratchAccount ourselves = { .drops = false };
	g_autofree char *parent = scratch_folder_parent(SCRATCH_FOLDER_BRIEF);

	if (base->folder[0] != '\0')
		return true;
	int failure = scratch_folder_make(parent, &ourselves, base->folder, &base->lock);
	if (failure == 0)
		return true;
	base->folder[0] = '\0';
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, "set TMPDIR to a folder that can be written",
	                      "could not make a folder in \"%s\": %s", parent, g_strerror(failure));
}

/* The names and contents of the files in the work tree. */
static GHashTable *
check_base_identify(const CheckBaseSource *source, const char *directory, const char *path, GError **error)
{
	g_autoptr(GPtrArray) files = migration_directory_list(directory, true, error);
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	if (files == NULL)
		return NULL;
	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (!file->is_directory && g_file_test(file->path, G_FILE_TEST_IS_REGULAR))
			g_ptr_array_add(names, file->name);
	}
	g_ptr_array_add(names, NULL);
	return git_changes_identify(source->repository, path, (const char *const *)names->pdata, error);
}

/* The directory's path at the base; NULL without *error: it did not exist. */
static char *
check_base_find_directory(const CheckBaseSource *source, const RunJob *job, GError **error)
{
	const char *directory = job->set->directory;
	g_autofree char *path = git_repository_path(source->repository, directory);

	if (path == NULL) {
		base_error_set(error, BASE_ERROR_USAGE, "say --base none, which tests all migrations",
		               "\"%s\" is not in the repository \"%s\"", directory, source->repository->root);
		return NULL;
	}
	g_autoptr(GPtrArray) below = git_tree_below(source->tree, path);
	if (below->len > 0 && strcmp(path, ".") != 0)
		return g_steal_pointer(&path);
	g_autoptr(GHashTable) files = check_base_identify(source, directory, path, error);
	return files != NULL ? git_tree_find_directory(source->tree, path, files) : NULL;
}

/* The tool's configuration for the directory at the base: its own, where it lies in the directory. The caller frees it.
 */
static char *
check_base_config(const char *config, const char *here, const char *directory)
{
	g_autofree char *prefix = g_strconcat(here, "/", NULL);
	g_autofree char *own = config != NULL && g_str_has_prefix(config, prefix)
	                           ? g_build_filename(directory, config + strlen(prefix), NULL)
	                           : NULL;

	return own != NULL && g_file_test(own, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&own) : g_strdup(config);
}

MigrationSet *
command_check_base_load(const RunJob *job, const char *folder, const char *path, GError **error)
{
	g_autofree char *directory = strcmp(path, ".") == 0 ? g_strdup(folder) : g_build_filename(folder, path, NULL);
	MigrationOptions options = job->database->migrations;
	g_autofree char *config = check_base_config(options.config, job->set->directory, directory);

	options.directory = directory;
	options.config = config;
	options.format = migration_set_format_name(job->set);
	return migration_set_load(&options, error);
}

/* "origin/main 3f2c1a9"; where a commit was given, that alone. The caller frees it. */
static char *
check_base_label(const CheckBaseSource *source, const char *commit)
{
	return g_str_has_prefix(source->base.commit, source->base.ref)
	           ? g_strdup(commit)
	           : g_strdup_printf("%s %s", source->base.ref, commit);
}

static void
check_base_take(CommandCheckBase *work, RunJob *job, const CheckBaseSource *source, const char *path, char *folder,
                MigrationSet *set)
{
	RunBase *base = g_new0(RunBase, 1);
	g_autofree char *commit = check_base_short(source->base.commit);
	g_autofree char *root = g_canonicalize_filename(source->repository->root, NULL);
	g_autofree char *here = g_get_current_dir();
	g_autofree char *prefix = strcmp(path, ".") == 0 ? g_strdup("") : g_strconcat(path, "/", NULL);

	base->set = set;
	base->folder = folder;
	base->label = check_base_label(source, commit);
	/* From the root, so that it works in whatever folder it is typed. */
	base->restore = g_strconcat(commit, " -- ", strcmp(root, here) == 0 ? "" : ":/", prefix, NULL);
	g_autofree char *now = git_repository_path(source->repository, job->set->directory);
	if (now != NULL && strcmp(now, path) != 0)
		base->moved_from = g_strconcat(commit, ":", prefix, NULL);
	base->all = work->wish->all;
	run_job_set_base(job, base);
	g_autoptr(GArray) changes = run_base_changes(base, job->set);
	base->idle = command_check_base_is_idle(job, base, changes, source->repository, source->tree);
	g_autofree char *names = command_check_base_name_new(changes);
	printf("%s: base %s (%s), %u at the base, %u new%s%s\n", job->database->name, base->label, source->base.source,
	       set->migrations->len, run_base_count_new(base, job->set), *names != '\0' ? ": " : "", names);
}

/* Nothing of it was there: it begins empty, as a new database does. */
static void
check_base_tell_none(const RunJob *job, const CheckBaseSource *source, const char *why)
{
	g_autofree char *commit = check_base_short(source->base.commit);
	g_autofree char *label = check_base_label(source, commit);
	printf("%s: base %s (%s), %s: all is tested\n", job->database->name, label, source->base.source, why);
}

/* Why nothing could be loaded from the files that were written out. The caller frees it. */
static char *
check_base_tell_unread(const char *folder, const char *path, const GError *cause)
{
	g_autofree char *prefix = g_strconcat(folder, "/", NULL);
	g_auto(GStrv) lines = g_strsplit(cause->message, "\n", 2);
	g_auto(GStrv) parts = g_strsplit(lines[0], prefix, -1);
	g_autofree char *message = g_strjoinv("", parts);

	if (g_str_has_prefix(message, "there are no "))
		return g_strdup_printf("which has no migrations in \"%s\"", path);
	return g_strdup_printf("where it cannot be read (%s)", message);
}

static bool
check_base_job(CommandCheckBase *work, RunJob *job, const CheckBaseSource *source, GError **error)
{
	GError *cause = NULL;
	g_autofree char *path = check_base_find_directory(source, job, &cause);

	if (cause != NULL) {
		g_propagate_error(error, cause);
		return false;
	}
	if (path == NULL) {
		check_base_tell_none(job, source, "which has no such folder");
		return true;
	}
	if (!command_check_base_make_folder(work, error))
		return false;
	g_autofree char *folder = g_strdup_printf("%s/base-%u", work->folder, work->n_exports++);
	if (!git_tree_export(source->repository, source->tree, path, folder, error))
		return false;
	MigrationSet *set = command_check_base_load(job, folder, path, &cause);
	if (set == NULL) {
		g_autofree char *why = check_base_tell_unread(folder, path, cause);
		check_base_tell_none(job, source, why);
		g_error_free(cause);
		return true;
	}
	check_base_take(work, job, source, path, g_steal_pointer(&folder), set);
	return true;
}

/* --- Migrations that are code ------------------------------------------------------------ */

/* A project with more files is not written out to run its tool. */
#define CODE_FILES_MAX 20000

MigrationSet *
command_check_base_load_project(const RunJob *job, const char *folder, const char *path,
                                const MigrationCommands *commands, GError **error)
{
	g_autofree char *directory = g_build_filename(folder, path, NULL);
	MigrationOptions options = job->database->migrations;
	g_autofree char *config = check_base_config(options.config, job->set->directory, directory);

	options.directory = directory;
	options.config = config;
	options.commands = commands;
	return migration_set_load(&options, error);
}

/* Their tool needs the whole project, as it was. */
static bool
check_base_job_code(CommandCheckBase *work, RunJob *job, const CheckBaseSource *source, GError **error)
{
	g_autofree char *path = check_base_find_directory(source, job, NULL);
	g_autoptr(GError) cause = NULL;

	if (path == NULL || source->tree->files->len > CODE_FILES_MAX) {
		check_base_tell_none(job, source,
		                     path == NULL ? "which has no such folder" : "which has too many files to copy");
		return true;
	}
	if (!command_check_base_make_folder(work, error))
		return false;
	char *folder = g_strdup_printf("%s/base-%u", work->folder, work->n_exports++);
	if (!git_tree_export(source->repository, source->tree, ".", folder, error)) {
		g_free(folder);
		return false;
	}
	MigrationCommands *commands = command_check_base_commands(source->repository, job, folder);
	MigrationSet *set = commands != NULL ? command_check_base_load_project(job, folder, path, commands, &cause)
	                                     : NULL;
	if (set == NULL) {
		g_auto(GStrv) lines = g_strsplit(cause != NULL ? cause->message : "", "\n", -1);
		g_autofree char *why = g_strdup_printf("where its tool does not run (%s)", lines[0]);
		check_base_tell_none(job, source, why);
		migration_commands_free(commands);
		g_free(folder);
		return true;
	}
	check_base_take(work, job, source, path, folder, set);
	job->base->commands = commands;
	job->base->project = command_check_project(source->base.commit, job->set->commands);
	job->base->one_head = strcmp(job->suite->path, COMMAND_CHECK_MADE) == 0;
	return true;
}

/* --- Existence of a branch --------------------------------------------------------------- */

/* A clone of the default branch as it is: there is nothing to merge. */
static bool
check_base_is_the_branch(const RunPlan *plan, const CommandCheckBaseWish *wish, const CheckBaseSource *source,
                         GError **error)
{
	GError *cause = NULL;
	bool changed = false;

	if (wish->ref != NULL || !source->base.is_head ||
	    strcmp(source->base.source, "the default branch of origin") != 0)
		return false;
	for (guint i = 0; i < plan->jobs->len && !changed && cause == NULL; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		g_autofree char *path = git_repository_path(source->repository, job->set->directory);
		g_autoptr(GHashTable)
		    files = path != NULL ? check_base_identify(source, job->set->directory, path, &cause) : NULL;
		g_autoptr(GPtrArray) changes = files != NULL ? git_changes_compare(source->tree, path, files) : NULL;
		for (guint j = 0; changes != NULL && j < changes->len; j++)
			changed = changed || ((const GitChange *)g_ptr_array_index(changes, j))->kind != GIT_UNCHANGED;
	}
	if (cause != NULL)
		g_propagate_error(error, cause);
	return cause == NULL && !changed;
}

/* --- All of it -------------------------------------------------------------------------- */

static bool
check_base_jobs(CommandCheckBase *work, RunPlan *plan, GError **error)
{
	g_auto(CheckBaseSource) here = { 0 };
	GError *cause = NULL;

	if (!check_base_open(".", work->wish->ref, &here, error))
		return false;
	if (check_base_is_the_branch(plan, work->wish, &here, &cause)) {
		printf("nothing has changed since %s: all is tested\n", here.base.ref);
		return true;
	}
	if (cause != NULL) {
		g_propagate_error(error, cause);
		return false;
	}
	g_autofree char *commit = check_base_short(here.base.commit);
	work->option = g_strdup_printf("--base %s", commit);
	work->commit = g_strdup(here.base.commit);
	work->ref = g_strdup(here.base.ref);
	work->repository = g_steal_pointer(&here.repository);
	work->tree = g_steal_pointer(&here.tree);
	const CheckBaseSource shared = { .repository = work->repository, .base = here.base, .tree = work->tree };
	for (guint i = 0; i < plan->jobs->len; i++) {
		RunJob *job = g_ptr_array_index(plan->jobs, i);
		g_auto(CheckBaseSource) own = { 0 };
		bool is_shared = git_repository_holds(work->repository, job->set->directory);
		const CheckBaseSource *source = is_shared ? &shared : &own;
		/* A submodule has a history of its own. */
		if ((!is_shared && !check_base_open(job->set->directory, work->wish->ref, &own, error)) ||
		    !(migration_set_is_external(job->set) ? check_base_job_code(work, job, source, error)
		                                          : check_base_job(work, job, source, error)))
			return false;
	}
	return true;
}

CommandCheckBase *
command_check_base(RunPlan *plan, const CommandCheckBaseWish *wish, GError **error)
{
	CommandCheckBase *work = g_new0(CommandCheckBase, 1);
	bool done = true;

	work->wish = wish;
	work->option = wish->since != NULL ? g_strdup_printf("--since %s", wish->since) : NULL;
	if (wish->since != NULL && wish->ref != NULL)
		done = base_error_set(error, BASE_ERROR_USAGE, "say one of them",
		                      "--since and --base exclude each other");
	else if (wish->since != NULL)
		for (guint i = 0; i < plan->jobs->len && done; i++)
			done = check_base_since(g_ptr_array_index(plan->jobs, i), wish, error);
	else if (g_strcmp0(wish->ref, "none") != 0)
		done = check_base_jobs(work, plan, error);
	fflush(stdout);
	if (done)
		return work;
	command_check_base_free(work);
	return NULL;
}
