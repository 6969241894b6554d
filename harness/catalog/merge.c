#include "catalog/merge.h"

typedef struct {
	CatalogSnapshot *snapshot;
	const CatalogSnapshot *previous;
	const CatalogInvalid *invalid;
	guint *dropped; /* by the uses of `previous`: objects that are not taken over */
} Merge;

static void
merge_note_dropped(Merge *merge, const CatalogObject *object)
{
	for (guint i = 0; i < merge->previous->uses->len; i++) {
		const CatalogUse *use = &g_array_index(merge->previous->uses, CatalogUse, i);
		guintptr start = (guintptr)use->chunk->entries;
		guintptr end = (guintptr)(use->chunk->entries + use->chunk->n_entries);
		if ((guintptr)object >= start && (guintptr)object < end) {
			merge->dropped[i]++;
			return;
		}
	}
}

static bool
merge_is_invalid(const CatalogInvalid *invalid, CatalogUnit unit, guint32 oid, CatalogClassId class_id)
{
	guint32 parts = catalog_invalid_parts(invalid, unit, oid);

	return unit == CATALOG_UNIT_RELATION ? (parts & CATALOG_PART(class_id)) != 0 : parts != 0;
}

/* Takes over the objects of `previous` from `start` to `end` that are not invalid. */
static void
merge_take_over(Merge *merge, CatalogUnit unit, guint start, guint end)
{
	const CatalogSnapshot *previous = merge->previous;
	bool is_whole = unit == CATALOG_UNIT_CLASS || unit == CATALOG_UNIT_RARE;

	for (guint i = start; i < end; i++) {
		CatalogClassId class_id = previous->objects[i]->class_id;
		bool is_gone = is_whole ? (merge->invalid->classes >> class_id & 1) != 0
		                        : merge_is_invalid(merge->invalid, unit, previous->units[i], class_id);
		if (is_gone)
			merge_note_dropped(merge, previous->objects[i]);
		else
			catalog_snapshot_append(merge->snapshot, previous->objects[i], previous->units[i]);
	}
}

/* The first of the previous objects from `low` to `high` that comes after the object. */
static guint
merge_place_of(const CatalogSnapshot *previous, guint low, guint high, const CatalogObject *object)
{
	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (catalog_object_compare(previous->objects[middle], object) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
merge_class(Merge *merge, guint class_id, const CatalogEntry *entries, guint n_entries)
{
	const CatalogSnapshot *previous = merge->previous;
	CatalogUnit unit = catalog_class((CatalogClassId)class_id)->unit;
	guint next = previous->first[class_id];
	guint end = previous->first[class_id + 1];

	merge->snapshot->first[class_id] = merge->snapshot->n_objects;
	for (guint i = 0; i < n_entries; i++) {
		guint place = merge_place_of(previous, next, end, &entries[i].object);
		merge_take_over(merge, unit, next, place);
		catalog_snapshot_append(merge->snapshot, &entries[i].object, entries[i].unit);
		next = place;
	}
	merge_take_over(merge, unit, next, end);
}

CatalogSnapshot *
catalog_snapshot_merge(const CatalogSnapshot *previous, const CatalogInvalid *invalid, CatalogChunk *chunk)
{
	CatalogSnapshot *snapshot = catalog_snapshot_new_empty((gsize)previous->n_objects + chunk->n_entries);
	g_autofree guint *dropped = g_new0(guint, previous->uses->len + 1);
	Merge merge = { .snapshot = snapshot, .previous = previous, .invalid = invalid, .dropped = dropped };
	guint next = 0;

	for (guint class_id = 0; class_id < CATALOG_N_CLASSES; class_id++) {
		guint count = catalog_chunk_count(chunk, next, class_id);
		merge_class(&merge, class_id, chunk->entries + next, count);
		next += count;
	}
	snapshot->first[CATALOG_N_CLASSES] = snapshot->n_objects;
	for (guint i = 0; i < previous->uses->len; i++) {
		const CatalogUse *use = &g_array_index(previous->uses, CatalogUse, i);
		catalog_snapshot_use(snapshot, use->chunk, use->n_objects - dropped[i]);
	}
	catalog_snapshot_use(snapshot, chunk, chunk->n_entries);
	catalog_snapshot_compact(snapshot);
	return snapshot;
}
