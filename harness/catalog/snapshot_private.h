/* How snapshots are made; no other folder includes it. */
#ifndef CATALOG_SNAPSHOT_PRIVATE_H
#define CATALOG_SNAPSHOT_PRIVATE_H

#include "catalog/snapshot.h"

/* An object, and the OID of the unit that it is read again with. */
typedef struct {
	CatalogObject object;
	guint32 unit;
} CatalogEntry;

/* The objects of one read, sorted, with all their texts. Immutable; reference counted. */
typedef struct {
	gatomicrefcount references;
	CatalogEntry *entries;
	guint n_entries;
	CatalogAttribute *attributes; /* of all objects */
	GStringChunk *texts;
} CatalogChunk;

/* How many objects of a chunk a snapshot has. */
typedef struct {
	CatalogChunk *chunk;
	guint n_objects;
} CatalogUse;

struct CatalogSnapshot {
	gatomicrefcount references;
	const CatalogObject **objects;
	guint32 *units; /* of the objects, in the same order */
	guint n_objects;
	guint first[CATALOG_N_CLASSES + 1]; /* class c stands at first[c] up to first[c + 1] */
	GArray *uses;                       /* of CatalogUse */
};

CatalogChunk *catalog_chunk_ref(CatalogChunk *chunk);
void catalog_chunk_unref(CatalogChunk *chunk); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CatalogChunk, catalog_chunk_unref)

/* One chunk with copies of the snapshot's objects, for when it shares too many chunks or holds too much of them that
 * it does not use. */
CatalogChunk *catalog_chunk_copy(const CatalogSnapshot *snapshot);

/* How many entries from `start` on are of the class. */
guint catalog_chunk_count(const CatalogChunk *chunk, guint start, guint class_id);

/* The snapshot of the chunk alone. */
CatalogSnapshot *catalog_snapshot_new(CatalogChunk *chunk);

/* An empty one with room for the objects, to be filled class by class: first[class], then catalog_snapshot_append();
 * and then catalog_snapshot_use() for each chunk that they are in. */
CatalogSnapshot *catalog_snapshot_new_empty(gsize n_objects);
void catalog_snapshot_append(CatalogSnapshot *snapshot, const CatalogObject *object, guint32 unit);
void catalog_snapshot_use(CatalogSnapshot *snapshot, CatalogChunk *chunk, guint n_objects);

/* Copies its objects into a chunk of its own where it holds on to too much. */
void catalog_snapshot_compact(CatalogSnapshot *snapshot);

#endif
