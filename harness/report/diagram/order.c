/* The order of each layer: every node goes where its neighbours are on average, again and again; the best order of
 * several starts is kept. */
#include "report/diagram/private.h"

#include <stdlib.h>

#define ORDER_SWEEPS    12
#define ORDER_STARTS    24
#define ORDER_FEW_NODES 150 /* with more of them one start has to do */

static DiagramNode *
order_node(const DiagramGraph *graph, guint index)
{
	return g_ptr_array_index(graph->nodes, index);
}

static GArray *
order_layer(const DiagramGraph *graph, guint layer)
{
	return g_ptr_array_index(graph->layers, layer);
}

/* Each node's place in its layer. */
static void
order_number(const DiagramGraph *graph)
{
	for (guint i = 0; i < graph->layers->len; i++) {
		const GArray *layer = order_layer(graph, i);
		for (guint j = 0; j < layer->len; j++)
			order_node(graph, g_array_index(layer, guint, j))->order = j;
	}
}

/* Lines between a layer and the one behind it, as pairs of places. */
static guint
order_count_between(const DiagramGraph *graph, const GArray *layer)
{
	g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(double));
	guint crossings = 0;

	for (guint i = 0; i < layer->len; i++) {
		const DiagramNode *node = order_node(graph, g_array_index(layer, guint, i));
		guint before = ends->len;
		for (guint j = 0; j < node->right->len; j++) {
			double end = order_node(graph, g_array_index(node->right, guint, j))->order;
			for (guint k = 0; k < before; k++)
				crossings += g_array_index(ends, double, k) > end;
			g_array_append_val(ends, end);
		}
	}
	return crossings;
}

static guint
order_count(const DiagramGraph *graph)
{
	guint crossings = 0;

	order_number(graph);
	for (guint i = 0; i + 1 < graph->layers->len; i++)
		crossings += order_count_between(graph, order_layer(graph, i));
	return crossings;
}

static gint
order_compare(gconstpointer a, gconstpointer b, gpointer data)
{
	const DiagramGraph *graph = data;
	double difference = order_node(graph, *(const guint *)a)->order - order_node(graph, *(const guint *)b)->order;

	if (difference < 0)
		return -1;
	if (difference > 0)
		return 1;
	return *(const guint *)a < *(const guint *)b ? -1 : 1;
}

static void
order_sort_layer(DiagramGraph *graph, guint index, bool by_left)
{
	GArray *layer = order_layer(graph, index);

	for (guint i = 0; i < layer->len; i++) {
		DiagramNode *node = order_node(graph, g_array_index(layer, guint, i));
		const GArray *others = by_left ? node->left : node->right;
		double sum = 0;
		for (guint j = 0; j < others->len; j++)
			sum += order_node(graph, g_array_index(others, guint, j))->order;
		node->order = others->len > 0 ? sum / others->len : node->order;
	}
	g_array_sort_with_data(layer, order_compare, graph);
	for (guint i = 0; i < layer->len; i++)
		order_node(graph, g_array_index(layer, guint, i))->order = i;
}

static void
order_sweep(DiagramGraph *graph, bool forth)
{
	guint n = graph->layers->len;

	for (guint i = 1; i < n; i++)
		order_sort_layer(graph, forth ? i : n - 1 - i, forth);
}

static void
order_shuffle(DiagramGraph *graph, GRand *random)
{
	for (guint i = 0; i < graph->layers->len; i++) {
		GArray *layer = order_layer(graph, i);
		for (guint j = layer->len; j > 1; j--) {
			guint k = (guint)g_rand_int_range(random, 0, (gint)j);
			guint swapped = g_array_index(layer, guint, k);
			g_array_index(layer, guint, k) = g_array_index(layer, guint, j - 1);
			g_array_index(layer, guint, j - 1) = swapped;
		}
	}
}

static GPtrArray *
order_copy(const DiagramGraph *graph)
{
	GPtrArray *layers = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);

	for (guint i = 0; i < graph->layers->len; i++)
		g_ptr_array_add(layers, g_array_copy(order_layer(graph, i)));
	return layers;
}

void
diagram_order(DiagramGraph *graph)
{
	/* The same tables give the same diagram. */
	GRand *random = g_rand_new_with_seed(7919);
	guint starts = graph->nodes->len <= ORDER_FEW_NODES ? ORDER_STARTS : 1;
	g_autoptr(GPtrArray) best = order_copy(graph);
	guint fewest = order_count(graph);

	for (guint i = 0; i < starts && fewest > 0; i++) {
		if (i > 0)
			order_shuffle(graph, random);
		order_number(graph);
		for (guint j = 0; j < ORDER_SWEEPS; j++) {
			order_sweep(graph, j % 2 == 0);
			guint crossings = order_count(graph);
			if (crossings >= fewest)
				continue;
			fewest = crossings;
			g_ptr_array_unref(best);
			best = order_copy(graph);
		}
	}
	g_rand_free(random);
	g_ptr_array_unref(graph->layers);
	graph->layers = g_steal_pointer(&best);
	order_number(graph);
}
