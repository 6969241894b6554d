#include "git/base.h"

#include "base/error.h"
#include "git/ci.h"
#include "git/program.h"

#include <string.h>

void
git_base_clear(GitBase *base)
{
	g_clear_pointer(&base->commit, g_free);
	g_clear_pointer(&base->ref, g_free);
	g_clear_pointer(&base->source, g_free);
}

/* --- Commits ---------------------------------------------------------------- */

/* NULL without *error: there is no such commit. */
static char *
base_commit_of(const GitRepository *repository, const char *ref, GError **error)
{
	g_autofree char *commit = g_strconcat(ref, "^{commit}", NULL);
	const char *const arguments[] = { "rev-parse", "--verify", "--quiet", "--end-of-options", commit, NULL };

	return git_ask(repository->root, arguments, error);
}

/* The command that fetches a branch of origin, or a commit, into the clone. */
static char *
base_fetch_command(const GitRepository *repository, const char *ref)
{
	const char *branch = g_str_has_prefix(ref, "origin/") ? ref + strlen("origin/") : ref;
	const char *depth = repository->shallow ? "--unshallow " : "";

	if (!g_str_has_prefix(ref, "origin/"))
		return g_strdup_printf("git fetch %sorigin %s", depth, branch);
	return g_strdup_printf("git fetch %sorigin +refs/heads/%s:refs/remotes/origin/%s", depth, branch, branch);
}

static void
base_not_there(const GitRepository *repository, const char *ref, GError **error)
{
	g_autofree char *name = g_strndup(ref, strcspn(ref, "~^@:"));
	g_autofree char *there = strcmp(name, ref) != 0 && *name != '\0' ? base_commit_of(repository, name, NULL)
	                                                                 : NULL;
	g_autofree char *hint = base_fetch_command(repository, *name != '\0' ? name : ref);

	/* "main~9": git fetches "main", and no commit by such a name. */
	if (there != NULL) {
		g_free(hint);
		hint = repository->shallow
		           ? g_strdup("git fetch --unshallow")
		           : g_strdup_printf("git log --oneline %s shows the commits that are there", name);
	}
	base_error_set(error, repository->shallow ? BASE_ERROR_ENVIRONMENT : BASE_ERROR_USAGE, hint,
	               "there is no commit \"%s\" in this %sclone", ref, repository->shallow ? "shallow " : "");
}

char *
git_base_resolve(const GitRepository *repository, const char *ref, GError **error)
{
	GError *cause = NULL;
	char *commit = base_commit_of(repository, ref, &cause);

	if (commit == NULL && cause == NULL && !g_str_has_prefix(ref, "origin/")) {
		g_autofree char *remote = g_strconcat("origin/", ref, NULL);
		commit = base_commit_of(repository, remote, &cause);
	}
	if (cause != NULL)
		g_propagate_error(error, cause);
	else if (commit == NULL)
		base_not_there(repository, ref, error);
	return commit;
}

/* --- Where it comes from ------------------------------------------------------ */

static bool
base_take(const char *ref, const char *source, char *commit, GitBase *base)
{
	if (commit == NULL)
		return false;
	base->ref = g_strdup(ref);
	base->source = g_strdup(source);
	base->commit = commit;
	return true;
}

/* The first of the candidates that the clone has. False without *error: the system names none. */
static bool
base_by_ci(const GitRepository *repository, char **environment, GitBase *base, GError **error)
{
	g_autoptr(GPtrArray) candidates = NULL;
	const char *system = git_ci_bases(environment, &candidates);
	GError *cause = NULL;

	for (guint i = 0; i < candidates->len && cause == NULL; i++) {
		const GitCiBase *candidate = g_ptr_array_index(candidates, i);
		char *commit = base_commit_of(repository, candidate->ref, &cause);
		if (base_take(candidate->ref, candidate->source, commit, base))
			return true;
	}
	if (cause != NULL) {
		g_propagate_error(error, cause);
	} else if (candidates->len > 0) {
		const GitCiBase *first = g_ptr_array_index(candidates, 0);
		g_autofree char *fetch = base_fetch_command(repository, first->ref);
		g_autofree char *hint = g_strdup_printf("%s; or: %s", git_ci_help(environment), fetch);
		base_error_set(error, BASE_ERROR_ENVIRONMENT, hint,
		               "%s says that the base is \"%s\" (%s), which is not in this clone", system, first->ref,
		               first->source);
	}
	return false;
}

