/*
 * Unique keys that get one more column, which may be NULL: rows with NULL there are all different to the server.
 */
#ifndef CHECK_PROOF_KEY_WIDER_H
#define CHECK_PROOF_KEY_WIDER_H

#include "catalog/snapshot.h"
#include "migration/text/script.h"

/* A line for each key of `before` whose columns, none of which may be NULL, are unique in `after` only together with
 * columns that may be. NULL: there is none. A table with a new unique index on expressions or on some rows is left
 * alone, because that may be for the rows with NULL. The caller frees it. */
char *check_key_wider(const CatalogSnapshot *before, const CatalogSnapshot *after, const MigrationScript *script);

#endif
