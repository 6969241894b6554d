/*
 * The repository that a directory is in.
 */
#ifndef GIT_REPOSITORY_H
#define GIT_REPOSITORY_H

#include <glib.h>
#include <stdbool.h>

typedef struct {
	char *root;   /* of the work tree, absolute */
	char *head;   /* the commit that is checked out; NULL: there is none yet */
	char *branch; /* its branch; NULL: detached */
	char *above;  /* the root of the repository that this one is a submodule of; or NULL */
	bool shallow; /* its history is cut off */
	bool partial; /* files of the past may be missing */
} GitRepository;

/* Opens it. NULL with *error: the directory is in none, or in a bare one (BASE_ERROR_USAGE); git does not trust it, or
 * there is no git (BASE_ERROR_ENVIRONMENT). */
GitRepository *git_repository_open(const char *directory, GError **error);
void git_repository_free(GitRepository *repository); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GitRepository, git_repository_free)

/* True when the directory is in this repository, and in no other one below its root: in no submodule of it. */
bool git_repository_holds(const GitRepository *repository, const char *directory);

/* The path of a file or directory, seen from the root: "db/migrations", "." for the root itself; NULL: it is not below
 * it. Symbolic links are followed. The caller frees it. */
char *git_repository_path(const GitRepository *repository, const char *path);

/* The commit that is checked out where the directory is; *ret_changed: files of it are changed and not committed. NULL:
 * there is no repository, no commit, or no git. The caller frees it. */
char *git_repository_commit(const char *directory, bool *ret_changed);

#endif
