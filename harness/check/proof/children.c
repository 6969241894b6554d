#include "check/proof/children.h"

#include "catalog/list.h"

/* --- Parents ------------------------------------------------------------------ */

/* The parents of each table that has some: identity -> GStrv. The caller unrefs it. */
static GHashTable *
children_read_parents(const CatalogSnapshot *catalog)
{
	GHashTable *parents = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_strfreev);
	guint n = 0;
	guint first = catalog_snapshot_range(catalog, CATALOG_TABLE, NULL, NULL, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *table = catalog_snapshot_object(catalog, i);
		const CatalogAttribute *one = catalog_object_attribute(table, "partition_of");
		const CatalogAttribute *many = catalog_object_attribute(table, "inherits");
		const char *const list[] = { one != NULL ? one->value : NULL, NULL };
		if (one != NULL || many != NULL)
			g_hash_table_insert(parents, (gpointer)table->identity,
			                    one != NULL ? g_strdupv((char **)list) : catalog_list_parse(many->value));
	}
	return parents;
}

static bool
children_is_below(GHashTable *parents, const char *table, const char *ancestor)
{
	const char *const *list = g_hash_table_lookup(parents, table);

	if (strcmp(table, ancestor) == 0)
		return true;
	for (guint i = 0; list != NULL && list[i] != NULL; i++)
		if (children_is_below(parents, list[i], ancestor))
			return true;
	return false;
}

/* The number of rows that a SELECT from the table finds. Adds the names of the tables that hold them to `holders`
 * (may be NULL). */
static gint64
children_count_rows(GHashTable *parents, const RowsState *rows, const char *table, GPtrArray *holders)
{
	gint64 n = 0;

	for (guint i = 0; i < rows_state_size(rows); i++) {
		const char *name = rows_state_name(rows, i);
		if (rows_state_rows(rows, name) <= 0 || !children_is_below(parents, name, table))
			continue;
		n += rows_state_rows(rows, name);
		if (holders != NULL)
			g_ptr_array_add(holders, g_strdup(name));
	}
	return n;
}

/* --- Children that have left ---------------------------------------------------- */

typedef struct {
	const CheckAfter *before;
	const CheckAfter *after;
	GHashTable *parents_before;
	GHashTable *parents_after;
	GHashTable *tables_after; /* identities */
} ChildSearch;

/* The current name of the table; NULL: it is gone. */
static const char *
children_find_now(const ChildSearch *search, const char *table)
{
	const char *renamed = rows_state_renamed_table(search->before->rows, search->after->rows, table);
	const char *name = renamed != NULL ? renamed : table;

	return g_hash_table_contains(search->tables_after, name) ? name : NULL;
}

static CheckLeftChild *
children_judge(const ChildSearch *search, const char *child, const char *parent)
{
	const char *child_now = children_find_now(search, child);
	const char *parent_now = children_find_now(search, parent);

	if (child_now == NULL || parent_now == NULL || children_is_below(search->parents_after, child_now, parent_now))
		return NULL;
	g_autoptr(GPtrArray) holders = g_ptr_array_new_with_free_func(g_free);
	gint64 n_rows = children_count_rows(search->parents_before, search->before->rows, child, holders);
	gint64 n_before = children_count_rows(search->parents_before, search->before->rows, parent, NULL);
	gint64 n_after = children_count_rows(search->parents_after, search->after->rows, parent_now, NULL);
	if (n_rows == 0 || n_after >= n_before)
		return NULL;
	CheckLeftChild *left = g_new0(CheckLeftChild, 1);
	left->child = g_strdup(child);
	left->parent = g_strdup(parent);
	left->text = g_strdup_printf("table \"%s\" leaves \"%s\": %" G_GINT64_FORMAT " of the %" G_GINT64_FORMAT
	                             " rows that are seen through \"%s\" are not seen any more",
	                             child, parent, n_before - n_after, n_before, parent);
	g_ptr_array_add(holders, NULL);
	left->holders = (GStrv)g_ptr_array_free(g_steal_pointer(&holders), FALSE);
	return left;
}

static void
children_free_left(gpointer data)
{
	CheckLeftChild *left = data;

	g_free(left->child);
	g_free(left->parent);
	g_strfreev(left->holders);
	g_free(left->text);
	g_free(left);
}

static GHashTable *
children_read_tables(const CatalogSnapshot *catalog)
{
	GHashTable *tables = g_hash_table_new(g_str_hash, g_str_equal);
	guint n = 0;
	guint first = catalog_snapshot_range(catalog, CATALOG_TABLE, NULL, NULL, &n);

	for (guint i = first; i < first + n; i++)
		g_hash_table_add(tables, (gpointer)catalog_snapshot_object(catalog, i)->identity);
	return tables;
}

GPtrArray *
check_children_find_left(const CheckAfter *before, const CheckAfter *after)
{
	GPtrArray *left = g_ptr_array_new_with_free_func(children_free_left);
	g_autoptr(GHashTable) parents_before = children_read_parents(before->catalog);
	guint n = 0;
	guint first = catalog_snapshot_range(before->catalog, CATALOG_TABLE, NULL, NULL, &n);

	if (g_hash_table_size(parents_before) == 0)
		return left;
	g_autoptr(GHashTable) parents_after = children_read_parents(after->catalog);
	g_autoptr(GHashTable) tables_after = children_read_tables(after->catalog);
	const ChildSearch search = { before, after, parents_before, parents_after, tables_after };
	for (guint i = first; i < first + n; i++) {
		const char *child = catalog_snapshot_object(before->catalog, i)->identity;
		const char *const *parent = g_hash_table_lookup(parents_before, child);
		for (; parent != NULL && *parent != NULL; parent++) {
			CheckLeftChild *one = children_judge(&search, child, *parent);
			if (one != NULL)
				g_ptr_array_add(left, one);
		}
	}
	return left;
}
