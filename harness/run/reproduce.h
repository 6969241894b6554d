/*
 * The commands that make a run, or one case of it, again.
 */
#ifndef RUN_REPRODUCE_H
#define RUN_REPRODUCE_H

#include "report/result.h"
#include "run/job/plan.h"

/* The pattern by which --only means the case, which has a database. The caller frees it. */
char *run_reproduce_pattern(const ReportCase *test_case);

/* The seed by which that was drawn what the case is about; NULL: nothing was. Valid as long as the suite. */
const char *run_reproduce_seed(const ReportSuite *suite, const ReportCase *test_case);

/* Sets the command of a case that is not passed. `command` is what the run was started by ("pgassay", "run"); NULL:
 * nothing is set. with_suite: the suite's path comes behind it. */
void run_reproduce(const char *const *command, bool with_suite, const ReportSuite *suite, ReportCase *test_case);

/* Sets what the report says of the run as a whole, and what follows from all its cases. */
void run_describe(const RunPlan *plan, const char *const *command, bool with_suites, ReportRun *report);

#endif
