#include "run/planning.h"

#include "base/error.h"

bool
run_planning_open_frame(RunPlanning *planning, GError **error)
{
	check_workspace_disconnect(&planning->workspace);
	planning->frame = plan_frame_open(planning->workspace.server, planning->workspace.database, planning->job->size,
	                                  error);
	return planning->frame != NULL;
}

bool
run_planning_open(const RunJob *job, const Migration *last, ScratchServer *server, RunPlanning *ret_planning,
                  GError **error)
{
	g_auto(RunPlanning) planning = { 0 };

	if (!run_build_with(job, &(RunBuildOptions){ .until = last }, server, &planning.workspace, &planning.stand_ins,
	                    error))
		return false;
	planning.job = job;
	plan_size_forget(job->size);
	if (!run_planning_open_frame(&planning, error))
		return false;
	*ret_planning = planning;
	planning = (RunPlanning){ 0 };
	return true;
}

bool
run_planning_open_base(const RunJob *job, ScratchServer *server, RunPlanning *ret_planning, GError **error)
{
	RunJob at_base = *job;

	at_base.set = job->base->set;
	at_base.base = NULL;
	if (!run_planning_open(&at_base, NULL, server, ret_planning, error))
		return false;
	ret_planning->job = job;
	ret_planning->workspace.set = job->set;
	return true;
}

static bool
planning_connect(RunPlanning *planning, GError **error)
{
	g_clear_pointer(&planning->frame, plan_frame_close);
	planning->workspace.stand_ins = &planning->stand_ins;
	planning->workspace.exclusions = &planning->job->exclusions;
	return check_workspace_connect(&planning->workspace, error);
}

GPtrArray *
run_planning_list_pending(RunPlanning *planning, const RunJob *job, GError **error)
{
	g_autoptr(GPtrArray) pending = g_ptr_array_new();
	g_autoptr(GHashTable) applied = planning_connect(planning, error)
	                                    ? migration_runner_applied(planning->workspace.runner, error)
	                                    : NULL;

	if (applied == NULL)
		return NULL;
	for (guint i = 0; i < job->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(job->set->migrations, i);
		if (!g_hash_table_contains(applied, migration->name))
			g_ptr_array_add(pending, (gpointer)migration);
	}
	return run_planning_open_frame(planning, error) ? g_steal_pointer(&pending) : NULL;
}

bool
run_planning_step(RunPlanning *planning, const Migration *migration, GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!planning_connect(planning, error) || !db_session_reset(planning->workspace.session, error) ||
	    !migration_runner_apply(planning->workspace.runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	if (outcome.failed)
		return base_error_set(error, BASE_ERROR_MIGRATION, NULL, "migration \"%s\" failed: %s\n%s",
		                      migration->name, outcome.message, outcome.details);
	return run_planning_open_frame(planning, error);
}

/* --- Copies and rows ------------------------------------------------------------------- */

bool
run_planning_copy(RunPlanning *planning, RunPlanning *ret_copy, GError **error)
{
	g_clear_pointer(&planning->frame, plan_frame_close);
	*ret_copy = (RunPlanning){ .job = planning->job,
		                   .workspace = { .server = planning->workspace.server,
		                                  .set = planning->workspace.set,
		                                  .template = planning->workspace.database } };
	return check_workspace_create(&ret_copy->workspace, "plans", error);
}

bool
run_planning_make_rows(RunPlanning *planning, double rows, PlanVolume *ret_volume, GError **error)
{
	g_clear_pointer(&planning->frame, plan_frame_close);
	plan_size_forget(planning->job->size);
	if (!plan_volume_fill(planning->workspace.database, planning->job->size, &planning->job->exclusions, rows,
	                      ret_volume, error))
		return false;
	planning->frame = plan_frame_open_rows(planning->workspace.database, planning->job->size->now, error);
	return planning->frame != NULL;
}

bool
run_planning_execute(RunPlanning *planning, const char *sql, GError **error)
{
	g_clear_pointer(&planning->frame, plan_frame_close);
	g_autoptr(DbSession)
	    session = scratch_database_connect(planning->workspace.database, DB_SESSION_MIGRATION, error);

	return session != NULL && db_session_execute(session, sql, error);
}

void
run_planning_close(RunPlanning *planning)
{
	if (planning->job == NULL)
		return;
	plan_frame_close(planning->frame);
	check_workspace_close(&planning->workspace);
	g_clear_pointer(&planning->stand_ins.sources, g_hash_table_unref);
	*planning = (RunPlanning){ 0 };
}

/* --- Blessing ----------------------------------------------------------------------- */

static void
planning_free_form(gpointer data)
{
	plan_form_clear(data);
	g_free(data);
}

static bool
planning_bless_one(const RunPlanning *planning, const PlanCase *plan_case, guint index, GHashTable *forms,
                   GPtrArray *refused, GError **error)
{
	const PlanQuestion question = { planning->frame, plan_case, index, planning->job->size->source };
	g_autofree char *name = plan_case_name(plan_case, index);
	g_autoptr(ReportCase) test_case = report_case_new(planning->job->database->name, "plan", name,
	                                                  suite_node_position(plan_case->plan->node));
	g_auto(PlanAnswer) answer = { 0 };

	if (!plan_question_ask(&question, &answer, error) || !plan_verdict(&question, &answer, test_case, error))
		return false;
	/* A plan that does not meet its conditions is none that anybody wants to stay. */
	if (test_case->status != REPORT_PASSED) {
		g_autofree char *story = report_case_story(test_case);
		g_ptr_array_add(refused, g_strdup_printf("plan \"%s\" is not blessed: %s", name, story));
		return true;
	}
	PlanForm *form = g_new0(PlanForm, 1);
	*form = plan_form_of(answer.tree, plan_frame_catalog(planning->frame));
	g_hash_table_insert(forms, g_steal_pointer(&name), form);
	return true;
}

char *
run_planning_bless(const RunPlanning *planning, GPtrArray *refused, GError **error)
{
	const RunJob *job = planning->job;
	g_autoptr(GHashTable) forms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, planning_free_form);
	g_autoptr(GPtrArray) names = plan_cases_list_blessed(job->plans);

	for (guint i = 0; i < job->plans->len; i++) {
		const PlanCase *plan_case = g_ptr_array_index(job->plans, i);
		for (guint j = 0; plan_case->level != PLAN_LEVEL_OFF && j < plan_case_count(plan_case); j++)
			if (!planning_bless_one(planning, plan_case, j, forms, refused, error))
				return NULL;
	}
	return plan_blessed_write(job->blessed, names, forms, plan_frame_version(planning->frame));
}
