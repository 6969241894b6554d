#include "check/proof/key_gone.h"

#include "catalog/list.h"

#include <string.h>

static bool
key_gone_has_column(const CatalogSnapshot *snapshot, const CatalogObject *key, const char *name)
{
	return catalog_snapshot_find(snapshot, CATALOG_COLUMN, key->schema, key->relation, name) != NULL;
}

/* The columns and expressions of a key, as char *; NULL: the object is no key, or one of some rows. */
static GStrv
key_gone_columns(const CatalogObject *object)
{
	const char *columns = catalog_object_value(object, "columns");
	bool is_key = object->class_id == CATALOG_PRIMARY_KEY || object->class_id == CATALOG_UNIQUE ||
	              (object->class_id == CATALOG_INDEX &&
	               g_strcmp0(catalog_object_value(object, "unique"), "true") == 0 &&
	               catalog_object_value(object, "predicate") == NULL);

	return is_key && columns != NULL ? catalog_list_parse(columns) : NULL;
}

/* Some columns of the key are left, and the others were not there before. */
static bool
key_gone_covers(const CatalogSnapshot *before, const CatalogObject *old, const char *const *left,
                const CatalogObject *key)
{
	g_auto(GStrv) columns = key_gone_columns(key);
	bool any = false;

	for (guint i = 0; columns != NULL && columns[i] != NULL; i++) {
		bool is_left = g_strv_contains(left, columns[i]);
		if (!is_left && key_gone_has_column(before, old, columns[i]))
			return false;
		any |= is_left;
	}
	return any;
}

static bool
key_gone_is_covered(const CatalogSnapshot *before, const CatalogSnapshot *after, const CatalogObject *old,
                    const char *const *left)
{
	static const guint classes[] = { CATALOG_PRIMARY_KEY, CATALOG_UNIQUE, CATALOG_INDEX };

	for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
		guint n = 0;
		guint first = catalog_snapshot_range(after, classes[i], old->schema, old->relation, &n);
		for (guint j = first; j < first + n; j++)
			if (key_gone_covers(before, old, left, catalog_snapshot_object(after, j)))
				return true;
	}
	return false;
}

static bool
key_gone_gets_column(const CatalogSnapshot *before, const CatalogSnapshot *after, const CatalogObject *key)
{
	guint n = 0;
	guint first = catalog_snapshot_range(after, CATALOG_COLUMN, key->schema, key->relation, &n);

	for (guint i = first; i < first + n; i++)
		if (!key_gone_has_column(before, key, catalog_snapshot_object(after, i)->name))
			return true;
	return false;
}

char *
check_key_gone(const CatalogSnapshot *before, const CatalogSnapshot *after, const CatalogObject *key,
               char **ret_dropped)
{
	g_auto(GStrv) columns = key_gone_columns(key);
	g_autoptr(GPtrArray) left = g_ptr_array_new();
	const char *dropped = NULL;

	if (columns == NULL)
		return NULL;
	for (guint i = 0; columns[i] != NULL; i++) {
		if (key_gone_has_column(after, key, columns[i]))
			g_ptr_array_add(left, columns[i]);
		else if (key_gone_has_column(before, key, columns[i]))
			dropped = columns[i];
	}
	guint n_left = left->len;
	g_ptr_array_add(left, NULL);
	if (dropped == NULL || n_left == 0 ||
	    catalog_snapshot_find(after, CATALOG_TABLE, key->schema, NULL, key->relation) == NULL ||
	    (n_left == 1 && !key_gone_gets_column(before, after, key)) ||
	    key_gone_is_covered(before, after, key, (const char *const *)left->pdata))
		return NULL;
	*ret_dropped = g_strdup(dropped);
	g_autofree char *names = g_strjoinv("\", \"", (char **)left->pdata);
	return g_strdup_printf(
	    "key \"%s\" of table \"%s.%s\" goes with its column \"%s\": \"%s\" may repeat from now on", key->name,
	    key->schema, key->relation, dropped, names);
}
