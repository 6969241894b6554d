/*
 * The same work on each version of the server that its suites name: --matrix.
 */
#ifndef COMMAND_MATRIX_H
#define COMMAND_MATRIX_H

#include "command/running.h"

/* As run_all, for each version, the oldest first; the plan is that of the first one. *ret_result has one report. False
 * with *error: no suite names a version, or there is no server of one of them. */
bool command_matrix_run(const CommandWork *work, const RunPlan *plan, const RunOptions *options, RunResult *ret_result,
                        GError **error);

#endif
