/* The database that round trips begin anew from. */
#include "run/stage/round_trip/round_trip_private.h"

#include "catalog/diff.h"
#include "check/workspace/sequences.h"
#include "rows/state/replace.h"

static bool
twin_open(RunRoundTrips *work, GError **error)
{
	const CheckWorkspace *like = &work->stage->workspace;
	CheckWorkspace *twin = &work->twin.workspace;

	if (twin->session != NULL)
		return true;
	if (twin->database != NULL)
		return check_workspace_connect(twin, error);
	*twin = (CheckWorkspace){ .server = like->server,
		                  .set = like->set,
		                  .stand_ins = like->stand_ins,
		                  .exclusions = like->exclusions,
		                  .template = like->template };
	return check_workspace_open(twin, "round trips", error);
}

/* Each migration is a run of the tool of its own; where it can be, in a transaction, as in round trips. */
static bool
twin_apply(CheckWorkspace *at, const Migration *migration, MigrationOutcome *outcome, GError **error)
{
	DbSession *session = at->session;

	if (!db_session_reset(session, error))
		return false;
	if (!migration_runner_can_apply_within(migration, MIGRATION_UP))
		return migration_runner_apply(at->runner, migration, MIGRATION_UP, outcome, error);
	return db_session_execute(session, "BEGIN", error) &&
	       migration_runner_apply_within(at->runner, migration, MIGRATION_UP, outcome, error) &&
	       db_session_execute(session, outcome->failed ? "ROLLBACK" : "COMMIT", error);
}

static bool
twin_advance(const RunRoundTrips *work, CheckWorkspace *at, guint *n_applied, guint index, bool *ret_stopped,
             GError **error)
{
	const GPtrArray *migrations = work->stage->migrations;

	*ret_stopped = false;
	for (; *n_applied < index; (*n_applied)++) {
		g_auto(MigrationOutcome) outcome = { 0 };
		if (!twin_apply(at, g_ptr_array_index(migrations, *n_applied), &outcome, error))
			return false;
		*ret_stopped = outcome.failed;
		if (outcome.failed)
			return true;
	}
	return true;
}

/* Without a copy to begin from: objects of the whole server that a migration has created are in its way when it is run
 * again. */
static bool
twin_replay(RunRoundTrips *work, guint index, bool *ret_stopped, GError **error)
{
	const RunStage *stage = work->stage;
	CheckWorkspace *workspace = &work->stage->workspace;
	guint n_applied = 0;

	if (stage->shared_objects != NULL)
		check_shared_objects_restore(stage->server, stage->job->set, stage->shared_objects,
		                             workspace->bonds_stay);

	return check_workspace_open(workspace, "round trips", error) &&
	       twin_advance(work, workspace, &n_applied, index, ret_stopped, error);
}

/* The reading from which the copy is read: that of the previous copy, which had the same catalog as the twin. */
static CatalogReading *
twin_reading(const CheckWorkspace *twin)
{
	return twin->last != NULL ? catalog_reading_of_copy(twin->last) : NULL;
}

/* Its catalog has been read, and it is unchanged since: the next one is read from there. */
static void
twin_note_anew(RunRoundTrips *work)
{
	const CheckWorkspace *workspace = &work->stage->workspace;
	CheckWorkspace *twin = &work->twin.workspace;

	if (workspace->shares_objects || workspace->last == NULL)
		return;
	catalog_reading_unref(twin->last);
	twin->last = catalog_reading_of_copy(workspace->last);
}

/* Opens the stage's database anew, as it is before the migration with this index when no rows were generated on the
 * way. *ret_stopped: a migration before it fails. */
static bool
twin_open_anew(RunRoundTrips *work, guint index, bool *ret_stopped, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;
	CheckWorkspace *twin = &work->twin.workspace;

	check_workspace_close(workspace);
	if (workspace->shares_objects)
		return twin_replay(work, index, ret_stopped, error);
	if (!twin_open(work, error) || !twin_advance(work, twin, &work->twin.n_applied, index, ret_stopped, error))
		return false;
	check_workspace_disconnect(twin);
	workspace->database = scratch_database_create(workspace->server, "round trips", twin->database, error);
	if (workspace->database == NULL)
		return false;
	workspace->last = twin_reading(twin);
	workspace->last_is_committed = false;
	return check_workspace_connect(workspace, error);
}

