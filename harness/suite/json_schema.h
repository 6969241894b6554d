/*
 * Shapes as JSON Schema, so that editors complete and check suites and fixtures.
 */
#ifndef SUITE_JSON_SCHEMA_H
#define SUITE_JSON_SCHEMA_H

#include "suite/suite.h"

/* The shape as a JSON Schema of draft 7, which most editors understand. Rules that a shape cannot express are
 * missing, and so is whether a text has to be quoted. The caller frees it. */
char *suite_json_schema(const SuiteShape *shape, const char *title);

/* The shape of a whole suite, with the kinds of checks. Made by the first call, of its kinds; lives as long as the
 * program. For one thread. */
const SuiteShape *suite_json_schema_suite(const SuiteCheckKind *const *kinds);

#endif
