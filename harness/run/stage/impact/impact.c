/*
 * Observes every migration on tables with rows, statement by statement: locks, rewrites, scans.
 *
 * The tables are small here. Queries are planned as for large ones (enable_seqscan = off), so that an UPDATE that finds
 * its rows by an index does so here, too, and only statements that cannot avoid it read all rows. The cost of a plan
 * with a sequential scan is then so high that the server would compile it (jit), which takes longer than everything
 * else: DB_SESSION_LARGE.
 */
#include "run/stage/work/rows.h"

#include "base/error.h"
#include "impact/finding.h"
#include "impact/sql.h"
#include "migration/format.h"
#include "run/stage/impact/accept.h"
#include "run/stage/impact/impact_private.h"

bool
run_impact_is_wanted(const RunJob *job)
{
	return job->impact != NULL;
}

/* --- Rows --------------------------------------------------------------------------- */

/* True unless it is known that all tables that had rows still have some. */
static bool
impact_loses_rows(const ReportObservation *observation)
{
	for (guint i = 0; i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		if (statement->transaction == 0 || statement->unseen != NULL)
			return true;
		for (guint j = 0; j < statement->touched->len; j++) {
			const ReportTouched *touched = g_ptr_array_index(statement->touched, j);
			if (touched->was_emptied || touched->rows_deleted > 0)
				return true;
		}
	}
	return false;
}

bool
run_impact_add_rows(ImpactWork *work, const Migration *migration, GError **error)
{
	const RunStage *stage = work->stage;
	CheckWorkspace *workspace = &work->stage->workspace;
	const SuiteDatabase *database = stage->job->database;
	bool made_tables = false;

	if (database->data->len > 0 || database->rows == 0)
		return run_stage_rows_add(stage, workspace, migration, &work->filled, error);
	if (!db_session_reset(workspace->session, error) ||
	    !impact_observer_update(work->observer, workspace->session, &made_tables, error))
		return false;
	if (!made_tables && work->filled && !work->lost_rows)
		return true;
	impact_observer_note_others(work->observer);
	return run_stage_rows_generate(stage, workspace, &work->filled, error);
}

/* --- The database ------------------------------------------------------------------ */

/* Connects to the workspace's database, and observes it from now on. */
static bool
impact_connect(ImpactWork *work, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	workspace->plans_as_large = true;
	g_autoptr(ImpactObserver) earlier = work->observer;
	work->observer = impact_observer_new(workspace->database, workspace->exclusions);
	impact_observer_set_wal(work->observer, work->log);
	/* Objects of the branch are not in use yet, because they reach production together with it. */
	if (work->stage->job->base != NULL)
		impact_observer_stay(work->observer, earlier);
	return check_workspace_connect(workspace, error);
}

bool
run_impact_open(ImpactWork *work, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;

	return check_workspace_create(workspace, "impact", error) && impact_connect(work, error) &&
	       (!run_job_begins_later(work->stage->job) || run_impact_add_rows(work, NULL, error));
}

/* --- One migration ------------------------------------------------------------------- */

bool
run_impact_watch(ImpactObserver *observer, CheckWorkspace *workspace, const Migration *migration,
                 MigrationOutcome *outcome, ReportObservation **ret_observation, GError **error)
{
	if (!db_session_reset(workspace->session, error) || !impact_observer_begin(observer, workspace->session, error))
		return false;
	migration_runner_set_watch(workspace->runner, impact_observer_watch(observer));
	bool done = migration_runner_apply(workspace->runner, migration, MIGRATION_UP, outcome, error);
	migration_runner_set_watch(workspace->runner, NULL);
	*ret_observation = impact_observer_end(observer);
	if (done && !outcome->failed)
		return true;
	g_clear_pointer(ret_observation, report_observation_free);
	return done;
}

bool
run_impact_apply(ImpactWork *work, const Migration *migration, MigrationOutcome *outcome,
                 ReportObservation **ret_observation, GError **error)
{
	bool done = run_impact_watch(work->observer, &work->stage->workspace, migration, outcome, ret_observation,
	                             error);

	work->lost_rows = *ret_observation == NULL || impact_loses_rows(*ret_observation);
	return done;
}

/* Pairs of names, ended by NULL. */
static GPtrArray *
impact_list_invalid(const ImpactWork *work, const Migration *migration, GError **error)
{
	enum { NAME = 1, TABLE = 3 };
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	if (migration_script_find(migration->up, MIGRATION_STATEMENT_NO_TRANSACTION) != NULL) {
		g_autoptr(DbResult)
		    rows = db_session_query(work->stage->workspace.session, error, impact_sql_invalid, NULL);
		if (rows == NULL) {
			g_ptr_array_unref(names);
			return NULL;
		}
		for (int i = 0; i < db_result_rows(rows); i++) {
			g_ptr_array_add(names, g_strdup(db_result_value(rows, i, NAME)));
			g_ptr_array_add(names, g_strdup(db_result_value(rows, i, TABLE)));
		}
	}
	g_ptr_array_add(names, NULL);
	return names;
}

