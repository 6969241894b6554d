#include "run/build.h"

#include "base/error.h"
#include "rows/fill/fill.h"
#include "run/job/data.h"
#include "run/job/server.h"
#include "run/job/starting_point.h"

static bool
run_build_fail(const Migration *migration, const MigrationOutcome *outcome, GError **error)
{
	return base_error_set(error, BASE_ERROR_MIGRATION, NULL, "migration \"%s\" failed: %s\n%s", migration->name,
	                      outcome->message, outcome->details);
}

/* A dump has no states but its last one. */
static bool
check_baseline(const RunJob *job, const Migration *last, GError **error)
{
	for (guint i = 0; job->baseline_schema != NULL && i + 1 < job->n_baseline; i++)
		if (g_ptr_array_index(job->set->migrations, i) == last)
			return base_error_set(error, BASE_ERROR_USAGE, "name the last one of it, or a later one",
			                      "\"%s\" is in the middle of what the baseline stands for", last->name);
	return true;
}

/* --- Rows ------------------------------------------------------------------ */

static bool
add_rows(CheckWorkspace *workspace, const RunBuildOptions *options, GError **error)
{
	if (options->seeds == NULL && options->rows == 0)
		return true;
	return db_session_reset(workspace->session, error) &&
	       (options->seeds == NULL || run_job_load_files(workspace, options->seeds, error)) &&
	       (options->rows == 0 ||
	        rows_fill(workspace->session, workspace->exclusions, options->rows, NULL, NULL, error));
}

/* --- Migrations ------------------------------------------------------------- */

static bool
apply_one(const RunJob *job, CheckWorkspace *workspace, const Migration *migration, const RunBuildOptions *options,
          GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!db_session_reset(workspace->session, error) ||
	    !migration_runner_apply(workspace->runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	if (outcome.failed)
		return run_build_fail(migration, &outcome, error);
	return !options->data || run_job_load_data(job, workspace, migration, NULL, error);
}

/* Each by a separate run of the tool, except those that the baseline has brought. */
static bool
migrate_one_by_one(const RunJob *job, CheckWorkspace *workspace, const RunBuildOptions *options, GError **error)
{
	const GPtrArray *migrations = job->set->migrations;
	g_autoptr(GHashTable) applied = check_baseline(job, options->until, error)
	                                    ? migration_runner_applied(workspace->runner, error)
	                                    : NULL;

	if (applied == NULL || (options->data && !run_job_load_data(job, workspace, NULL, NULL, error)))
		return false;
	for (guint i = 0; i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		bool last = migration == options->until;
		if (last && options->before)
			break;
		if (!g_hash_table_contains(applied, migration->name) &&
		    !apply_one(job, workspace, migration, options, error))
			return false;
		if (last)
			break;
	}
	return true;
}

static bool
run_build_migrate(CheckWorkspace *workspace, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	if (!migration_runner_migrate(workspace->runner, &applied, &failed, &outcome, error))
		return false;
	if (failed == NULL)
		return true;
	return run_build_fail(failed, &outcome, error);
}

static bool
run_build_load(const RunJob *job, const CheckWorkspace *workspace, GError **error)
{
	if (job->baseline_schema == NULL)
		return true;
	g_autoptr(DbSession) session = scratch_database_connect(workspace->database, DB_SESSION_MIGRATION, error);

	return session != NULL && run_starting_point_apply(job, session, workspace->stand_ins, error);
}

bool
run_build(const RunJob *job, ScratchServer *server, CheckWorkspace *ret_workspace, MigrationStandIns *ret_stand_ins,
          GError **error)
{
	static const RunBuildOptions all = { 0 };

	return run_build_with(job, &all, server, ret_workspace, ret_stand_ins, error);
}

bool
run_build_with(const RunJob *job, const RunBuildOptions *options, ScratchServer *server, CheckWorkspace *ret_workspace,
               MigrationStandIns *ret_stand_ins, GError **error)
{
	bool one_by_one = options->until != NULL || (options->data && job->database->data->len > 0);

	if (!run_server_stand_ins(server, job->suite, ret_stand_ins, error))
		return false;
	*ret_workspace = (CheckWorkspace){
		.server = server,
		.set = job->set,
		.stand_ins = ret_stand_ins,
		.exclusions = &job->exclusions,
	};
	if (check_workspace_create(ret_workspace, job->database->name, error) &&
	    run_build_load(job, ret_workspace, error) && check_workspace_connect(ret_workspace, error) &&
	    (one_by_one ? migrate_one_by_one(job, ret_workspace, options, error)
	                : run_build_migrate(ret_workspace, error)) &&
	    add_rows(ret_workspace, options, error))
		return true;
	check_workspace_close_last(ret_workspace);
	g_clear_pointer(&ret_stand_ins->sources, g_hash_table_unref);
	return false;
}
