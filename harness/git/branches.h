/*
 * A list of branches that are open, as CI systems give it.
 */
#ifndef GIT_BRANCHES_H
#define GIT_BRANCHES_H

#include <glib.h>

/* The names of a list: a file, or else an environment variable, with names between blanks, commas or lines, or what
 * "gh pr list --json headRefName" and GitLab's API give. NULL with *error (BASE_ERROR_USAGE). The caller frees it. */
char **git_branches_read(const char *source, GError **error);

#endif
