/*
 * The plans of a suite's queries, blessed.
 */
#ifndef COMMAND_BLESS_PLANS_H
#define COMMAND_BLESS_PLANS_H

#include "run/job/plan.h"
#include "scratch/server.h"

/* The text that the job's file of blessed plans has (*ret_before, empty where there is none) and the one that it has to
 * have, both the caller's. Plans that do not meet their conditions stay out of it, and are added to `refused`, of char
 * *. Both texts are NULL where the suite names no such file, or (with a line of output) the server is none of our own.
 * False with *error. */
bool command_bless_plans(const RunJob *job, ScratchServer *server, GPtrArray *refused, char **ret_before,
                         char **ret_after, GError **error);

#endif
