/*
 * Keys of a suite that name migrations: with a reason ("lossy", "superuser", ...), or with rows ("data").
 */
#ifndef RUN_JOB_DECLARED_H
#define RUN_JOB_DECLARED_H

#include "run/job/plan.h"

/* False with all errors, each with its place: a name that no migration has, or "contract" without queries. */
bool run_job_check_declared(const RunJob *job, GError **error);

/* Sets the error for a name at that node that no migration has, with the nearest one as its hint; returns false. */
bool run_job_refuse_migration(const RunJob *job, const char *text, const SuiteNode *node, GError **error);

/* The reason that the list of SuiteDeclaration gives for the migration; NULL when it is not in it. */
const char *run_job_declared(const RunJob *job, const GPtrArray *declarations, const Migration *migration);

/* True when the rows are loaded after the migration; NULL: at the beginning, for the baseline. */
bool run_job_data_is_for(const RunJob *job, const SuiteData *data, const Migration *migration);

#endif
