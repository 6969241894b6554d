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
/* Gives each job of a suite with queries those of the release before: as they were at the base, or at the tag, branch
 * or commit `release` (NULL: the base). Prints what it has found, a line each. False with *error: there is no such tag
 * (BASE_ERROR_USAGE). */
bool command_check_release(CommandCheckBase *base, const RunPlan *plan, const char *release, GError **error);
/* True when git knows that the file is as it was at the base. False for what it does not know. */
bool command_check_base_has_file(const CommandCheckBase *base, const char *path);

/* "--base 3f2c1a9" or "--since V3": what leads to the same base again; NULL: there is none. */
const char *command_check_base_option(const CommandCheckBase *base);

/* The migrations of another branch on the base, and both branches' together; loaded. Where files or versions collide,
 * these are NULL, and *ret_problem says what; the caller frees all of it. False with *error: there is no such branch
 * (BASE_ERROR_USAGE), or git did not give the base. */
bool command_check_base_join(const CommandCheckBase *base, const RunJob *job, const char *ref,
                             MigrationSet **ret_theirs, MigrationSet **ret_both, char **ret_problem, GError **error);

void command_check_base_free(CommandCheckBase *base); /* takes NULL */

#endif
