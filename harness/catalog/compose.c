#include "catalog/compose.h"

#include "catalog/identity.h"
#include "catalog/snapshot_private.h"

struct CatalogComposition {
	GArray *entries;    /* of CatalogEntry; their attributes are set at the end */
	GArray *first;      /* of guint, one per entry: its first attribute */
	GArray *attributes; /* of CatalogAttribute */
	GStringChunk *texts;
};

CatalogComposition *
catalog_composition_new(void)
{
	CatalogComposition *composition = g_new0(CatalogComposition, 1);

	composition->entries = g_array_new(FALSE, TRUE, sizeof(CatalogEntry));
	composition->first = g_array_new(FALSE, FALSE, sizeof(guint));
	composition->attributes = g_array_new(FALSE, FALSE, sizeof(CatalogAttribute));
	composition->texts = g_string_chunk_new(4096);
	return composition;
}

void
catalog_composition_free(CatalogComposition *composition)
{
	if (composition == NULL)
		return;
	g_array_unref(composition->entries);
	g_array_unref(composition->first);
	g_array_unref(composition->attributes);
	if (composition->texts != NULL)
		g_string_chunk_free(composition->texts);
	g_free(composition);
}

static const char *
compose_store(CatalogComposition *composition, const char *text)
{
	return text != NULL ? g_string_chunk_insert(composition->texts, text) : NULL;
}

void
catalog_composition_add(CatalogComposition *composition, CatalogClassId class_id, const char *schema,
                        const char *relation, const char *name)
{
	CatalogScope scope = catalog_class(class_id)->scope;
	bool is_identifier = scope == CATALOG_SCOPE_DATABASE || scope == CATALOG_SCOPE_SCHEMA ||
	                     scope == CATALOG_SCOPE_RELATION;
	g_autofree char *identity = is_identifier ? catalog_identity_join(schema, relation, name) : g_strdup(name);
	CatalogEntry entry = {
		.object = { .class_id = class_id,
		            .schema = compose_store(composition, schema),
		            .relation = compose_store(composition, relation),
		            .name = compose_store(composition, name),
		            .identity = compose_store(composition, identity) },
	};

	g_array_append_val(composition->entries, entry);
	g_array_append_val(composition->first, composition->attributes->len);
}

void
catalog_composition_set(CatalogComposition *composition, const char *name, const char *value, CatalogValueKind kind)
{
	CatalogAttribute attribute = { g_intern_string(name), compose_store(composition, value), kind };
	guint last = composition->entries->len;

	g_assert(last > 0);
	g_array_append_val(composition->attributes, attribute);
	g_array_index(composition->entries, CatalogEntry, last - 1).object.n_attributes++;
}

static int
compose_compare_entries(const void *left, const void *right)
{
	const CatalogEntry *a = left;
	const CatalogEntry *b = right;

	return catalog_object_compare(&a->object, &b->object);
}

/* Sorts the objects, and returns a duplicate, or NULL. */
static const CatalogObject *
compose_sort(CatalogComposition *composition)
{
	CatalogEntry *entries = (CatalogEntry *)(gpointer)composition->entries->data;

	/* Without attributes there is no array to point into. */
	for (guint i = 0; composition->attributes->len > 0 && i < composition->entries->len; i++)
		entries[i].object.attributes = &g_array_index(composition->attributes, CatalogAttribute,
		                                              g_array_index(composition->first, guint, i));
	if (composition->entries->len > 1) /* of none there is no array */
		qsort(entries, composition->entries->len, sizeof *entries, compose_compare_entries);
	for (guint i = 1; i < composition->entries->len; i++)
		if (compose_compare_entries(&entries[i - 1], &entries[i]) == 0)
			return &entries[i].object;
	return NULL;
}

/* Hands everything over to a chunk, and begins anew. */
static CatalogChunk *
compose_take_chunk(CatalogComposition *composition)
{
	CatalogChunk *chunk = g_new0(CatalogChunk, 1);

	g_atomic_ref_count_init(&chunk->references);
	chunk->n_entries = composition->entries->len;
	chunk->entries = (CatalogEntry *)(gpointer)g_array_free(composition->entries, FALSE);
	chunk->attributes = (CatalogAttribute *)(gpointer)g_array_free(composition->attributes, FALSE);
	chunk->texts = composition->texts;
	composition->entries = g_array_new(FALSE, TRUE, sizeof(CatalogEntry));
	composition->attributes = g_array_new(FALSE, FALSE, sizeof(CatalogAttribute));
	composition->texts = g_string_chunk_new(4096);
	g_array_set_size(composition->first, 0);
	return chunk;
}

CatalogSnapshot *
catalog_composition_end(CatalogComposition *composition, char **ret_twice)
{
	const CatalogObject *twice = compose_sort(composition);

	if (twice != NULL) {
		*ret_twice = g_strdup_printf("%s \"%s\"", catalog_class(twice->class_id)->name, twice->identity);
		return NULL;
	}
	g_autoptr(CatalogChunk) chunk = compose_take_chunk(composition);
	return catalog_snapshot_new(chunk);
}
