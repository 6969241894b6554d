/*
 * Expectation fixtures held against a snapshot: one case for each object that a fixture names at its top level.
 */
#ifndef CHECK_EXPECT_H
#define CHECK_EXPECT_H

#include "check/context.h"

/* Checks the whole fixture (loaded by check_fixture_load) and reports its cases. False only when nothing can go on
 * (connection lost, interrupted). The session is idle before and after. */
bool check_expect_run(const CheckContext *context, const SuiteDocument *fixture, GError **error);

#endif
