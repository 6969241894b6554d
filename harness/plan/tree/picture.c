/* Plans for reports: which node costs most, and which ones the other plan lacks. */
#include "plan/tree/picture.h"

#include "plan/tree/normal.h"

#include <string.h>

/* --- Costs -------------------------------------------------------------------------- */

static const PlanNode *
picture_find_outer(const PlanNode *node)
{
	for (guint i = 0; i < node->children->len; i++) {
		const PlanNode *child = g_ptr_array_index(node->children, i);
		if (g_strcmp0(child->role, "Outer") == 0)
			return child;
	}
	return NULL;
}

/* The inner side of a nested loop is run for each row of the outer one, unless its rows are kept. It may be run in part
 * only, or less often: it cannot cost more than the loop. */
static double
picture_cost(const PlanNode *node, const PlanNode *child)
{
	bool inner = strcmp(node->type, "Nested Loop") == 0 && g_strcmp0(child->role, "Inner") == 0;
	const PlanNode *outer = inner && strcmp(child->type, "Materialize") != 0 ? picture_find_outer(node) : NULL;

	if (outer == NULL)
		return child->total_cost;
	double all = MIN(child->total_cost * outer->rows, node->total_cost - outer->total_cost);
	return MAX(child->total_cost, all);
}

static double
picture_below(const PlanNode *node)
{
	double below = 0;

	for (guint i = 0; i < node->children->len; i++)
		below += picture_cost(node, g_ptr_array_index(node->children, i));
	return below;
}

/* --- Nodes -------------------------------------------------------------------------- */

typedef struct {
	ReportPlan *plan;
	ReportPlanNode *costly;
	double most; /* its share */
} PictureDrawing;

static ReportPlanNode *
picture_add_node(PictureDrawing *drawing, const PlanNode *node, guint depth, double share)
{
	g_autofree char *title = plan_node_title(node);
	g_autofree char *details = plan_node_details(node);
	ReportPlanNode *added = report_plan_add(drawing->plan, depth, title, details);

	added->cost = node->total_cost;
	added->rows = node->rows;
	added->percent = (guint)(share * 100 + 0.5);
	return added;
}

/* Distributes `share` of the plan's cost, from 0 to 1, over the node and the nodes below it. If a node costs less
 * than its children (Limit does not read all), these divide its cost. */
static void
picture_add(PictureDrawing *drawing, const PlanNode *node, guint depth, double share)
{
	double below = picture_below(node);
	double whole = MAX(node->total_cost, below);
	double own = whole > 0 ? share * (whole - below) / whole : share;
	ReportPlanNode *added = picture_add_node(drawing, node, depth, own);

	if (drawing->costly == NULL || own > drawing->most) {
		drawing->costly = added;
		drawing->most = own;
	}
	for (guint i = 0; i < node->children->len; i++) {
		const PlanNode *child = g_ptr_array_index(node->children, i);
		picture_add(drawing, child, depth + 1, whole > 0 ? share * picture_cost(node, child) / whole : 0);
	}
}

static ReportPlan *
picture_draw(const char *title, const PlanTree *tree)
{
	PictureDrawing drawing = { .plan = report_plan_new(title) };

	picture_add(&drawing, plan_tree_root(tree), 0, 1);
	drawing.costly->costly = drawing.plan->nodes->len > 1;
	return drawing.plan;
}

/* --- Two of them ---------------------------------------------------------------------- */

static char *
picture_key(const ReportPlanNode *node)
{
	return g_strconcat(node->title, "\n", node->details, NULL);
}

/* Marks the nodes that the other plan lacks, or has less often. */
static void
picture_mark(ReportPlan *plan, const ReportPlan *other)
{
	g_autoptr(GHashTable) there = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < other->nodes->len; i++)
		g_hash_table_add(there, picture_key(g_ptr_array_index(other->nodes, i)));
	for (guint i = 0; i < plan->nodes->len; i++) {
		ReportPlanNode *node = g_ptr_array_index(plan->nodes, i);
		g_autofree char *key = picture_key(node);
		node->changed = !g_hash_table_contains(there, key);
	}
}

void
plan_picture_add(ReportCase *test_case, const char *title, const PlanTree *tree, const char *text)
{
	report_case_add_plan(test_case, picture_draw(title, tree));
	report_case_find_plans(test_case, text);
}

void
plan_picture_add_both(ReportCase *test_case, const char *other_title, const PlanTree *other, const char *title,
                      const PlanTree *tree, const char *text)
{
	ReportPlan *before = picture_draw(other_title, other);
	ReportPlan *plan = picture_draw(title, tree);

	picture_mark(before, plan);
	picture_mark(plan, before);
	report_case_add_plan(test_case, before);
	report_case_add_plan(test_case, plan);
	report_case_find_plans(test_case, text);
}
