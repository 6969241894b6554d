/*
 * Keys and policies that a migration makes again, and that do less than they did, without a word about it.
 */
#ifndef CHECK_PROOF_REMADE_H
#define CHECK_PROOF_REMADE_H

#include "catalog/snapshot.h"
#include "migration/text/script.h"

/* What the object of `before` does not do any more, in one line, and *ret_hint, how to keep it: a key that was
 * DEFERRABLE, a unique key that holds for no row that is there any more, a policy for all commands that is one for a
 * single command now, while no other policy is for the rest. NULL: nothing of this kind, or the script says so. The
 * caller frees the text. */
char *check_remade_find(const CatalogSnapshot *before, const CatalogSnapshot *after, const MigrationScript *script,
                        const CatalogObject *object, const char **ret_hint);

#endif
