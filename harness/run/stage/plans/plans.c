/* Plans of queries, on tables as large as in production. */
#include "run/stage/plans/plans.h"

#include "base/error.h"
#include "plan/judge/verdict.h"
#include "plan/tree/normal.h"
#include "plan/volume/volume.h"
#include "run/stage/plans/each.h"
#include "run/stage/plans/values.h"

#include <string.h>

bool
run_plans_wanted(const RunJob *job)
{
	return job->plans->len > 0;
}

/* --- Cases --------------------------------------------------------------------------- */

static ReportCase *
plans_new_case(const RunStage *stage, const PlanCase *plan_case, guint index)
{
	g_autofree char *name = plan_case_name(plan_case, index);

	return run_stage_case(stage, "plan", name, suite_node_position(plan_case->plan->node));
}

static void
plans_skip(RunStage *stage, const char *reason)
{
	for (guint i = 0; i < stage->job->plans->len; i++) {
		const PlanCase *plan_case = g_ptr_array_index(stage->job->plans, i);
		for (guint j = 0; j < plan_case_count(plan_case); j++) {
			g_autofree char *name = plan_case_name(plan_case, j);
			run_stage_skip(stage, "plan", name, suite_node_position(plan_case->plan->node), reason);
		}
	}
}

/* Sizes that do not match the database: those in the suite are mistakes of its author. */
static void
plans_report_sizes(RunStage *stage, const PlanFrame *frame)
{
	const GPtrArray *notes = plan_frame_notes(frame);
	bool by_hand = stage->job->database->statistics == NULL;
	g_autoptr(GString) more = g_string_new(NULL);

	if (notes->len == 0)
		return;
	ReportCase *test_case = run_stage_case(stage, "plan", "sizes of tables",
	                                       suite_node_position(stage->job->database->size));
	for (guint i = 0; i < notes->len; i++)
		g_string_append_printf(more, "%s%s", i > 0 ? "\n" : "", (char *)g_ptr_array_index(notes, i));
	report_case_set(test_case, by_hand ? REPORT_ERRORED : REPORT_PASSED, "%s", more->str);
	run_stage_report(test_case, stage);
}

/* --- Blessed plans ------------------------------------------------------------------------ */

/* Missing or superfluous entries in the file of blessed plans for this server. */
static void
plans_report_blessed(RunStage *stage, const PlanFrame *frame)
{
	const PlanBlessed *blessed = stage->job->blessed;
	guint major = plan_frame_version(frame);

	if (blessed == NULL)
		return;
	g_autoptr(GPtrArray) names = plan_cases_list_blessed(stage->job->plans);
	g_autoptr(GPtrArray) unused = plan_blessed_list_unused(blessed, names);
	ReportCase *test_case = run_stage_case(
	    stage, "plan", "blessed plans",
	    suite_node_position(suite_node_get(stage->job->database->node, "blessed_plans")));
	if (!plan_blessed_has_version(blessed, major)) {
		report_case_set(test_case, REPORT_SKIPPED,
		                "\"%s\" has no plan of PostgreSQL %u to compare with: run \"pgassay bless\" on it",
		                plan_blessed_path(blessed), major);
	} else if (unused->len > 0) {
		g_ptr_array_add(unused, NULL);
		g_autofree char *list = g_strjoinv(", ", (char **)unused->pdata);
		report_case_set(test_case, REPORT_PASSED,
		                "\"%s\" has plans of which the suite has no query any more, which \"pgassay bless\" "
		                "removes: %s",
		                plan_blessed_path(blessed), list);
	}
	run_stage_report(test_case, stage);
}

/* --- After the last migration ---------------------------------------------------------------- */

static bool
plans_run_case(RunStage *stage, PlanFrame *frame, const PlanCase *plan_case, GError **error)
{
	g_autoptr(RunPlansValues) values = run_plans_values_new(plan_case);
	bool done = true;

	run_stage_progress(stage, "plan %s", plan_case->plan->name);
	for (guint i = 0; done && i < plan_case_count(plan_case); i++) {
		const PlanQuestion question = { frame, plan_case, i, stage->job->size->source };
		g_autoptr(ReportCase) test_case = plans_new_case(stage, plan_case, i);
		g_auto(PlanAnswer) answer = { 0 };
		gint64 start = g_get_monotonic_time();
		done = plan_question_ask(&question, &answer, error) &&
		       plan_verdict(&question, &answer, test_case, error) &&
		       (stage->job->blessed == NULL || test_case->status != REPORT_PASSED ||
		        plan_blessed_judge(&question, stage->job->blessed, &answer, test_case, error));
		if (!done)
			break;
		if (answer.tree != NULL)
			run_plans_values_note(values, frame, i, answer.tree);
		test_case->duration = g_get_monotonic_time() - start;
		run_stage_report(g_steal_pointer(&test_case), stage);
	}
	return done && run_plans_values_report(values, stage, frame, error);
}

