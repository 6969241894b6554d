/*
 * The error that a check expects: an SQLSTATE, or the name of a condition.
 */
#ifndef CHECK_KIND_CONDITION_H
#define CHECK_KIND_CONDITION_H

#include "db/session.h"
#include "suite/document.h"

/* The five characters that a text like `23505` or `unique_violation` means; NULL when it means none. */
const char *check_condition_state(const char *text);

/* True when the server has raised the expected condition. A violation of ON DELETE RESTRICT is a
 * foreign_key_violation up to PostgreSQL 17 and a restrict_violation from 18 on, so the first one stands for both. */
bool check_condition_is(const char *expected, const char *found);

/* False with *error, which names the nearest condition, when the node's text means none. */
bool check_condition_validate(const SuiteNode *node, GError **error);

/* "23505 (unique_violation)". The caller frees it. */
char *check_condition_describe(const char *state);

#endif
