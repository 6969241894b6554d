/*
 * The bundles that a run leaves when it has failed.
 */
#ifndef COMMAND_REPRO_BUNDLES_H
#define COMMAND_REPRO_BUNDLES_H

#include "run/run.h"

/* The folder for bundles: that of --repro (NULL: not given), of the variable PGASSAY_REPRO, or else `usual`. NULL:
 * none; the caller frees it. Begins to record the files that are read, so it has to be called before the plan is
 * loaded. */
char *command_repro_bundles_begin(const char *option, const char *usual);

/* Writes the bundles, and prints their paths. A failure to write one is printed, too, but does not fail the run. */
void command_repro_bundles_write(const char *folder, const RunPlan *plan, const GPtrArray *servers,
                                 const RunResult *result);

#endif
