#include "report/plan.h"

static void
plan_free_node(gpointer data)
{
	ReportPlanNode *node = data;

	g_free(node->title);
	g_free(node->details);
	g_free(node);
}

ReportPlan *
report_plan_new(const char *title)
{
	ReportPlan *plan = g_new0(ReportPlan, 1);

	plan->title = g_strdup(title);
	plan->nodes = g_ptr_array_new_with_free_func(plan_free_node);
	return plan;
}

void
report_plan_free(ReportPlan *plan)
{
	if (plan == NULL)
		return;
	g_free(plan->title);
	g_ptr_array_unref(plan->nodes);
	g_free(plan);
}

ReportPlanNode *
report_plan_add(ReportPlan *plan, guint depth, const char *title, const char *details)
{
	ReportPlanNode *node = g_new0(ReportPlanNode, 1);

	node->depth = depth;
	node->title = g_strdup(title);
	node->details = g_strdup(details);
	g_ptr_array_add(plan->nodes, node);
	return node;
}
