#include "run/stage/plans/values.h"

#include <string.h>

/* Ratio of costs that is reported if no limit is set. */
#define VALUES_RATIO_REPORTED 10

typedef struct {
	char *name;
	double cost;
	char *access;
} ValuesPlan;

struct RunPlansValues {
	const PlanCase *plan_case;
	GPtrArray *plans;    /* of ValuesPlan *: with values */
	ValuesPlan *generic; /* or NULL */
};

static void
values_free_plan(gpointer data)
{
	ValuesPlan *plan = data;

	if (plan == NULL)
		return;
	g_free(plan->name);
	g_free(plan->access);
	g_free(plan);
}

RunPlansValues *
run_plans_values_new(const PlanCase *plan_case)
{
	RunPlansValues *values = g_new0(RunPlansValues, 1);

	values->plan_case = plan_case;
	values->plans = g_ptr_array_new_with_free_func(values_free_plan);
	return values;
}

void
run_plans_values_free(RunPlansValues *values)
{
	if (values == NULL)
		return;
	g_ptr_array_unref(values->plans);
	values_free_plan(values->generic);
	g_free(values);
}

void
run_plans_values_note(RunPlansValues *values, const PlanFrame *frame, guint index, const PlanTree *tree)
{
	ValuesPlan *plan = g_new0(ValuesPlan, 1);

	plan->name = plan_case_name(values->plan_case, index);
	plan->cost = plan_tree_root(tree)->total_cost;
	plan->access = plan_normal_access(tree, plan_frame_catalog(frame));
	if (plan_case_values(values->plan_case, index) != NULL) {
		g_ptr_array_add(values->plans, plan);
	} else {
		values_free_plan(values->generic);
		values->generic = plan;
	}
}

/* The plan for all values, which a prepared statement may end with, where it is no case of its own. */
static bool
values_ask_generic(RunPlansValues *values, PlanFrame *frame, GError **error)
{
	const PlanQuestion question = { frame, values->plan_case, G_MAXUINT, NULL };
	g_auto(PlanAnswer) answer = { 0 };

	if (values->generic != NULL)
		return true;
	if (!plan_question_ask(&question, &answer, error))
		return false;
	if (answer.tree != NULL)
		run_plans_values_note(values, frame, G_MAXUINT, answer.tree);
	return true;
}

static const ValuesPlan *
values_find(const RunPlansValues *values, bool worst)
{
	const ValuesPlan *found = g_ptr_array_index(values->plans, 0);

	for (guint i = 1; i < values->plans->len; i++) {
		const ValuesPlan *plan = g_ptr_array_index(values->plans, i);
		if (worst ? plan->cost > found->cost : plan->cost < found->cost)
			found = plan;
	}
	return found;
}

/* One line: the normal form has one for each table. */
static char *
values_line(const char *access)
{
	g_autofree char *text = g_strchomp(g_strdup(access));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	return g_strjoinv("; ", lines);
}

/* A list of all plans: the generic one, and which values get another one. */
static char *
values_list(const RunPlansValues *values, bool *ret_differ)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < values->plans->len; i++) {
		const ValuesPlan *plan = g_ptr_array_index(values->plans, i);
		g_autofree char *access = values_line(plan->access);
		g_string_append_printf(text, "%s: %.2f, %s\n", plan->name, plan->cost, access);
		*ret_differ |= values->generic != NULL && strcmp(plan->access, values->generic->access) != 0;
	}
	if (values->generic != NULL) {
		g_autofree char *access = values_line(values->generic->access);
		g_string_append_printf(text, "any values: %.2f, %s\n", values->generic->cost, access);
	}
	return g_string_free(text, FALSE);
}

bool
run_plans_values_report(RunPlansValues *values, RunStage *stage, PlanFrame *frame, GError **error)
{
	const PlanCase *plan_case = values->plan_case;
	double limit = plan_case->values_ratio;
	bool differ = false;

	if (values->plans->len == 0)
		return true;
	if (!values_ask_generic(values, frame, error))
		return false;
	const ValuesPlan *best = values_find(values, false);
	const ValuesPlan *worst = values_find(values, true);
	double ratio = worst->cost / MAX(best->cost, 0.01);
	g_autofree char *list = values_list(values, &differ);
	if (limit <= 0 && ratio <= VALUES_RATIO_REPORTED && !differ)
		return true;
	g_autofree char *name = g_strdup_printf("%s: costs of its values", plan_case->plan->name);
	ReportCase *test_case = run_stage_case(stage, "plan", name, suite_node_position(plan_case->plan->node));
	if (limit > 0 && ratio > limit)
		report_case_set(test_case, REPORT_FAILED,
		                "\"%s\" costs %.1f times as much as \"%s\", at most %g times is allowed\n%s",
		                worst->name, ratio, best->name, limit, list);
	else if (ratio > VALUES_RATIO_REPORTED)
		report_case_set(test_case, REPORT_PASSED, "\"%s\" costs %.1f times as much as \"%s\"\n%s", worst->name,
		                ratio, best->name, list);
	else if (differ)
		report_case_set(test_case, REPORT_PASSED,
		                "a prepared statement may end with another plan than some of these values get\n%s",
		                list);
	run_stage_report(test_case, stage);
	return true;
}
