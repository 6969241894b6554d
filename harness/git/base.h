/*
 * The base of a branch: the commit at which it began, as seen from where it is to be merged.
 */
#ifndef GIT_BASE_H
#define GIT_BASE_H

#include "git/repository.h"

typedef struct {
	char *commit; /* the merge base, in full */
	char *ref;    /* the base of the branch, as people write it: "origin/main" */
	char *source; /* the source of the name: "--base", "GITHUB_BASE_REF", "the default branch of origin" */
	bool is_head; /* nothing was committed since */
} GitBase;

void git_base_clear(GitBase *base);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GitBase, git_base_clear)

/* Finds the base: `given` (--base), else the one from the CI system's variables (docs/check.md has the table), else
 * the default branch of the remote "origin". `environment` is where variables are looked up; NULL-terminated. False
 * with *error: no base is known, or the given one does not exist (BASE_ERROR_USAGE); the clone lacks it, or is cut
 * off before the merge base (BASE_ERROR_ENVIRONMENT); each with the command that helps. */
bool git_base_find(const GitRepository *repository, const char *given, char **environment, GitBase *ret_base,
                   GError **error);

/* The commit of a ref, or of the branch of that name at origin; in full. NULL with *error as above. The caller frees
 * it. */
char *git_base_resolve(const GitRepository *repository, const char *ref, GError **error);

#endif
