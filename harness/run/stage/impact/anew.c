/* The database before a migration, without generated rows: a copy of a second database that goes through all
 * migrations once. */
#include "run/stage/impact/impact_private.h"

#include "base/error.h"

static bool
impact_open_bare(ImpactWork *work, GError **error)
{
	const CheckWorkspace *like = &work->stage->workspace;

	work->n_bare = 0;
	work->bare = (CheckWorkspace){ .server = like->server,
		                       .set = like->set,
		                       .stand_ins = like->stand_ins,
		                       .exclusions = like->exclusions,
		                       .template = like->template,
		                       .limit = like->limit,
		                       .shares_objects = like->shares_objects,
		                       .bonds_stay = like->bonds_stay };
	return check_workspace_create(&work->bare, "impact", error);
}

static bool
impact_advance_bare(ImpactWork *work, guint index, GError **error)
{
	if (work->bare.session == NULL && !check_workspace_connect(&work->bare, error))
		return false;
	for (; work->n_bare < index; work->n_bare++) {
		const Migration *migration = g_ptr_array_index(work->stage->migrations, work->n_bare);
		g_auto(MigrationOutcome) outcome = { 0 };
		if (!db_session_reset(work->bare.session, error) ||
		    !migration_runner_apply(work->bare.runner, migration, MIGRATION_UP, &outcome, error))
			return false;
		if (outcome.failed)
			return base_error_set(error, BASE_ERROR_DATABASE, NULL,
			                      "\"%s\" fails, but did not in the forward stage: %s", migration->name,
			                      outcome.message);
	}
	return true;
}

bool
run_impact_begin_anew(ImpactWork *work, guint index, GError **error)
{
	RunStage *stage = work->stage;
	CheckWorkspace *workspace = &stage->workspace;

	/* Objects that a migration creates for the whole server would already exist when it is run again. */
	if (stage->takes_turns || workspace->shares_objects) {
		if (!run_stage_rows_rebuild(stage, workspace, "impact", index, error))
			return false;
		check_workspace_disconnect(workspace);
		return true;
	}
	if (index < work->n_bare)
		check_workspace_close(&work->bare);
	if ((work->bare.database == NULL && !impact_open_bare(work, error)) || !impact_advance_bare(work, index, error))
		return false;
	check_workspace_close(workspace);
	check_workspace_disconnect(&work->bare);
	workspace->database = scratch_database_create(workspace->server, "impact", work->bare.database, error);
	return workspace->database != NULL;
}
