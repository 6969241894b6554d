/*
 * The work of a query, as EXPLAIN (ANALYZE, BUFFERS) counts it. No times.
 */
#ifndef PLAN_TREE_MEASURE_H
#define PLAN_TREE_MEASURE_H

#include "plan/tree/tree.h"

#define PLAN_MEASURES 5

/* The key under `max` of a plan. */
const char *plan_measure_key(guint measure);

/* How much it is, and the node that counts most, or NULL. */
double plan_measure_take(guint measure, const PlanTree *tree, const PlanNode **ret_node);

/* "the query reads 1204 blocks"; the caller frees it. */
char *plan_measure_describe(guint measure, double found, const PlanNode *node);

#endif
