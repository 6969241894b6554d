/* The queries of the release before, as git has them. */
#include "command/check/base_private.h"

#include "base/error.h"
#include "run/job/queries.h"
#include "suite/path.h"

#include <stdio.h>
#include <string.h>

#define SHORT_ID 9

typedef struct {
	CommandCheckBase *base;
	GitTree *tree; /* of the release */
	char *folder;  /* where its files are written */
	char *label;   /* "v1.4 3f2c1a9" */
} CheckRelease;

/* Where the files of a path of `queries:` are in the folder, once they are written there. NULL without *error: it is
 * not in the repository. The caller frees it. */
static char *
check_release_export(const CheckRelease *work, const Suite *suite, const SuiteNode *node, GError **error)
{
	const GitRepository *repository = work->base->repository;
	g_autofree char *path = suite_path_resolve(suite->directory, suite_node_text(node));
	bool is_folder = g_file_test(path, G_FILE_TEST_IS_DIR);
	g_autofree char *above = is_folder ? g_strdup(path) : g_path_get_dirname(path);
	g_autofree char *name = is_folder ? g_strdup("") : g_path_get_basename(path);
	g_autofree char *found = git_repository_path(repository, above);

	if (found == NULL || !git_tree_export(repository, work->tree, found, work->folder, error))
		return NULL;
	return is_folder ? g_build_filename(work->folder, found, NULL)
	                 : g_build_filename(work->folder, found, name, NULL);
}

/* Adds the queries of one path; a file that cannot be read is reported and skipped. */
static bool
check_release_add(const CheckRelease *work, const Suite *suite, const SuiteNode *node, GPtrArray *queries,
                  GError **error)
{
	GError *cause = NULL;
	g_autofree char *path = check_release_export(work, suite, node, &cause);
	g_autoptr(GPtrArray) some = path != NULL ? run_queries_load_path(path, &cause) : NULL;

	if (cause != NULL && !g_error_matches(cause, BASE_ERROR, BASE_ERROR_INPUT)) {
		g_propagate_error(error, cause);
		return false;
	}
	if (cause != NULL) {
		g_auto(GStrv) lines = g_strsplit(cause->message, "\n", 2);
		g_auto(GStrv) parts = g_strsplit(lines[0], work->folder, -1);
		g_autofree char *said = g_strjoinv("", parts);
		printf("%s: queries at %s cannot be read: %s\n", suite->name, work->label, said);
		g_error_free(cause);
	}
	for (guint i = 0; some != NULL && i < some->len; i++) {
		g_ptr_array_add(queries, g_ptr_array_index(some, i));
		g_ptr_array_index(some, i) = NULL;
	}
	return true;
}

static void
check_release_free_query(gpointer data)
{
	query_free(data);
}

static GPtrArray *
check_release_load(const CheckRelease *work, const Suite *suite, GError **error)
{
	g_autoptr(GPtrArray) queries = g_ptr_array_new_with_free_func(check_release_free_query);
	const SuiteNode *last = NULL;

	for (guint i = 0; i < suite->queries->len; i++) {
		const SuiteNode *node = ((const SuiteFile *)g_ptr_array_index(suite->queries, i))->node;
		if (node != last && !check_release_add(work, suite, node, queries, error))
			return NULL;
		last = node;
	}
	return g_steal_pointer(&queries);
}

static bool
check_release_job(const CheckRelease *work, RunJob *job, GError **error)
{
	GPtrArray *queries = check_release_load(work, job->suite, error);

	if (queries == NULL)
		return false;
	/* Places are said as the repository has them, of whichever folder. */
	job->base->queries = queries;
	job->base->release = g_strdup(work->label);
	job->base->queries_folder = g_strdup(work->folder);
	printf("%s: release before: %s, %u %s\n", job->database->name, work->label, queries->len,
	       queries->len == 1 ? "query" : "queries");
	return true;
}

static bool
check_release_jobs(CheckRelease *work, const RunPlan *plan, GError **error)
{
	for (guint i = 0; i < plan->jobs->len; i++) {
		RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (job->base != NULL && job->suite->queries->len > 0 && !check_release_job(work, job, error))
			return false;
	}
	return true;
}

bool
command_check_release(CommandCheckBase *base, const RunPlan *plan, const char *release, GError **error)
{
	CheckRelease work = { .base = base };
	bool any = false;

	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		any = any || (job->base != NULL && job->suite->queries->len > 0);
	}
	if (release != NULL && base->repository == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, NULL, "--release needs a base that git gives");
	/* A tag that is not there is an error, also where nothing is asked of it. */
	g_autofree char *commit = release != NULL ? git_base_resolve(base->repository, release, error)
	                                          : g_strdup(base->commit);
	if (release != NULL && commit == NULL)
		return false;
	if (!any || base->repository == NULL)
		return true;
	if (commit == NULL || !command_check_base_make_folder(base, error))
		return false;
	g_autoptr(GitTree) tree = git_tree_read(base->repository, commit, error);
	g_autofree char *folder = g_strdup_printf("%s/release-%u", base->folder, base->n_exports++);
	g_autofree char *label = g_strdup_printf("%s %.*s", release != NULL ? release : base->ref, SHORT_ID, commit);
	work.tree = tree;
	work.folder = folder;
	work.label = label;
	return tree != NULL && check_release_jobs(&work, plan, error);
}