/* --- Without a copy --------------------------------------------------------- */

/* DDL that depends on rows makes another schema of them. */
static bool
twin_has_catalog(const RunRoundTrips *work, CheckWorkspace *twin, bool *ret_same, GError **error)
{
	g_autoptr(CatalogSnapshot) catalog = check_workspace_snapshot(twin, error);

	if (catalog == NULL)
		return false;
	g_autoptr(GArray) differences = catalog_diff(work->now.catalog, catalog, NULL);
	*ret_same = differences->len == 0;
	return true;
}

static bool
twin_take_rows(RunRoundTrips *work, bool *ret_done, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;
	CheckWorkspace *twin = &work->twin.workspace;
	RowsState *now = NULL;
	g_autoptr(RowsState) there = rows_state_read(twin->session, workspace->exclusions, error);
	g_autoptr(DbResult) sequences = there != NULL ? check_sequences_read_used(twin->session, error) : NULL;
	const RowsReplacement how = { .session = workspace->session,
		                      .writer = check_workspace_writer(workspace, error),
		                      .here = work->now.rows,
		                      .other = twin->session,
		                      .there = there };

	if (sequences == NULL || how.writer == NULL || !db_session_reset(workspace->session, error) ||
	    !rows_replace(&how, workspace->exclusions, &now, error))
		return false;
	if (now == NULL)
		return true;
	rows_state_unref(work->now.rows);
	work->now.rows = now;
	*ret_done = true;
	/* The history tables are not replaced: theirs go on where the rows are that they have here. */
	return check_sequences_restore_others(
	    workspace->session, sequences, workspace->exclusions != NULL ? workspace->exclusions->tables : NULL, error);
}

static bool
twin_take_rows_back(RunRoundTrips *work, guint index, bool *ret_done, GError **error)
{
	CheckWorkspace *twin = &work->twin.workspace;
	bool stopped = false;
	bool same = false;

	*ret_done = false;
	if (work->stage->workspace.shares_objects || !run_round_trips_generates(work))
		return true;
	if (!twin_open(work, error) || !twin_advance(work, twin, &work->twin.n_applied, index, &stopped, error))
		return false;
	if (stopped)
		return true;
	return twin_has_catalog(work, twin, &same, error) && (!same || twin_take_rows(work, ret_done, error));
}

/* --- Where the stage goes on ------------------------------------------------- */

bool
run_round_trips_read_state(RunRoundTrips *work, bool with_rows, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	check_after_clear(&work->now);
	work->now.catalog = check_workspace_snapshot(workspace, error);
	if (work->now.catalog == NULL || !with_rows)
		return work->now.catalog != NULL;
	run_round_trips_note_ignored(work);
	work->now.rows = rows_state_read(workspace->session, workspace->exclusions, error);
	return work->now.rows != NULL;
}

bool
run_round_trips_read_rows(RunRoundTrips *work, GError **error)
{
	CatalogSnapshot *catalog = g_steal_pointer(&work->now.catalog);

	check_after_clear(&work->now);
	work->now = (CheckAfter){ .catalog = catalog };
	work->now.rows = rows_state_read(work->stage->workspace.session, work->stage->workspace.exclusions, error);
	return work->now.rows != NULL;
}

bool
run_round_trips_go_back(RunRoundTrips *work, guint index, bool *ret_done, GError **error)
{
	const Migration *migration = g_ptr_array_index(work->stage->migrations, index);

	*ret_done = false;
	if (!migration_runner_can_apply_within(migration, MIGRATION_UP))
		return true;
	if (!twin_take_rows_back(work, index, ret_done, error))
		return false;
	if (!*ret_done)
		return true;
	rows_filled_clear(work->filled);
	run_row_proofs_rebuilt(work->proofs);
	return true;
}

bool
run_round_trips_rebuild(RunRoundTrips *work, guint index, GError **error)
{
	rows_filled_clear(work->filled);
	if (!twin_open_anew(work, index, &work->stopped, error))
		return false;
	run_row_proofs_rebuilt(work->proofs);
	if (work->stopped)
		return true;
	if (!run_round_trips_read_state(work, true, error))
		return false;
	twin_note_anew(work);
	return true;
}
