/*
 * The parts of a case that has not passed, besides its message, that follow from its stage and its migration.
 */
#ifndef RUN_STAGE_WORK_EXPLAIN_H
#define RUN_STAGE_WORK_EXPLAIN_H

#include "run/stage/work/work.h"

/* Sets the kind, the expectation, the migration that caused it, and the lines of the file, where they are not set
 * yet. */
void run_stage_explain(const RunStage *stage, ReportCase *test_case);

#endif
