/*
 * Protections that a migration leaves switched off on tables that were there: triggers and rules that stay disabled,
 * row security without a policy to read by, or off; tables that stay unlogged.
 */
#ifndef CHECK_PROOF_SWITCHED_OFF_H
#define CHECK_PROOF_SWITCHED_OFF_H

#include "check/proof/apply.h"

/* One object. */
typedef struct {
	char *text; /* what is off, and what follows, in one line */
	const char *hint;
	SourcePosition place;
} CheckSwitchedOff;

/* Of CheckSwitchedOff *: what was on in `before` and is off in `after`. A trigger, a rule or an unlogged table counts
 * where the script goes on with the table after the DISABLE: a script that ends with that means it. The caller unrefs
 * the list. */
GPtrArray *check_switched_off_find(const CheckAfter *before, const CheckAfter *after, const MigrationScript *script);

/* Adds the foreign keys that a script with DISABLE TRIGGER ALL, which has just run, leaves unchecked. The session is
 * idle. False with *error. */
bool check_switched_off_add_keys(DbSession *session, const MigrationScript *script, GPtrArray *found, GError **error);

#endif
