/*
 * Limits with their unit.
 */
#ifndef CHECKLIST_LIMIT_H
#define CHECKLIST_LIMIT_H

#include "suite/document.h"
#include "target/conditions.h"

/* The number of a scalar: "3" of a count, "1 min" of seconds, "64 MiB" of bytes, "80 %" of percent, "1e9" of
 * transactions. False with *error (BASE_ERROR_INPUT), which points at the node, when the unit is missing or another
 * one. */
bool checklist_limit_read(const SuiteNode *node, TargetUnit unit, double *ret_number, GError **error);

/* The same for a key that may not be there: *ret_number stays as it is then. */
bool checklist_limit_read_key(const SuiteNode *mapping, const char *key, TargetUnit unit, double *ret_number,
                              GError **error);

#endif