/* A session that has seen the migrations knows much of the tables already. */
static PlanFrame *
plans_open_frame(RunStage *stage, RunPlansEach *each, GError **error)
{
	g_autoptr(PlanFrame) frame = each != NULL ? run_plans_each_take_frame(each) : NULL;

	check_workspace_disconnect(&stage->workspace);
	if (frame == NULL)
		return plan_frame_open(stage->server, stage->workspace.database, stage->job->size, error);
	return plan_frame_take_all(frame, error) ? g_steal_pointer(&frame) : NULL;
}

static bool
plans_at_end(RunStage *stage, RunPlansEach *each, GError **error)
{
	g_autoptr(PlanFrame) frame = plans_open_frame(stage, each, error);

	if (frame == NULL)
		return false;
	plans_report_sizes(stage, frame);
	plans_report_blessed(stage, frame);
	for (guint i = 0; i < stage->job->plans->len; i++)
		if (!plans_run_case(stage, frame, g_ptr_array_index(stage->job->plans, i), error))
			return false;
	return true;
}

/* --- On rows --------------------------------------------------------------------------------- */

static bool
plans_are_measured(const RunStage *stage)
{
	for (guint i = 0; i < stage->job->plans->len; i++)
		if (((PlanCase *)g_ptr_array_index(stage->job->plans, i))->is_measured)
			return true;
	return false;
}

/* Each list of values is run; the plan for all values cannot be. */
static bool
plans_measure_case(RunStage *stage, PlanFrame *frame, const PlanCase *plan_case, const char *source, GError **error)
{
	guint n = plan_case->values != NULL ? suite_node_size(plan_case->values) : 1;

	run_stage_progress(stage, "plan %s, on rows", plan_case->plan->name);
	for (guint i = 0; i < n; i++) {
		const PlanQuestion question = { frame, plan_case, i, source };
		g_autofree char *plain = plan_case_name(plan_case, i);
		g_autofree char *name = g_strconcat(plain, ", on rows", NULL);
		g_autoptr(ReportCase)
		    test_case = run_stage_case(stage, "plan", name, suite_node_position(plan_case->plan->node));
		g_auto(PlanAnswer) answer = { 0 };
		gint64 start = g_get_monotonic_time();
		if (!plan_question_measure(&question, &answer, error))
			return false;
		plan_measure_verdict(&question, &answer, test_case);
		test_case->duration = g_get_monotonic_time() - start;
		run_stage_report(g_steal_pointer(&test_case), stage);
	}
	return true;
}

static int
plans_compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* By their names, so that the text is the same whether an earlier run has made them or not. */
static char *
plans_describe_volume(const RunStage *stage, const PlanVolume *volume)
{
	g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < volume->tables->len; i++) {
		const PlanVolumeTable *table = &g_array_index(volume->tables, PlanVolumeTable, i);
		g_ptr_array_add(tables, g_strdup_printf("%s %.0f", table->table, table->rows));
	}
	g_ptr_array_sort(tables, plans_compare_texts);
	g_ptr_array_add(tables, NULL);
	g_autofree char *list = g_strjoinv(", ", (char **)tables->pdata);
	return g_strdup_printf("rows made as stated %s: %s", stage->job->size->source, list);
}

static void
plans_report_no_rows(RunStage *stage, const GError *cause)
{
	ReportCase *test_case = run_stage_case(stage, "plan", "rows of tables",
	                                       suite_node_position(suite_node_get(stage->job->database->size, "rows")));

	report_case_set(test_case, REPORT_ERRORED, "%s", cause->message);
	run_stage_report(test_case, stage);
}

static void
plans_drop(ScratchDatabase *database)
{
	scratch_database_drop(database, false);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScratchDatabase, plans_drop)

