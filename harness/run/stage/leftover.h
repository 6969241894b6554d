/*
 * Settings that a migration leaves in the session: most tools run all files that are pending in one.
 */
#ifndef RUN_STAGE_LEFTOVER_H
#define RUN_STAGE_LEFTOVER_H

#include "run/stage/stage.h"

/* Looks at the session after a migration that was applied on a session without settings of its own. *ret_case is a
 * case about the remaining settings, for the caller to report; NULL: there are none. A search_path, which a run of
 * all files together tests, is only in the output of the migration's own case. False with *error. */
bool run_leftover_find(RunStage *stage, const Migration *migration, ReportCase *test_case, ReportCase **ret_case,
                       GError **error);

#endif
