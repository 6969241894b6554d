/* Plans of a query as trees: the costliest node, and what differs from the other plan, are marked. */
#include "report/html/page.h"

#include <string.h>

/* A node, as a line of the text has it: "->  Seq Scan on public.t  (cost=0.00..20834.00 rows=5000)". */
typedef struct {
	char *title;
	gsize depth; /* blanks before it */
	double cost; /* with all below it */
	double own;  /* without */
	double rows;
	GPtrArray *facts; /* of char *: "Filter: (a = 1)" */
} PlanLine;

static void
plan_line_free(gpointer data)
{
	PlanLine *line = data;

	g_free(line->title);
	g_ptr_array_unref(line->facts);
	g_free(line);
}

static double
plan_read_number(const char *text, const char *before)
{
	const char *found = text != NULL ? strstr(text, before) : NULL;

	return found != NULL ? g_ascii_strtod(found + strlen(before), NULL) : 0;
}

/* NULL: it is a fact about the node before it. */
static PlanLine *
plan_read_node(const char *line, bool first)
{
	gsize blanks = strspn(line, " ");
	const char *arrow = g_str_has_prefix(line + blanks, "->  ") ? "->  " : "";
	const char *start = line + blanks + strlen(arrow);
	const char *cost = strstr(start, "  (cost=");

	if (cost == NULL || (*arrow == '\0' && !first))
		return NULL;
	PlanLine *node = g_new0(PlanLine, 1);
	node->title = g_strndup(start, (gsize)(cost - start));
	node->depth = blanks;
	node->cost = node->own = plan_read_number(cost, "..");
	node->rows = plan_read_number(cost, " rows=");
	node->facts = g_ptr_array_new_with_free_func(g_free);
	return node;
}

/* What a node costs itself: without the nodes right below it. */
static void
plan_find_own(const GPtrArray *nodes)
{
	for (guint i = 1; i < nodes->len; i++) {
		const PlanLine *node = g_ptr_array_index(nodes, i);
		for (guint j = i; j > 0; j--) {
			PlanLine *above = g_ptr_array_index(nodes, j - 1);
			if (above->depth >= node->depth)
				continue;
			above->own -= node->cost;
			break;
		}
	}
}

static GPtrArray *
plan_read(const char *text)
{
	GPtrArray *nodes = g_ptr_array_new_with_free_func(plan_line_free);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++) {
		PlanLine *node = plan_read_node(lines[i], nodes->len == 0);
		PlanLine *last = nodes->len > 0 ? g_ptr_array_index(nodes, nodes->len - 1) : NULL;
		if (node != NULL)
			g_ptr_array_add(nodes, node);
		else if (last != NULL && *g_strstrip(lines[i]) != '\0')
			g_ptr_array_add(last->facts, g_strdup(lines[i]));
	}
	plan_find_own(nodes);
	return nodes;
}

static const PlanLine *
plan_costliest(const GPtrArray *nodes)
{
	const PlanLine *costliest = NULL;

	for (guint i = 0; i < nodes->len; i++) {
		const PlanLine *node = g_ptr_array_index(nodes, i);
		if (costliest == NULL || node->own > costliest->own)
			costliest = node;
	}
	return nodes->len > 1 ? costliest : NULL;
}

/* The other plan has no node of that title. */
static bool
plan_is_other(const PlanLine *node, const GPtrArray *others)
{
	for (guint i = 0; others != NULL && i < others->len; i++)
		if (strcmp(((const PlanLine *)g_ptr_array_index(others, i))->title, node->title) == 0)
			return false;
	return others != NULL;
}

static void
plan_add_node(GString *out, const PlanLine *node, bool costliest, bool other)
{
	g_string_append_printf(out, "<div class=\"%s%s\"><span class=gr><span><span class=nm>",
	                       costliest ? "cost " : "", other ? "diffn" : "");
	html_line(out, node->title);
	g_string_append(out, "</span>");
	if (other)
		g_string_append(out, " <span class=tag>differs</span>");
	if (costliest)
		g_string_append(out, " <span class=\"tag f\">costliest</span>");
	g_string_append_printf(out, "</span><span class=num>%.0f</span><span class=num>%.0f rows</span></span>",
	                       node->cost, node->rows);
	for (guint i = 0; i < node->facts->len; i++) {
		g_string_append(out, "<div class=\"m mut\">");
		html_line(out, g_ptr_array_index(node->facts, i));
		g_string_append(out, "</div>");
	}
	g_string_append(out, "</div>");
}

static void
plan_add_tree(GString *out, const char *title, const GPtrArray *nodes, const GPtrArray *others)
{
	const PlanLine *costliest = plan_costliest(nodes);
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(gsize)); /* depths of lists */

	g_string_append(out, "<div class=plan><h4>");
	html_line(out, title);
	g_string_append(out, " <span class=mut>(cost, rows: as the planner guesses)</span></h4>");
	for (guint i = 0; i < nodes->len; i++) {
		const PlanLine *node = g_ptr_array_index(nodes, i);
		while (open->len > 0 && g_array_index(open, gsize, open->len - 1) > node->depth) {
			g_string_append(out, "</ol>");
			g_array_set_size(open, open->len - 1);
		}
		if (open->len == 0 || g_array_index(open, gsize, open->len - 1) < node->depth) {
			g_string_append(out, "<ol>");
			g_array_append_val(open, node->depth);
		}
		g_string_append(out, "<li>");
		plan_add_node(out, node, costliest != NULL && node == costliest, plan_is_other(node, others));
	}
	for (guint i = 0; i < open->len; i++)
		g_string_append(out, "</ol>");
	g_string_append(out, "</div>");
}

void
html_plans(GString *out, const ReportCase *test_case)
{
	if (test_case->plan == NULL)
		return;
	g_autoptr(GPtrArray) nodes = plan_read(test_case->plan);
	g_autoptr(GPtrArray) others = test_case->plan_other != NULL ? plan_read(test_case->plan_other) : NULL;

	g_string_append_printf(out, "<div class=\"wide%s\">", others != NULL ? " two" : "");
	if (others != NULL)
		plan_add_tree(out, test_case->plan_other_title != NULL ? test_case->plan_other_title : "the other plan",
		              others, nodes);
	plan_add_tree(out, others != NULL ? "the plan now" : "the plan", nodes, others);
	g_string_append(out, "</div>");
}
