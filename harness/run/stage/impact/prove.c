/* `impact: prove`: the migration runs on copies of its database, at the same time as sessions of an application. */
#include "run/stage/impact/impact_private.h"

#include "base/error.h"
#include "catalog/diff.h"
#include "db/sqlstate.h"

#include <string.h>

static void
impact_table_free(gpointer data)
{
	ImpactQueueTable *table = data;

	g_free(table->name);
	g_free(table);
}

static ImpactQueueTable *
impact_find_table(const GPtrArray *tables, guint oid)
{
	for (guint i = 0; i < tables->len; i++) {
		ImpactQueueTable *table = g_ptr_array_index(tables, i);
		if (table->oid == oid)
			return table;
	}
	return NULL;
}

/* Partitions are locked with their parents; those of a table that is in use alone. */
static bool
impact_is_proved_at(const RunStage *stage, const ReportTouched *touched)
{
	return touched->taken >= REPORT_LOCK_SHARE && strchr("rp", touched->kind) != NULL &&
	       (touched->bytes > 0 || touched->was_dropped || touched->kind == 'p') &&
	       !impact_settings_is_small(stage->job->impact, touched->name);
}

/* Tables whose users the first transaction that locks any keeps waiting, in its order. */
static GPtrArray *
impact_list_tables(const RunStage *stage, const ReportObservation *observation, const char **ret_timeout)
{
	GPtrArray *tables = g_ptr_array_new_with_free_func(impact_table_free);
	guint transaction = 0;

	*ret_timeout = "0";
	for (guint i = 0; i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		if (tables->len > 0 && statement->transaction != transaction)
			continue;
		for (guint j = 0; j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (!impact_is_proved_at(stage, touched))
				continue;
			ImpactQueueTable *table = impact_find_table(tables, touched->oid);
			if (table == NULL) {
				table = g_new0(ImpactQueueTable, 1);
				table->name = g_strdup(touched->name);
				table->oid = touched->oid;
				table->statement = i;
				if (tables->len == 0 && statement->lock_timeout != NULL)
					*ret_timeout = statement->lock_timeout;
				g_ptr_array_add(tables, table);
			}
			table->mode = MAX(table->mode, touched->taken);
			transaction = statement->transaction;
		}
	}
	return tables;
}

static bool
impact_run_beside(CheckWorkspace *workspace, const Migration *migration, ImpactQueue *queue,
                  ImpactQueueResult *ret_result, MigrationOutcome *outcome, GError **error)
{
	bool done = db_session_reset(workspace->session, error) &&
	            migration_runner_apply(workspace->runner, migration, MIGRATION_UP, outcome, error);

	return impact_queue_end(queue, ret_result, done ? error : NULL) && done;
}

/* --- Behind an old transaction ---------------------------------------------------- */

/* The tool refuses to go on, as after a failure that it has noted in its history. */
static bool
impact_is_refused(CheckWorkspace *workspace, ImpactProof *proof, GError **error)
{
	GError *cause = NULL;

	if (migration_runner_validate(workspace->runner, &cause))
		return false;
	if (g_error_matches(cause, BASE_ERROR, BASE_ERROR_INPUT)) {
		proof->second_failure = g_strdup_printf("the tool refuses to go on: %s", cause->message);
		g_error_free(cause);
	} else {
		g_propagate_error(error, cause);
	}
	return true;
}

