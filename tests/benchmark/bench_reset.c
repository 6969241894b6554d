/*
 * Two ways to reset the system kb: the database dropped and copied again from a template, and its schemas
 * dropped and built again by its migrations.
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
reset_by_migrations(CheckWorkspace *workspace)
{
	g_autoptr(GError) error = NULL;
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;
	gint64 start = g_get_monotonic_time();

	g_clear_pointer(&workspace->runner, migration_runner_end);
	timing_check(
	    db_session_execute(workspace->session,
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

/* Drops the copy, makes it again, and asks it something. */
static double
reset_from_template(ScratchServer *server, const ScratchDatabase *template, ScratchDatabase **copy)
{
	g_autoptr(GError) error = NULL;
	gint64 start = g_get_monotonic_time();

	scratch_database_drop(*copy, false);
	*copy = scratch_database_create(server, "reset", template, &error);
	timing_check(*copy != NULL, error);
	g_autoptr(DbSession) session = scratch_database_connect(*copy, DB_SESSION_MIGRATION, &error);
	timing_check(session != NULL, error);
	g_autofree char *count = db_session_query_value(session, &error, "SELECT count(*) FROM kb.documents", NULL);
	timing_check(count != NULL, error);
	return timing_since(start);
}

/* Measures the copies of the workspace's database, whose session is closed for that and not opened again. */
static void
measure_template(ScratchServer *server, CheckWorkspace *workspace, double *times, int rounds)
{
	ScratchDatabase *copy = NULL;

	g_clear_pointer(&workspace->runner, migration_runner_end);
	g_clear_pointer(&workspace->session, db_session_close);
	reset_from_template(server, workspace->database, &copy);
	for (int i = 0; i < rounds; i++)
		times[i] = reset_from_template(server, workspace->database, &copy);
	scratch_database_drop(copy, false);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? MAX(atoi(argv[1]), 1) : 7;
	const char *const paths[] = { "suites/kb.yaml", NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(RunPlan) plan = run_plan_load(paths, &error);
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(stop);
	const RunOptions options = { 0 };
	g_autofree double *built = g_new0(double, (gsize)rounds);
	g_autofree double *copied = g_new0(double, (gsize)rounds);
	CheckWorkspace workspace = { 0 };
	MigrationStandIns stand_ins = { 0 };

	timing_check(plan != NULL, error);
	const RunJob *job = g_ptr_array_index(plan->jobs, 0);
	ScratchServer *server = run_server_for(job->suite, &options, servers, &error);
	timing_check(server != NULL, error);
	timing_check(run_build(job, server, &workspace, &stand_ins, &error), error);
	for (int i = 0; i < rounds; i++)
		built[i] = reset_by_migrations(&workspace);
	measure_template(server, &workspace, copied, rounds);
	check_workspace_close_last(&workspace);
	g_hash_table_unref(stand_ins.sources);
	timing_ratio("reset of kb from a template, ms", timing_median(copied, rounds), 120);
	timing_ratio("reset of kb by migrations, ms", timing_median(built, rounds), 120);
	return 0;
}
