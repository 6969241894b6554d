#include "check/proof/key_wider.h"

#include "catalog/list.h"
#include "check/workspace/place.h"

#include <string.h>

static const guint wider_classes[] = { CATALOG_PRIMARY_KEY, CATALOG_UNIQUE, CATALOG_INDEX };

static bool
wider_has_value(const CatalogObject *object, const char *attribute, const char *value)
{
	return g_strcmp0(catalog_object_value(object, attribute), value) == 0;
}

static bool
wider_is_key(const CatalogObject *object)
{
	return object->class_id == CATALOG_PRIMARY_KEY || object->class_id == CATALOG_UNIQUE ||
	       (object->class_id == CATALOG_INDEX && wider_has_value(object, "unique", "true"));
}

static const CatalogObject *
wider_column(const CatalogSnapshot *snapshot, const CatalogObject *key, const char *name)
{
	return catalog_snapshot_find(snapshot, CATALOG_COLUMN, key->schema, key->relation, name);
}

/* The columns of the key, as char *; NULL: it is on expressions, or on some rows. */
static GStrv
wider_columns(const CatalogSnapshot *snapshot, const CatalogObject *key)
{
	const char *list = catalog_object_value(key, "columns");
	g_auto(GStrv)
	    columns = list != NULL && catalog_object_value(key, "predicate") == NULL ? catalog_list_parse(list) : NULL;

	for (guint i = 0; columns != NULL && columns[i] != NULL; i++)
		if (wider_column(snapshot, key, columns[i]) == NULL)
			return NULL;
	return g_steal_pointer(&columns);
}

static bool
wider_contains(char *const *all, char *const *some)
{
	for (guint i = 0; some[i] != NULL; i++)
		if (!g_strv_contains((const char *const *)all, some[i]))
			return false;
	return true;
}

/* The columns of the key beside `columns` that may be NULL, as SQL names them; NULL: there is none. The caller frees
 * it. */
static char *
wider_list_nullable(const CatalogSnapshot *after, const CatalogObject *key, char *const *all, char *const *columns)
{
	g_autoptr(GString) list = g_string_new(NULL);

	if (wider_has_value(key, "nulls_not_distinct", "true"))
		return NULL;
	for (guint i = 0; all[i] != NULL; i++)
		if (!g_strv_contains((const char *const *)columns, all[i]) &&
		    !wider_has_value(wider_column(after, key, all[i]), "nullable", "false"))
			g_string_append_printf(list, "%s\"%s\"", list->len > 0 ? ", " : "", all[i]);
	return list->len > 0 ? g_strdup(list->str) : NULL;
}

/* Whether the key has had these columns before. */
static bool
wider_is_old(const CatalogSnapshot *before, const CatalogObject *key, char *const *all)
{
	const CatalogObject *was = catalog_snapshot_find(before, key->class_id, key->schema, key->relation, key->name);
	g_auto(GStrv) columns = was != NULL ? wider_columns(before, was) : NULL;

	return all == NULL ? was != NULL
	                   : columns != NULL && g_strv_equal((const char *const *)columns, (const char *const *)all);
}

/* Takes one key of the table after the migration. False: the rows with NULL are held, or may be. */
static bool
wider_take(const CatalogSnapshot *before, const CatalogSnapshot *after, const CatalogObject *key, char *const *columns,
           GString *text)
{
	g_auto(GStrv) all = wider_columns(after, key);
	bool is_old = wider_is_old(before, key, all);

	if (all == NULL)
		return is_old;
	if (!wider_contains(all, columns))
		return !wider_contains(columns, all);
	g_autofree char *others = wider_list_nullable(after, key, all, columns);
	if (others == NULL)
		return false;
	g_autofree char *names = g_strjoinv("\", \"", (char **)columns);
	if (text->len == 0 && !is_old)
		g_string_append_printf(text,
		                       "key \"%s\" of table \"%s.%s\" has %s, too, which may be NULL: rows with NULL "
		                       "there may have the same "
		                       "\"%s\", of which there was one before",
		                       key->name, key->schema, key->relation, others, names);
	return true;
}

/* What has become of the key; NULL: nothing of this kind. The caller frees it. */
static char *
wider_describe(const CatalogSnapshot *before, const CatalogSnapshot *after, const CatalogObject *old)
{
	g_auto(GStrv) columns = wider_columns(before, old);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; columns != NULL && columns[i] != NULL; i++)
		if (!wider_has_value(wider_column(before, old, columns[i]), "nullable", "false"))
			return NULL;
	for (guint i = 0; columns != NULL && i < G_N_ELEMENTS(wider_classes); i++) {
		guint n = 0;
		guint first = catalog_snapshot_range(after, wider_classes[i], old->schema, old->relation, &n);
		for (guint j = first; j < first + n; j++) {
			const CatalogObject *key = catalog_snapshot_object(after, j);
			if (wider_is_key(key) && !wider_take(before, after, key, columns, text))
				return NULL;
		}
	}
	return text->len > 0 ? g_strdup(text->str) : NULL;
}

char *
check_key_wider(const CatalogSnapshot *before, const CatalogSnapshot *after, const MigrationScript *script)
{
	static const char *const words[] = { "UNIQUE", NULL };
	g_autoptr(GString) lines = g_string_new(NULL);

	if (check_place_find_statement(script, words) == NULL)
		return NULL;
	for (guint i = 0; i < catalog_snapshot_size(before); i++) {
		const CatalogObject *object = catalog_snapshot_object(before, i);
		g_autofree char *line = wider_is_key(object) ? wider_describe(before, after, object) : NULL;
		if (line != NULL)
			g_string_append_printf(lines, "%s%s", lines->len > 0 ? "\n" : "", line);
	}
	return lines->len > 0 ? g_strdup(lines->str) : NULL;
}
