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
/* The files that a path of `queries:` means, of char *, in their order: those whose names fit, or all of a folder that
 * hold queries (.sql, sqlx's query-*.json). The caller unrefs it. */
GPtrArray *suite_list_queries(const char *path);
/* After the databases. */
bool suite_load_plans(Suite *suite, const SuiteNode *list, GError **error);
void suite_plan_free(gpointer plan);

#endif
