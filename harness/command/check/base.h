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

/* Gives each job of the plan its base, and prints the decisions, a line each. The result must live as long as the
 * plan. NULL with *error, as git_base_find. */
CommandCheckBase *command_check_base(RunPlan *plan, const CommandCheckBaseWish *wish, GError **error);
/* Gives each job of a suite with queries the queries of the previous release: those of the base, or of the tag,
 * branch or commit `release` (NULL: the base). Prints the queries found, a line each. False with *error: there is no
 * such tag (BASE_ERROR_USAGE). */
bool command_check_release(CommandCheckBase *base, const RunPlan *plan, const char *release, GError **error);
/* True if git knows that the file is unchanged since the base. False for files that git does not know. */
bool command_check_base_has_file(const CommandCheckBase *base, const char *path);

/* "--base 3f2c1a9" or "--since V3": what leads to the same base again; NULL: there is none. */
const char *command_check_base_option(const CommandCheckBase *base);

/* The migrations of the base and of several branches on it, merged in this order ("" is the work tree;
 * NULL-terminated); loaded. If files or versions collide, it is NULL, and *ret_problem describes the collision; the
 * caller frees both. False with *error: there is no such branch (BASE_ERROR_USAGE), or git failed to read it. */
bool command_check_base_merge(const CommandCheckBase *base, const RunJob *job, const char *const *refs,
                              MigrationSet **ret_set, char **ret_problem, GError **error);
/* True when the clone has the branch. */
bool command_check_base_has_ref(const CommandCheckBase *base, const char *ref);
/* The branch that is checked out, or NULL. */
const char *command_check_base_branch(const CommandCheckBase *base);

void command_check_base_free(CommandCheckBase *base); /* takes NULL */

#endif
