#include "catalog/dependents.h"

#include "catalog/tuples.h"

#include <string.h>

/* --- Sequences ----------------------------------------------------------- */

static void
dependents_add_owned_by(CatalogInvalid *invalid, const CatalogSnapshot *previous, const CatalogObject *table)
{
	g_autofree char *prefix = g_strconcat(table->identity, ".", NULL);

	for (guint i = previous->first[CATALOG_SEQUENCE]; i < previous->first[CATALOG_SEQUENCE + 1]; i++) {
		const CatalogAttribute *owned_by = catalog_object_attribute(previous->objects[i], "owned_by");
		if (owned_by != NULL && g_str_has_prefix(owned_by->value, prefix))
			catalog_invalid_add(invalid, CATALOG_UNIT_RELATION, previous->units[i]);
	}
}

void
catalog_dependents_add_sequences(CatalogInvalid *invalid, const CatalogSnapshot *previous)
{
	if (catalog_invalid_count(invalid, CATALOG_UNIT_RELATION) == 0)
		return;
	for (guint i = previous->first[CATALOG_TABLE]; i < previous->first[CATALOG_TABLE + 1]; i++)
		if (catalog_invalid_parts(invalid, CATALOG_UNIT_RELATION, previous->units[i]) == CATALOG_ALL_PARTS)
			dependents_add_owned_by(invalid, previous, previous->objects[i]);
}

/* --- New names ----------------------------------------------------------- */

static char *
dependents_column_key(guint32 unit, const char *name)
{
	return g_strdup_printf("%u.%s", unit, name);
}

/* Where a relation's objects were read to: the relation itself by OID, its columns by OID and name. */
typedef struct {
	GHashTable *relations;
	GHashTable *columns; /* to the objects */
} CurrentNames;

static void
dependents_init_names(CurrentNames *names, const CatalogChunk *chunk)
{
	names->relations = g_hash_table_new(NULL, NULL);
	names->columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < chunk->n_entries; i++) {
		const CatalogEntry *entry = &chunk->entries[i];
		switch (entry->object.class_id) {
		case CATALOG_SEQUENCE:
		case CATALOG_TABLE:
		case CATALOG_VIEW:
			g_hash_table_insert(names->relations, GUINT_TO_POINTER(entry->unit), (gpointer)&entry->object);
			break;
		case CATALOG_COLUMN:
			g_hash_table_insert(names->columns, dependents_column_key(entry->unit, entry->object.name),
			                    (gpointer)&entry->object);
			break;
		default:
			break;
		}
	}
}

static const char *
dependents_columns_of(const CatalogObject *object)
{
	const CatalogAttribute *columns = catalog_object_attribute(object, "columns");

	return columns != NULL ? columns->value : "";
}

/* A column that still owns its sequence is unchanged. */
static bool
dependents_has_identity(const CatalogObject *column, const CatalogObject *now)
{
	const CatalogAttribute *before = catalog_object_attribute(column, "identity");
	const CatalogAttribute *after = catalog_object_attribute(now, "identity");

	return g_strcmp0(before != NULL ? before->value : NULL, after != NULL ? after->value : NULL) == 0;
}

/* True if an earlier name of the object is gone while its relation exists; or, for a column, if its sequence may be a
 * different object. */
static bool
dependents_is_renamed(const CatalogObject *object, guint32 unit, const CurrentNames *names)
{
	const CatalogObject *now = g_hash_table_lookup(names->relations, GUINT_TO_POINTER(unit));

	if (now == NULL)
		return false;
	if (object->class_id == CATALOG_COLUMN) {
		g_autofree char *key = dependents_column_key(unit, object->name);
		const CatalogObject *column = g_hash_table_lookup(names->columns, key);
		return column == NULL || !dependents_has_identity(object, column);
	}
	return strcmp(object->identity, now->identity) != 0 ||
	       (object->class_id == CATALOG_VIEW &&
	        strcmp(dependents_columns_of(object), dependents_columns_of(now)) != 0);
}

static void
dependents_find_in_class(const CatalogSnapshot *previous, CatalogClassId class_id, const CatalogInvalid *invalid,
                         const CurrentNames *names, CatalogInvalid *renamed)
{
	for (guint i = previous->first[class_id]; i < previous->first[class_id + 1]; i++)
		if ((catalog_invalid_parts(invalid, CATALOG_UNIT_RELATION, previous->units[i]) &
		     CATALOG_PART(class_id)) != 0 &&
		    dependents_is_renamed(previous->objects[i], previous->units[i], names))
			catalog_invalid_add(renamed, CATALOG_UNIT_RELATION, previous->units[i]);
}

/* Objects outside of the snapshot have no known name: tables that were excluded and are included now, or the reverse.
 */
static void
dependents_find_unknown(const CatalogInvalid *invalid, const CatalogSnapshot *previous, const CatalogVersion *version,
                        const CurrentNames *names, CatalogInvalid *renamed)
{
	g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
	GHashTableIter iter;
	gpointer key;
	gpointer parts;

	for (guint i = previous->first[CATALOG_TABLE]; i < previous->first[CATALOG_TABLE + 1]; i++)
		g_hash_table_add(known, GUINT_TO_POINTER(previous->units[i]));
	g_hash_table_iter_init(&iter, invalid->units[CATALOG_UNIT_RELATION]);
	while (g_hash_table_iter_next(&iter, &key, &parts)) {
		bool is_new = GPOINTER_TO_UINT(parts) != CATALOG_ALL_PARTS && !g_hash_table_contains(known, key);
		if ((is_new || !g_hash_table_contains(names->relations, key)) &&
		    catalog_tuples_have(version, CATALOG_PG_CLASS, GPOINTER_TO_UINT(key)))
			catalog_invalid_add(renamed, CATALOG_UNIT_RELATION, GPOINTER_TO_UINT(key));
	}
}

void
catalog_dependents_find_renamed(const CatalogInvalid *invalid, const CatalogSnapshot *previous,
                                const CatalogVersion *version, const CatalogChunk *chunk, CatalogInvalid *renamed)
{
	CurrentNames names;

	if (catalog_invalid_count(invalid, CATALOG_UNIT_RELATION) == 0)
		return;
	dependents_init_names(&names, chunk);
	dependents_find_in_class(previous, CATALOG_SEQUENCE, invalid, &names, renamed);
	dependents_find_in_class(previous, CATALOG_TABLE, invalid, &names, renamed);
	dependents_find_in_class(previous, CATALOG_COLUMN, invalid, &names, renamed);
	dependents_find_in_class(previous, CATALOG_VIEW, invalid, &names, renamed);
	dependents_find_unknown(invalid, previous, version, &names, renamed);
	g_hash_table_unref(names.relations);
	g_hash_table_unref(names.columns);
}
