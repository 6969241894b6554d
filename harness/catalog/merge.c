/* Snapshots made of chunks: new ones, and those that take over most of another one. */
#include "catalog/snapshot_private.h"

#include <string.h>

/* A snapshot that uses more chunks than this, or holds in them more than twice what it uses, is copied into one. */
#define MAX_CHUNKS 128

int
catalog_object_compare(const CatalogObject *a, const CatalogObject *b)
{
	if (a->class_id != b->class_id)
		return a->class_id < b->class_id ? -1 : 1;
	int order = a->schema == b->schema ? 0 : g_strcmp0(a->schema, b->schema);
	if (order == 0 && a->relation != b->relation)
		order = g_strcmp0(a->relation, b->relation);
	return order != 0 ? order : strcmp(a->name, b->name);
}

/* --- Chunks -------------------------------------------------------------- */

CatalogChunk *
catalog_chunk_ref(CatalogChunk *chunk)
{
	g_atomic_ref_count_inc(&chunk->references);
	return chunk;
}

void
catalog_chunk_unref(CatalogChunk *chunk)
{
	if (chunk == NULL || !g_atomic_ref_count_dec(&chunk->references))
		return;
	g_free(chunk->entries);
	g_free(chunk->attributes);
	g_string_chunk_free(chunk->texts);
	g_free(chunk);
}

static const char *
copy_text(CatalogChunk *chunk, const char *text)
{
	return text != NULL ? g_string_chunk_insert(chunk->texts, text) : NULL;
}

CatalogChunk *
catalog_chunk_copy(const CatalogSnapshot *snapshot)
{
	CatalogChunk *chunk = g_new0(CatalogChunk, 1);
	gsize n_attributes = 0;

	for (guint i = 0; i < snapshot->n_objects; i++)
		n_attributes += snapshot->objects[i]->n_attributes;
	g_atomic_ref_count_init(&chunk->references);
	chunk->n_entries = snapshot->n_objects;
	chunk->entries = g_new(CatalogEntry, chunk->n_entries + 1);
	chunk->attributes = g_new(CatalogAttribute, n_attributes + 1);
	chunk->texts = g_string_chunk_new((gsize)64 * 1024);
	CatalogAttribute *next_free = chunk->attributes;
	for (guint i = 0; i < snapshot->n_objects; i++) {
		const CatalogObject *from = snapshot->objects[i];
		CatalogObject *object = &chunk->entries[i].object;
		chunk->entries[i].unit = snapshot->units[i];
		*object = *from;
		object->schema = copy_text(chunk, from->schema);
		object->relation = copy_text(chunk, from->relation);
		object->name = copy_text(chunk, from->name);
		object->identity = copy_text(chunk, from->identity);
		object->attributes = next_free;
		for (guint a = 0; a < from->n_attributes; a++) {
			*next_free = from->attributes[a];
			if (next_free->kind != CATALOG_VALUE_BOOL)
				next_free->value = copy_text(chunk, next_free->value);
			next_free++;
		}
	}
	return chunk;
}

/* --- Options ------------------------------------------------------------- */

CatalogOptions *
catalog_options_new(const CatalogExclusions *exclusions)
{
	CatalogOptions *options = g_new0(CatalogOptions, 1);

	g_atomic_ref_count_init(&options->references);
	if (exclusions != NULL) {
		options->tables = g_strdupv((GStrv)exclusions->tables);
		options->schemas = g_strdupv((GStrv)exclusions->schemas);
	}
	options->exclusions.tables = (const char *const *)options->tables;
	options->exclusions.schemas = (const char *const *)options->schemas;
	return options;
}

CatalogOptions *
catalog_options_ref(CatalogOptions *options)
{
	g_atomic_ref_count_inc(&options->references);
	return options;
}

void
catalog_options_unref(CatalogOptions *options)
{
	if (options == NULL || !g_atomic_ref_count_dec(&options->references))
		return;
	g_strfreev(options->tables);
	g_strfreev(options->schemas);
	g_free(options);
}

/* --- Snapshots ----------------------------------------------------------- */

static CatalogSnapshot *
snapshot_new(gsize n_objects, CatalogOptions *options, CatalogState *state)
{
	CatalogSnapshot *snapshot = g_new0(CatalogSnapshot, 1);

	g_atomic_ref_count_init(&snapshot->references);
	snapshot->objects = g_new(const CatalogObject *, n_objects + 1);
	snapshot->units = g_new(guint32, n_objects + 1);
	snapshot->uses = g_array_new(FALSE, FALSE, sizeof(CatalogUse));
	snapshot->options = catalog_options_ref(options);
	snapshot->state = *state;
	*state = (CatalogState){ 0 };
	return snapshot;
}

static void
append(CatalogSnapshot *snapshot, const CatalogObject *object, guint32 unit)
{
	snapshot->objects[snapshot->n_objects] = object;
	snapshot->units[snapshot->n_objects] = unit;
	snapshot->n_objects++;
}

