/*
 * The stage plan: plans of queries, at the size of production.
 */
#ifndef RUN_STAGE_PLANS_H
#define RUN_STAGE_PLANS_H

#include "run/stage/work/work.h"

bool run_plans_wanted(const RunJob *job);
bool run_plans(RunStage *stage, GError **error);

#endif
