/*
 * What migrations leave open in the catalog, as cases of the stage forward.
 */
#ifndef RUN_STAGE_UNFINISHED_H
#define RUN_STAGE_UNFINISHED_H

#include "check/unfinished/unfinished.h"
#include "run/stage/work/work.h"

/* At the end of the history: reports a case for each migration since which something is open. It fails, unless the
 * suite names the file under "layout". The session is idle. False with *error. */
bool run_unfinished_report(RunStage *stage, CheckUnfinished *unfinished, GError **error);

#endif
