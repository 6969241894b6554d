/*
 * Defaults of columns with a foreign key that are the id of no row: 0, -1, the empty UUID. An INSERT that leaves the
 * column out fails.
 */
#ifndef RUN_STAGE_DANGLING_DEFAULT_H
#define RUN_STAGE_DANGLING_DEFAULT_H

#include "run/stage/work/work.h"

/* Looks for such columns after a migration, in the rows that migrations have made. The case fails for the first one
 * that is not in `known` (a set of texts), which gets all of them. Without a migration (NULL) it only gets them: these
 * were there before. The session is idle. False with *error. */
bool run_dangling_default_judge(RunStage *stage, const Migration *migration, GHashTable *known, ReportCase *test_case,
                                GError **error);

#endif
