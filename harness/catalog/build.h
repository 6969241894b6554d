/*
 * From the rows of the class queries to objects; no other folder includes it.
 */
#ifndef CATALOG_BUILD_H
#define CATALOG_BUILD_H

#include "catalog/snapshot_private.h"

/* The rows of one class's query, of all or of some objects. */
typedef struct {
	CatalogClassId class_id;
	DbResult *result;
} CatalogRows;

/* Makes a chunk of the rows, without excluded ones; exclusions may be NULL. NULL with *error when an exclusion is
 * not of the form "schema.table". */
CatalogChunk *catalog_chunk_build(const CatalogRows *rows, guint n_rows, const CatalogExclusions *exclusions,
                                  GError **error);

#endif
