/*
 * Plans after every migration: which one changes the plan of which query, makes it dearer, or breaks it.
 */
#ifndef RUN_STAGE_PLANS_EACH_H
#define RUN_STAGE_PLANS_EACH_H

#include "run/stage/work/work.h"

typedef struct RunPlansEach RunPlansEach;

/* No query has a plan yet. */
RunPlansEach *run_plans_each_new(const RunJob *job);
void run_plans_each_free(RunPlansEach *each); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunPlansEach, run_plans_each_free)

/* Makes all plans, and holds them against those from before the migration; `again`: against those from after it,
 * because it has gone down and up once more. NULL: the database is where it begins, and nothing is compared yet. Cases
 * are reported where there is something to say. False with *error when nothing can go on. */
bool run_plans_each_compare(RunPlansEach *each, RunStage *stage, const Migration *migration, bool again,
                            GError **error);

/* The same for those of the queries that have failed, among the cases of the stage plan at its end (of ReportCase *):
 * nothing is reported, only the migration is looked for since which each of them fails. NULL: none has failed. */
RunPlansEach *run_plans_each_new_for(const RunJob *job, const GPtrArray *cases);
/* Sets that migration, unless it is not known, or the fault is older than the migrations. A query that a migration has
 * broken is a failure; a query that the server has never taken stays an error. */
void run_plans_each_set_since(const RunPlansEach *each, ReportCase *test_case);

/* The session in which they were made last, in which no table has a size; NULL: there is none. The caller closes it. */
PlanFrame *run_plans_each_take_frame(RunPlansEach *each);

#endif
