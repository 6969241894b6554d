/*
 * The bundle of a suite whose run has failed.
 */
#ifndef COMMAND_REPRO_COLLECT_H
#define COMMAND_REPRO_COLLECT_H

#include "bundle/bundle.h"
#include "run/run.h"

/* Writes a bundle into the folder for each suite with a case that has not passed, and removes those of earlier runs
 * for suites of the plan. Needs base_reads_begin() before the plan was loaded. Returns their paths (char *); the
 * caller unrefs it. NULL with *error. */
GPtrArray *command_repro_collect(const RunPlan *plan, const ReportRun *report, const GPtrArray *servers,
                                 const char *folder, GError **error);

#endif
