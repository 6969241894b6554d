#include "plan/tree/measure.h"

#include <string.h>

/* --- Taking them ------------------------------------------------------------------- */

static double
measure_buffers(const PlanTree *tree, const PlanNode **ret_node)
{
	*ret_node = NULL;
	return MAX(plan_tree_root(tree)->shared_blocks, 0);
}

static double
measure_temporary(const PlanTree *tree, const PlanNode **ret_node)
{
	*ret_node = NULL;
	return MAX(plan_tree_root(tree)->temp_blocks, 0);
}

static double
measure_sum(const PlanTree *tree, gsize field, const PlanNode **ret_node)
{
	const GPtrArray *nodes = plan_tree_nodes(tree);
	double sum = 0;
	double most = 0;

	*ret_node = NULL;
	for (guint i = 0; i < nodes->len; i++) {
		const PlanNode *node = g_ptr_array_index(nodes, i);
		double one = G_STRUCT_MEMBER(double, node, field);
		sum += MAX(one, 0);
		if (one > most) {
			most = one;
			*ret_node = node;
		}
	}
	return sum;
}

static double
measure_removed(const PlanTree *tree, const PlanNode **ret_node)
{
	return measure_sum(tree, offsetof(PlanNode, rows_removed), ret_node);
}

static double
measure_fetches(const PlanTree *tree, const PlanNode **ret_node)
{
	return measure_sum(tree, offsetof(PlanNode, heap_fetches), ret_node);
}

/* A node above may stop this one before it has returned all its rows; then a lower number of rows means nothing. */
static bool
measure_may_stop(const PlanNode *node)
{
	for (; node->parent != NULL; node = node->parent) {
		const PlanNode *above = node->parent;
		if (strcmp(above->type, "Limit") == 0 || strcmp(above->type, "Merge Join") == 0 ||
		    (above->join_type != NULL &&
		     (strcmp(above->join_type, "Semi") == 0 || strcmp(above->join_type, "Anti") == 0)) ||
		    node->subplan != NULL)
			return true;
	}
	return false;
}

static double
measure_misestimate(const PlanTree *tree, const PlanNode **ret_node)
{
	const GPtrArray *nodes = plan_tree_nodes(tree);
	double worst = 1;

	*ret_node = NULL;
	for (guint i = 0; i < nodes->len; i++) {
		const PlanNode *node = g_ptr_array_index(nodes, i);
		double expected = MAX(node->rows, 1);
		double actual = MAX(node->actual_rows, 1);
		/* The row counts of bitmap operations on indexes are not reliable. */
		if (node->loops <= 0 || g_str_has_prefix(node->type, "BitmapAnd") ||
		    g_str_has_prefix(node->type, "BitmapOr"))
			continue;
		double ratio = actual >= expected || measure_may_stop(node) ? actual / expected : expected / actual;
		if (ratio > worst) {
			worst = ratio;
			*ret_node = node;
		}
	}
	return worst;
}

/* --- The table --------------------------------------------------------------------- */

static const struct {
	const char *key;
	double (*take)(const PlanTree *tree, const PlanNode **ret_node);
	const char *before;
	const char *behind;
} measures[PLAN_MEASURES] = {
	{ "buffers", measure_buffers, "the query reads", "blocks" },
	{ "rows_misestimate", measure_misestimate, "the planner is wrong by", "times about the rows" },
	{ "temp_blocks", measure_temporary, "the query reads and writes", "blocks of temporary files" },
	{ "rows_removed", measure_removed, "the query throws away", "rows that it has read" },
	{ "heap_fetches", measure_fetches, "index only scans look up", "rows in the table" },
};

const char *
plan_measure_key(guint measure)
{
	return measures[measure].key;
}

double
plan_measure_take(guint measure, const PlanTree *tree, const PlanNode **ret_node)
{
	return measures[measure].take(tree, ret_node);
}

char *
plan_measure_describe(guint measure, double found, const PlanNode *node)
{
	g_autoptr(GString) text = g_string_new(measures[measure].before);

	g_string_append_printf(text, found < 100 && found != (double)(gint64)found ? " %.1f " : " %.0f ", found);
	g_string_append(text, measures[measure].behind);
	if (node == NULL)
		return g_strdup(text->str);
	g_string_append_printf(text, ", %s%s%s%s", node->parent == NULL ? "at " : "most of it at ", node->type,
	                       node->relation != NULL ? " on " : "", node->relation != NULL ? node->relation : "");
	if (measures[measure].take == measure_misestimate)
		g_string_append_printf(text, ": %.0f expected, %.0f there", node->rows, node->actual_rows);
	return g_strdup(text->str);
}
