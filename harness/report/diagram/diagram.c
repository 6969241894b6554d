/* Which tables a diagram shows, and in which layers. */
#include "report/diagram/private.h"

#include <string.h>

#define BOX_CHARACTER       6.4 /* pixels of one, in the rows */
#define BOX_TITLE_CHARACTER 7.7
#define BOX_ROW_EXTRA       38
#define BOX_TITLE_EXTRA     22
#define BOX_ROWS_MAX        12
#define BOX_WIDTH_MAX       340

static void
box_free(gpointer data)
{
	DiagramBox *box = data;

	g_ptr_array_unref(box->rows);
	g_free(box);
}

static void
net_free(gpointer data)
{
	DiagramNet *net = data;

	g_array_unref(net->lines);
	g_array_unref(net->ends);
	g_array_unref(net->joints);
	g_free(net);
}

void
diagram_free(Diagram *diagram)
{
	if (diagram == NULL)
		return;
	g_ptr_array_unref(diagram->boxes);
	g_ptr_array_unref(diagram->nets);
	g_free(diagram);
}

/* --- Boxes ---------------------------------------------------------------------------------- */

static const ReportObject *
box_find_column(const ReportTable *table, const char *name)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const ReportObject *column = g_ptr_array_index(table->columns, i);
		if (strcmp(column->name, name) == 0)
			return column;
	}
	return NULL;
}

static void
box_add_row(DiagramBox *box, const ReportObject *object)
{
	if (object != NULL && box->rows->len < BOX_ROWS_MAX && !g_ptr_array_find(box->rows, object, NULL))
		g_ptr_array_add(box->rows, (gpointer)object);
}

/* Adds the columns of keys that have a line, then the changed objects. */
static void
box_add_rows(DiagramBox *box, const char *class_name)
{
	for (guint i = 0; i < box->table->parts->len; i++) {
		const ReportObject *part = g_ptr_array_index(box->table->parts, i);
		for (guint j = 0;
		     strcmp(part->class_name, class_name) == 0 && part->columns != NULL && part->columns[j] != NULL;
		     j++)
			box_add_row(box, box_find_column(box->table, part->columns[j]));
	}
}

static void
box_add_changes(DiagramBox *box, const GPtrArray *objects)
{
	for (guint i = 0; i < objects->len; i++) {
		const ReportObject *object = g_ptr_array_index(objects, i);
		if (object->sign != REPORT_SAME && box->table->sign == REPORT_CHANGED)
			box_add_row(box, object);
	}
}

static void
box_measure(DiagramBox *box)
{
	double width = (double)g_utf8_strlen(box->table->object->identity, -1) * BOX_TITLE_CHARACTER + BOX_TITLE_EXTRA;

	for (guint i = 0; i < box->rows->len; i++) {
		const ReportObject *object = g_ptr_array_index(box->rows, i);
		glong n = g_utf8_strlen(object->name, -1) + (object->relation != NULL && object->type == NULL
		                                                 ? (glong)strlen(object->class_name) + 1
		                                                 : 0);
		width = MAX(width, (double)n * BOX_CHARACTER + BOX_ROW_EXTRA);
	}
	box->width = MIN((int)width, BOX_WIDTH_MAX);
	box->height = DIAGRAM_HEAD + (int)box->rows->len * DIAGRAM_ROW + (box->rows->len > 0 ? 5 : 0);
}

static DiagramBox *
box_new(const ReportTable *table)
{
	DiagramBox *box = g_new0(DiagramBox, 1);

	box->table = table;
	box->rows = g_ptr_array_new();
	box->layer = -1;
	box_add_rows(box, "primary key");
	box_add_rows(box, "foreign key");
	box_add_changes(box, table->columns);
	box_add_changes(box, table->parts);
	box_measure(box);
	return box;
}

/* Changed tables before their neighbours, when there is no room for all. */
static void
diagram_choose(Diagram *diagram, const ReportTables *tables, guint most, GHashTable *boxes)
{
	bool all = !tables->any_changed && tables->tables->len <= most;

	for (int changed = 1; changed >= 0; changed--) {
		for (guint i = 0; i < tables->tables->len; i++) {
			const ReportTable *table = g_ptr_array_index(tables->tables, i);
			if ((table->sign != REPORT_SAME) != changed || (!all && !table->near))
				continue;
			if (diagram->boxes->len >= most) {
				diagram->n_left_out++;
				continue;
			}
			DiagramBox *box = box_new(table);
			g_ptr_array_add(diagram->boxes, box);
			g_hash_table_insert(boxes, table->object->identity, box);
		}
	}
}

