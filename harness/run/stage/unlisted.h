/*
 * Objects of a database that no fixture mentions: nothing checks them.
 */
#ifndef RUN_STAGE_UNLISTED_H
#define RUN_STAGE_UNLISTED_H

#include "check/context.h"
#include "run/stage/stage.h"

/* True if there can be such objects, and they are wanted: the database has fixtures, none of which is exact as a
 * whole, and cases of stage "expect" are selected. */
bool run_unlisted_is_wanted(const RunStage *stage);

/* Counts them, and reports the number as a warning of the database. The context is the one with which the fixtures
 * have run; its `listed` holds the objects that they mention. False with *error. */
bool run_unlisted_report(RunStage *stage, const CheckContext *database, GError **error);

#endif
