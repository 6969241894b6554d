/*
 * Other branches that are open: whether they go together with this one, in whichever order they are merged.
 */
#ifndef COMMAND_CHECK_WITH_H
#define COMMAND_CHECK_WITH_H

#include "command/check_base.h"
#include "run/run.h"

/* Adds a case for each branch and database that has a base to the report's suites: both orders of merging, and whether
 * the ends are the same. Sessions and databases are gone afterwards. False with *error: a branch is not there
 * (BASE_ERROR_USAGE), there is no server. */
bool command_check_with(const CommandCheckBase *base, char *const *refs, const RunPlan *plan, const RunOptions *options,
                        ReportRun *report, GError **error);

#endif
