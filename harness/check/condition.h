/*
 * The error that a check expects: an SQLSTATE, or the name of a condition.
 */
#ifndef CHECK_CONDITION_H
#define CHECK_CONDITION_H

#include "db/session.h"
#include "suite/document.h"

/* The five characters that a text like `23505` or `unique_violation` means; NULL when it means none. */
const char *check_condition_state(const char *text);

/* False with *error, which names the nearest condition, when the node's text means none. */
bool check_condition_validate(const SuiteNode *node, GError **error);

/* "23505 (unique_violation)". The caller frees it. */
char *check_condition_describe(const char *state);

#endif
