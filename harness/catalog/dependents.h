/*
 * Objects that have to be read again because they depend on invalid ones; no other folder includes it.
 */
#ifndef CATALOG_DEPENDENTS_H
#define CATALOG_DEPENDENTS_H

#include "catalog/snapshot_private.h"
#include "catalog/version.h"

/* Adds the sequences of the tables that are invalid as a whole, as far as `previous` knows them: they show the names of
 * table and column, and their owners are in rows of pg_depend, which are not watched. */
void catalog_dependents_add_sequences(CatalogInvalid *invalid, const CatalogSnapshot *previous);

/* Adds to `renamed` the relations that are invalid and were read to the chunk, where a name that `previous` has is
 * gone: what depends on them holds that name. */
void catalog_dependents_find_renamed(const CatalogInvalid *invalid, const CatalogSnapshot *previous,
                                     const CatalogVersion *version, const CatalogChunk *chunk, CatalogInvalid *renamed);

#endif
