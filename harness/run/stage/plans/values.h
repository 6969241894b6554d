/*
 * One query with several lists of values: whether one plan fits them all.
 */
#ifndef RUN_STAGE_PLANS_VALUES_H
#define RUN_STAGE_PLANS_VALUES_H

#include "plan/judge/verdict.h"
#include "run/stage/work/work.h"

typedef struct RunPlansValues RunPlansValues;

RunPlansValues *run_plans_values_new(const PlanCase *plan_case);
void run_plans_values_free(RunPlansValues *values); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunPlansValues, run_plans_values_free)

/* The plan `index` of the case. */
void run_plans_values_note(RunPlansValues *values, const PlanFrame *frame, guint index, const PlanTree *tree);

/* After all of them: a case where the worst values cost much more than the best ones, or a prepared statement ends with
 * another plan than some of the values get. False with *error when nothing can go on. */
bool run_plans_values_report(RunPlansValues *values, RunStage *stage, PlanFrame *frame, GError **error);

#endif
