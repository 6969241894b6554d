#include "git/repository.h"

#include "base/error.h"
#include "git/program.h"

#include <stdlib.h>
#include <string.h>

void
git_repository_free(GitRepository *repository)
{
	if (repository == NULL)
		return;
	g_free(repository->root);
	g_free(repository->head);
	g_free(repository->branch);
	g_free(repository->above);
	g_free(repository);
}

static bool
repository_refuse(const char *directory, const GitAnswer *answer, GError **error)
{
	if (strstr(answer->stderr_text, "dubious ownership") != NULL)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT,
		                      "where the files are yours: git config --global --add safe.directory '*'",
		                      "git does not trust the repository of \"%s\", which belongs to another user",
		                      directory);
	if (strstr(answer->stderr_text, "must be run in a work tree") != NULL)
		return base_error_set(error, BASE_ERROR_USAGE, "go to a clone of it that has its files",
		                      "\"%s\" is in a git repository without a work tree", directory);
	if (strstr(answer->stderr_text, "not a git repository") != NULL)
		return base_error_set(error, BASE_ERROR_USAGE,
		                      "say --base none, which tests all migrations, or --since VERSION",
		                      "\"%s\" is in no git repository", directory);
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "git cannot read the repository of \"%s\": %s",
	                      directory, answer->stderr_text);
}

static bool
repository_is(const char *root, const char *option, GError **error)
{
	const char *const arguments[] = { "config", "--get-regexp", option, NULL };
	g_autofree char *text = git_ask(root, arguments, error);

	return text != NULL && text[0] != '\0';
}

/* Reads the properties one by one; each command may fail for a reason of its own. */
static bool
repository_read(GitRepository *repository, GError **error)
{
	const char *const head[] = { "rev-parse", "--verify", "--quiet", "HEAD^{commit}", NULL };
	const char *const branch[] = { "symbolic-ref", "--quiet", "--short", "HEAD", NULL };
	const char *const shallow[] = { "rev-parse", "--is-shallow-repository", NULL };
	const char *const above[] = { "rev-parse", "--show-superproject-working-tree", NULL };
	GError *cause = NULL;

	repository->head = git_ask(repository->root, head, &cause);
	repository->branch = cause == NULL ? git_ask(repository->root, branch, &cause) : NULL;
	g_autofree char *is_shallow = cause == NULL ? git_ask(repository->root, shallow, &cause) : NULL;
	repository->above = cause == NULL ? git_ask(repository->root, above, &cause) : NULL;
	repository->shallow = g_strcmp0(is_shallow, "true") == 0;
	repository->partial = cause == NULL && repository_is(repository->root, "^remote\\..*\\.promisor$", &cause);
	if (repository->above != NULL && repository->above[0] == '\0')
		g_clear_pointer(&repository->above, g_free);
	if (cause == NULL)
		return true;
	g_propagate_error(error, cause);
	return false;
}

static const char *const repository_root[] = { "rev-parse", "--show-toplevel", NULL };

GitRepository *
git_repository_open(const char *directory, GError **error)
{
	g_autoptr(GitRepository) repository = g_new0(GitRepository, 1);
	g_auto(GitAnswer) answer = { 0 };
	g_autofree char *path = g_canonicalize_filename(directory, NULL);

	if (!git_run(path, repository_root, NULL, &answer, error))
		return NULL;
	if (answer.exit_code != 0) {
		repository_refuse(directory, &answer, error);
		return NULL;
	}
	repository->root = g_strdup(g_strchomp(answer.text));
	return repository_read(repository, error) ? g_steal_pointer(&repository) : NULL;
}

bool
git_repository_holds(const GitRepository *repository, const char *directory)
{
	g_autofree char *path = g_canonicalize_filename(directory, NULL);
	g_autofree char *root = git_ask(path, repository_root, NULL);

	return g_strcmp0(root, repository->root) == 0;
}

char *
git_repository_path(const GitRepository *repository, const char *path)
{
	char *real = realpath(path, NULL);
	char *root = realpath(repository->root, NULL);
	char *found = NULL;
	gsize length = root != NULL ? strlen(root) : 0;

	if (real != NULL && root != NULL && strcmp(real, root) == 0)
		found = g_strdup(".");
	else if (real != NULL && root != NULL && g_str_has_prefix(real, root) && real[length] == '/')
		found = g_strdup(real + length + 1);
	free(real);
	free(root);
	return found;
}

char *
git_repository_commit(const char *directory, bool *ret_changed)
{
	static const char *const status[] = { "status", "--porcelain", "--untracked-files=no", NULL };
	g_autoptr(GitRepository) repository = git_repository_open(directory, NULL);

	if (repository == NULL || repository->head == NULL)
		return NULL;
	g_autofree char *changes = git_ask(repository->root, status, NULL);
	*ret_changed = changes == NULL || changes[0] != '\0';
	return g_strdup(repository->head);
}
