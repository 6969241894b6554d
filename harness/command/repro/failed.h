/*
 * The databases of a run that has failed, as they were when it did.
 */
#ifndef COMMAND_REPRO_FAILED_H
#define COMMAND_REPRO_FAILED_H

#include "run/run.h"

/* Runs the first case that has failed of each stage of a database once more, and keeps what it shows, on the servers of
 * the options. Adds what opens them to the messages of the result. False with *error. */
bool command_repro_keep_failed(const RunPlan *plan, const RunOptions *options, RunResult *result, GError **error);

#endif
