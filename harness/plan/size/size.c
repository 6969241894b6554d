#include "plan/size/size_private.h"

#include "catalog/identity.h"
#include "plan/catalog/array.h"
#include "suite/size.h"

#include <string.h>

/* A page number is 32 bits wide. */
#define SIZE_PAGES_MAX 4294967294.0
/* Levels of a btree; ten of them would hold more than any file. */
#define SIZE_HEIGHT_MAX 10
/* Rows that are made for queries that are run. */
#define SIZE_VOLUME_MAX 20e6

/* --- Freeing ------------------------------------------------------------------ */

static void
size_free_column(gpointer data)
{
	PlanColumnSize *column = data;

	g_free(column->name);
	g_free(column->most_common);
	g_free(column->shares);
	g_free(column->bounds);
	g_free(column->elements);
	g_free(column->element_shares);
	g_free(column->element_counts);
	g_free(column->lengths);
	g_free(column->range_bounds);
	g_free(column);
}

static void
size_free_index(gpointer data)
{
	PlanIndexSize *index = data;

	g_free(index->name);
	g_ptr_array_unref(index->columns);
	g_free(index);
}

static void
size_free_table(gpointer data)
{
	PlanTableSize *table = data;

	g_free(table->schema);
	g_free(table->name);
	g_ptr_array_unref(table->columns);
	g_ptr_array_unref(table->inherited);
	g_ptr_array_unref(table->indexes);
	g_ptr_array_unref(table->extended);
	g_hash_table_unref(table->keys);
	g_free(table);
}

void
plan_size_free(PlanSize *size)
{
	if (size == NULL)
		return;
	g_ptr_array_unref(size->tables);
	g_free(size->now);
	g_free(size->source);
	suite_document_free(size->document);
	g_free(size);
}

/* --- Columns ------------------------------------------------------------------ */

/* A list of values, or the text of an array; *ret_count is how many. */
static bool
size_load_list(const SuiteNode *mapping, const char *key, char **ret_text, guint *ret_count, GError **error)
{
	const SuiteNode *node = suite_node_get(mapping, key);
	g_autoptr(GPtrArray) elements = NULL;

	if (node == NULL)
		return true;
	if (suite_node_kind(node) == SUITE_NODE_SCALAR) {
		elements = plan_array_split(suite_node_text(node));
	} else {
		elements = g_ptr_array_new_with_free_func(g_free);
		for (guint i = 0; i < suite_node_size(node); i++)
			g_ptr_array_add(elements, g_strdup(suite_node_text(suite_node_item(node, i))));
	}
	if (elements == NULL || elements->len == 0)
		return suite_node_error(node, error, "write a list of values, or an array such as '{1,2}'",
		                        "\"%s\" is no list of values", key);
	*ret_text = plan_array_join(elements);
	*ret_count = elements->len;
	return true;
}

static bool
size_check_pair(const SuiteNode *node, const char *values, guint n_values, const char *shares, guint n_shares,
                guint extra, GError **error)
{
	if (n_values > 0 && n_shares == 0)
		return suite_node_error(node, error, "each value needs its share of the rows",
		                        "\"%s\" needs \"%s\" beside it", values, shares);
	if (n_values == 0 && n_shares > 0)
		return suite_node_error(node, error, NULL, "\"%s\" needs \"%s\" beside it", shares, values);
	return n_shares == n_values || (n_shares >= n_values && n_shares <= n_values + extra) ||
	       suite_node_error(suite_node_get(node, shares), error, "each value has one share",
	                        "\"%s\" has %u items, and \"%s\" has %u", values, n_values, shares, n_shares);
}

/* The server would report it much later, and without a position. */
static bool
size_check_shares(const SuiteNode *node, const char *shares, GError **error)
{
	g_autoptr(GPtrArray) items = shares != NULL ? plan_array_split(shares) : NULL;
	double sum = 0;

	for (guint i = 0; items != NULL && i < items->len; i++) {
		const char *text = g_ptr_array_index(items, i);
		char *end = NULL;
		double share = text != NULL ? g_ascii_strtod(text, &end) : -1;
		if (end == text || (end != NULL && *end != '\0') || !(share >= 0 && share <= 1))
			return suite_node_error(suite_node_get(node, "shares"), error, "write numbers between 0 and 1",
			                        "\"%s\" is no share of the rows", text != NULL ? text : "null");
		sum += share;
	}
	return sum <= 1.001 || suite_node_error(suite_node_get(node, "shares"), error, "they are parts of all rows",
	                                        "the shares are more than 1 together: %g", sum);
}

