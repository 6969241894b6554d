/*
 * Expectation fixtures: their shape, made from the vocabulary, and the loader. docs/fixtures.md is the reference.
 */
#ifndef CHECK_FIXTURE_H
#define CHECK_FIXTURE_H

#include "check/vocabulary.h"
#include "suite/shape.h"

/* The shape of a whole fixture. Made once; lives as long as the program. */
const SuiteShape *check_fixture_shape(void);

/* Reads and checks a fixture. NULL with *error (BASE_ERROR_INPUT): file, line, column, hint. A fixture that
 * states nothing is an error too. */
SuiteDocument *check_fixture_load(const char *path, GError **error);

#endif
