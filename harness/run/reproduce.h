/*
 * The commands that make a run, or one case of it, again.
 */
#ifndef RUN_REPRODUCE_H
#define RUN_REPRODUCE_H

#include "report/result.h"
#include "run/job/plan.h"

/* The pattern by which --only means the case, which has a database. The caller frees it. */
char *run_reproduce_pattern(const ReportCase *test_case);

/* The seed of the random choice in the case; NULL: there was none. Valid as long as the suite. */
const char *run_reproduce_seed(const ReportSuite *suite, const ReportCase *test_case);

/* Sets the command of a case that has not passed. `command` is that of the run ("pgassay", "run"); NULL: nothing is
 * set. with_suite: the suite's path is appended. */
void run_reproduce(const char *const *command, bool with_suite, const ReportSuite *suite, ReportCase *test_case);

/* Sets the properties of the run as a whole, and those that follow from all its cases. */
void run_describe(const RunPlan *plan, const char *const *command, bool with_suites, ReportRun *report);

#endif
