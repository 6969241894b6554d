/*
 * Settings that a migration leaves in the session: most tools run all files that are pending in one.
 */
#ifndef RUN_STAGE_LEFTOVER_H
#define RUN_STAGE_LEFTOVER_H

#include "run/stage/stage.h"

/* Looks at the session behind a migration that was applied on a session without settings of its own. *ret_case is the
 * case that says what it has left there, the caller's to report; NULL: nothing. What a run of all files together proves
 * (search_path) stands in the output of the migration's own case only. False with *error. */
bool run_leftover_find(RunStage *stage, const Migration *migration, ReportCase *test_case, ReportCase **ret_case,
                       GError **error);

#endif
