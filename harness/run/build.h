/*
 * The database at the end of a suite's migrations, for commands that look at it.
 */
#ifndef RUN_BUILD_H
#define RUN_BUILD_H

#include "check/proof/workspace.h"
#include "run/job/plan.h"

/* Applies all migrations of the job to a new scratch database on the server, grouped as the tool groups them. The
 * caller closes the workspace, before it unrefs ret_stand_ins->sources. False with *error: a migration failed
 * (BASE_ERROR_MIGRATION, with the place), or no database could be had. */
bool run_build(const RunJob *job, ScratchServer *server, CheckWorkspace *ret_workspace,
               MigrationStandIns *ret_stand_ins, GError **error);

/* The same, up to and including this migration of the job's set, one by one; NULL: all, as run_build does. */
bool run_build_until(const RunJob *job, const Migration *last, ScratchServer *server, CheckWorkspace *ret_workspace,
                     MigrationStandIns *ret_stand_ins, GError **error);

#endif
