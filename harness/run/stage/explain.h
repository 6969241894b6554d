/*
 * What a case that is not passed says beside its message, as far as it follows from its stage and its migration.
 */
#ifndef RUN_STAGE_EXPLAIN_H
#define RUN_STAGE_EXPLAIN_H

#include "run/stage/stage.h"

/* Sets the kind, what has to hold, the migration since which it is so, and the lines of the file, where they are not
 * set yet. */
void run_stage_explain(const RunStage *stage, ReportCase *test_case);

#endif
