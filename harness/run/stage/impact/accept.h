/*
 * The accepted findings about migrations, and acceptances without a finding.
 */
#ifndef RUN_STAGE_IMPACT_ACCEPT_H
#define RUN_STAGE_IMPACT_ACCEPT_H

#include "run/stage/work/work.h"

/* Says of each finding of the observation whether it is accepted, and whether it fails. */
void run_impact_judge(const RunJob *job, ReportObservation *observation);

/* Turns it into the result of the case. */
void run_impact_report(ReportObservation *observation, ReportCase *test_case);

/* A case for the acceptances that have run out, or that nothing was found for; all migrations of the stage were
 * judged. */
void run_impact_check_acceptances(RunStage *stage);

#endif