/* A new run of the tool, without concurrent sessions. */
static bool
impact_run_again(CheckWorkspace *workspace, const Migration *migration, ImpactProof *proof, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	check_workspace_disconnect(workspace);
	if (!check_workspace_connect(workspace, error))
		return false;
	if (impact_is_refused(workspace, proof, error))
		return proof->second_failure != NULL;
	if (!migration_runner_apply(workspace->runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	if (outcome.failed)
		proof->second_failure = g_strdup_printf("a second run fails: %s", outcome.message);
	return true;
}

/* The schema is as it was. */
static bool
impact_compare_left(CheckWorkspace *workspace, const CatalogSnapshot *before, ImpactProof *proof, GError **error)
{
	g_autoptr(CatalogSnapshot) after = check_workspace_snapshot(workspace, error);

	if (after == NULL)
		return false;
	g_autoptr(GArray) differences = catalog_diff(before, after, NULL);
	if (differences->len > 0)
		proof->second_failure = g_strdup("leaves something behind that was not there before");
	return true;
}

/* The queries of the release that runs at the same time, if the branch's base has them; else the suite's. */
static GPtrArray *
impact_read_visitors(const RunStage *stage, CheckWorkspace *workspace, GError **error)
{
	const RunBase *base = stage->job->base;
	const GPtrArray *queries = base != NULL && base->queries != NULL ? base->queries : stage->job->queries;

	return impact_workload_read(workspace->database, queries, error);
}

static bool
impact_prove_behind(ImpactWork *work, CheckWorkspace *workspace, const Migration *migration,
                    ReportObservation *observation, ImpactProof *proof, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GPtrArray) visitors = impact_read_visitors(work->stage, workspace, error);
	if (visitors == NULL)
		return false;
	g_autoptr(CatalogSnapshot) before = check_workspace_snapshot(workspace, error);
	check_workspace_note_commit(workspace);
	ImpactQueue *queue = before != NULL
	                         ? impact_queue_begin(workspace->database, db_session_backend_pid(workspace->session),
	                                              IMPACT_QUEUE_BEHIND, proof->tables, visitors, proof->has_timeout,
	                                              observation, error)
	                         : NULL;

	if (queue == NULL || !impact_run_beside(workspace, migration, queue, &proof->behind, &outcome, error))
		return false;
	proof->gave_up = outcome.failed;
	report_observation_note(observation, -1, "the migration", outcome.failed ? "gives up" : "goes through");
	if (!outcome.failed)
		return true;
	if (!impact_compare_left(workspace, before, proof, error))
		return false;
	if (proof->second_failure != NULL)
		return true;
	if (!impact_run_again(workspace, migration, proof, error))
		return false;
	if (proof->second_failure == NULL)
		report_observation_note(observation, -1, "the migration", "goes through when it runs again");
	return true;
}

/* --- Crossed -------------------------------------------------------------------- */

/* The session uses `second` before the migration does. */
static bool
impact_prove_crossed(CheckWorkspace *copy, const Migration *migration, ImpactQueueTable *first,
                     ImpactQueueTable *second, ReportObservation *observation, ImpactProof *proof, GError **error)
{
	g_auto(CheckWorkspace) workspace = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GPtrArray) tables = g_ptr_array_new();

	g_ptr_array_add(tables, first);
	g_ptr_array_add(tables, second);
	if (!check_workspace_clone(copy, "proof", &workspace, error))
		return false;
	ImpactQueue *queue = impact_queue_begin(workspace.database, db_session_backend_pid(workspace.session),
	                                        IMPACT_QUEUE_CROSSED, tables, NULL, false, observation, error);
	if (queue == NULL || !impact_run_beside(&workspace, migration, queue, &proof->crossed, &outcome, error))
		return false;
	proof->first_table = first->name;
	proof->second_table = second->name;
	proof->migration_deadlock = outcome.failed && g_strcmp0(outcome.sqlstate, DB_SQLSTATE_DEADLOCK_DETECTED) == 0;
	return true;
}

/* Nobody sees in which order one statement takes its locks: both are tried then. */
static bool
impact_prove_any_crossed(CheckWorkspace *copy, const Migration *migration, const GPtrArray *tables,
                         ReportObservation *observation, ImpactProof *proof, GError **error)
{
	ImpactQueueTable *first = NULL;
	ImpactQueueTable *second = NULL;

	for (guint i = 0; i < tables->len; i++) {
		ImpactQueueTable *table = g_ptr_array_index(tables, i);
		if (table->mode != REPORT_LOCK_ACCESS_EXCLUSIVE)
			continue;
		if (first == NULL)
			first = table;
		else if (second == NULL || second->statement == first->statement)
			second = table;
	}
	if (second == NULL)
		return true;
	if (!impact_prove_crossed(copy, migration, first, second, observation, proof, error))
		return false;
	bool done = proof->crossed.deadlock || proof->migration_deadlock || first->statement != second->statement;
	return done || impact_prove_crossed(copy, migration, second, first, observation, proof, error);
}

bool
run_impact_prove(ImpactWork *work, CheckWorkspace *copy, const Migration *migration, ReportObservation *observation,
                 ImpactProof *proof, GError **error)
{
	const char *timeout = NULL;

	proof->tables = impact_list_tables(work->stage, observation, &timeout);
	if (proof->tables->len == 0)
		return true;
	proof->has_timeout = strcmp(timeout, "0") != 0;
	return impact_prove_any_crossed(copy, migration, proof->tables, observation, proof, error) &&
	       impact_prove_behind(work, copy, migration, observation, proof, error);
}

void
run_impact_proof_clear(ImpactProof *proof)
{
	g_clear_pointer(&proof->tables, g_ptr_array_unref);
	g_clear_pointer(&proof->second_failure, g_free);
	impact_queue_result_clear(&proof->behind);
	impact_queue_result_clear(&proof->crossed);
}
