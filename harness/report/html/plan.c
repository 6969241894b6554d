/* Plans of a query as trees: the costliest node, and what differs from the other plan, are marked. */
#include "report/html/page.h"

#include <string.h>

static void
plan_add_facts(GString *out, const ReportPlanNode *node)
{
	g_auto(GStrv) facts = g_strsplit(node->details != NULL ? node->details : "", "\n", -1);

	for (guint i = 0; facts[i] != NULL; i++) {
		g_string_append(out, "<div class=\"m mut\">");
		html_line(out, facts[i]);
		g_string_append(out, "</div>");
	}
}

/* With a comma behind each third digit from the right: 21,400,000. */
static void
plan_add_number(GString *out, double number)
{
	g_autofree char *digits = g_strdup_printf("%.0f", MAX(number, 0));
	gsize length = strlen(digits);

	for (gsize i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			g_string_append_c(out, ',');
		g_string_append_c(out, digits[i]);
	}
}

/* A node that differs and belongs to the plan before is marked as gone, not as new. */
static void
plan_add_node(GString *out, const ReportPlanNode *node, bool before)
{
	g_string_append_printf(out, "<li><div class=\"%s%s\"><span class=gr><span><span class=nm>",
	                       node->costly ? "cost " : "",
	                       !node->changed ? ""
	                       : before       ? "gone"
	                                      : "diffn");
	html_line(out, node->title);
	g_string_append(out, "</span>");
	if (node->changed)
		g_string_append(out, " <span class=tag>differs</span>");
	if (node->costly)
		g_string_append_printf(out, " <span class=\"tag f\">costliest: %u %%</span>", node->percent);
	g_string_append(out, "</span><span class=num>");
	plan_add_number(out, node->cost);
	g_string_append(out, "</span><span class=num>");
	plan_add_number(out, node->rows);
	g_string_append(out, " rows</span></span>");
	plan_add_facts(out, node);
	g_string_append(out, "</div>");
}

static void
plan_add_tree(GString *out, const ReportPlan *plan, bool before)
{
	guint open = 0; /* lists */

	g_string_append(out, "<div class=plan><h4>");
	html_line(out, plan->title != NULL ? plan->title : "the plan");
	g_string_append(out, " <span class=mut>(cost, rows: as the planner guesses)</span></h4>");
	for (guint i = 0; i < plan->nodes->len; i++) {
		const ReportPlanNode *node = g_ptr_array_index(plan->nodes, i);
		for (; open > node->depth + 1; open--)
			g_string_append(out, "</ol>");
		for (; open <= node->depth; open++)
			g_string_append(out, "<ol>");
		plan_add_node(out, node, before);
	}
	for (; open > 0; open--)
		g_string_append(out, "</ol>");
	g_string_append(out, "</div>");
}

void
html_plans(GString *out, const ReportCase *test_case)
{
	guint n = test_case->plans != NULL ? test_case->plans->len : 0;

	if (n == 0)
		return;
	g_string_append_printf(out, "<div class=\"wide%s\">", n > 1 ? " two" : "");
	for (guint i = 0; i < n; i++)
		plan_add_tree(out, g_ptr_array_index(test_case->plans, i), i + 1 < n);
	g_string_append(out, "</div>");
}
