/*
 * Where the databases of "pgassay check" begin: the base of a branch, or a version.
 */
#ifndef COMMAND_CHECK_BASE_H
#define COMMAND_CHECK_BASE_H

#include "run/job/plan.h"

typedef struct {
	const char *ref;   /* --base; NULL: found; "none": everything is tested */
	const char *since; /* --since; NULL: none */
	bool all;          /* --all */
} CommandCheckBaseWish;

/* The folder that the base's files are in while they are needed. */
typedef struct CommandCheckBase CommandCheckBase;

/* Gives each job of the plan its base, and prints what was decided, a line each. What it gives must live as long as the
 * plan. NULL with *error, as git_base_find. */
CommandCheckBase *command_check_base(RunPlan *plan, const CommandCheckBaseWish *wish, GError **error);
void command_check_base_free(CommandCheckBase *base); /* takes NULL */

#endif
