/*
 * The output of "pgassay plan".
 */
#ifndef COMMAND_PLAN_SHOW_H
#define COMMAND_PLAN_SHOW_H

#include "plan/judge/advice.h"
#include "plan/judge/blessed.h"
#include "run/measuring.h"

/* A plan of a query, before and after. */
typedef struct {
	const PlanCase *plan_case;
	guint index;
	char *name;
	PlanAnswer before; /* empty without --against */
	PlanAnswer after;
	char *form_before;     /* how tables are read and joined, for people; or NULL */
	char *form_after;      /* or NULL: the server refuses the query */
	char *other;           /* the planner's alternative, for people; or NULL */
	GPtrArray *changed_by; /* of const Migration *: migrations that change how tables are read */
	bool worse;            /* the server refuses it, or its cost is above the limit */
	GString *printed;      /* the printed text, without its name */
} CommandPlanRow;

CommandPlanRow *command_plan_row_new(const PlanCase *plan_case, guint index);
void command_plan_row_free(gpointer row);

/* How each table is read, a line each: "Index Scan  public.orders (customer_id)". The caller frees it. */
char *command_plan_describe(const PlanTree *tree, const PlanCatalog *catalog);

/* Prints the plan of the row; with both plans, also their costs and the migration that changed it. */
void command_plan_show(const CommandPlanRow *row, bool both);

/* "21,400,000"; the caller frees it. */
char *command_plan_number(double number);

/* Here and below, what is printed is appended to `printed`, too. A table of the times; n is 1, or 2: before and after.
 */
void command_plan_show_times(GString *printed, const RunMeasured *measured, guint n);

void command_plan_show_growth(GString *printed, guint n, const double *sizes, const RunMeasured *measured);

void command_plan_show_advice(GString *printed, const GPtrArray *advice);

#endif
