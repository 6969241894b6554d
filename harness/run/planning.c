#include "run/planning.h"

bool
run_planning_open(const RunJob *job, const Migration *last, ScratchServer *server, RunPlanning *ret_planning,
                  GError **error)
{
	g_auto(RunPlanning) planning = { 0 };

	if (!run_build_with(job, &(RunBuildOptions){ .until = last }, server, &planning.workspace, &planning.stand_ins,
	                    error))
		return false;
	planning.job = job;
	check_workspace_disconnect(&planning.workspace);
	plan_size_forget(job->size);
	planning.frame = plan_frame_open(server, planning.workspace.database, job->size, error);
	if (planning.frame == NULL)
		return false;
	*ret_planning = planning;
	planning = (RunPlanning){ 0 };
	return true;
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
