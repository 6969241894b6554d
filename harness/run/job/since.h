/*
 * A job that begins behind a version of its own history, as on a database that has the migrations up to it.
 */
#ifndef RUN_JOB_SINCE_H
#define RUN_JOB_SINCE_H

#include "run/job/plan.h"

/* Whether the job has migrations up to the version, which is written as for migration_set_find. */
bool run_job_has_version(const RunJob *job, const char *version);

/* The migrations up to the version become the job's base: they are applied once and not tested, and the others are new.
 * False with *error (BASE_ERROR_USAGE): there is no such version, or the migrations are code. */
bool run_job_set_since(RunJob *job, const char *version, GError **error);

#endif
