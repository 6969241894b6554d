/*
 * Stand-ins: SQL that runs instead of CREATE EXTENSION on a server that lacks the extension.
 *
 * The objects that the SQL creates become members of an extension of that name, so that the catalog, snapshots and DROP
 * EXTENSION see an extension. Needs a superuser.
 */
#ifndef MIGRATION_RUNNER_STAND_IN_H
#define MIGRATION_RUNNER_STAND_IN_H

#include "migration/runner/runner.h"

/* The source that stands in for the extension that the statement creates; NULL when it is no CREATE EXTENSION or the
 * extension has none. `stand_ins` may be NULL. */
Source *migration_stand_in_find(const MigrationStandIns *stand_ins, const MigrationStatement *statement);

/* The state between the begin and the end of a stand-in. */
typedef struct {
	char *search_path; /* to go back to, or NULL */
	char *extension;   /* its OID */
	bool transaction;  /* it was begun here */
	bool exists;       /* IF NOT EXISTS, and there is one: nothing to do */
} MigrationStandInState;

void migration_stand_in_clear(MigrationStandInState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigrationStandInState, migration_stand_in_clear)

/* Begins a transaction unless one is open, enters the extension in the catalog and, for SCHEMA s, puts s first in the
 * search_path. False with *error and the session's diagnostic when the server refuses. */
bool migration_stand_in_begin(DbSession *session, const MigrationStatement *statement, MigrationStandInState *state,
                              GError **error);

/* Makes the objects created since then members of the extension, and commits. */
bool migration_stand_in_end(DbSession *session, MigrationStandInState *state, GError **error);

#endif
