#include "catalog/snapshot_private.h"

#include <string.h>

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
	catalog_options_unref(snapshot->options);
	catalog_state_clear(&snapshot->state);
	g_free(snapshot->objects);
	g_free(snapshot->units);
	g_free(snapshot);
}

guint
catalog_snapshot_objects_read(const CatalogSnapshot *snapshot)
{
	return snapshot->n_read;
}

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
compare_names(const CatalogObject *object, const char *const names[3])
{
	const char *const own[3] = { object->schema, object->relation, object->name };
	int order = 0;

	for (int i = 0; i < 3 && names[i] != NULL && order == 0; i++)
		order = g_strcmp0(own[i], names[i]);
	return order;
}

/* The first object of the class that is not before the names, or that is after them. */
static guint
bound(const CatalogSnapshot *snapshot, CatalogClassId class_id, const char *const names[3], bool after)
{
	guint low = snapshot->first[class_id];
	guint high = snapshot->first[class_id + 1];

	while (low < high) {
		guint middle = low + (high - low) / 2;
		int order = compare_names(snapshot->objects[middle], names);
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
	guint start = bound(snapshot, class_id, names, false);

	*ret_count = bound(snapshot, class_id, names, true) - start;
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

const CatalogAttribute *
catalog_object_attribute(const CatalogObject *object, const char *name)
{
	for (guint i = 0; i < object->n_attributes; i++)
		if (strcmp(object->attributes[i].name, name) == 0)
			return &object->attributes[i];
	return NULL;
}

/* Feeds a text with its final NUL, so that no two lists of texts feed the same bytes. */
static void
feed(GChecksum *checksum, const char *text)
{
	g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text) + 1);
}

char *
catalog_snapshot_fingerprint(const CatalogSnapshot *snapshot)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

	for (guint i = 0; i < snapshot->n_objects; i++) {
		const CatalogObject *object = snapshot->objects[i];
		feed(checksum, catalog_class(object->class_id)->name);
		feed(checksum, object->identity);
		for (guint a = 0; a < object->n_attributes; a++) {
			feed(checksum, object->attributes[a].name);
			feed(checksum, object->attributes[a].value);
		}
		feed(checksum, "");
	}
	return g_strdup(g_checksum_get_string(checksum));
}
