/*
 * Functions that commands for one database of a suite share.
 */
#ifndef COMMAND_SIDE_JOB_H
#define COMMAND_SIDE_JOB_H

#include "run/job/plan.h"

/* The database of that name; NULL means the only one. NULL with *error (BASE_ERROR_USAGE) that lists the databases. */
const RunJob *command_find_job(const RunPlan *plan, const char *name, GError **error);

#endif
