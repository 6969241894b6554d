/* The lines: each net has one vertical track in each gutter that it comes through. */
#include "report/diagram/private.h"

#define ROUTE_FIRST 14 /* pixels from the begin of a gutter to its first track */
#define ROUTE_TRACK 11

/* A net in one gutter. */
typedef struct {
	const DiagramRoute *route;
	int from_x; /* where it comes from: the right edge of the box, or where a passing line begins */
	int from_y;
	GArray *to; /* of DiagramEnd: where it goes */
	double mean;
} Crossing;

static void
crossing_clear(gpointer data)
{
	g_array_unref(((Crossing *)data)->to);
}

static const DiagramNode *
route_node(const DiagramGraph *graph, guint index)
{
	return g_ptr_array_index(graph->nodes, index);
}

static void
route_add_line(DiagramNet *net, int x1, int y1, int x2, int y2)
{
	const DiagramLine line = { .x1 = x1, .y1 = y1, .x2 = x2, .y2 = y2 };

	if (x1 != x2 || y1 != y2)
		g_array_append_val(net->lines, line);
}

/* Where the line of the net stands in a layer that it passes. */
static int
route_passing_y(const DiagramGraph *graph, const DiagramRoute *route, int layer)
{
	const DiagramNode *node = route_node(graph, g_array_index(route->passing, guint, layer - route->first - 1));

	return node->y + node->height / 2;
}

static void
route_find_targets(const DiagramGraph *graph, const DiagramRoute *route, int layer, Crossing *crossing)
{
	double sum = crossing->from_y;

	for (guint i = 0; i < route->sources->len; i++) {
		const DiagramNode *node = route_node(graph, g_array_index(route->sources, guint, i));
		if (node->layer != layer)
			continue;
		const DiagramEnd end = { .kind = DIAGRAM_END_MANY,
			                 .x = node->box->x,
			                 .y = node->box->y + g_array_index(route->rows, int, i),
			                 .left = true };
		g_array_append_val(crossing->to, end);
		sum += end.y;
	}
	if (layer < route->last) {
		const DiagramEnd end = { .kind = DIAGRAM_END_ONE, .x = -1, .y = route_passing_y(graph, route, layer) };
		g_array_append_val(crossing->to, end);
		sum += end.y;
	}
	crossing->mean = sum / (crossing->to->len + 1);
}

static Crossing
route_make_crossing(const DiagramGraph *graph, const int *gutters, const DiagramRoute *route, int layer)
{
	Crossing crossing = { .route = route, .to = g_array_new(FALSE, FALSE, sizeof(DiagramEnd)) };

	if (layer == route->first + 1) {
		crossing.from_x = route->net->to->x + route->net->to->width;
		crossing.from_y = route->net->to->y + DIAGRAM_HEAD / 2;
	} else {
		crossing.from_x = gutters[layer];
		crossing.from_y = route_passing_y(graph, route, layer - 1);
	}
	route_find_targets(graph, route, layer, &crossing);
	return crossing;
}

static gint
crossing_compare(gconstpointer a, gconstpointer b)
{
	double difference = ((const Crossing *)b)->mean - ((const Crossing *)a)->mean;

	return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

static void
route_draw(const Crossing *crossing, int track, int layer_end)
{
	DiagramNet *net = crossing->route->net;
	int top = crossing->from_y;
	int bottom = crossing->from_y;

	route_add_line(net, crossing->from_x, crossing->from_y, track, crossing->from_y);
	for (guint i = 0; i < crossing->to->len; i++) {
		const DiagramEnd *end = &g_array_index(crossing->to, DiagramEnd, i);
		bool passes = end->x < 0;
		const DiagramLine joint = { .x1 = track, .y1 = end->y };
		route_add_line(net, track, end->y, passes ? layer_end : end->x, end->y);
		if (!passes)
			g_array_append_val(net->ends, *end);
		if (crossing->to->len > 1 && end->y != crossing->from_y)
			g_array_append_val(net->joints, joint);
		top = MIN(top, end->y);
		bottom = MAX(bottom, end->y);
	}
	route_add_line(net, track, top, track, bottom);
}

static void
route_gutter(const DiagramGraph *graph, const int *gutters, int layer)
{
	g_autoptr(GArray) crossings = g_array_new(FALSE, FALSE, sizeof(Crossing));

	g_array_set_clear_func(crossings, crossing_clear);
	for (guint i = 0; i < graph->routes->len; i++) {
		const DiagramRoute *route = g_ptr_array_index(graph->routes, i);
		if (layer <= route->first || layer > route->last)
			continue;
		Crossing crossing = route_make_crossing(graph, gutters, route, layer);
		g_array_append_val(crossings, crossing);
	}
	g_array_sort(crossings, crossing_compare);
	for (guint i = 0; i < crossings->len; i++)
		route_draw(&g_array_index(crossings, Crossing, i), gutters[layer] + ROUTE_FIRST + (int)i * ROUTE_TRACK,
		           gutters[layer + 1]);
}

void
diagram_route(const DiagramGraph *graph, const int *gutters)
{
	for (guint i = 0; i < graph->routes->len; i++) {
		const DiagramRoute *route = g_ptr_array_index(graph->routes, i);
		const DiagramBox *to = route->net->to;
		const DiagramEnd end = { .kind = DIAGRAM_END_ONE,
			                 .x = to->x + to->width,
			                 .y = to->y + DIAGRAM_HEAD / 2 };
		g_array_append_val(route->net->ends, end);
	}
	for (guint layer = 1; layer < graph->layers->len; layer++)
		route_gutter(graph, gutters, (int)layer);
}