/* A clone of one branch alone has an origin, and not its default branch. */
static bool
base_has_origin(const GitRepository *repository)
{
	const char *const arguments[] = { "config", "--get", "remote.origin.url", NULL };
	g_autofree char *url = git_ask(repository->root, arguments, NULL);

	return url != NULL;
}

/* A clone of nobody has no origin, but often a branch by one of the usual names. The caller frees the hint. */
static char *
base_propose(const GitRepository *repository)
{
	static const char *const branches[] = { "main", "master", "trunk", "develop" };
	const char *const current[] = { "symbolic-ref", "--short", "HEAD", NULL };
	g_autofree char *here = git_ask(repository->root, current, NULL);
	const char *found = NULL;

	for (gsize i = G_N_ELEMENTS(branches); i > 0; i--) {
		g_autofree char *ref = g_strconcat("refs/heads/", branches[i - 1], NULL);
		g_autofree char *commit = base_commit_of(repository, ref, NULL);
		if (commit != NULL && g_strcmp0(here, branches[i - 1]) != 0)
			found = branches[i - 1];
	}
	if (found == NULL && base_has_origin(repository))
		return g_strdup_printf(
		    "git fetch %sorigin '+refs/heads/*:refs/remotes/origin/*' && git remote set-head "
		    "origin --auto; or say --base REF (a branch, a tag, a commit), or --base none, "
		    "which tests all migrations",
		    repository->shallow ? "--unshallow " : "");
	if (found == NULL)
		return g_strdup(
		    "say --base REF (a branch, a tag, a commit); or --base none, which tests all migrations");
	return g_strdup_printf("say --base %s, or another branch, tag or commit; --base none tests all migrations",
	                       found);
}

static bool
base_by_origin(const GitRepository *repository, GitBase *base, GError **error)
{
	static const char *const refs[] = { "origin/HEAD", "origin/main", "origin/master", "origin/trunk",
		                            "origin/develop" };
	const char *const name[] = { "rev-parse", "--abbrev-ref", "origin/HEAD", NULL };
	GError *cause = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(refs) && cause == NULL; i++) {
		char *commit = base_commit_of(repository, refs[i], &cause);
		g_autofree char *shown = commit != NULL && i == 0 ? git_ask(repository->root, name, NULL) : NULL;
		if (base_take(shown != NULL ? shown : refs[i], "the default branch of origin", commit, base))
			return true;
	}
	if (cause != NULL) {
		g_propagate_error(error, cause);
		return false;
	}
	g_autofree char *hint = base_propose(repository);
	return base_error_set(
	    error, BASE_ERROR_USAGE, hint,
	    "nothing says what this branch is to be merged into: there is no remote \"origin\" with a "
	    "default branch, and no CI system");
}

static bool
base_choose(const GitRepository *repository, const char *given, char **environment, GitBase *base, GError **error)
{
	GError *cause = NULL;

	if (given != NULL)
		return base_take(given, "--base", git_base_resolve(repository, given, error), base);
	if (base_by_ci(repository, environment, base, &cause))
		return true;
	if (cause == NULL)
		return base_by_origin(repository, base, error);
	g_propagate_error(error, cause);
	return false;
}

/* --- The merge base -------------------------------------------------------------- */

static bool
base_no_merge_base(const GitRepository *repository, const GitBase *base, GError **error)
{
	if (repository->shallow) {
		g_autofree char *fetch = base_fetch_command(repository, base->ref);
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, fetch,
		                      "this clone is shallow: it is cut off before HEAD and \"%s\" meet", base->ref);
	}
	return base_error_set(error, BASE_ERROR_USAGE,
	                      "name another --base; or say --base none, which tests all migrations",
	                      "HEAD and \"%s\" (%s) have no commit in common", base->ref, base->source);
}

bool
git_base_find(const GitRepository *repository, const char *given, char **environment, GitBase *ret_base, GError **error)
{
	g_auto(GitBase) base = { 0 };
	GError *cause = NULL;

	if (repository->head == NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "say --base none, which tests all migrations",
		                      "nothing is committed in \"%s\" yet", repository->root);
	if (!base_choose(repository, given, environment, &base, error))
		return false;
	const char *const arguments[] = { "merge-base", repository->head, base.commit, NULL };
	char *commit = git_ask(repository->root, arguments, &cause);
	if (cause != NULL) {
		g_propagate_error(error, cause);
		return false;
	}
	if (commit == NULL)
		return base_no_merge_base(repository, &base, error);
	g_free(base.commit);
	base.commit = commit;
	base.is_head = strcmp(commit, repository->head) == 0;
	*ret_base = base;
	base = (GitBase){ 0 };
	return true;
}
