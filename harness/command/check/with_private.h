/*
 * Declarations for with.c, with_run.c and with_place.c.
 */
#ifndef COMMAND_CHECK_WITH_PRIVATE_H
#define COMMAND_CHECK_WITH_PRIVATE_H

#include "command/check/with.h"

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

/* Runs what of the set is not in `before` (NULL: nothing is), which has been run on the database. */
bool check_with_migrate(CheckWorkspace *at, const MigrationSet *set, const MigrationSet *before, CheckWithEnd *end,
                        GError **error);

/* The same on tables with rows. *ret_broken is a write that works after the first set, and fails after both; NULL:
 * none, or it could not be tried. The caller frees it. */
bool check_with_run_writes(const RunJob *job, ScratchServer *server, const MigrationSet *first,
                           const MigrationSet *both, char **ret_broken, GError **error);

/* --- with_place.c ----------------------------------------------------------------------- */

/* The statements of both sides about the objects that the text names, one a line; "" if only one side has such
 * statements. The caller frees it. */
char *check_with_find_places(const CheckWithPair *pair, const char *text);

#endif