/* Incomplete statistics are worse than none: without bounds, "distinct" alone makes a range of one row. */
static bool
size_check_column(const PlanColumnSize *column, GError **error)
{
	bool bounds = column->bounds != NULL;
	bool range = column->min != NULL || column->max != NULL;

	if (!column->has_distinct && column->nulls < 1)
		return suite_node_error(column->node, error, "say how many different values it has: distinct: 5000",
		                        "column \"%s\" needs \"distinct\"", column->name);
	if (range && (column->min == NULL || column->max == NULL))
		return suite_node_error(column->node, error, "write the smallest and the largest value",
		                        "\"min\" and \"max\" of column \"%s\" belong together", column->name);
	return !(range && bounds) ||
	       suite_node_error(column->node, error, "leave min and max out",
	                        "column \"%s\" has both \"bounds\" and \"min\" with \"max\"", column->name);
}

static bool
size_load_lists(PlanColumnSize *column, const SuiteNode *node, GError **error)
{
	guint common = 0;
	guint shares = 0;
	guint elements = 0;
	guint element_shares = 0;
	guint n = 0;

	return size_load_list(node, "most_common", &column->most_common, &common, error) &&
	       size_load_list(node, "shares", &column->shares, &shares, error) &&
	       size_check_pair(node, "most_common", common, "shares", shares, 0, error) &&
	       size_check_shares(node, column->shares, error) &&
	       size_load_list(node, "bounds", &column->bounds, &n, error) &&
	       size_load_list(node, "elements", &column->elements, &elements, error) &&
	       size_load_list(node, "element_shares", &column->element_shares, &element_shares, error) &&
	       /* The server keeps the smallest and the largest share, and that of NULLs, behind them. */
	       size_check_pair(node, "elements", elements, "element_shares", element_shares, 3, error) &&
	       size_load_list(node, "element_counts", &column->element_counts, &n, error) &&
	       size_load_list(node, "lengths", &column->lengths, &n, error) &&
	       size_load_list(node, "range_bounds", &column->range_bounds, &n, error);
}

static bool
size_load_column(GPtrArray *columns, const char *name, const SuiteNode *node, GError **error)
{
	PlanColumnSize *column = g_new0(PlanColumnSize, 1);

	g_ptr_array_add(columns, column);
	column->name = g_strdup(name);
	column->node = node;
	column->type = suite_node_get_text(node, "type");
	column->min = suite_node_get_text(node, "min");
	column->max = suite_node_get_text(node, "max");
	column->width = column->empty = -1;
	column->has_distinct = suite_node_get(node, "distinct") != NULL;
	column->has_correlation = suite_node_get(node, "correlation") != NULL;
	return suite_size_load_number(node, "nulls", 0, 1, &column->nulls, error) &&
	       suite_size_load_number(node, "width", 0, 1e9, &column->width, error) &&
	       suite_size_load_number(node, "distinct", -1, 1e15, &column->distinct, error) &&
	       suite_size_load_number(node, "correlation", -1, 1, &column->correlation, error) &&
	       suite_size_load_number(node, "empty", 0, 1, &column->empty, error) &&
	       size_load_lists(column, node, error) && size_check_column(column, error);
}

GPtrArray *
plan_size_new_columns(void)
{
	return g_ptr_array_new_with_free_func(size_free_column);
}

bool
plan_size_load_columns(GPtrArray *columns, const SuiteNode *mapping, GError **error)
{
	for (guint i = 0; mapping != NULL && i < suite_node_size(mapping); i++)
		if (!size_load_column(columns, suite_node_key(mapping, i), suite_node_item(mapping, i), error))
			return false;
	return true;
}

/* --- Tables -------------------------------------------------------------------- */

static bool
size_load_index(PlanTableSize *table, const SuiteNode *indexes, guint i, GError **error)
{
	const SuiteNode *node = suite_node_item(indexes, i);
	PlanIndexSize *index = g_new0(PlanIndexSize, 1);

	g_ptr_array_add(table->indexes, index);
	index->name = g_strdup(suite_node_key(indexes, i));
	index->node = suite_node_key_node(indexes, i);
	index->columns = plan_size_new_columns();
	index->rows = index->pages = index->height = -1;
	return suite_size_load_number(node, "rows", 0, 1e15, &index->rows, error) &&
	       suite_size_load_number(node, "pages", 0, SIZE_PAGES_MAX, &index->pages, error) &&
	       suite_size_load_number(node, "height", 0, SIZE_HEIGHT_MAX, &index->height, error) &&
	       plan_size_load_columns(index->columns, suite_node_get(node, "columns"), error);
}

