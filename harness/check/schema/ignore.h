/*
 * Differences that a suite declares as wanted.
 */
#ifndef CHECK_SCHEMA_IGNORE_H
#define CHECK_SCHEMA_IGNORE_H

#include "catalog/diff.h"
#include "suite/suite.h"

/* True when the object of the declaration can be understood: an identity as messages have it, perhaps behind the name
 * of its class ("table kb.spatial_*"). False with *error (BASE_ERROR_INPUT). */
bool check_ignore_validate(const SuiteIgnore *ignore, GError **error);

/* True when the declaration is about the difference: about its object, the table that has it, or the schema that has
 * that. `top` is the object at the top that it belongs to. */
bool check_ignore_matches(const SuiteIgnore *ignore, const CatalogDifference *difference, const CatalogObject *top);

#endif
