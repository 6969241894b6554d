/*
 * The planner's alternatives: the best plans without an index that it uses, or without sequential scans.
 */
#ifndef PLAN_JUDGE_CHOICE_H
#define PLAN_JUDGE_CHOICE_H

#include "plan/frame/frame.h"

typedef struct {
	char *without; /* "the index \"a\"", "sequential scans" */
	PlanTree *tree;
	double ratio; /* of its cost to that of the plan that is chosen */
	bool forced;  /* it still uses what was to be left out: there is no other way */
} PlanChoice;

/* Others than the plan `tree`, of PlanChoice *, the cheapest first. Indexes are hidden in a savepoint
 * (pg_index.indisvalid) that is rolled back. The caller unrefs it; NULL with *error. */
GPtrArray *plan_choices(PlanFrame *frame, const PlanAsk *ask, const PlanTree *tree, GError **error);

#endif