static void
use_chunk(CatalogSnapshot *snapshot, CatalogChunk *chunk, guint n_objects)
{
	CatalogUse use = { chunk, n_objects };

	if (n_objects == 0)
		return;
	catalog_chunk_ref(chunk);
	g_array_append_val(snapshot->uses, use);
}

/* The chunk's entries from `start` on that are of the class. */
static guint
entries_of_class(const CatalogChunk *chunk, guint start, guint class_id)
{
	guint end = start;

	while (end < chunk->n_entries && chunk->entries[end].object.class_id == class_id)
		end++;
	return end - start;
}

static void
set_from_chunk(CatalogSnapshot *snapshot, CatalogChunk *chunk)
{
	snapshot->n_objects = 0;
	for (guint class_id = 0; class_id < CATALOG_N_CLASSES; class_id++) {
		guint count = entries_of_class(chunk, snapshot->n_objects, class_id);
		snapshot->first[class_id] = snapshot->n_objects;
		for (guint i = 0; i < count; i++) {
			const CatalogEntry *entry = &chunk->entries[snapshot->n_objects];
			append(snapshot, &entry->object, entry->unit);
		}
	}
	snapshot->first[CATALOG_N_CLASSES] = snapshot->n_objects;
	use_chunk(snapshot, chunk, chunk->n_entries);
}

CatalogSnapshot *
catalog_snapshot_new(CatalogChunk *chunk, CatalogOptions *options, CatalogState *state)
{
	CatalogSnapshot *snapshot = snapshot_new(chunk->n_entries, options, state);

	set_from_chunk(snapshot, chunk);
	snapshot->n_read = chunk->n_entries;
	return snapshot;
}

/* --- Merging ------------------------------------------------------------- */

typedef struct {
	CatalogSnapshot *snapshot;
	const CatalogSnapshot *previous;
	const CatalogAffected *affected;
	guint *dropped; /* by the uses of `previous`: objects that are not taken over */
} Merge;

static void
note_dropped(Merge *merge, const CatalogObject *object)
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

/* Takes over the objects of `previous` from `start` to `end` that are not affected. */
static void
take_over(Merge *merge, CatalogUnit unit, guint start, guint end)
{
	const CatalogSnapshot *previous = merge->previous;
	bool is_whole = unit == CATALOG_UNIT_CLASS || unit == CATALOG_UNIT_RARE;

	for (guint i = start; i < end; i++) {
		bool is_gone = is_whole ? (merge->affected->classes >> previous->objects[i]->class_id & 1) != 0
		                        : catalog_affected_has(merge->affected, unit, previous->units[i]);
		if (is_gone)
			note_dropped(merge, previous->objects[i]);
		else
			append(merge->snapshot, previous->objects[i], previous->units[i]);
	}
}

/* The first of the previous objects from `low` to `high` that comes after the object. */
static guint
place_of(const CatalogSnapshot *previous, guint low, guint high, const CatalogObject *object)
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
		guint place = place_of(previous, next, end, &entries[i].object);
		take_over(merge, unit, next, place);
		append(merge->snapshot, &entries[i].object, entries[i].unit);
		next = place;
	}
	take_over(merge, unit, next, end);
}

/* A long line of updates must not hold on to all that was ever read. */
static void
compact(CatalogSnapshot *snapshot)
{
	gsize held = 0;

	for (guint i = 0; i < snapshot->uses->len; i++)
		held += g_array_index(snapshot->uses, CatalogUse, i).chunk->n_entries;
	if (snapshot->uses->len <= MAX_CHUNKS && held <= (gsize)2 * snapshot->n_objects + 64)
		return;
	g_autoptr(CatalogChunk) chunk = catalog_chunk_copy(snapshot);
	for (guint i = 0; i < snapshot->uses->len; i++)
		catalog_chunk_unref(g_array_index(snapshot->uses, CatalogUse, i).chunk);
	g_array_set_size(snapshot->uses, 0);
	set_from_chunk(snapshot, chunk);
}

CatalogSnapshot *
catalog_snapshot_merge(const CatalogSnapshot *previous, const CatalogAffected *affected, CatalogChunk *chunk,
                       CatalogState *state)
{
	CatalogSnapshot *snapshot = snapshot_new(previous->n_objects + chunk->n_entries, previous->options, state);
	g_autofree guint *dropped = g_new0(guint, previous->uses->len + 1);
	Merge merge = { .snapshot = snapshot, .previous = previous, .affected = affected, .dropped = dropped };
	guint next = 0;

	for (guint class_id = 0; class_id < CATALOG_N_CLASSES; class_id++) {
		guint count = entries_of_class(chunk, next, class_id);
		merge_class(&merge, class_id, chunk->entries + next, count);
		next += count;
	}
	snapshot->first[CATALOG_N_CLASSES] = snapshot->n_objects;
	for (guint i = 0; i < previous->uses->len; i++) {
		const CatalogUse *use = &g_array_index(previous->uses, CatalogUse, i);
		use_chunk(snapshot, use->chunk, use->n_objects - dropped[i]);
	}
	use_chunk(snapshot, chunk, chunk->n_entries);
	compact(snapshot);
	snapshot->n_read = chunk->n_entries;
	return snapshot;
}
