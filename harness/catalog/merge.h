/*
 * A snapshot that takes over most of another one; no other folder includes it.
 */
#ifndef CATALOG_MERGE_H
#define CATALOG_MERGE_H

#include "catalog/invalid.h"
#include "catalog/snapshot_private.h"

/* The objects of `previous` that are not invalid, and those of the chunk. */
CatalogSnapshot *catalog_snapshot_merge(const CatalogSnapshot *previous, const CatalogInvalid *invalid,
                                        CatalogChunk *chunk);

#endif
