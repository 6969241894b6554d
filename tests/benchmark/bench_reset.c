/*
 * The reset of the system kb: dropping its schemas and building them again by its migrations.
 *
 * usage: bench-reset [ROUNDS], in the root of the repository
 */
#include "run/build.h"
#include "run/run.h"

#include "timing.h"

#include <stdio.h>
#include <stdlib.h>

static void
stop(gpointer data)
{
	scratch_server_stop(data);
}

static double
reset(CheckWorkspace *workspace)
{
	g_autoptr(GError) error = NULL;
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;
	gint64 start = g_get_monotonic_time();

	g_clear_pointer(&workspace->runner, migration_runner_end);
	timing_check(db_session_execute(workspace->session,
	                                "DROP SCHEMA kb CASCADE; DROP SCHEMA core CASCADE; DROP TABLE public.schema_migrations",
	                                &error),
	             error);
	workspace->runner = migration_runner_begin(workspace->set, workspace->session, workspace->stand_ins, &error);
	timing_check(workspace->runner != NULL, error);
	timing_check(migration_runner_migrate(workspace->runner, &applied, &failed, &outcome, &error), error);
	if (failed != NULL) {
		fprintf(stderr, "%s\n", outcome.details);
		exit(1);
	}
	return timing_since(start);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 7;
	const char *const paths[] = { "suites/kb.yaml", NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(RunPlan) plan = run_plan_load(paths, &error);
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(stop);
	const RunOptions options = { 0 };
	g_autofree double *times = g_new0(double, (gsize)rounds);
	CheckWorkspace workspace = { 0 };
	MigrationStandIns stand_ins = { 0 };

	timing_check(plan != NULL, error);
	const RunJob *job = g_ptr_array_index(plan->jobs, 0);
	ScratchServer *server = run_server_for(job->suite, &options, servers, &error);
	timing_check(server != NULL, error);
	timing_check(run_build(job, server, &workspace, &stand_ins, &error), error);
	for (int i = 0; i < rounds; i++)
		times[i] = reset(&workspace);
	check_workspace_close_last(&workspace);
	g_hash_table_unref(stand_ins.sources);
	timing_ratio("reset of kb, ms", timing_median(times, rounds), 120);
	return 0;
}
