/* Chunks: the objects of one read, with their texts. */
#include "catalog/snapshot_private.h"

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
chunk_copy_text(CatalogChunk *chunk, const char *text)
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
		object->schema = chunk_copy_text(chunk, from->schema);
		object->relation = chunk_copy_text(chunk, from->relation);
		object->name = chunk_copy_text(chunk, from->name);
		object->identity = chunk_copy_text(chunk, from->identity);
		object->attributes = next_free;
		for (guint a = 0; a < from->n_attributes; a++) {
			*next_free = from->attributes[a];
			if (next_free->kind != CATALOG_VALUE_BOOL)
				next_free->value = chunk_copy_text(chunk, next_free->value);
			next_free++;
		}
	}
	return chunk;
}

guint
catalog_chunk_count(const CatalogChunk *chunk, guint start, guint class_id)
{
	guint end = start;

	while (end < chunk->n_entries && chunk->entries[end].object.class_id == class_id)
		end++;
	return end - start;
}
