/*
 * The target branch of a change, from the variables of CI systems.
 */
#ifndef GIT_CI_H
#define GIT_CI_H

#include <glib.h>

/* A candidate for the base of the change; the first one that the clone has is taken. */
typedef struct {
	char *ref;    /* a commit, a branch of origin ("origin/main"), "HEAD^1" */
	char *source; /* the source of the name: "GITHUB_BASE_REF" */
} GitCiBase;

/* The system's own name ("GitHub Actions"), and the candidates in *ret_bases (of GitCiBase *; the caller unrefs it).
 * NULL, and no candidate: no CI system, or one that names no base. */
const char *git_ci_bases(char **environment, GPtrArray **ret_bases);

/* The setting that makes the system's clone contain the base: "with: { fetch-depth: 0 } of actions/checkout"; NULL
 * without a system. */
const char *git_ci_help(char **environment);

#endif
