/*
 * The properties of a database besides its schema and its rows, which a backup or a down may easily leave out.
 */
#ifndef CHECK_PROOF_SURROUNDINGS_H
#define CHECK_PROOF_SURROUNDINGS_H

#include "check/workspace/workspace.h"

/* Settings and privileges of the database, large objects; and more, depending on the kind. */
typedef struct CheckSurroundings CheckSurroundings;

typedef enum {
	CHECK_SURROUNDINGS_BACKUP,   /* where its sequences stand, the rows of tables that belong to extensions */
	CHECK_SURROUNDINGS_DATABASE, /* nothing */
	CHECK_SURROUNDINGS_SERVER,   /* settings and memberships of roles, which all databases of the server share:
	                              * only if no other session changes them at the same time */
} CheckSurroundingsKind;

/* Whether scripts of the set may change any of it: otherwise it need not be read. */
bool check_surroundings_in_set(const MigrationSet *set);

/* NULL with *error. The caller frees it. */
CheckSurroundings *check_surroundings_read(DbSession *session, CheckSurroundingsKind kind, GError **error);
/* The same of the workspace's database, and of the server where it is alone with it. */
CheckSurroundings *check_surroundings_read_workspace(const CheckWorkspace *workspace, GError **error);
void check_surroundings_free(CheckSurroundings *surroundings); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckSurroundings, check_surroundings_free)

/* The differences, one a line: `setting "search_path" of the database: was "app", is missing`; then, in lines that
 * begin with "hint: ", advice about a backup. NULL when there are none. Facts about a role that did not exist before
 * do not count: people decide whether a role stays. With `another_run`, two runs made them, each with large objects
 * of its own: only their number counts. Both of the same kind. The caller frees it. */
char *check_surroundings_compare(const CheckSurroundings *before, const CheckSurroundings *now, bool another_run);

#endif