/* --- Layers --------------------------------------------------------------------------------- */

/* A table stands one layer behind all that it refers to. A key that would close a circle is passed over: its box is on
 * the way already. */
static int
diagram_find_layer(DiagramBox *box, GHashTable *boxes, GHashTable *on_the_way)
{
	int layer = 0;

	if (box->layer >= 0)
		return box->layer;
	g_hash_table_add(on_the_way, box);
	for (guint i = 0; i < box->table->parts->len; i++) {
		const ReportObject *part = g_ptr_array_index(box->table->parts, i);
		DiagramBox *other = part->references != NULL ? g_hash_table_lookup(boxes, part->references) : NULL;
		if (other != NULL && !g_hash_table_contains(on_the_way, other))
			layer = MAX(layer, diagram_find_layer(other, boxes, on_the_way) + 1);
	}
	g_hash_table_remove(on_the_way, box);
	box->layer = layer;
	return layer;
}

/* --- The graph -------------------------------------------------------------------------------- */

static void
node_free(gpointer data)
{
	DiagramNode *node = data;

	g_array_unref(node->left);
	g_array_unref(node->right);
	g_free(node);
}

static void
route_free(gpointer data)
{
	DiagramRoute *route = data;

	g_array_unref(route->sources);
	g_array_unref(route->rows);
	g_array_unref(route->passing);
	g_free(route);
}

static guint
graph_add_node(DiagramGraph *graph, DiagramBox *box, int layer)
{
	DiagramNode *node = g_new0(DiagramNode, 1);
	guint index = graph->nodes->len;

	node->box = box;
	node->layer = layer;
	node->height = box != NULL ? box->height + DIAGRAM_MARK : 8;
	node->left = g_array_new(FALSE, FALSE, sizeof(guint));
	node->right = g_array_new(FALSE, FALSE, sizeof(guint));
	g_ptr_array_add(graph->nodes, node);
	while (graph->layers->len <= (guint)layer)
		g_ptr_array_add(graph->layers, g_array_new(FALSE, FALSE, sizeof(guint)));
	g_array_append_val(g_ptr_array_index(graph->layers, layer), index);
	return index;
}

static void
graph_join(const DiagramGraph *graph, guint left, guint right)
{
	DiagramNode *a = g_ptr_array_index(graph->nodes, left);
	DiagramNode *b = g_ptr_array_index(graph->nodes, right);

	g_array_append_val(a->right, right);
	g_array_append_val(b->left, left);
}

/* The middle of the row of the key's first column. */
static int
graph_find_row(const DiagramBox *box, const ReportObject *key)
{
	for (guint i = 0; key->columns != NULL && key->columns[0] != NULL && i < box->rows->len; i++) {
		const ReportObject *row = g_ptr_array_index(box->rows, i);
		if (strcmp(row->name, key->columns[0]) == 0)
			return DIAGRAM_HEAD + (int)i * DIAGRAM_ROW + DIAGRAM_ROW / 2 + 2;
	}
	return DIAGRAM_HEAD / 2;
}

static DiagramRoute *
graph_find_route(DiagramGraph *graph, Diagram *diagram, GHashTable *routes, guint to)
{
	DiagramRoute *route = g_hash_table_lookup(routes, GUINT_TO_POINTER(to + 1));

	if (route != NULL)
		return route;
	DiagramNet *net = g_new0(DiagramNet, 1);
	net->to = ((const DiagramNode *)g_ptr_array_index(graph->nodes, to))->box;
	net->lines = g_array_new(FALSE, FALSE, sizeof(DiagramLine));
	net->ends = g_array_new(FALSE, FALSE, sizeof(DiagramEnd));
	net->joints = g_array_new(FALSE, FALSE, sizeof(DiagramLine));
	g_ptr_array_add(diagram->nets, net);
	route = g_new0(DiagramRoute, 1);
	route->net = net;
	route->to = to;
	route->first = route->last = net->to->layer;
	route->sources = g_array_new(FALSE, FALSE, sizeof(guint));
	route->rows = g_array_new(FALSE, FALSE, sizeof(int));
	route->passing = g_array_new(FALSE, FALSE, sizeof(guint));
	g_ptr_array_add(graph->routes, route);
	g_hash_table_insert(routes, GUINT_TO_POINTER(to + 1), route);
	return route;
}

