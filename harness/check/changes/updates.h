/*
 * UPDATEs of a migration, each looked at before it runs: what they write, and to which rows.
 */
#ifndef CHECK_CHANGES_UPDATES_H
#define CHECK_CHANGES_UPDATES_H

#include "check/changes/changes.h"

/* Whether the script has an UPDATE that has to be looked at. */
bool check_updates_suspected(const MigrationScript *script);

/* Zeroed, it is not watching. */
typedef struct {
	MigrationRunner *runner;
	MigrationWatch watch;
	GPtrArray *changes; /* of CheckChange * */
	char *closed;       /* for the `closed` of an update */
} CheckUpdates;

/* Watches the next run of a script, in an open transaction that is rolled back: before each such UPDATE it asks the
 * questions of its table, and adds what it finds to `changes`. Ended by check_updates_end, also after a failure. The
 * CheckUpdates stays where it is until then. False with *error. */
bool check_updates_begin(CheckUpdates *updates, MigrationRunner *runner, GPtrArray *changes, GError **error);
void check_updates_end(CheckUpdates *updates);

#endif
