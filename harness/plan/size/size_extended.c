/* The sizes of statistics objects: several columns together. */
#include "plan/size/size_private.h"

#include "catalog/identity.h"
#include "suite/size.h"

#include <string.h>

/* STATS_MAX_DIMENSIONS: an object has no more columns. */
#define EXTENDED_COLUMNS_MAX 8

/* --- Freeing ------------------------------------------------------------------ */

static void
extended_free_together(gpointer data)
{
	PlanTogether *together = data;

	g_array_unref(together->of);
	g_free(together);
}

static void
extended_free_combination(gpointer data)
{
	PlanCombination *combination = data;

	g_ptr_array_unref(combination->values);
	g_free(combination);
}

static void
extended_free(gpointer data)
{
	PlanExtendedSize *extended = data;

	g_free(extended->schema);
	g_free(extended->name);
	g_ptr_array_unref(extended->columns);
	g_ptr_array_unref(extended->distinct);
	g_ptr_array_unref(extended->dependencies);
	g_ptr_array_unref(extended->most_common);
	g_ptr_array_unref(extended->expressions);
	g_array_unref(extended->numbers);
	g_free(extended);
}

GPtrArray *
plan_size_new_extended(void)
{
	return g_ptr_array_new_with_free_func(extended_free);
}

void
plan_size_forget_extended(PlanExtendedSize *extended)
{
	extended->oid = 0;
	g_array_set_size(extended->numbers, 0);
	for (guint i = 0; i < extended->expressions->len; i++)
		((PlanColumnSize *)g_ptr_array_index(extended->expressions, i))->number = 0;
}

/* --- Columns that belong together ---------------------------------------------------- */

static bool
extended_add_column(const PlanExtendedSize *extended, const SuiteNode *name, PlanTogether *together, GError **error)
{
	for (guint i = 0; i < extended->columns->len; i++) {
		if (strcmp(g_ptr_array_index(extended->columns, i), suite_node_text(name)) != 0)
			continue;
		for (guint j = 0; j < together->of->len; j++)
			if (g_array_index(together->of, guint, j) == i)
				return suite_node_error(name, error, NULL, "\"%s\" is there twice",
				                        suite_node_text(name));
		g_array_append_val(together->of, i);
		return true;
	}
	return suite_node_error(name, error, NULL, "\"%s\" is none of the \"columns\" of \"%s\"", suite_node_text(name),
	                        extended->name);
}

/* An item of "distinct", or (with a column that it decides) of "dependencies". */
static bool
extended_load_together(const PlanExtendedSize *extended, const SuiteNode *node, const char *number, double max,
                       GPtrArray *list, GError **error)
{
	const SuiteNode *of = suite_node_get(node, "of");
	const SuiteNode *decides = suite_node_get(node, "decides");
	PlanTogether *together = g_new0(PlanTogether, 1);

	g_ptr_array_add(list, together);
	together->of = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < suite_node_size(of); i++)
		if (!extended_add_column(extended, suite_node_item(of, i), together, error))
			return false;
	if (decides != NULL && !extended_add_column(extended, decides, together, error))
		return false;
	if (together->of->len < 2)
		return suite_node_error(of, error, "name two or more of its columns",
		                        "statistics of several columns together need at least two columns");
	return suite_size_load_number(node, number, 0, max, &together->number, error);
}

static bool
extended_load_all(const PlanExtendedSize *extended, const SuiteNode *list, const char *number, double max,
                  GPtrArray *ret_list, GError **error)
{
	for (guint i = 0; list != NULL && i < suite_node_size(list); i++)
		if (!extended_load_together(extended, suite_node_item(list, i), number, max, ret_list, error))
			return false;
	return true;
}

/* --- Combinations of values ----------------------------------------------------------- */

static bool
extended_load_combination(PlanExtendedSize *extended, const SuiteNode *node, double *sum, GError **error)
{
	const SuiteNode *values = suite_node_get(node, "values");
	PlanCombination *combination = g_new0(PlanCombination, 1);

	g_ptr_array_add(extended->most_common, combination);
	combination->values = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < suite_node_size(values); i++) {
		const SuiteNode *value = suite_node_item(values, i);
		g_ptr_array_add(combination->values,
		                suite_node_is_null(value) ? NULL : g_strdup(suite_node_text(value)));
	}
	if (combination->values->len != extended->columns->len)
		return suite_node_error(values, error, "write a value for each of them, null where it has none",
		                        "\"%s\" is of %u columns, and these are %u values", extended->name,
		                        extended->columns->len, combination->values->len);
	if (!suite_size_load_number(node, "share", 0, 1, &combination->share, error) ||
	    !suite_size_load_number(node, "base", 0, 1, &combination->base, error))
		return false;
	*sum += combination->share;
	return *sum <= 1.001 || suite_node_error(suite_node_get(node, "share"), error, "they are parts of all rows",
	                                         "the shares are more than 1 together: %g", *sum);
}

