#include "catalog/diff.h"

#include "catalog/identity.h"
#include "catalog/render.h"

#include <string.h>

typedef struct {
	const CatalogSnapshot *expected;
	const CatalogSnapshot *found;
	GArray *differences;
	bool ignore_position;
	bool absent_is_default;
} Comparison;

/* True when the object (of `here`) has no counterpart in `there`. */
static bool
diff_is_alone(const CatalogObject *object, const CatalogSnapshot *there)
{
	return object != NULL &&
	       catalog_snapshot_find(there, object->class_id, object->schema, object->relation, object->name) == NULL;
}

/* The table or view of the name, or NULL. */
static const CatalogObject *
diff_find_relation(const CatalogSnapshot *snapshot, const char *schema, const char *name)
{
	const CatalogObject *table = catalog_snapshot_find(snapshot, CATALOG_TABLE, schema, NULL, name);

	return table != NULL ? table : catalog_snapshot_find(snapshot, CATALOG_VIEW, schema, NULL, name);
}

const CatalogObject *
catalog_diff_find_owner(const CatalogSnapshot *snapshot, const CatalogObject *object)
{
	if (object->relation != NULL)
		return diff_find_relation(snapshot, object->schema, object->relation);
	/* "schema.table.column" and "schema.table". */
	const char *attribute = object->class_id == CATALOG_SEQUENCE     ? "owned_by"
	                        : object->class_id == CATALOG_STATISTICS ? "table"
	                                                                 : "";
	const CatalogAttribute *owner = catalog_object_attribute(object, attribute);
	g_auto(GStrv) names = owner != NULL ? catalog_identity_split(owner->value) : NULL;
	if (names == NULL || g_strv_length(names) < 2)
		return NULL;
	return diff_find_relation(snapshot, names[0], names[1]);
}

/* Lists an object that only `here` has, unless the relation that it belongs to is listed. */
static void
diff_add_alone(Comparison *comparison, const CatalogObject *object, const CatalogSnapshot *here,
               const CatalogSnapshot *there)
{
	bool is_missing = here == comparison->expected;

	if (object->schema != NULL &&
	    diff_is_alone(catalog_snapshot_find(here, CATALOG_SCHEMA, NULL, NULL, object->schema), there))
		return;
	if (diff_is_alone(catalog_diff_find_owner(here, object), there))
		return;
	CatalogDifference difference = {
		.kind = is_missing ? CATALOG_MISSING : CATALOG_UNEXPECTED,
		.expected = is_missing ? object : NULL,
		.found = is_missing ? NULL : object,
	};
	g_array_append_val(comparison->differences, difference);
}

/* --- Attributes ---------------------------------------------------------- */

/* By pointer: names are interned. */
static const CatalogAttribute *
diff_find_attribute(const CatalogObject *object, const char *name)
{
	for (guint i = 0; i < object->n_attributes; i++)
		if (object->attributes[i].name == name)
			return &object->attributes[i];
	return NULL;
}

static void
diff_add_changed(Comparison *comparison, const CatalogObject *expected, const CatalogObject *found,
                 const CatalogAttribute *was, const CatalogAttribute *is)
{
	const char *name = was != NULL ? was->name : is->name;

	if (comparison->absent_is_default && (was == NULL || is == NULL) &&
	    g_strcmp0(catalog_render_default(expected->class_id, name), was != NULL ? was->value : is->value) == 0)
		return;
	if (comparison->ignore_position && expected->class_id == CATALOG_COLUMN && strcmp(name, "position") == 0)
		return;
	CatalogDifference difference = { CATALOG_CHANGED, expected, found, was, is };
	g_array_append_val(comparison->differences, difference);
}

static void
diff_compare_attributes(Comparison *comparison, const CatalogObject *expected, const CatalogObject *found)
{
	/* Snapshots that were made one from another share most objects. */
	if (expected == found)
		return;
	for (guint i = 0; i < expected->n_attributes; i++) {
		const CatalogAttribute *was = &expected->attributes[i];
		const CatalogAttribute *is = diff_find_attribute(found, was->name);
		if (is == NULL || strcmp(was->value, is->value) != 0)
			diff_add_changed(comparison, expected, found, was, is);
	}
	for (guint i = 0; i < found->n_attributes; i++)
		if (diff_find_attribute(expected, found->attributes[i].name) == NULL)
			diff_add_changed(comparison, expected, found, NULL, &found->attributes[i]);
}

/* --- Objects ------------------------------------------------------------- */

/* The order of snapshots. An object that a list does not have any more is after all others. */
static int
diff_compare_objects(const CatalogObject *a, const CatalogObject *b)
{
	if (a == b)
		return 0;
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	if (a->class_id != b->class_id)
		return a->class_id < b->class_id ? -1 : 1;
	int order = g_strcmp0(a->schema, b->schema);
	if (order == 0)
		order = g_strcmp0(a->relation, b->relation);
	return order != 0 ? order : strcmp(a->name, b->name);
}

static const CatalogObject *
diff_object_at(const CatalogSnapshot *snapshot, guint index)
{
	return index < catalog_snapshot_size(snapshot) ? catalog_snapshot_object(snapshot, index) : NULL;
}

GArray *
catalog_diff(const CatalogSnapshot *expected, const CatalogSnapshot *found, const CatalogDiffOptions *options)
{
	Comparison comparison = {
		.expected = expected,
		.found = found,
		.differences = g_array_new(FALSE, FALSE, sizeof(CatalogDifference)),
		.ignore_position = options != NULL && options->ignore_column_position,
		.absent_is_default = options != NULL && options->absent_is_default,
	};
	const CatalogObject *a = diff_object_at(expected, 0);
	const CatalogObject *b = diff_object_at(found, 0);

	for (guint i = 0, j = 0; a != NULL || b != NULL;
	     a = diff_object_at(expected, i), b = diff_object_at(found, j)) {
		int order = diff_compare_objects(a, b);
		if (order < 0)
			diff_add_alone(&comparison, a, expected, found);
		else if (order > 0)
			diff_add_alone(&comparison, b, found, expected);
		else
			diff_compare_attributes(&comparison, a, b);
		i += order <= 0;
		j += order >= 0;
	}
	return comparison.differences;
}
