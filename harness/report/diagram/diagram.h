/*
 * A diagram of tables and their foreign keys: where each box stands, and how the lines run. No drawing here.
 *
 * Tables stand in layers, left to right: a table stands behind all that it refers to. A net is all keys that refer to
 * one table: they share a line, which runs in the gutters between the layers.
 */
#ifndef REPORT_DIAGRAM_DIAGRAM_H
#define REPORT_DIAGRAM_DIAGRAM_H

#include "report/tables.h"

/* Sizes are those of the drawing: pixels at its full width. */
#define DIAGRAM_ROW  15
#define DIAGRAM_HEAD 22
#define DIAGRAM_MARK 14 /* above a box, for its mark */
#define DIAGRAM_GAP  26

typedef struct {
	const ReportTable *table;
	GPtrArray *rows; /* of const ReportObject *: columns with a line, then changed objects */
	int layer;
	int x;
	int y;
	int width;
	int height;
} DiagramBox;

typedef struct {
	int x1;
	int y1;
	int x2;
	int y2;
} DiagramLine;

typedef enum {
	DIAGRAM_END_ONE,  /* a bar: one row */
	DIAGRAM_END_MANY, /* a crow's foot: many rows */
} DiagramEndKind;

typedef struct {
	DiagramEndKind kind;
	int x;
	int y;
	bool left; /* the line comes from the left */
} DiagramEnd;

/* All keys that refer to one table. */
typedef struct {
	const DiagramBox *to;
	GArray *lines;   /* of DiagramLine, horizontal or vertical */
	GArray *ends;    /* of DiagramEnd */
	GArray *joints;  /* of DiagramLine whose first point is where lines meet */
	bool is_changed; /* it touches a table that has changed */
	bool is_new;     /* some key of it is new */
} DiagramNet;

typedef struct {
	GPtrArray *boxes; /* of DiagramBox * */
	GPtrArray *nets;  /* of DiagramNet * */
	int width;
	int height;
	guint n_left_out; /* tables that are not shown */
} Diagram;

/* The tables of a diagram: the changed tables and their neighbours. If nothing has changed, all tables, provided
 * that there are at most `most`. NULL if there is nothing to show. Points into the tables. */
Diagram *diagram_new(const ReportTables *tables, guint most);
void diagram_free(Diagram *diagram); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Diagram, diagram_free)

#endif
