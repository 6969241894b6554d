/*
 * The conditions of a suite on the plan of a query.
 */
#ifndef PLAN_JUDGE_CONDITION_H
#define PLAN_JUDGE_CONDITION_H

#include "plan/frame/frame.h"
#include "plan/tree/measure.h"
#include "suite/suite.h"

/* The level of the comparison with a blessed plan, from the coarsest on. */
typedef enum {
	PLAN_LEVEL_OFF,
	PLAN_LEVEL_ACCESS, /* how each table is read */
	PLAN_LEVEL_JOINS,  /* and the order and methods of the joins */
	PLAN_LEVEL_SHAPE,  /* and everything else except costs */
} PlanLevel;

/* An item of `plans:`, read and understood as far as that goes without a database. */
typedef struct {
	const SuitePlan *plan;   /* borrowed */
	const Query *query;      /* borrowed, or the plan's own */
	Query *own_query;        /* NULL: it is one of `queries:` */
	const SuiteNode *values; /* a list of lists; or NULL */
	bool generic;            /* the plan for all values is made */
	double cost_ratio;
	double values_ratio;          /* 0: no limit */
	double limits[PLAN_MEASURES]; /* below 0: no limit */
	bool is_measured;             /* it has one of these */
	PlanLevel level;              /* up to which it has to be the same as the blessed one; finer differences are
	                               * reported */
	GPtrArray *conditions;        /* private */
} PlanCase;

/* `queries` is of Query *. NULL with *error (BASE_ERROR_INPUT), with the place. */
PlanCase *plan_case_load(const SuitePlan *plan, const GPtrArray *queries, const PlanSize *size, GError **error);
void plan_case_free(PlanCase *plan_case); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanCase, plan_case_free)

/* How many plans are made: one for each list of values, and the generic one. */
guint plan_case_count(const PlanCase *plan_case);
/* The values of one of them; NULL: the generic plan, which is the last. */
const SuiteNode *plan_case_values(const PlanCase *plan_case, guint index);
/* "recent orders (7, open)", "recent orders (any values)"; owned by the caller. */
char *plan_case_name(const PlanCase *plan_case, guint index);

typedef struct {
	char *text;            /* the fault, in one line; a hint may follow */
	const SuiteNode *node; /* the condition */
	bool unknown;          /* it names something that does not exist: the plan could not be judged */
} PlanProblem;

/* The conditions that do not hold, of PlanProblem *; empty: all do. NULL with *error. */
GPtrArray *plan_case_judge(const PlanCase *plan_case, const PlanTree *tree, const PlanCatalog *catalog, GError **error);

#endif
