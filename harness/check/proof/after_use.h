/*
 * The way back once the new release has written: rows that use what the up has come to allow, and then the down.
 */
#ifndef CHECK_PROOF_AFTER_USE_H
#define CHECK_PROOF_AFTER_USE_H

#include "check/proof/workspace.h"

typedef struct {
	CheckWorkspace *workspace;     /* its database stands behind the migration, with rows; its session is idle */
	const Migration *migration;    /* has a down */
	const CatalogSnapshot *before; /* the catalog before it */
	const CatalogSnapshot *after;  /* and right behind it */
} CheckAfterUse;

/* Makes rows with a new label of an enum, NULL where it was forbidden, values that the old type cannot hold, duplicates
 * where a key was, values that a check or a foreign key forbade; rows of new tables are there already. For each such
 * use that the database allows the down runs in a transaction that is rolled back (or on a copy, where it does not fit
 * one).
 *
 * *ret_used is how many uses there were. *ret_failure is NULL when the down goes through after each of them; else what
 * was used, and how the down fails then, for the caller to free. False with *error only when nothing can go on. */
bool check_after_use(const CheckAfterUse *trial, guint *ret_used, char **ret_failure, SourcePosition *ret_position,
                     GError **error);

/* Whether the up allows something that it did not: there is a use to try, unless the database refuses it. */
bool check_after_use_is_possible(const CatalogSnapshot *before, const CatalogSnapshot *after);

#endif