/* --- All of it -------------------------------------------------------------------------- */

static bool
extended_load_columns(PlanExtendedSize *extended, const SuiteNode *node, GError **error)
{
	const SuiteNode *columns = suite_node_get(node, "columns");

	for (guint i = 0; i < suite_node_size(columns); i++)
		g_ptr_array_add(extended->columns, g_strdup(suite_node_text(suite_node_item(columns, i))));
	return (extended->columns->len > 0 && extended->columns->len <= EXTENDED_COLUMNS_MAX) ||
	       suite_node_error(columns, error, NULL, "a statistics object is of 1 to %d columns, not of %u",
	                        EXTENDED_COLUMNS_MAX, extended->columns->len);
}

static bool
extended_check_expressions(const PlanExtendedSize *extended, GError **error)
{
	for (guint i = 0; i < extended->expressions->len; i++) {
		const PlanColumnSize *one = g_ptr_array_index(extended->expressions, i);
		if (!g_ptr_array_find_with_equal_func(extended->columns, one->name, g_str_equal, NULL))
			return suite_node_error(one->node, error, NULL, "\"%s\" is none of the \"columns\" of \"%s\"",
			                        one->name, extended->name);
	}
	return true;
}

static bool
extended_load(PlanExtendedSize *extended, const SuiteNode *node, GError **error)
{
	const SuiteNode *common = suite_node_get(node, "most_common");
	double sum = 0;

	if (!extended_load_columns(extended, node, error) ||
	    !extended_load_all(extended, suite_node_get(node, "distinct"), "count", 1e15, extended->distinct, error) ||
	    !extended_load_all(extended, suite_node_get(node, "dependencies"), "degree", 1, extended->dependencies,
	                       error))
		return false;
	for (guint i = 0; common != NULL && i < suite_node_size(common); i++)
		if (!extended_load_combination(extended, suite_node_item(common, i), &sum, error))
			return false;
	return plan_size_load_columns(extended->expressions, suite_node_get(node, "expressions"), error) &&
	       extended_check_expressions(extended, error);
}

static PlanExtendedSize *
size_extended_add(GPtrArray *list, const char *const *name, const SuiteNode *node)
{
	PlanExtendedSize *extended = g_new0(PlanExtendedSize, 1);

	extended->schema = g_strdup(name[0]);
	extended->name = g_strdup(name[1]);
	extended->node = node;
	extended->columns = g_ptr_array_new_with_free_func(g_free);
	extended->distinct = g_ptr_array_new_with_free_func(extended_free_together);
	extended->dependencies = g_ptr_array_new_with_free_func(extended_free_together);
	extended->most_common = g_ptr_array_new_with_free_func(extended_free_combination);
	extended->expressions = plan_size_new_columns();
	extended->numbers = g_array_new(FALSE, FALSE, sizeof(gint));
	g_ptr_array_add(list, extended);
	return extended;
}

bool
plan_size_load_extended(GPtrArray *list, const SuiteNode *mapping, GError **error)
{
	for (guint i = 0; mapping != NULL && i < suite_node_size(mapping); i++) {
		const SuiteNode *key = suite_node_key_node(mapping, i);
		g_auto(GStrv) name = catalog_identity_split(suite_node_text(key));
		if (name == NULL || g_strv_length(name) != 2)
			return suite_node_error(key, error, "write it with its schema: public.orders_place",
			                        "\"%s\" is no name of a statistics object", suite_node_text(key));
		for (guint j = list->len; j > 0; j--) {
			const PlanExtendedSize *other = g_ptr_array_index(list, j - 1);
			if (strcmp(other->schema, name[0]) == 0 && strcmp(other->name, name[1]) == 0)
				g_ptr_array_remove_index(list, j - 1);
		}
		PlanExtendedSize *extended = size_extended_add(list, (const char *const *)name, key);
		if (!extended_load(extended, suite_node_item(mapping, i), error))
			return false;
	}
	return true;
}
