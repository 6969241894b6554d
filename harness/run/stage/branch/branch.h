/*
 * The stages about what a branch adds to its base.
 */
#ifndef RUN_STAGE_BRANCH_H
#define RUN_STAGE_BRANCH_H

#include "run/stage/work/work.h"

/* history.c: the changes of a branch to merged migrations. */
bool run_history_is_wanted(const RunJob *job);
bool run_history(RunStage *stage, GError **error);
/* from_empty.c: a new database ends as one does that comes from the base. */
bool run_from_empty_is_wanted(const RunJob *job);
bool run_from_empty(RunStage *stage, GError **error);
/* down_to_base.c: all new migrations down again. */
bool run_down_to_base_is_wanted(const RunJob *job);
bool run_down_to_base(RunStage *stage, GError **error);
/* release.c: the release before runs on while the database is migrated; the new one runs before it is. */
bool run_release_is_wanted(const RunJob *job);
bool run_release(RunStage *stage, GError **error);

#endif
