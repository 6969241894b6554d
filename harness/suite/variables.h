/*
 * `env:` of a suite: the environment variables by which programs find its databases.
 */
#ifndef SUITE_VARIABLES_H
#define SUITE_VARIABLES_H

#include "suite/suite.h"

/* `env:`. */
extern const SuiteShape suite_variables_shape;

/* After the databases. `node` may be NULL. */
bool suite_load_variables(Suite *suite, const SuiteNode *node, GError **error);
void suite_variable_free(gpointer variable);

#endif
