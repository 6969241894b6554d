/*
 * The down after the new release has written: rows that use the new possibilities of the up, and then the down.
 */
#ifndef CHECK_PROOF_AFTER_USE_H
#define CHECK_PROOF_AFTER_USE_H

#include "check/workspace/workspace.h"

typedef struct {
	CheckWorkspace *workspace;     /* its database stands behind the migration, with rows; its session is idle */
	const Migration *migration;    /* has a down */
	const CatalogSnapshot *before; /* the catalog before it */
	const CatalogSnapshot *after;  /* and right behind it */
} CheckAfterUse;

/* Uses the new possibilities of the up: rows with a new label of an enum, NULL where it was forbidden, values that
 * the old type cannot hold, duplicates where a key was, values that a check or a foreign key forbade; new tables
 * have rows already. For each such use that the database allows, the down runs in a transaction that is rolled back
 * (or on a copy, if it cannot run in one).
 *
 * *ret_used is the number of uses. *ret_failure is NULL if the down works after each of them; else a text with the
 * use and the failure of the down, for the caller to free. False with *error only if nothing can go on. */
bool check_after_use(const CheckAfterUse *trial, guint *ret_used, char **ret_failure, SourcePosition *ret_position,
                     GError **error);

/* Whether the up allows something that it did not: there is a use to try, unless the database refuses it. */
bool check_after_use_is_possible(const CatalogSnapshot *before, const CatalogSnapshot *after);

#endif