/* Such a database as an earlier run has kept; NULL: there is none. */
static ScratchDatabase *
plans_take_stored(RunStage *stage, PlanVolume *volume)
{
	const char *name = stage->job->stored_rows;

	if (name == NULL || !scratch_server_has_contents(stage->server))
		return NULL;
	g_autoptr(GError) error = NULL;
	ScratchDatabase *database = scratch_database_create_stored(stage->server, "plan rows", name, &error);
	if (database != NULL && !plan_volume_read(database, stage->job->size, volume, &error))
		g_clear_pointer(&database, plans_drop);
	return database;
}

/* Rows that are quickly made need not be kept. */
static void
plans_store(RunStage *stage, const PlanVolume *volume)
{
	const char *name = stage->job->stored_rows;

	if (name != NULL && volume->duration > SCRATCH_STORE_WORTH)
		scratch_database_store(stage->workspace.database, name, NULL);
}

/* Makes the rows. False in *ret_made: that is impossible, and a case reports it. */
static bool
plans_make_rows(RunStage *stage, PlanVolume *volume, bool *ret_made, GError **error)
{
	g_autoptr(GError) cause = NULL;

	*ret_made = plan_volume_fill(stage->workspace.database, stage->job->size, &stage->job->exclusions,
	                             stage->job->size->volume, volume, &cause);
	if (*ret_made) {
		plans_store(stage, volume);
	} else if (g_error_matches(cause, BASE_ERROR, BASE_ERROR_INPUT)) {
		plans_report_no_rows(stage, cause);
	} else {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	return true;
}

static bool
plans_measure_all(RunStage *stage, const ScratchDatabase *stored, const PlanVolume *volume, GError **error)
{
	g_autofree char *source = plans_describe_volume(stage, volume);
	g_autoptr(PlanFrame) frame = plan_frame_open_rows(stored != NULL ? stored : stage->workspace.database,
	                                                  stage->job->size->now, error);

	run_stage_property(stage, "plans.rows", source);
	if (stored != NULL)
		run_stage_property(stage, "plans.kept", "rows of an earlier run");
	for (guint i = 0; frame != NULL && i < stage->job->plans->len; i++) {
		const PlanCase *plan_case = g_ptr_array_index(stage->job->plans, i);
		if (plan_case->is_measured && !plans_measure_case(stage, frame, plan_case, source, error))
			return false;
	}
	return frame != NULL;
}

/* Measured limits: the queries run on rows, in the database, which is not needed any more. */
static bool
plans_measure(RunStage *stage, GError **error)
{
	g_auto(PlanVolume) volume = { 0 };
	bool made = true;

	if (!plans_are_measured(stage))
		return true;
	run_stage_progress(stage, "making rows");
	plan_size_forget(stage->job->size);
	g_autoptr(ScratchDatabase) stored = plans_take_stored(stage, &volume);
	if (stored == NULL && !plans_make_rows(stage, &volume, &made, error))
		return false;
	return !made || plans_measure_all(stage, stored, &volume, error);
}

/* --- The stage --------------------------------------------------------------------------------- */

/* As the forward stage does it, which reports what fails. */
static bool
plans_apply(RunStage *stage, const Migration *migration, MigrationDirection direction, bool *ret_applied,
            GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	run_stage_progress(stage, "plans: %s", migration->name);
	if (!db_session_reset(stage->workspace.session, error) ||
	    !migration_runner_apply(stage->workspace.runner, migration, direction, &outcome, error))
		return false;
	*ret_applied = !outcome.failed;
	return true;
}

/* Down and up once more must end in the same plan. A down that fails is reported by the round trips; then the rest of
 * the history cannot be compared on this database, and false is in *ret_applied. */
static bool
plans_repeat(RunStage *stage, RunPlansEach *each, const Migration *migration, bool *ret_applied, GError **error)
{
	if (migration->down == NULL || stage->job->database->rollback == SUITE_ROLLBACK_NONE)
		return true;
	return plans_apply(stage, migration, MIGRATION_DOWN, ret_applied, error) &&
	       (!*ret_applied || plans_apply(stage, migration, MIGRATION_UP, ret_applied, error)) &&
	       (!*ret_applied || run_plans_each_compare(each, stage, migration, true, error));
}

/* `seeks`: nothing goes down and up again. */
static bool
plans_migrate(RunStage *stage, RunPlansEach *each, bool seeks, bool *ret_done, GError **error)
{
	*ret_done = true;
	/* Changes by the baseline or by the base of a branch do not belong to the new migrations. */
	if (each != NULL && run_job_begins_later(stage->job) &&
	    !run_plans_each_compare(each, stage, NULL, false, error))
		return false;
	for (guint i = 0; i < stage->migrations->len && *ret_done; i++) {
		const Migration *migration = g_ptr_array_index(stage->migrations, i);
		*ret_done = run_progress_wait(stage->history, i);
		if (*ret_done && !plans_apply(stage, migration, MIGRATION_UP, ret_done, error))
			return false;
		if (*ret_done && each != NULL &&
		    (!run_plans_each_compare(each, stage, migration, false, error) ||
		     (!seeks && !plans_repeat(stage, each, migration, ret_done, error))))
			return false;
	}
	return true;
}

/* --- Since which migration ---------------------------------------------------------------------- */

/* Builds the history once more, with only the queries that fail at its end. Only a run that is red anyway pays for
 * that. */
static bool
plans_seek(RunStage *stage, GError **error)
{
	g_autoptr(RunPlansEach) each = run_plans_each_new_for(stage->job, stage->waiting);
	bool migrated = false;

	if (each == NULL || run_health_is_stopped(stage->health))
		return true;
	check_workspace_close(&stage->workspace);
	plan_size_forget(stage->job->size);
	if (!check_workspace_open(&stage->workspace, "plans", error))
		return false;
	migration_runner_set_brief(stage->workspace.runner);
	if (!plans_migrate(stage, each, true, &migrated, error))
		return false;
	for (guint i = 0; i < stage->waiting->len; i++)
		run_plans_each_set_since(each, g_ptr_array_index(stage->waiting, i));
	check_workspace_disconnect(&stage->workspace);
	return true;
}

static bool
plans_stage_judge(RunStage *stage, RunPlansEach *each, GError **error)
{
	stage->waiting = g_ptr_array_new();
	bool done = plans_at_end(stage, each, error) && plans_seek(stage, error);
	g_autoptr(GPtrArray) cases = g_steal_pointer(&stage->waiting);
	for (guint i = 0; i < cases->len; i++)
		stage->listener.on_case(g_ptr_array_index(cases, i), stage->listener.data);
	return done;
}

/* --- The whole stage ------------------------------------------------------------------------------ */

/* For people. */
static const char plans_dense[] = "those that there are, with all the rows on them: the files of this server cannot be "
				  "made long (the costs of reading "
				  "pages are too low, and a sequential scan looks better than it is)";

/* On a server that is not ours only a superuser can write sizes into the catalog. */
static bool
plans_may_be(RunStage *stage, bool *ret_may_be, GError **error)
{
	*ret_may_be = true;
	if (scratch_server_is_own(stage->server))
		return true;
	g_autoptr(DbSession)
	    session = db_session_open(scratch_server_endpoint(stage->server), NULL, DB_SESSION_INTERNAL, error);
	g_autofree char *is = session != NULL
	                          ? db_session_query_value(session, error,
	                                                   "SELECT pg_catalog.current_setting('is_superuser')", NULL)
	                          : NULL;
	if (is == NULL)
		return false;
	*ret_may_be = strcmp(is, "on") == 0;
	if (!*ret_may_be)
		plans_skip(stage, "not run on --server without a superuser: sizes are written into the catalog");
	return true;
}

bool
run_plans(RunStage *stage, GError **error)
{
	g_autofree char *settings = plan_frame_describe_settings();
	g_autoptr(RunPlansEach) each = NULL;
	bool migrated = false;
	bool may_be = false;

	if (!plans_may_be(stage, &may_be, error))
		return false;
	if (!may_be)
		return true;
	run_stage_property(stage, "plans.size", stage->job->size->source);
	if (!scratch_server_is_own(stage->server))
		run_stage_property(stage, "plans.pages", plans_dense);
	run_stage_property(stage, "plans.settings", settings);
	plan_size_forget(stage->job->size);
	/* With the base of a branch, its new migrations are compared with that: they are few. */
	if (stage->job->database->plans_each || stage->job->base != NULL)
		each = run_plans_each_new(stage->job);
	if (!check_workspace_open(&stage->workspace, "plans", error))
		return false;
	migration_runner_set_brief(stage->workspace.runner);
	if (!plans_migrate(stage, each, false, &migrated, error))
		return false;
	if (!migrated) {
		plans_skip(stage, "not run, because a migration failed, or its down");
		return true;
	}
	return plans_stage_judge(stage, each, error) && plans_measure(stage, error);
}
