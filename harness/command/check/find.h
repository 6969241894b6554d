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
 * servers from the options, and adds to them. A directory that was found and cannot be understood does not keep the
 * others from being checked: unread gets a ReportCase * with its error. NULL with *error: nothing to check
 * (BASE_ERROR_USAGE), a suite, a directory that was named, or the only one there is, that cannot be understood
 * (BASE_ERROR_INPUT). */
RunPlan *command_check_find(const CommandCheckWish *wish, const RunOptions *options, GPtrArray *unread, GError **error);

#define COMMAND_CHECK_MADE "pgassay check"

#endif