static PlanTableSize *
size_find(const PlanSize *size, const char *schema, const char *name)
{
	for (guint i = 0; i < size->tables->len; i++) {
		PlanTableSize *table = g_ptr_array_index(size->tables, i);
		if (strcmp(table->schema, schema) == 0 && strcmp(table->name, name) == 0)
			return table;
	}
	return NULL;
}

static PlanTableSize *
size_add_table(PlanSize *size, const char *const *name)
{
	PlanTableSize *table = g_new0(PlanTableSize, 1);

	table->schema = g_strdup(name[0]);
	table->name = g_strdup(name[1]);
	table->rows = table->pages = table->visible = -1;
	table->columns = plan_size_new_columns();
	table->inherited = plan_size_new_columns();
	table->indexes = g_ptr_array_new_with_free_func(size_free_index);
	table->keys = g_hash_table_new(NULL, NULL);
	table->extended = plan_size_new_extended();
	g_ptr_array_add(size->tables, table);
	return table;
}

/* Values in the suite take precedence; a number of rows alone scales the table of the fixture. */
static bool
size_fill_table(PlanTableSize *table, const SuiteNode *node, GError **error)
{
	double before = table->rows;
	double factor = 1;

	if (!suite_size_load_number(node, "rows", 0, 1e15, &table->rows, error))
		return false;
	if (before > 0 && table->rows >= 0)
		factor = table->rows / before;
	if (before >= 0 && factor != 1) {
		table->pages = table->pages >= 0 ? MIN(table->pages * factor, SIZE_PAGES_MAX) : -1;
		table->visible = table->visible >= 0 ? MIN(table->visible * factor, SIZE_PAGES_MAX) : -1;
		for (guint i = 0; i < table->indexes->len; i++) {
			PlanIndexSize *index = g_ptr_array_index(table->indexes, i);
			index->rows = index->rows >= 0 ? index->rows * factor : -1;
			index->pages = index->pages >= 0 ? MIN(index->pages * factor, SIZE_PAGES_MAX) : -1;
			index->height = -1;
		}
	}
	return suite_size_load_number(node, "pages", 0, SIZE_PAGES_MAX, &table->pages, error) &&
	       suite_size_load_number(node, "visible", 0, SIZE_PAGES_MAX, &table->visible, error);
}

/* A column, or an index, that both have: the later one. */
static void
size_drop_replaced(GPtrArray *columns, const SuiteNode *mapping)
{
	for (guint i = columns->len; mapping != NULL && i > 0; i--) {
		const PlanColumnSize *column = g_ptr_array_index(columns, i - 1);
		if (suite_node_get(mapping, column->name) != NULL)
			g_ptr_array_remove_index(columns, i - 1);
	}
}

static bool
size_load_indexes(PlanTableSize *table, const SuiteNode *indexes, GError **error)
{
	for (guint i = table->indexes->len; indexes != NULL && i > 0; i--) {
		const PlanIndexSize *index = g_ptr_array_index(table->indexes, i - 1);
		if (suite_node_get(indexes, index->name) != NULL)
			g_ptr_array_remove_index(table->indexes, i - 1);
	}
	for (guint i = 0; indexes != NULL && i < suite_node_size(indexes); i++)
		if (!size_load_index(table, indexes, i, error))
			return false;
	return true;
}

