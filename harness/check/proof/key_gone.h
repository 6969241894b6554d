/*
 * Keys over several columns of which a migration drops one: PostgreSQL drops the key with it, without a word.
 */
#ifndef CHECK_PROOF_KEY_GONE_H
#define CHECK_PROOF_KEY_GONE_H

#include "catalog/snapshot.h"

/* What is not unique any more, in one line, for a primary key, unique constraint or unique index of `before` whose
 * table is in `after` too, and *ret_dropped, the column that it goes with; NULL: nothing is lost. None is lost where a
 * key of `after` is on the columns that are left, or on some of them, with or without new columns. One column that is
 * left, and was not a key alone, usually may repeat: it counts only where the table gets a new column in place of the
 * dropped one. The caller frees both. */
char *check_key_gone(const CatalogSnapshot *before, const CatalogSnapshot *after, const CatalogObject *key,
                     char **ret_dropped);

#endif
