/*
 * IF NOT EXISTS that does nothing although the object that is there is another one: the change is lost.
 */
#ifndef RUN_STAGE_IF_NOT_EXISTS_H
#define RUN_STAGE_IF_NOT_EXISTS_H

#include "run/stage/work/work.h"

/* Looks at the notices of a migration that was just applied. Where one says that a relation or a column is there
 * already, it is compared with what the statement would make, in a transaction that is rolled back: the case fails if
 * they differ, and passes with a remark if they are alike or if that is not known. The session is idle. False with
 * *error. */
bool run_if_not_exists_judge(RunStage *stage, const Migration *migration, const char *notices, ReportCase *test_case,
                             GError **error);

#endif