static bool
size_load_table(PlanSize *size, const SuiteNode *tables, guint i, bool by_hand, GError **error)
{
	const SuiteNode *node = suite_node_item(tables, i);
	const SuiteNode *key = suite_node_key_node(tables, i);
	g_auto(GStrv) name = catalog_identity_split(suite_node_text(key));

	if (name == NULL || g_strv_length(name) != 2)
		return suite_node_error(key, error, "write it with its schema: public.orders",
		                        "\"%s\" is no name of a table", suite_node_text(key));
	PlanTableSize *table = size_find(size, name[0], name[1]);
	if (table == NULL)
		table = size_add_table(size, (const char *const *)name);
	table->node = key;
	table->by_hand = by_hand;
	if (!size_fill_table(table, node, error))
		return false;
	if (table->rows < 0)
		return suite_node_error(key, error, "say how many rows it has: rows: 84M",
		                        "table \"%s\" needs \"rows\"", suite_node_text(key));
	size_drop_replaced(table->columns, suite_node_get(node, "columns"));
	size_drop_replaced(table->inherited, suite_node_get(node, "inherited"));
	return plan_size_load_columns(table->columns, suite_node_get(node, "columns"), error) &&
	       plan_size_load_columns(table->inherited, suite_node_get(node, "inherited"), error) &&
	       size_load_indexes(table, suite_node_get(node, "indexes"), error) &&
	       plan_size_load_extended(table->extended, suite_node_get(node, "extended"), error);
}

/* --- All of them --------------------------------------------------------------- */

static bool
size_load_tables(PlanSize *size, const SuiteNode *tables, bool by_hand, GError **error)
{
	for (guint i = 0; tables != NULL && i < suite_node_size(tables); i++)
		if (!size_load_table(size, tables, i, by_hand, error))
			return false;
	return true;
}

static bool
size_load_fixture(PlanSize *size, const char *path, GError **error)
{
	gint64 version = 0;

	size->document = suite_document_load(path, error);
	const SuiteNode *root = size->document != NULL ? suite_document_root(size->document) : NULL;
	if (root == NULL || !suite_shape_check(&suite_statistics_shape, root, "the fixture of statistics", error))
		return false;
	const SuiteNode *form = suite_node_get(root, "statistics");
	if (suite_node_is_int(form, &version) && version != 1)
		return suite_node_error(form, error, "export it anew, or use a later pgassay",
		                        "this fixture has the form %" G_GINT64_FORMAT ", and only 1 is known", version);
	const char *taken = suite_node_get_text(root, "taken");
	size->now = g_strdup(taken);
	size->source = g_strdup_printf("statistics of %s%s%s", path, taken != NULL ? ", taken " : "",
	                               taken != NULL ? taken : "");
	return size_load_tables(size, suite_node_get(root, "tables"), false, error);
}

PlanSize *
plan_size_load(const SuiteDatabase *database, GError **error)
{
	g_autoptr(PlanSize) size = g_new0(PlanSize, 1);
	const SuiteNode *tables = suite_node_get(database->size, "tables");
	const char *now = suite_node_get_text(database->size, "now");

	size->tables = g_ptr_array_new_with_free_func(size_free_table);
	if (database->statistics != NULL && !size_load_fixture(size, database->statistics->path, error))
		return NULL;
	if (!size_load_tables(size, tables, true, error) ||
	    !suite_size_load_number(database->size, "rows", 1, SIZE_VOLUME_MAX, &size->volume, error))
		return NULL;
	if (now != NULL) {
		g_free(size->now);
		size->now = g_strdup(now);
	}
	if (size->tables->len == 0) {
		suite_node_error(database->size, error, "name the tables, or a fixture of \"pgassay stats export\"",
		                 "\"size\" states no table");
		return NULL;
	}
	if (tables != NULL && suite_node_size(tables) > 0) {
		g_autofree char *fixture = g_steal_pointer(&size->source);
		size->source = fixture == NULL ? g_strdup("from the suite")
		                               : g_strconcat(fixture, ", and from the suite", NULL);
	}
	return g_steal_pointer(&size);
}

static void
size_forget_column(PlanColumnSize *column)
{
	column->number = 0;
	column->superseded = false;
}

void
plan_size_forget(PlanSize *size)
{
	for (guint i = 0; i < size->tables->len; i++) {
		PlanTableSize *table = g_ptr_array_index(size->tables, i);
		GPtrArray *lists[] = { table->columns, table->inherited };
		table->oid = 0;
		table->superseded = false;
		g_hash_table_remove_all(table->keys);
		for (gsize k = 0; k < G_N_ELEMENTS(lists); k++)
			for (guint j = 0; j < lists[k]->len; j++)
				size_forget_column(g_ptr_array_index(lists[k], j));
		for (guint j = 0; j < table->indexes->len; j++) {
			PlanIndexSize *index = g_ptr_array_index(table->indexes, j);
			index->oid = 0;
			index->superseded = false;
		}
		for (guint j = 0; j < table->extended->len; j++)
			plan_size_forget_extended(g_ptr_array_index(table->extended, j));
	}
}
