/*
 * The exclusions when the schemas and rows of a job are compared: relations of the migration tool, our copies, and
 * columns that the suite names.
 */
#ifndef RUN_JOB_EXCLUSIONS_H
#define RUN_JOB_EXCLUSIONS_H

#include "run/job/plan.h"

/* Sets `history`, `excluded` and `exclusions` of a job that has its set; the job owns all of it. */
void run_job_exclude(RunJob *job);

#endif
