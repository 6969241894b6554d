/*
 * The bundles that a run leaves when it has failed.
 */
#ifndef COMMAND_REPRO_BUNDLES_H
#define COMMAND_REPRO_BUNDLES_H

#include "run/run.h"

/* Where they go: what --repro says (NULL: nothing), the variable PGASSAY_REPRO, or else `usual`. NULL: nowhere; the
 * caller frees it. Begins to note what is read, so that it has to be called before the plan is loaded. */
char *command_repro_bundles_begin(const char *option, const char *usual);

/* Writes them, and says so. What cannot be written is said, too, and is no failure of the run. */
void command_repro_bundles_write(const char *folder, const RunPlan *plan, const GPtrArray *servers,
                                 const RunResult *result);

#endif
