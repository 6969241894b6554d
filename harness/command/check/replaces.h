/*
 * A squash: one history of migrations replaces another one.
 */
#ifndef COMMAND_CHECK_REPLACES_H
#define COMMAND_CHECK_REPLACES_H

#include "run/run.h"

/* Adds cases to the report: the migrations of the plan's only job end in the same schema and with the same rows as
 * those of the directory, which they replace; and a database at the end of the old ones goes on with the new ones.
 * False with *error: the plan has several databases, or the directory cannot be read (BASE_ERROR_USAGE,
 * BASE_ERROR_INPUT). */
bool command_check_replaces(const char *directory, const RunPlan *plan, const RunOptions *options, ReportRun *report,
                            GError **error);

#endif
