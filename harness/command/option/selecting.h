/*
 * --only, --stage and --list of the commands that run suites.
 */
#ifndef COMMAND_OPTION_SELECTING_H
#define COMMAND_OPTION_SELECTING_H

#include "run/run.h"

/* The selection, held against the plan; NULL with *error (BASE_ERROR_USAGE). */
RunSelection *command_selecting_read(char **only, char **stages, const RunPlan *plan, GError **error);

/* Prints the names that --only takes, one a line as DATABASE/STAGE/CASE, as far as they are known before a run; a stage
 * whose cases are not known as DATABASE/STAGE. Those of other machines are left out. */
void command_selecting_list(const RunPlan *plan, const RunSelection *selection, const RunDivision *division);

/* False with *error (BASE_ERROR_USAGE) when a pattern has fitted no case of the report: a mistyped name must not look
 * like a run in which all is well. */
bool command_selecting_check_used(const RunSelection *selection, const ReportRun *report, GError **error);

#endif
