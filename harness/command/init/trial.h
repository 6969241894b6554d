/*
 * The failures of a suite that init has just written, and those that the suite should accept.
 */
#ifndef COMMAND_INIT_TRIAL_H
#define COMMAND_INIT_TRIAL_H

#include "migration/migration.h"
#include "run/run.h"

/* A failure of an old migration, whose file may not be edited any more. */
typedef struct {
	const char *
	    key; /* of the suite's database, which accepts it: "rows_except"; of the check security: "except"; static */
	char *name; /* of the migration, of a column, or of an object with a finding, as the key wants it */
	char *reason;
} InitException;

/* Runs the suite once and prints what fails. A migration that others follow is old: what such a one fails with is in
 * the list (of InitException *), as far as the suite has a key for it. The newest one is still being worked on, and
 * nothing of it is accepted. The caller unrefs the list. NULL with *error: it could not be run to its end. */
GPtrArray *command_init_try(const char *suite_path, const RunOptions *options, GError **error);

/* As keys of a database of the suite. */
void command_init_append_exceptions(const GPtrArray *exceptions, GString *yaml);

/* The key "checks" with the check security and its exceptions. The list may be NULL. The caller frees it. */
char *command_init_checks(const GPtrArray *exceptions);

#endif
