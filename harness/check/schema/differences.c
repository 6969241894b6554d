#include "check/schema/differences.h"

#include "catalog/list.h"
#include "check/schema/array_casts.h"

#include <string.h>

/* The normalised value; each item of a list by itself. The caller frees it. */
static char *
normalised_value(const CatalogAttribute *attribute)
{
	if (attribute->kind != CATALOG_VALUE_LIST)
		return check_normalise_array_casts(attribute->value);
	g_auto(GStrv) items = catalog_list_parse(attribute->value);
	GString *normalised = g_string_new(NULL);

	for (guint i = 0; items[i] != NULL; i++) {
		g_autofree char *item = check_normalise_array_casts(items[i]);
		g_string_append_printf(normalised, "%s\n", item);
	}
	return g_string_free(normalised, FALSE);
}

void
check_differences_normalise_array_casts(GArray *differences)
{
	for (guint i = differences->len; i > 0; i--) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i - 1);
		if (difference->expected_attribute == NULL || difference->found_attribute == NULL)
			continue;
		g_autofree char *expected = normalised_value(difference->expected_attribute);
		g_autofree char *found = normalised_value(difference->found_attribute);
		if (strcmp(expected, found) == 0)
			g_array_remove_index(differences, i - 1);
	}
}

/* The object at the top that this one belongs to: itself, or the relation that has it. */
static const CatalogObject *
differences_top(const CatalogSnapshot *snapshot, const CatalogObject *object)
{
	if (catalog_class(object->class_id)->scope != CATALOG_SCOPE_RELATION)
		return object;
	for (int id = 0; id < CATALOG_N_CLASSES; id++) {
		const CatalogClass *class = catalog_class((CatalogClassId)id);
		if (class->scope != CATALOG_SCOPE_SCHEMA || class->unit != CATALOG_UNIT_RELATION)
			continue;
		const CatalogObject *top = catalog_snapshot_find(snapshot, class->id, object->schema, NULL,
		                                                 object->relation);
		if (top != NULL)
			return top;
	}
	return object;
}

/* --- By object ----------------------------------------------------------------- */

static char *
differences_title_of(const CatalogObject *object)
{
	return g_strdup_printf("%s %s", catalog_class(object->class_id)->name, object->identity);
}

static void
unref_list(gpointer list)
{
	g_ptr_array_unref(list);
}

/* The differences, by the title of the object at the top. */
static GHashTable *
differences_group(const GArray *differences, const CatalogSnapshot *expected, const CatalogSnapshot *found)
{
	GHashTable *groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_list);

	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		const CatalogObject *top = difference->expected != NULL
		                               ? differences_top(expected, difference->expected)
		                               : differences_top(found, difference->found);
		g_autofree char *title = differences_title_of(top);
		GPtrArray *list = g_hash_table_lookup(groups, title);
		if (list == NULL) {
			list = g_ptr_array_new();
			g_hash_table_insert(groups, g_steal_pointer(&title), list);
		}
		g_ptr_array_add(list, (gpointer)difference);
	}
	return groups;
}

typedef struct {
	GHashTable *differences;
	GHashTable *orders;
	void (*report)(const CheckDifferencesGroup *group, void *data);
	void *data;
} Grouping;

static void
differences_report_object(const Grouping *grouping, const CatalogObject *object)
{
	g_autofree char *title = differences_title_of(object);
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	GPtrArray *list = g_hash_table_lookup(grouping->differences, title);
	/* If a column is missing, the positions of later ones mean nothing. */
	const GPtrArray *orders = list == NULL ? g_hash_table_lookup(grouping->orders, title) : NULL;
	g_autoptr(GString) order = orders != NULL ? g_string_new(NULL) : NULL;

	for (guint i = 0; orders != NULL && i < orders->len; i++) {
		g_autofree char *line = catalog_difference_describe(g_ptr_array_index(orders, i));
		g_string_append_printf(order, "%s%s", i > 0 ? "\n" : "", line);
	}
	CheckDifferencesGroup group = { object, title, list != NULL ? list : none, order != NULL ? order->str : NULL };
	grouping->report(&group, grouping->data);
}

static bool
is_top(const CatalogObject *object)
{
	return catalog_class(object->class_id)->scope != CATALOG_SCOPE_RELATION;
}

/* Columns whose place is all that differs. */
static GArray *
find_orders(const CatalogSnapshot *expected, const CatalogSnapshot *found)
{
	GArray *all = catalog_diff(expected, found, NULL);

	for (guint i = all->len; i > 0; i--) {
		const CatalogDifference *difference = &g_array_index(all, CatalogDifference, i - 1);
		if (difference->kind != CATALOG_CHANGED || difference->expected_attribute == NULL ||
		    strcmp(difference->expected_attribute->name, "position") != 0)
			g_array_remove_index(all, i - 1);
	}
	return all;
}

static const CatalogObject *
object_at(const CatalogSnapshot *snapshot, guint index)
{
	return index < catalog_snapshot_size(snapshot) ? catalog_snapshot_object(snapshot, index) : NULL;
}

void
check_differences_by_object(const CatalogSnapshot *expected, const CatalogSnapshot *found,
                            const CatalogDiffOptions *options,
                            void (*report)(const CheckDifferencesGroup *group, void *data), void *data)
{
	g_autoptr(GArray) differences = catalog_diff(expected, found, options);
	g_autoptr(GArray) order = options->ignore_column_position
	                              ? find_orders(expected, found)
	                              : g_array_new(FALSE, FALSE, sizeof(CatalogDifference));
	guint i = 0;
	guint j = 0;

	check_differences_normalise_array_casts(differences);
	g_autoptr(GHashTable) groups = differences_group(differences, expected, found);
	g_autoptr(GHashTable) orders = differences_group(order, expected, found);
	const Grouping grouping = { groups, orders, report, data };
	while (i < catalog_snapshot_size(expected) || j < catalog_snapshot_size(found)) {
		const CatalogObject *a = object_at(expected, i);
		const CatalogObject *b = object_at(found, j);
		int place = a == NULL ? 1 : b == NULL ? -1 : catalog_object_compare(a, b);
		const CatalogObject *object = place <= 0 ? a : b;
		if (object != NULL && is_top(object))
			differences_report_object(&grouping, object);
		i += place <= 0;
		j += place >= 0;
	}
}
