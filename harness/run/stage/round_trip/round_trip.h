/*
 * The stage round trip: every migration up, down and up again.
 */
#ifndef RUN_STAGE_ROUND_TRIP_H
#define RUN_STAGE_ROUND_TRIP_H

#include "run/stage/work/work.h"

bool run_round_trips_wanted(const RunJob *job);
bool run_round_trips(RunStage *stage, GError **error);
guint run_round_trips_parts(const RunJob *job, guint most);
/* The migration that the part begins with. */
guint run_round_trips_begin(guint n_migrations, guint part, guint n_parts);

#endif
