/* Declarations that the files of the layout share; no other file includes it. */
#ifndef REPORT_DIAGRAM_PRIVATE_H
#define REPORT_DIAGRAM_PRIVATE_H

#include "report/diagram/diagram.h"

/* A box, or a place that a net passes in a layer between its ends. */
typedef struct {
	DiagramBox *box; /* NULL: a place of a net */
	int layer;
	int y;
	int height;
	GArray *left;  /* of guint: nodes in the layer before it that it is joined with */
	GArray *right; /* of guint: in the layer behind it */
	double order;
} DiagramNode;

/* The keys that refer to one box, and their joins in each layer. */
typedef struct {
	DiagramNet *net;
	guint to;        /* a node, in the layer `first` */
	GArray *sources; /* of guint: nodes of the boxes that refer to it */
	GArray *rows;    /* of int: the row of the key in each of these, from the top of the box to its middle */
	GArray *passing; /* of guint: the node in each layer behind `first`, up to the last but one */
	int first;
	int last;
} DiagramRoute;

typedef struct {
	GPtrArray *nodes;  /* of DiagramNode *: the boxes first */
	GPtrArray *routes; /* of DiagramRoute * */
	GPtrArray *layers; /* of GArray * of guint, nodes from top to bottom */
} DiagramGraph;

/* diagram_order.c: puts each layer in an order with few crossings. */
void diagram_order(DiagramGraph *graph);
/* diagram_place.c: gives each node its y, each box its x, and the diagram its size. *ret_gutters: the x at which the
 * gutter before each layer begins, of int; the caller frees it. */
int *diagram_place(const DiagramGraph *graph, Diagram *diagram);
/* diagram_route.c: the lines. */
void diagram_route(const DiagramGraph *graph, const int *gutters);

#endif
