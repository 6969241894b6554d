/* What has to be read again. */
#include "catalog/snapshot_private.h"

#include <string.h>

void
catalog_affected_init(CatalogAffected *affected)
{
	*affected = (CatalogAffected){ 0 };
	for (int i = 0; i < CATALOG_N_UNITS; i++)
		affected->units[i] = g_hash_table_new(NULL, NULL);
}

void
catalog_affected_clear(CatalogAffected *affected)
{
	for (int i = 0; i < CATALOG_N_UNITS; i++)
		g_clear_pointer(&affected->units[i], g_hash_table_unref);
}

void
catalog_affected_add(CatalogAffected *affected, CatalogUnit unit, guint32 oid)
{
	if (oid == 0)
		return;
	affected->sieves[unit][oid >> 6 & 63] |= G_GUINT64_CONSTANT(1) << (oid & 63);
	g_hash_table_add(affected->units[unit], GUINT_TO_POINTER(oid));
}

bool
catalog_affected_has(const CatalogAffected *affected, CatalogUnit unit, guint32 oid)
{
	return (affected->sieves[unit][oid >> 6 & 63] >> (oid & 63) & 1) != 0 &&
	       g_hash_table_contains(affected->units[unit], GUINT_TO_POINTER(oid));
}

guint
catalog_affected_count(const CatalogAffected *affected, CatalogUnit unit)
{
	return g_hash_table_size(affected->units[unit]);
}

bool
catalog_affected_is_empty(const CatalogAffected *affected)
{
	for (int unit = 0; unit < CATALOG_N_UNITS; unit++)
		if (g_hash_table_size(affected->units[unit]) > 0)
			return false;
	return !affected->schemas && !affected->others && affected->classes == 0 && !affected->everything;
}

/* The OID of pg_class in itself, fixed for all versions. */
#define OID_PG_CLASS G_GUINT64_CONSTANT(1259)

static bool
is_member(const CatalogState *state, guint32 relation)
{
	return catalog_state_has_item(state, CATALOG_BRANCH_EXTENSION, OID_PG_CLASS << 32 | relation);
}

/* `state` NULL: all of them. */
static char *
format(const CatalogAffected *affected, CatalogUnit unit, const CatalogState *state)
{
	GString *text = g_string_new("{");
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, affected->units[unit]);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (state == NULL || !is_member(state, GPOINTER_TO_UINT(key)))
			g_string_append_printf(text, "%s%u", text->len > 1 ? "," : "", GPOINTER_TO_UINT(key));
	g_string_append_c(text, '}');
	return g_string_free(text, FALSE);
}

char *
catalog_affected_format(const CatalogAffected *affected, CatalogUnit unit)
{
	return format(affected, unit, NULL);
}

char *
catalog_affected_format_shown(const CatalogAffected *affected, const CatalogState *state)
{
	return format(affected, CATALOG_UNIT_RELATION, state);
}

/* --- Classes ------------------------------------------------------------- */

/* The classes, as a bit set, that the item may be an object of. */
static guint64
classes_of(CatalogBranch branch, char kind)
{
	static const struct {
		CatalogBranch branch;
		char kind; /* 0: any */
		CatalogClassId class_id;
	} rows[] = {
		{ CATALOG_BRANCH_RELATION, 'r', CATALOG_TABLE },
		{ CATALOG_BRANCH_RELATION, 'p', CATALOG_TABLE },
		{ CATALOG_BRANCH_RELATION, 'r', CATALOG_COLUMN },
		{ CATALOG_BRANCH_RELATION, 'p', CATALOG_COLUMN },
		{ CATALOG_BRANCH_RELATION, 'f', CATALOG_TABLE },
		{ CATALOG_BRANCH_RELATION, 'f', CATALOG_COLUMN },
		{ CATALOG_BRANCH_RELATION, 'c', CATALOG_COMPOSITE },
		{ CATALOG_BRANCH_RELATION, 'v', CATALOG_VIEW },
		{ CATALOG_BRANCH_RELATION, 'm', CATALOG_VIEW },
		{ CATALOG_BRANCH_RELATION, 'S', CATALOG_SEQUENCE },
		{ CATALOG_BRANCH_CONSTRAINT, 'p', CATALOG_PRIMARY_KEY },
		{ CATALOG_BRANCH_CONSTRAINT, 'u', CATALOG_UNIQUE },
		{ CATALOG_BRANCH_CONSTRAINT, 'f', CATALOG_FOREIGN_KEY },
		{ CATALOG_BRANCH_CONSTRAINT, 'c', CATALOG_CHECK },
		{ CATALOG_BRANCH_CONSTRAINT, 'x', CATALOG_EXCLUSION },
		{ CATALOG_BRANCH_INDEX, 0, CATALOG_INDEX },
		{ CATALOG_BRANCH_POLICY, 0, CATALOG_POLICY },
		{ CATALOG_BRANCH_TRIGGER, 0, CATALOG_TRIGGER },
		{ CATALOG_BRANCH_REWRITE, 0, CATALOG_RULE },
	};
	guint64 classes = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].branch == branch && (rows[i].kind == 0 || rows[i].kind == kind))
			classes |= G_GUINT64_CONSTANT(1) << rows[i].class_id;
	return classes;
}

