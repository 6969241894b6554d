/*
 * The files of a commit.
 */
#ifndef GIT_TREE_H
#define GIT_TREE_H

#include "git/repository.h"

typedef enum {
	GIT_FILE,
	GIT_LINK,      /* a symbolic link */
	GIT_SUBMODULE, /* its id is a commit of another repository */
} GitFileKind;

typedef struct {
	GitFileKind kind;
	char *path; /* from the root */
	char *id;   /* of its content */
} GitFile;

/* The files of a commit, in the order of their paths. */
typedef struct {
	GPtrArray *files; /* of GitFile * */
} GitTree;

/* Reads the list. NULL with *error (BASE_ERROR_ENVIRONMENT when the clone lacks the commit's tree). */
GitTree *git_tree_read(const GitRepository *repository, const char *commit, GError **error);
void git_tree_free(GitTree *tree); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GitTree, git_tree_free)

/* The file, or NULL. */
const GitFile *git_tree_find(const GitTree *tree, const char *path);

/* Those below the directory ("." is the root), of const GitFile *; the caller unrefs it. */
GPtrArray *git_tree_below(const GitTree *tree, const char *directory);

/* Where a directory of the work tree stood in the commit: there, or else where most of its files (paths from the
 * directory to their ids, char * -> char *) were under the same names. NULL: nowhere. The caller frees it. */
char *git_tree_find_directory(const GitTree *tree, const char *directory, GHashTable *files);

/* Writes the files below the directory, and the small ones in the directories above it that configure tools, into
 * `folder` under their own paths. Links and submodules are left out. False with *error: a file is missing in a partial
 * clone (BASE_ERROR_ENVIRONMENT), the disk is full. */
bool git_tree_export(const GitRepository *repository, const GitTree *tree, const char *directory, const char *folder,
                     GError **error);

#endif
