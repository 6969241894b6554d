/*
 * The suites of a repository, and generated suites for directories of migrations that no suite names.
 */
#ifndef COMMAND_CHECK_FIND_H
#define COMMAND_CHECK_FIND_H

#include "run/run.h"

typedef struct {
	const char *const *directories; /* NULL-terminated; none: all that the repository has */
	const char *base;               /* the base of the branch, for hints; or NULL */
	const char *format;             /* for those without a suite; NULL: detected */
	char *const *placeholders;      /* NAME=VALUE, for the same; or NULL */
} CommandCheckWish;

/* The plan, in which generated suites have the path COMMAND_CHECK_MADE. Prints its decisions, a line each. Takes
 * servers from the options, and adds to them. NULL with *error: nothing to check (BASE_ERROR_USAGE), a directory or
 * suite that cannot be understood (BASE_ERROR_INPUT). */
RunPlan *command_check_find(const CommandCheckWish *wish, const RunOptions *options, GError **error);

#define COMMAND_CHECK_MADE "pgassay check"

#endif
