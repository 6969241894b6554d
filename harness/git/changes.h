/*
 * The changes to the files of a directory since a commit.
 */
#ifndef GIT_CHANGES_H
#define GIT_CHANGES_H

#include "git/tree.h"

typedef enum {
	GIT_UNCHANGED,
	GIT_NEW,
	GIT_EDITED,
	GIT_RENAMED, /* with the same content */
	GIT_DELETED,
} GitChangeKind;

typedef struct {
	GitChangeKind kind;
	char *name;   /* from the directory: in the work tree, or of a deleted one in the commit */
	char *before; /* the old name of a renamed file; else NULL */
} GitChange;

/* The contents of the files of the directory in the work tree, as git would store them: name from the directory ->
 * id (char * -> char *). The names are those of regular files, NULL-terminated. NULL with *error. The caller unrefs
 * it. */
GHashTable *git_changes_identify(const GitRepository *repository, const char *directory, const char *const *names,
                                 GError **error);

/* Holds these against the files below `before` (a directory of the commit; NULL: it had none), of GitChange *, in the
 * order of their names. The caller unrefs it. */
GPtrArray *git_changes_compare(const GitTree *tree, const char *before, GHashTable *files);

/* The paths from the root of the files that `now` (a commit; NULL: the work tree, without what git ignores) has with
 * another content than `before`, or that only one of them has; NULL-terminated. NULL with *error. The caller frees
 * them. */
char **git_changes_list(const GitRepository *repository, const char *before, const char *now, GError **error);

/* The file `path` with the changes that were made to `old` on the way to `other`, all of them files. NULL without
 * *error: both have changed the same lines, or the files are no text. The caller frees it. */
char *git_changes_merge(const GitRepository *repository, const char *path, const char *old, const char *other,
                        GError **error);

#endif
