#include "run/change.h"

#include "git/repository.h"

#define CHANGE_DIGITS 9 /* of a commit */

/* The branch of a change, where a CI system has checked out a commit. */
static const char *
change_find_branch(const GitRepository *repository)
{
	static const char *const variables[] = { "GITHUB_HEAD_REF",    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
		                                 "CI_COMMIT_REF_NAME", "CHANGE_BRANCH",
		                                 "BUILDKITE_BRANCH",   "CIRCLE_BRANCH",
		                                 "BITBUCKET_BRANCH",   NULL };
	const char *name = NULL;

	if (repository->branch != NULL && repository->branch[0] != '\0')
		return repository->branch;
	for (const char *const *variable = variables; *variable != NULL; variable++) {
		name = g_getenv(*variable);
		if (name != NULL && *name != '\0')
			return name;
	}
	return NULL;
}

char *
run_change_describe(const char *directory)
{
	g_autoptr(GitRepository) repository = git_repository_open(directory, NULL);
	bool changed = false;
	g_autofree char *commit = repository != NULL ? git_repository_commit(directory, &changed) : NULL;
	const char *branch = commit != NULL ? change_find_branch(repository) : NULL;

	if (commit == NULL)
		return NULL;
	return g_strdup_printf("%s%s%.*s%s", branch != NULL ? branch : "", branch != NULL ? " at " : "", CHANGE_DIGITS,
	                       commit, changed ? " (not all is committed)" : "");
}
