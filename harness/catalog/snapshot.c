#include "catalog/snapshot_private.h"

#include <string.h>

/* A snapshot that uses more chunks than this, or less than half of the objects in them, is copied into one chunk: a
 * long series of updates must not keep all old objects in memory. */
#define MAX_CHUNKS 128

/* --- Making one ---------------------------------------------------------- */

CatalogSnapshot *
catalog_snapshot_new_empty(gsize n_objects)
{
	CatalogSnapshot *snapshot = g_new0(CatalogSnapshot, 1);

	g_atomic_ref_count_init(&snapshot->references);
	snapshot->objects = g_new(const CatalogObject *, n_objects + 1);
	snapshot->units = g_new(guint32, n_objects + 1);
	snapshot->uses = g_array_new(FALSE, FALSE, sizeof(CatalogUse));
	return snapshot;
}

void
catalog_snapshot_append(CatalogSnapshot *snapshot, const CatalogObject *object, guint32 unit)
{
	snapshot->objects[snapshot->n_objects] = object;
	snapshot->units[snapshot->n_objects] = unit;
	snapshot->n_objects++;
}

void
catalog_snapshot_use(CatalogSnapshot *snapshot, CatalogChunk *chunk, guint n_objects)
{
	CatalogUse use = { chunk, n_objects };

	if (n_objects == 0)
		return;
	catalog_chunk_ref(chunk);
	g_array_append_val(snapshot->uses, use);
}

static void
snapshot_set(CatalogSnapshot *snapshot, CatalogChunk *chunk)
{
	snapshot->n_objects = 0;
	for (guint class_id = 0; class_id < CATALOG_N_CLASSES; class_id++) {
		guint count = catalog_chunk_count(chunk, snapshot->n_objects, class_id);
		snapshot->first[class_id] = snapshot->n_objects;
		for (guint i = 0; i < count; i++) {
			const CatalogEntry *entry = &chunk->entries[snapshot->n_objects];
			catalog_snapshot_append(snapshot, &entry->object, entry->unit);
		}
	}
	snapshot->first[CATALOG_N_CLASSES] = snapshot->n_objects;
	catalog_snapshot_use(snapshot, chunk, chunk->n_entries);
}

CatalogSnapshot *
catalog_snapshot_new(CatalogChunk *chunk)
{
	CatalogSnapshot *snapshot = catalog_snapshot_new_empty(chunk->n_entries);

	snapshot_set(snapshot, chunk);
	return snapshot;
}

void
catalog_snapshot_compact(CatalogSnapshot *snapshot)
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
	snapshot_set(snapshot, chunk);
}

CatalogSnapshot *
catalog_snapshot_ref(CatalogSnapshot *snapshot)
{
	g_atomic_ref_count_inc(&snapshot->references);
	return snapshot;
}

void
catalog_snapshot_unref(CatalogSnapshot *snapshot)
{
	if (snapshot == NULL || !g_atomic_ref_count_dec(&snapshot->references))
		return;
	for (guint i = 0; i < snapshot->uses->len; i++)
		catalog_chunk_unref(g_array_index(snapshot->uses, CatalogUse, i).chunk);
	g_array_unref(snapshot->uses);
	g_free(snapshot->objects);
	g_free(snapshot->units);
	g_free(snapshot);
}

/* --- Looking things up --------------------------------------------------- */

guint
catalog_snapshot_size(const CatalogSnapshot *snapshot)
{
	return snapshot->n_objects;
}

const CatalogObject *
catalog_snapshot_object(const CatalogSnapshot *snapshot, guint index)
{
	g_assert(index < snapshot->n_objects);
	return snapshot->objects[index];
}

/* How the object stands to the names; a name that is NULL is not compared, nor are those after it. */
static int
snapshot_compare_names(const CatalogObject *object, const char *const names[3])
{
	const char *const own[3] = { object->schema, object->relation, object->name };
	int order = 0;

	for (int i = 0; i < 3 && names[i] != NULL && order == 0; i++)
		order = g_strcmp0(own[i], names[i]);
	return order;
}

/* The first object of the class that is not before the names, or that is after them. */
static guint
snapshot_bound(const CatalogSnapshot *snapshot, CatalogClassId class_id, const char *const names[3], bool after)
{
	guint low = snapshot->first[class_id];
	guint high = snapshot->first[class_id + 1];

	while (low < high) {
		guint middle = low + (high - low) / 2;
		int order = snapshot_compare_names(snapshot->objects[middle], names);
		if (order < 0 || (after && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

guint
catalog_snapshot_range(const CatalogSnapshot *snapshot, CatalogClassId class_id, const char *schema,
                       const char *relation, guint *ret_count)
{
	const char *const names[3] = { schema, relation, NULL };
	guint start = snapshot_bound(snapshot, class_id, names, false);

	*ret_count = snapshot_bound(snapshot, class_id, names, true) - start;
	return start;
}

const CatalogObject *
catalog_snapshot_find(const CatalogSnapshot *snapshot, CatalogClassId class_id, const char *schema,
                      const char *relation, const char *name)
{
	guint low = snapshot->first[class_id];
	guint high = snapshot->first[class_id + 1];

	while (low < high) {
		guint middle = low + (high - low) / 2;
		const CatalogObject *object = snapshot->objects[middle];
		int order = g_strcmp0(object->schema, schema);
		if (order == 0)
			order = g_strcmp0(object->relation, relation);
		if (order == 0)
			order = strcmp(object->name, name);
		if (order == 0)
			return object;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

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

const CatalogAttribute *
catalog_object_attribute(const CatalogObject *object, const char *name)
{
	for (guint i = 0; i < object->n_attributes; i++)
		if (strcmp(object->attributes[i].name, name) == 0)
			return &object->attributes[i];
	return NULL;
}

const char *
catalog_object_value(const CatalogObject *object, const char *name)
{
	const CatalogAttribute *attribute = catalog_object_attribute(object, name);

	return attribute != NULL ? attribute->value : NULL;
}

/* Feeds a text with its final NUL, so that no two lists of texts feed the same bytes. */
static void
snapshot_feed(GChecksum *checksum, const char *text)
{
	g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text) + 1);
}

char *
catalog_snapshot_fingerprint(const CatalogSnapshot *snapshot)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

	for (guint i = 0; i < snapshot->n_objects; i++) {
		const CatalogObject *object = snapshot->objects[i];
		snapshot_feed(checksum, catalog_class(object->class_id)->name);
		snapshot_feed(checksum, object->identity);
		for (guint a = 0; a < object->n_attributes; a++) {
			snapshot_feed(checksum, object->attributes[a].name);
			snapshot_feed(checksum, object->attributes[a].value);
		}
		snapshot_feed(checksum, "");
	}
	return g_strdup(g_checksum_get_string(checksum));
}
