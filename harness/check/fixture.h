/*
 * Expectation fixtures: their shape, made from the vocabulary, and the loader. docs/fixtures.md is the reference.
 */
#ifndef CHECK_FIXTURE_H
#define CHECK_FIXTURE_H

#include "check/vocabulary.h"
#include "suite/shape.h"

/* The shape of a whole fixture. Made once; lives as long as the program. */
const SuiteShape *check_fixture_shape(void);

/* The major versions for which conditions are tried. */
#define CHECK_VERSION_OLDEST 13
#define CHECK_VERSION_NEWEST 19

/* Reads and checks a fixture with all that it includes. NULL with *error (BASE_ERROR_INPUT): file, line, column, hint.
 * A fixture that states nothing is an error too. The document's root is what the file itself says, what it includes are
 * the documents that it has adopted; check_assemble puts them together. */
SuiteDocument *check_fixture_load(const char *path, GError **error);

#endif
