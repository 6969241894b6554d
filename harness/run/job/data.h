/*
 * The rows that a suite gives its databases, each file behind its migration.
 */
#ifndef RUN_JOB_DATA_H
#define RUN_JOB_DATA_H

#include "check/workspace/workspace.h"
#include "run/job/plan.h"

/* Loads the suite's files for the migration (NULL: for the baseline) in a transaction of their own on the
 * workspace's session, which is idle; only the session and the exclusions of the workspace are used. *ret_n, which
 * may be NULL, grows by the number of files. False with *error (BASE_ERROR_INPUT: the file, and the position): none
 * is loaded. */
bool run_job_load_data(const RunJob *job, CheckWorkspace *workspace, const Migration *migration, guint *ret_n,
                       GError **error);

/* The same for a list of SuiteData *. */
bool run_job_load_files(CheckWorkspace *workspace, const GPtrArray *files, GError **error);

#endif