/* A migration that another program runs cannot be observed, unless its statements are known. */
static void
impact_note_external(const RunStage *stage, const Migration *migration, ReportObservation *observation)
{
	const char *reason = run_code_reason(stage, migration);

	if (migration_script_scope(migration->up) != MIGRATION_SCOPE_EXTERNAL)
		return;
	ReportStatement *statement = report_statement_new(migration_script_position(migration->up), migration->name);
	statement->unseen = reason != NULL ? g_intern_string(reason) : "another program runs it";
	g_ptr_array_add(observation->statements, statement);
}

/* Nobody is to take silence for harmless. */
static void
impact_say_unknown(const RunStage *stage, const Migration *migration, ReportCase *test_case)
{
	const char *reason = run_code_reason(stage, migration);

	if (reason != NULL && test_case->status == REPORT_PASSED)
		report_case_set(test_case, REPORT_SKIPPED, "not known, because the statements of \"%s\" are not: %s",
		                migration->name, reason);
}

static char *
impact_name_finding(const ReportFinding *finding)
{
	g_autofree char *place = base_position_format(finding->position);

	return g_strdup_printf("%s %s", finding->code, place);
}

static void
impact_note_known(const ImpactWork *work, const ReportObservation *observation)
{
	for (guint i = 0; i < observation->findings->len; i++)
		g_hash_table_add(work->known, impact_name_finding(g_ptr_array_index(observation->findings, i)));
}

static bool
impact_find_all(const ImpactWork *work, guint index, const ImpactElsewhere *elsewhere, const ImpactProof *proof,
                ReportObservation *observation, GError **error)
{
	const RunStage *stage = work->stage;
	const Migration *migration = g_ptr_array_index(stage->migrations, index);
	g_autoptr(GPtrArray) invalid = impact_list_invalid(work, migration, error);
	guint place = 0;

	if (invalid == NULL)
		return false;
	const ImpactScript script = { .observation = observation,
		                      .settings = stage->job->impact,
		                      .version = (guint)scratch_server_version(stage->server) / 10000,
		                      .invalid = (const char *const *)invalid->pdata,
		                      .elsewhere = elsewhere->observation,
		                      .zone = elsewhere->zone,
		                      .other_zone = elsewhere->other_zone,
		                      .proof = proof };
	if (g_ptr_array_find(stage->job->set->migrations, migration, &place) &&
	    impact_settings_judges(stage->job->impact, place))
		impact_find(&script);
	run_impact_judge(stage->job, observation);
	impact_note_known(work, observation);
	return true;
}

bool
run_impact_apply_any(ImpactWork *work, guint index, MigrationOutcome *outcome, ReportObservation **ret_observation,
                     bool *ret_without, GError **error)
{
	const Migration *migration = g_ptr_array_index(work->stage->migrations, index);

	if (!run_impact_apply(work, migration, outcome, ret_observation, error))
		return false;
	*ret_without = outcome->failed && work->filled;
	if (!*ret_without)
		return true;
	migration_outcome_clear(outcome);
	work->filled = false;
	return run_impact_begin_anew(work, index, error) && impact_connect(work, error) &&
	       run_impact_apply(work, migration, outcome, ret_observation, error);
}

/* True for migrations that are judged and that pgassay runs itself: these are tried with concurrent sessions. */
static bool
impact_is_proved(const ImpactWork *work, guint index)
{
	const RunStage *stage = work->stage;
	const Migration *migration = g_ptr_array_index(stage->migrations, index);
	guint place = 0;

	return stage->job->database->impact == SUITE_IMPACT_PROVE &&
	       migration_script_scope(migration->up) != MIGRATION_SCOPE_EXTERNAL &&
	       g_ptr_array_find(stage->job->set->migrations, migration, &place) &&
	       impact_settings_judges(stage->job->impact, place);
}

static bool
impact_next(ImpactWork *work, guint index, GError **error)
{
	RunStage *stage = work->stage;
	const Migration *migration = g_ptr_array_index(stage->migrations, index);
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(ReportObservation) observation = NULL;
	g_auto(ImpactElsewhere) elsewhere = { 0 };
	g_auto(ImpactProof) proof = { 0 };
	g_auto(CheckWorkspace) copy = { 0 };
	gint64 start = g_get_monotonic_time();
	bool without = false;

	run_stage_progress_migration(stage, migration);
	if (!run_impact_try_elsewhere(work, migration, &elsewhere, error) ||
	    (impact_is_proved(work, index) && !check_workspace_clone(&stage->workspace, "proof", &copy, error)) ||
	    !run_impact_apply_any(work, index, &outcome, &observation, &without, error))
		return false;
	g_autoptr(ReportCase)
	    test_case = run_stage_case(stage, "impact", migration->name, migration_script_position(migration->up));
	work->go_on = observation != NULL;
	if (observation == NULL) {
		report_case_set(test_case, REPORT_ERRORED, "\"%s\" fails, but did not in the forward stage: %s\n%s",
		                migration->name, outcome.message, outcome.details);
	} else {
		impact_note_external(stage, migration, observation);
		if (!without)
			run_impact_grow(work, index, observation);
		if (copy.database != NULL && !without &&
		    !run_impact_prove(work, &copy, migration, observation, &proof, error))
			return false;
		if (!impact_find_all(work, index, &elsewhere, &proof, observation, error))
			return false;
		work->n_seen += observation->statements->len - report_observation_count_unseen(observation);
		work->n_unseen += report_observation_count_unseen(observation);
		run_impact_report(g_steal_pointer(&observation), test_case);
		impact_say_unknown(stage, migration, test_case);
	}
	if (without)
		run_stage_rows_remark(test_case);
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), stage);
	return !work->go_on || run_impact_add_rows(work, migration, error);
}