guint64
catalog_state_find_classes(const CatalogState *state, const CatalogAffected *affected)
{
	guint64 classes = 0;

	if (catalog_affected_count(affected, CATALOG_UNIT_RELATION) == 0)
		return 0;
	for (int branch = CATALOG_BRANCH_RELATION; branch <= CATALOG_BRANCH_REWRITE; branch++) {
		for (guint i = 0; i < state->items[branch]->len; i++) {
			const CatalogItem *item = &g_array_index(state->items[branch], CatalogItem, i);
			if (catalog_affected_has(affected, CATALOG_UNIT_RELATION, item->owner))
				classes |= classes_of((CatalogBranch)branch, item->kind);
		}
	}
	return classes;
}

/* --- Sequences ----------------------------------------------------------- */

static void
add_owned_by(CatalogAffected *affected, const CatalogSnapshot *previous, const CatalogObject *table)
{
	g_autofree char *prefix = g_strconcat(table->identity, ".", NULL);

	for (guint i = previous->first[CATALOG_SEQUENCE]; i < previous->first[CATALOG_SEQUENCE + 1]; i++) {
		const CatalogAttribute *owned_by = catalog_object_attribute(previous->objects[i], "owned_by");
		if (owned_by != NULL && g_str_has_prefix(owned_by->value, prefix))
			catalog_affected_add(affected, CATALOG_UNIT_RELATION, previous->units[i]);
	}
}

void
catalog_affected_add_sequences(CatalogAffected *affected, const CatalogSnapshot *previous)
{
	if (catalog_affected_count(affected, CATALOG_UNIT_RELATION) == 0)
		return;
	for (guint i = previous->first[CATALOG_TABLE]; i < previous->first[CATALOG_TABLE + 1]; i++)
		if (catalog_affected_has(affected, CATALOG_UNIT_RELATION, previous->units[i]))
			add_owned_by(affected, previous, previous->objects[i]);
}

/* --- New names ----------------------------------------------------------- */

static char *
column_key(guint32 unit, const char *name)
{
	return g_strdup_printf("%u.%s", unit, name);
}

/* Where a relation's objects were read to: the relation itself by OID, its columns by OID and name. */
typedef struct {
	GHashTable *relations;
	GHashTable *columns;
} Names;

static void
names_init(Names *names, const CatalogChunk *chunk)
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
			g_hash_table_add(names->columns, column_key(entry->unit, entry->object.name));
			break;
		default:
			break;
		}
	}
}

static const char *
columns_of_view(const CatalogObject *object)
{
	const CatalogAttribute *columns = catalog_object_attribute(object, "columns");

	return columns != NULL ? columns->value : "";
}

/* True when a name that the object had is not there any more, though its relation is. */
static bool
is_renamed(const CatalogObject *object, guint32 unit, const Names *names)
{
	const CatalogObject *now = g_hash_table_lookup(names->relations, GUINT_TO_POINTER(unit));

	if (now == NULL)
		return false;
	if (object->class_id == CATALOG_COLUMN) {
		g_autofree char *key = column_key(unit, object->name);
		return !g_hash_table_contains(names->columns, key);
	}
	return strcmp(object->identity, now->identity) != 0 ||
	       (object->class_id == CATALOG_VIEW && strcmp(columns_of_view(object), columns_of_view(now)) != 0);
}

static void
find_in_class(const CatalogSnapshot *previous, CatalogClassId class_id, const CatalogAffected *affected,
              const Names *names, CatalogAffected *renamed)
{
	for (guint i = previous->first[class_id]; i < previous->first[class_id + 1]; i++)
		if (catalog_affected_has(affected, CATALOG_UNIT_RELATION, previous->units[i]) &&
		    is_renamed(previous->objects[i], previous->units[i], names))
			catalog_affected_add(renamed, CATALOG_UNIT_RELATION, previous->units[i]);
}

void
catalog_affected_find_renamed(const CatalogAffected *affected, const CatalogSnapshot *previous,
                              const CatalogState *state, const CatalogChunk *chunk, CatalogAffected *renamed)
{
	GHashTableIter iter;
	gpointer key;
	Names names;

	if (catalog_affected_count(affected, CATALOG_UNIT_RELATION) == 0)
		return;
	names_init(&names, chunk);
	find_in_class(previous, CATALOG_SEQUENCE, affected, &names, renamed);
	find_in_class(previous, CATALOG_TABLE, affected, &names, renamed);
	find_in_class(previous, CATALOG_COLUMN, affected, &names, renamed);
	find_in_class(previous, CATALOG_VIEW, affected, &names, renamed);
	/* Of what is not in snapshots nobody knows the name before. */
	g_hash_table_iter_init(&iter, affected->units[CATALOG_UNIT_RELATION]);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (!g_hash_table_contains(names.relations, key) &&
		    catalog_state_has_item(state, CATALOG_BRANCH_RELATION, GPOINTER_TO_UINT(key)))
			catalog_affected_add(renamed, CATALOG_UNIT_RELATION, GPOINTER_TO_UINT(key));
	g_hash_table_unref(names.relations);
	g_hash_table_unref(names.columns);
}
