/*
 * A query plan in a report: its nodes, with marks on those to look at. plan/ makes it.
 */
#ifndef REPORT_PLAN_H
#define REPORT_PLAN_H

#include <glib.h>
#include <stdbool.h>

typedef struct {
	guint depth;   /* 0: the root; the parent stands before it */
	char *title;   /* "Index Scan using by_customer on public.orders" */
	char *details; /* lines, such as "Filter: (note IS NULL)"; or NULL */
	double cost;   /* as the planner has it, with all below it */
	double rows;   /* that the planner expects */
	guint percent; /* of the cost of the whole plan, without the nodes below it */
	bool costly;   /* no other node has a larger share of the cost */
	bool changed;  /* the other plan of the pair has no such node */
} ReportPlanNode;

typedef struct {
	char *title;      /* "before", "after", "the plan" */
	GPtrArray *nodes; /* of ReportPlanNode * */
} ReportPlan;

/* Without a node. */
ReportPlan *report_plan_new(const char *title);
void report_plan_free(ReportPlan *plan); /* takes NULL */

/* Adds a node, whose other members the caller sets. The details may be NULL. */
ReportPlanNode *report_plan_add(ReportPlan *plan, guint depth, const char *title, const char *details);

#endif