/* --- All of them in one transaction ------------------------------------------------------ */

static const char group_case[] = "all that is pending, in one transaction";

/* Findings about single migrations are reported with these. */
static void
impact_remove_known(const ImpactWork *work, ReportObservation *observation)
{
	for (guint i = observation->findings->len; i > 0; i--) {
		g_autofree char *name = impact_name_finding(g_ptr_array_index(observation->findings, i - 1));
		if (g_hash_table_contains(work->known, name))
			g_ptr_array_remove_index(observation->findings, i - 1);
	}
}

/* The observation is NULL when they do not run in that way, which the stage "together" reports. */
static bool
impact_migrate(ImpactWork *work, ReportObservation **ret_observation, GError **error)
{
	CheckWorkspace *workspace = &work->stage->workspace;
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	if (!db_session_reset(workspace->session, error) ||
	    !impact_observer_begin(work->observer, workspace->session, error))
		return false;
	migration_runner_set_watch(workspace->runner, impact_observer_watch(work->observer));
	bool done = migration_runner_migrate(workspace->runner, &applied, &failed, &outcome, error);
	migration_runner_set_watch(workspace->runner, NULL);
	*ret_observation = impact_observer_end(work->observer);
	if (!done || failed != NULL)
		g_clear_pointer(ret_observation, report_observation_free);
	return done;
}

/* Locks of the first migration are held to the end of the last one where the tool runs them so. On a new database all
 * tables are new; at a base they are not. */
static bool
impact_run_group(ImpactWork *work, GError **error)
{
	RunStage *stage = work->stage;
	SourcePosition nowhere = { .path = stage->job->set->directory };
	g_autoptr(ReportObservation) observation = NULL;

	if (stage->job->base == NULL || stage->refusal != NULL || stage->migrations->len < 2 ||
	    !migration_set_has(stage->job->set, MIGRATION_SETTING_GROUP))
		return true;
	run_stage_progress(stage, "impact of all at once");
	check_workspace_close(&stage->workspace);
	work->filled = false;
	if (!run_impact_open(work, error) || !impact_migrate(work, &observation, error))
		return false;
	if (observation == NULL)
		return true;
	const ImpactScript script = { .observation = observation,
		                      .settings = stage->job->impact,
		                      .version = (guint)scratch_server_version(stage->server) / 10000 };
	g_autoptr(ReportCase) test_case = run_stage_case(stage, "impact", group_case, nowhere);
	impact_find(&script);
	impact_remove_known(work, observation);
	run_impact_judge(stage->job, observation);
	run_impact_report(g_steal_pointer(&observation), test_case);
	run_stage_report(g_steal_pointer(&test_case), stage);
	return true;
}

/* --- The stage --------------------------------------------------------------------------- */

static void
impact_report_coverage(const ImpactWork *work)
{
	g_autofree char *text = g_strdup_printf("%u statements observed, %u not", work->n_seen, work->n_unseen);

	run_stage_property(work->stage, "impact.coverage", text);
}

static bool
impact_run_all(ImpactWork *work, GError **error)
{
	RunStage *stage = work->stage;
	guint i = 0;
	GError *cause = NULL;

	if (impact_settings_wants_wal(stage->job->impact))
		work->log = impact_wal_open(stage->server, &cause);
	if (cause != NULL) {
		g_propagate_error(error, cause);
		return false;
	}
	if (!run_impact_observe_larger(work, error) || !run_impact_open(work, error))
		return false;
	for (; i < stage->migrations->len && work->go_on && run_progress_wait(stage->history, i); i++)
		if (!impact_next(work, i, error))
			return false;
	impact_report_coverage(work);
	if (i < stage->migrations->len || !work->go_on)
		return true;
	if (!impact_run_group(work, error))
		return false;
	run_impact_check_acceptances(stage);
	return true;
}

bool
run_impact(RunStage *stage, GError **error)
{
	ImpactWork work = { .stage = stage,
		            .go_on = true,
		            .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
	bool ready = false;
	bool done = run_code_begin(stage, &ready, error) && (!ready || impact_run_all(&work, error));

	g_hash_table_unref(work.known);
	impact_observer_free(work.observer);
	check_workspace_close(&work.bare);
	run_impact_forget_larger(&work);
	run_code_end(stage);
	impact_wal_close(work.log);
	return done;
}
