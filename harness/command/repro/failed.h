/*
 * The databases of a run that has failed, as they were when it did.
 */
#ifndef COMMAND_REPRO_FAILED_H
#define COMMAND_REPRO_FAILED_H

#include "run/run.h"

/* For each stage of a database, runs its first failed case once more, and keeps the resulting database on the
 * servers of the options. Adds the command that opens it to the messages of the result. False with *error. */
bool command_repro_keep_failed(const RunPlan *plan, const RunOptions *options, RunResult *result, GError **error);

#endif
