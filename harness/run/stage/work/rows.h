/*
 * Rows for stages that only need non-empty tables: those of the suite, or generated ones.
 */
#ifndef RUN_STAGE_WORK_ROWS_H
#define RUN_STAGE_WORK_ROWS_H

#include "run/stage/work/work.h"

/* Gives rows to the tables that the migration (NULL: the baseline) has created, or loads its data, as the suite
 * configures; nothing if the suite wants no rows. The workspace's session is idle, and in the state after the
 * migration. *ret_filled (NULL: not wanted) becomes true when there are such rows. */
bool run_stage_rows_add(const RunStage *stage, CheckWorkspace *workspace, const Migration *migration, bool *ret_filled,
                        GError **error);

/* Generated rows only, for a database at any place of the history. */
bool run_stage_rows_generate(const RunStage *stage, CheckWorkspace *workspace, bool *ret_filled, GError **error);

/* Opens the workspace again, and goes to the state before the migration with this index, without rows on the way:
 * that migration fails on rows, which the stage of round trips reports. A failure without rows is an error. */
bool run_stage_rows_rebuild(const RunStage *stage, CheckWorkspace *workspace, const char *label, guint index,
                            GError **error);

/* --- Plausible rows: such as all that is pending works on --------------------------- */

/* Applies the pending migrations from that index on, each by a run of the tool. *ret_done is false if one fails. */
bool run_stage_rows_apply(const RunStage *stage, CheckWorkspace *at, guint first, bool *ret_done, GError **error);
/* The preconditions of all these migrations, from a copy of the workspace, which has no rows; of RowsPrecondition *,
 * all of them enforced. The caller unrefs it. NULL without *error: one of them fails. */
GPtrArray *run_stage_rows_learn(const RunStage *stage, CheckWorkspace *at, guint first, GError **error);
/* Fills the workspace's tables with rows that keep to it. */
bool run_stage_rows_fill(const RunStage *stage, CheckWorkspace *at, GPtrArray *preconditions, GError **error);
/* The workspace stands at the beginning: gives its tables rows that all that is pending works on, as far as there are
 * such, or loads the suite's data. *ret_filled becomes true when there are rows. */
bool run_stage_rows_add_plausible(const RunStage *stage, CheckWorkspace *at, bool *ret_filled, GError **error);

/* Puts a remark before the output of the case. */
void run_stage_rows_remark(ReportCase *test_case);

#endif
