/*
 * Rows for stages that only want tables not to be empty: those that the suite gives, or generated ones.
 */
#ifndef RUN_STAGE_STAGE_ROWS_H
#define RUN_STAGE_STAGE_ROWS_H

#include "run/stage/stage.h"

/* Gives the tables that the migration (NULL: the baseline) has made rows, or loads its data, as the suite says; nothing
 * where the suite wants no rows. The workspace's session is idle, and stands behind the migration. *ret_filled (NULL:
 * nobody asks) becomes true when there are such rows. */
bool run_stage_rows_add(const RunStage *stage, CheckWorkspace *workspace, const Migration *migration, bool *ret_filled,
                        GError **error);

/* Generated rows only, for a database at any place of the history. */
bool run_stage_rows_generate(const RunStage *stage, CheckWorkspace *workspace, bool *ret_filled, GError **error);

/* Opens the workspace anew, and comes to before the migration with this index without rows on the way: that one fails
 * on them, which the stage of round trips reports. What fails without rows is an error. */
bool run_stage_rows_rebuild(const RunStage *stage, CheckWorkspace *workspace, const char *label, guint index,
                            GError **error);

/* Puts a remark before the output of the case. */
void run_stage_rows_remark(ReportCase *test_case);

#endif
