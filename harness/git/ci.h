/*
 * What CI systems say a change is to be merged into.
 */
#ifndef GIT_CI_H
#define GIT_CI_H

#include <glib.h>

/* What the change may be compared with; the first one that the clone has is taken. */
typedef struct {
	char *ref;    /* a commit, a branch of origin ("origin/main"), "HEAD^1" */
	char *source; /* who says so: "GITHUB_BASE_REF" */
} GitCiBase;

/* The system's own name ("GitHub Actions"), and the candidates in *ret_bases (of GitCiBase *; the caller unrefs it).
 * NULL, and no candidate: no CI system, or one that says nothing of a base. */
const char *git_ci_bases(char **environment, GPtrArray **ret_bases);

/* What lets the system's clone have the base: "with: { fetch-depth: 0 } of actions/checkout"; NULL without a system. */
const char *git_ci_help(char **environment);

#endif
