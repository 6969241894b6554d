#include "command/matrix.h"

#include "base/error.h"
#include "report/format/matrix.h"

static int
matrix_compare(gconstpointer a, gconstpointer b)
{
	return (int)*(const guint *)a - (int)*(const guint *)b;
}

static bool
matrix_has(const GArray *versions, guint version)
{
	for (guint i = 0; i < versions->len; i++)
		if (g_array_index(versions, guint, i) == version)
			return true;
	return false;
}

/* All that some suite names, the oldest first. */
static GArray *
matrix_list_versions(const RunPlan *plan, GError **error)
{
	g_autoptr(GArray) versions = g_array_new(TRUE, FALSE, sizeof(guint));

	for (guint i = 0; i < plan->suites->len; i++) {
		const Suite *suite = g_ptr_array_index(plan->suites, i);
		for (guint j = 0; j < suite->versions->len; j++) {
			guint version = g_array_index(suite->versions, guint, j);
			if (!matrix_has(versions, version))
				g_array_append_val(versions, version);
		}
	}
	g_array_sort(versions, matrix_compare);
	if (versions->len > 0)
		return g_steal_pointer(&versions);
	base_error_set(error, BASE_ERROR_USAGE, "write \"server: { version: [15, 18] }\"",
	               "--matrix: no suite says which versions of PostgreSQL it is for");
	return NULL;
}

/* A suite without versions is for all of them. */
static bool
matrix_is_for(const Suite *suite, guint version)
{
	return suite->versions->len == 0 || matrix_has(suite->versions, version);
}

static void
matrix_reduce(RunPlan *plan, guint version)
{
	for (guint i = plan->jobs->len; i > 0; i--) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i - 1);
		if (!matrix_is_for(job->suite, version))
			g_ptr_array_remove_index(plan->jobs, i - 1);
	}
	for (guint i = plan->suites->len; i > 0; i--)
		if (!matrix_is_for(g_ptr_array_index(plan->suites, i - 1), version))
			g_ptr_array_remove_index(plan->suites, i - 1);
}

static void
matrix_free_run(gpointer data)
{
	report_run_free(data);
}

/* The run of one version; its report goes to the others. */
static bool
matrix_run_one(const CommandWork *work, RunOptions options, guint version, GPtrArray *reports, RunResult *all,
               GError **error)
{
	g_auto(RunResult) result = { 0 };

	options.version = version;
	options.servers = NULL;
	g_autoptr(RunPlan) plan = work->plan(work->data, &options, error);
	if (plan == NULL)
		return false;
	matrix_reduce(plan, version);
	/* A server begins as a process of its own, which a process with threads does not like. */
	g_thread_pool_stop_unused_threads();
	if (!run_all(plan, &options, &result, error))
		return false;
	g_ptr_array_add(reports, g_steal_pointer(&result.report));
	all->interrupted = result.interrupted;
	all->lost = result.lost;
	for (guint i = 0; i < result.messages->len; i++)
		g_ptr_array_add(all->messages, g_strdup(g_ptr_array_index(result.messages, i)));
	return true;
}

bool
command_matrix_run(const CommandWork *work, const RunPlan *plan, const RunOptions *options, RunResult *ret_result,
                   GError **error)
{
	g_autoptr(GArray) versions = matrix_list_versions(plan, error);
	g_autoptr(GPtrArray) reports = g_ptr_array_new_with_free_func(matrix_free_run);
	g_auto(RunResult) all = { .messages = g_ptr_array_new_with_free_func(g_free) };

	if (versions == NULL)
		return false;
	for (guint i = 0; i < versions->len && !all.interrupted && !all.lost; i++)
		if (!matrix_run_one(work, *options, g_array_index(versions, guint, i), reports, &all, error))
			return false;
	*ret_result = (RunResult){ .report = report_matrix(reports, (const guint *)(gconstpointer)versions->data),
		                   .interrupted = all.interrupted,
		                   .lost = all.lost,
		                   .messages = g_steal_pointer(&all.messages) };
	return true;
}
