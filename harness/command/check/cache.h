/*
 * The databases at the base, kept for the next check of the same base.
 */
#ifndef COMMAND_CHECK_CACHE_H
#define COMMAND_CHECK_CACHE_H

#include "run/run.h"

/* Starts the server of the plan, with the databases at the base where they are kept, and says of each job by which name
 * they are; a job without a base is left out. Does nothing where that may not be: a server that is not our own or runs
 * already, databases that are kept, migrations that make roles, which belong to the whole server, or need stand-ins.
 * False with *error: no server. */
bool command_check_cache_start(const RunPlan *plan, const RunOptions *options, GError **error);

/* Stores the databases, once the servers are no longer needed. */
void command_check_cache_store(const RunOptions *options);

/* --- For others that keep a database made of migrations -------------------- */

/* A text that is another one when the migrations of the set are, or what of the job's suite is in its databases. The
 * caller frees it. */
char *command_check_cache_key(const RunJob *job, const MigrationSet *set);
/* Whether nothing that they make needs more than the database. */
bool command_check_cache_fits(const RunJob *job, const MigrationSet *set);
/* True if the run has a single suite, on a new server of our own that is not kept. */
bool command_check_cache_may_be(const RunPlan *plan, const RunOptions *options);

#endif
