/* What the files of catalog/ share about snapshots; no other folder includes it. */
#ifndef CATALOG_SNAPSHOT_PRIVATE_H
#define CATALOG_SNAPSHOT_PRIVATE_H

#include "catalog/state.h"

/* An object, and the OID of what it is read again with. */
typedef struct {
	CatalogObject object;
	guint32 unit;
} CatalogEntry;

/* The objects that one read gave, sorted, with all their texts. Immutable; reference counted. */
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

/* A copy of the exclusions that a snapshot was read with. Reference counted. */
typedef struct {
	gatomicrefcount references;
	CatalogExclusions exclusions;
	GStrv tables;
	GStrv schemas;
} CatalogOptions;

struct CatalogSnapshot {
	gatomicrefcount references;
	const CatalogObject **objects;
	guint32 *units; /* of the objects, beside them */
	guint n_objects;
	guint first[CATALOG_N_CLASSES + 1]; /* class c stands at first[c] up to first[c + 1] */
	guint n_read;
	GArray *uses; /* of CatalogUse */
	CatalogOptions *options;
	CatalogState state;
};

/* The rows of one class's query, of all or of some objects. */
typedef struct {
	CatalogClassId class_id;
	DbResult *result;
} CatalogRows;

/* Makes a chunk of the rows, without what is excluded; exclusions may be NULL. NULL with *error when an exclusion is
 * not of the form "schema.table". */
CatalogChunk *catalog_chunk_build(const CatalogRows *rows, guint n_rows, const CatalogExclusions *exclusions,
                                  GError **error);
CatalogChunk *catalog_chunk_ref(CatalogChunk *chunk);
void catalog_chunk_unref(CatalogChunk *chunk); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CatalogChunk, catalog_chunk_unref)

/* One chunk with copies of the snapshot's objects, for when it shares too many chunks or holds too much of them that
 * it does not use. */
CatalogChunk *catalog_chunk_copy(const CatalogSnapshot *snapshot);

CatalogOptions *catalog_options_new(const CatalogExclusions *exclusions);
CatalogOptions *catalog_options_ref(CatalogOptions *options);
void catalog_options_unref(CatalogOptions *options); /* takes NULL */

/* The snapshot of the chunk alone; both take over what `state` holds. */
CatalogSnapshot *catalog_snapshot_new(CatalogChunk *chunk, CatalogOptions *options, CatalogState *state);

/* The snapshot of the objects of `previous` that are not affected and those of the chunk. */
CatalogSnapshot *catalog_snapshot_merge(const CatalogSnapshot *previous, const CatalogAffected *affected,
                                        CatalogChunk *chunk, CatalogState *state);

/* Adds the sequences of the tables that are affected, as far as `previous` knows them: which is whose is in rows of
 * pg_depend, which nobody looks at. */
void catalog_affected_add_sequences(CatalogAffected *affected, const CatalogSnapshot *previous);

/* Of the relations that are affected and were read to the chunk, those where a name that `previous` has is gone. */
void catalog_affected_find_renamed(const CatalogAffected *affected, const CatalogSnapshot *previous,
                                   const CatalogState *state, const CatalogChunk *chunk, CatalogAffected *renamed);

#endif
