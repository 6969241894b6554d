/* A plan for people: as psql shows it. */
#include "plan/tree/normal.h"

#include <string.h>

static void
render_name(GString *text, const PlanNode *node)
{
	bool aggregate = strcmp(node->type, "Aggregate") == 0 && node->strategy != NULL;
	const char *alias = node->alias;

	if (aggregate && strcmp(node->strategy, "Plain") != 0)
		g_string_append(text, strcmp(node->strategy, "Sorted") == 0   ? "Group"
		                      : strcmp(node->strategy, "Hashed") == 0 ? "Hash"
		                                                              : "Mixed");
	g_string_append(text, strcmp(node->type, "ModifyTable") == 0 && node->operation != NULL ? node->operation
	                                                                                        : node->type);
	if (node->join_type != NULL && strcmp(node->join_type, "Inner") != 0)
		g_string_append_printf(text, " %s", node->join_type);
	if (node->index != NULL)
		g_string_append_printf(text, "%s%s", strcmp(node->type, "Bitmap Index Scan") == 0 ? " on " : " using ",
		                       node->index);
	if (node->relation != NULL) {
		g_string_append_printf(text, " on %s%s%s", node->schema != NULL ? node->schema : "",
		                       node->schema != NULL ? "." : "", node->relation);
		if (alias != NULL && strcmp(alias, node->relation) != 0)
			g_string_append_printf(text, " %s", alias);
	} else if (node->cte != NULL) {
		g_string_append_printf(text, " on %s", node->cte);
	} else if (node->function != NULL) {
		g_string_append_printf(text, " on %s", node->function);
	}
}

static void
render_done(GString *text, const PlanNode *node)
{
	if (node->loops > 0)
		g_string_append_printf(text, " (rows=%g loops=%.0f)", node->actual_rows, node->loops);
	else if (node->loops == 0)
		g_string_append(text, " (never run)");
	if (node->disabled)
		g_string_append(text, " (disabled)");
}

static void
render_title(GString *text, const PlanNode *node)
{
	render_name(text, node);
	g_string_append_printf(text, "  (cost=%.2f..%.2f rows=%.0f)", node->startup_cost, node->total_cost, node->rows);
	render_done(text, node);
	g_string_append_c(text, '\n');
}

static void
render_list(GString *text, guint indent, const char *what, const GPtrArray *items)
{
	if (items == NULL)
		return;
	g_string_append_printf(text, "%*s%s: ", (int)indent, "", what);
	for (guint i = 0; i < items->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (char *)g_ptr_array_index(items, i));
	g_string_append_c(text, '\n');
}

/* The counts of a node that was run. */
static void
render_counts(GString *text, guint indent, const PlanNode *node)
{
	const struct {
		const char *name;
		double number;
	} counts[] = {
		{ "Rows Removed", node->rows_removed },
		{ "Heap Fetches", node->heap_fetches },
		{ "Blocks", node->shared_blocks },
		{ "Temporary Blocks", node->temp_blocks },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
		if (counts[i].number > 0)
			g_string_append_printf(text, "%*s%s: %.0f\n", (int)indent, "", counts[i].name,
			                       counts[i].number);
}

static void
render_details(GString *text, const PlanNode *node, guint inside)
{
	render_list(text, inside, "Sort Key", node->sort_keys);
	render_list(text, inside, "Group Key", node->group_keys);
	for (guint i = 0; i < node->conditions->len; i++) {
		const PlanCondition *condition = g_ptr_array_index(node->conditions, i);
		g_string_append_printf(text, "%*s%s: %s\n", (int)inside, "", condition->name, condition->text);
	}
	render_counts(text, inside, node);
}

char *
plan_node_title(const PlanNode *node)
{
	GString *text = g_string_new(NULL);

	if (node->subplan != NULL)
		g_string_append_printf(text, "%s: ", node->subplan);
	render_name(text, node);
	render_done(text, node);
	return g_string_free(text, FALSE);
}

char *
plan_node_details(const PlanNode *node)
{
	GString *text = g_string_new(NULL);

	render_details(text, node, 0);
	if (text->len > 0)
		g_string_truncate(text, text->len - 1);
	return g_string_free(text, text->len == 0);
}

static void
render_node(GString *text, const PlanNode *node, guint indent)
{
	if (node->subplan != NULL) {
		g_string_append_printf(text, "%*s%s\n", (int)indent, "", node->subplan);
		indent += 2;
	}
	g_string_append_printf(text, "%*s%s", (int)indent, "", node->parent != NULL ? "->  " : "");
	render_title(text, node);
	guint inside = indent + (node->parent != NULL ? 6 : 2);
	render_details(text, node, inside);
	for (guint i = 0; i < node->children->len; i++)
		render_node(text, g_ptr_array_index(node->children, i), inside);
}

char *
plan_render(const PlanTree *tree)
{
	GString *text = g_string_new(NULL);

	render_node(text, plan_tree_root(tree), 0);
	return g_string_free(text, FALSE);
}
