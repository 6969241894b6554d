/* What the files of catalog/ share about snapshots; no other folder includes it. */
#ifndef CATALOG_SNAPSHOT_PRIVATE_H
#define CATALOG_SNAPSHOT_PRIVATE_H

#include "catalog/snapshot.h"

struct CatalogSnapshot {
	gatomicrefcount references;
	CatalogObject *objects;
	guint n_objects;
	guint first[CATALOG_N_CLASSES + 1]; /* class c stands at first[c] up to first[c + 1] */
	CatalogAttribute *attributes;       /* of all objects */
	GStringChunk *texts;
};

/* Makes a snapshot of the results of the class queries, one per class, in their order. NULL with *error when an
 * exclusion is not of the form "schema.table". */
CatalogSnapshot *catalog_snapshot_build(const DbResult *const *results, const CatalogExclusions *exclusions,
                                        GError **error);

#endif
