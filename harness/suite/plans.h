/*
 * `queries:` and `plans:` of a suite: which queries there are, and what their plans have to be.
 */
#ifndef SUITE_PLANS_H
#define SUITE_PLANS_H

#include "suite/suite.h"

/* `plans:`. */
extern const SuiteShape suite_plans_shape;

/* Files that `queries:` names, in the order of the suite, those of a pattern by their names. */
bool suite_load_queries(Suite *suite, const SuiteNode *list, GError **error);
/* After the databases. */
bool suite_load_plans(Suite *suite, const SuiteNode *list, GError **error);
void suite_plan_free(gpointer plan);

#endif
