/* Where each box stands. */
#include "report/diagram/private.h"

#include <math.h>

#define PLACE_ROUNDS  30
#define PLACE_OWN     0.6 /* the rest is where the neighbours are */
#define PLACE_GUTTER  24
#define PLACE_TRACK   11
#define PLACE_PASSING 10 /* between a box and a line that passes it */

static DiagramNode *
place_node(const DiagramGraph *graph, guint index)
{
	return g_ptr_array_index(graph->nodes, index);
}

static int
place_gap(const DiagramNode *above, const DiagramNode *below)
{
	return above->box != NULL && below->box != NULL ? DIAGRAM_GAP : PLACE_PASSING;
}

/* Moves apart nodes that stand too near to each other: half of the way down from the first one, half of it up from the
 * last one. If all went down, a long layer would run away from the boxes that its lines lead to. */
static void
place_push_apart(const DiagramGraph *graph, const GArray *layer)
{
	g_autofree int *up = g_new(int, layer->len + 1);

	for (guint i = layer->len; i > 0; i--) {
		const DiagramNode *node = place_node(graph, g_array_index(layer, guint, i - 1));
		up[i - 1] = node->y;
		if (i < layer->len) {
			const DiagramNode *below = place_node(graph, g_array_index(layer, guint, i));
			up[i - 1] = MIN(node->y, up[i] - node->height - place_gap(node, below));
		}
	}
	for (guint i = 1; i < layer->len; i++) {
		const DiagramNode *above = place_node(graph, g_array_index(layer, guint, i - 1));
		DiagramNode *node = place_node(graph, g_array_index(layer, guint, i));
		node->y = MAX(node->y, above->y + above->height + place_gap(above, node));
	}
	/* Rounded down: two numbers that are as far from each other as they have to be stay so. */
	for (guint i = 0; i < layer->len; i++) {
		DiagramNode *node = place_node(graph, g_array_index(layer, guint, i));
		node->y = (int)floor((node->y + up[i]) / 2.0);
	}
}

static double
place_middle(const DiagramNode *node)
{
	return node->y + node->height / 2.0;
}

static void
place_pull(const DiagramGraph *graph, const GArray *layer)
{
	for (guint i = 0; i < layer->len; i++) {
		DiagramNode *node = place_node(graph, g_array_index(layer, guint, i));
		guint n = node->left->len + node->right->len;
		double sum = 0;
		for (guint j = 0; j < node->left->len; j++)
			sum += place_middle(place_node(graph, g_array_index(node->left, guint, j)));
		for (guint j = 0; j < node->right->len; j++)
			sum += place_middle(place_node(graph, g_array_index(node->right, guint, j)));
		if (n > 0)
			node->y += (int)((1 - PLACE_OWN) * (sum / n - place_middle(node)));
	}
	place_push_apart(graph, layer);
}

static void
place_vertically(const DiagramGraph *graph, Diagram *diagram)
{
	int top = G_MAXINT;

	for (guint i = 0; i < graph->layers->len; i++)
		place_push_apart(graph, g_ptr_array_index(graph->layers, i));
	for (guint round = 0; round < PLACE_ROUNDS; round++)
		for (guint i = 0; i < graph->layers->len; i++)
			place_pull(graph,
			           g_ptr_array_index(graph->layers, round % 2 == 0 ? i : graph->layers->len - 1 - i));
	for (guint i = 0; i < graph->nodes->len; i++)
		top = MIN(top, place_node(graph, i)->y);
	for (guint i = 0; i < graph->nodes->len; i++) {
		DiagramNode *node = place_node(graph, i);
		node->y -= top;
		if (node->box != NULL)
			node->box->y = node->y + DIAGRAM_MARK;
		diagram->height = MAX(diagram->height, node->y + node->height + 4);
	}
}

/* How many nets run in the gutter before the layer. */
static int
place_count_tracks(const DiagramGraph *graph, int layer)
{
	int n = 0;

	for (guint i = 0; i < graph->routes->len; i++) {
		const DiagramRoute *route = g_ptr_array_index(graph->routes, i);
		n += route->first < layer && layer <= route->last;
	}
	return n;
}

int *
diagram_place(const DiagramGraph *graph, Diagram *diagram)
{
	guint n = graph->layers->len;
	int *gutters = g_new0(int, n + 1);
	int x = 2;

	place_vertically(graph, diagram);
	for (guint i = 0; i < n; i++) {
		const GArray *layer = g_ptr_array_index(graph->layers, i);
		int width = 0;
		gutters[i] = x;
		if (i > 0)
			x += PLACE_GUTTER + PLACE_TRACK * place_count_tracks(graph, (int)i);
		for (guint j = 0; j < layer->len; j++) {
			DiagramBox *box = place_node(graph, g_array_index(layer, guint, j))->box;
			if (box == NULL)
				continue;
			box->x = x;
			width = MAX(width, box->width);
		}
		x += width;
	}
	gutters[n] = x;
	diagram->width = x + 16;
	return gutters;
}
