#include "run/build.h"

#include "base/error.h"
#include "run/baseline.h"
#include "run/server.h"

static bool
migrate(CheckWorkspace *workspace, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	if (!migration_runner_migrate(workspace->runner, &applied, &failed, &outcome, error))
		return false;
	if (failed == NULL)
		return true;
	return base_error_set(error, BASE_ERROR_DATABASE, NULL, "migration \"%s\" failed: %s\n%s", failed->name,
	                      outcome.message, outcome.details);
}

static bool
load(const RunJob *job, const CheckWorkspace *workspace, GError **error)
{
	if (job->baseline_schema == NULL)
		return true;
	g_autoptr(DbSession) session = scratch_database_connect(workspace->database, DB_SESSION_MIGRATION, error);

	return session != NULL && run_baseline_apply(job, session, workspace->stand_ins, error);
}

bool
run_build(const RunJob *job, ScratchServer *server, CheckWorkspace *ret_workspace, MigrationStandIns *ret_stand_ins,
          GError **error)
{
	if (!run_server_stand_ins(server, job->suite, ret_stand_ins, error))
		return false;
	*ret_workspace = (CheckWorkspace){
		.server = server,
		.set = job->set,
		.stand_ins = ret_stand_ins,
		.exclusions = &job->exclusions,
	};
	if (check_workspace_create(ret_workspace, job->database->name, error) && load(job, ret_workspace, error) &&
	    check_workspace_connect(ret_workspace, error) && migrate(ret_workspace, error))
		return true;
	check_workspace_close_last(ret_workspace);
	g_clear_pointer(&ret_stand_ins->sources, g_hash_table_unref);
	return false;
}
