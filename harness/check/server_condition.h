/*
 * `if:` in fixtures: what is stated holds on some servers only.
 */
#ifndef CHECK_SERVER_CONDITION_H
#define CHECK_SERVER_CONDITION_H

#include "suite/shape.h"

/* `{ server: ">= 15" }`: comparisons with a major version (15) or a whole one (15.4), joined by commas: all must hold.
 * A comparison without an operator is =; with a major version, all of its minor versions are meant. */
extern const SuiteShape check_server_condition_shape;

/* What the shape cannot say. */
bool check_server_condition_validate(const SuiteNode *condition, GError **error);

/* `server_version` as db_session_server_version gives it: 150018 is 15.18. The condition has been validated. */
bool check_server_condition_holds(const SuiteNode *condition, int server_version);

/* Why it does not: "for servers >= 15; this one is 14.2". The caller frees it. */
char *check_server_condition_reason(const SuiteNode *condition, int server_version);

#endif
