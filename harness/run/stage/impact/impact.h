/*
 * The stage impact: every migration on tables with rows, watched statement by statement.
 */
#ifndef RUN_STAGE_IMPACT_H
#define RUN_STAGE_IMPACT_H

#include "run/stage/work/work.h"

bool run_impact_is_wanted(const RunJob *job);
bool run_impact(RunStage *stage, GError **error);

#endif
