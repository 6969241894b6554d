/*
 * Rows that plans are measured on, kept for the next run that makes the same.
 */
#ifndef COMMAND_DATABASE_ROWS_H
#define COMMAND_DATABASE_ROWS_H

#include "run/run.h"

/* Starts the server of the plan, with the rows of its jobs where they are kept, and says of each job by which name they
 * are. Does nothing where that may not be, as command_check_cache_start. False with *error: no server. */
bool command_rows_start(const RunPlan *plan, const RunOptions *options, GError **error);

/* Stores the databases, once the servers are no longer needed. */
void command_rows_store(const RunOptions *options);

#endif