/* A key to the table itself, or against the order of the layers, has no line: the list below the diagram has it. */
static void
graph_add_key(DiagramGraph *graph, Diagram *diagram, GHashTable *routes, guint from, guint to, const ReportObject *key)
{
	const DiagramBox *source = ((const DiagramNode *)g_ptr_array_index(graph->nodes, from))->box;
	const DiagramBox *target = ((const DiagramNode *)g_ptr_array_index(graph->nodes, to))->box;

	if (source->layer <= target->layer)
		return;
	DiagramRoute *route = graph_find_route(graph, diagram, routes, to);
	int row = graph_find_row(source, key);
	g_array_append_val(route->sources, from);
	g_array_append_val(route->rows, row);
	route->last = MAX(route->last, source->layer);
	route->net->is_new |= key->sign == REPORT_ADDED;
	route->net->is_changed |= source->table->sign != REPORT_SAME || target->table->sign != REPORT_SAME;
}

static void
graph_add_keys(DiagramGraph *graph, Diagram *diagram, GHashTable *indexes)
{
	g_autoptr(GHashTable) routes = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < diagram->boxes->len; i++) {
		const DiagramBox *box = g_ptr_array_index(diagram->boxes, i);
		for (guint j = 0; j < box->table->parts->len; j++) {
			const ReportObject *key = g_ptr_array_index(box->table->parts, j);
			guint to = key->references != NULL
			               ? GPOINTER_TO_UINT(g_hash_table_lookup(indexes, key->references))
			               : 0;
			if (to > 0)
				graph_add_key(graph, diagram, routes, i, to - 1, key);
		}
	}
}

/* Adds a node in each layer that the net crosses between its ends, and the joins there. */
static void
graph_add_passing(DiagramGraph *graph, DiagramRoute *route)
{
	guint before = route->to;

	for (int layer = route->first + 1; layer < route->last; layer++) {
		guint place = graph_add_node(graph, NULL, layer);
		graph_join(graph, before, place);
		g_array_append_val(route->passing, place);
		before = place;
	}
	for (guint i = 0; i < route->sources->len; i++) {
		guint source = g_array_index(route->sources, guint, i);
		int layer = ((const DiagramNode *)g_ptr_array_index(graph->nodes, source))->layer;
		guint left = layer == route->first + 1 ? route->to
		                                       : g_array_index(route->passing, guint, layer - route->first - 2);
		graph_join(graph, left, source);
	}
}

static void
graph_make(DiagramGraph *graph, Diagram *diagram)
{
	g_autoptr(GHashTable) indexes = g_hash_table_new(g_str_hash, g_str_equal);

	graph->nodes = g_ptr_array_new_with_free_func(node_free);
	graph->routes = g_ptr_array_new_with_free_func(route_free);
	graph->layers = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
	for (guint i = 0; i < diagram->boxes->len; i++) {
		DiagramBox *box = g_ptr_array_index(diagram->boxes, i);
		graph_add_node(graph, box, box->layer);
		g_hash_table_insert(indexes, box->table->object->identity, GUINT_TO_POINTER(i + 1));
	}
	graph_add_keys(graph, diagram, indexes);
	for (guint i = 0; i < graph->routes->len; i++)
		graph_add_passing(graph, g_ptr_array_index(graph->routes, i));
}

Diagram *
diagram_new(const ReportTables *tables, guint most)
{
	g_autoptr(Diagram) diagram = g_new0(Diagram, 1);
	g_autoptr(GHashTable) boxes = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) on_the_way = g_hash_table_new(NULL, NULL);
	DiagramGraph graph = { 0 };

	diagram->boxes = g_ptr_array_new_with_free_func(box_free);
	diagram->nets = g_ptr_array_new_with_free_func(net_free);
	diagram_choose(diagram, tables, most, boxes);
	if (diagram->boxes->len == 0)
		return NULL;
	for (guint i = 0; i < diagram->boxes->len; i++)
		diagram_find_layer(g_ptr_array_index(diagram->boxes, i), boxes, on_the_way);
	graph_make(&graph, diagram);
	diagram_order(&graph);
	g_autofree int *gutters = diagram_place(&graph, diagram);
	diagram_route(&graph, gutters);
	g_ptr_array_unref(graph.nodes);
	g_ptr_array_unref(graph.routes);
	g_ptr_array_unref(graph.layers);
	return g_steal_pointer(&diagram);
}
