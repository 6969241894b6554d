/*
 * Declarations for with.c, with_run.c and with_place.c.
 */
#ifndef COMMAND_CHECK_WITH_PRIVATE_H
#define COMMAND_CHECK_WITH_PRIVATE_H

#include "command/check/with.h"

#include "check/proof/shared_objects.h"
#include "check/workspace/workspace.h"

/* The result of running one set, and then the pending migrations of another one. */
typedef struct {
	CatalogSnapshot *end;  /* NULL: it did not come so far */
	char *problem;         /* why; or NULL */
	char *error_text;      /* the server's error; or NULL */
	char *refusal;         /* why the tool would not have come so far; or NULL */
	const Migration *last; /* that was run; or NULL */
} CheckWithEnd;

void check_with_end_clear(CheckWithEnd *end);

/* Branches that are merged: two, or all. */
typedef struct {
	const RunJob *job;
	char *names[2];         /* "this branch", "\"x\"": the branch that is merged first, for each order */
	char *other[2];         /* the branch that is merged second */
	MigrationSet *first[2]; /* the base and the new migrations of the branch that is merged first; NULL: it
	                         * cannot be read */
	MigrationSet *both;     /* with the new migrations of all branches; or NULL */
	char *problem;          /* why; or NULL */
} CheckWithPair;

bool check_with_has(const MigrationSet *set, const char *name);

/* --- with_run.c ------------------------------------------------------------------------ */

/* Runs the first set on a new database, and then the pending migrations of both. False with *error if that cannot go
 * on. */
bool check_with_run(const RunJob *job, ScratchServer *server, const MigrationSet *first, const MigrationSet *both,
                    CheckWithEnd *end, GError **error);

/* The roles of the server; NULL where no script of the set changes any. The caller frees it. False with *error. */
bool check_with_read_roles(const ScratchServer *server, const MigrationSet *set, CheckSharedObjects **ret_roles,
                           GError **error);
/* As they were then (NULL: nothing is to be done): databases that the set has made are gone, so that another one can
 * make the same roles. */
void check_with_restore_roles(const ScratchServer *server, const MigrationSet *set, const CheckSharedObjects *roles);

/* Runs the set on the database, which is new. */
bool check_with_migrate(CheckWorkspace *at, const MigrationSet *set, CheckWithEnd *end, GError **error);

/* The same on tables with rows. *ret_broken is a write that works after the first set, and fails after both; NULL:
 * none, or it could not be tried. The caller frees it. */
bool check_with_run_writes(const RunJob *job, ScratchServer *server, const MigrationSet *first,
                           const MigrationSet *both, char **ret_broken, GError **error);

/* --- with_place.c ----------------------------------------------------------------------- */

/* The statements of both sides about the objects that the text names, one a line; "" if only one side has such
 * statements. The caller frees it. */
char *check_with_find_places(const CheckWithPair *pair, const char *text);

#endif
