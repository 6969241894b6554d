#include "plan/size/import.h"

#include "base/error.h"
#include "plan/size/length.h"
#include "plan/size/send.h"
#include "plan/size/sql.h"
#include "plan/tree/tree.h"

#include <math.h>
#include <string.h>

#define IMPORT_PAGE 8192.0
/* Usable bytes of a page: without its header, and for an index without the special space of nbtree. */
#define IMPORT_HEAP_ROOM (IMPORT_PAGE - 24)
#define IMPORT_LEAF_ROOM (IMPORT_PAGE - 24 - 16)
/* BTREE_NONLEAF_FILLFACTOR. */
#define IMPORT_INNER_FILL 0.7
#define IMPORT_PAGES_MAX  4294967294.0

static double
import_align(double bytes)
{
	return ceil(bytes / 8) * 8;
}

/* --- Tables ----------------------------------------------------------------------- */

/* The rows of a partitioned table by hand are shared out among those of its partitions of which nothing is said. */
static void
import_share_out(PlanImport *import, GHashTable *shares)
{
	for (guint i = 0; i < import->catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(import->catalog->tables, i);
		const PlanTableSize *root = table->root != NULL
		                                ? g_hash_table_lookup(import->sized, GUINT_TO_POINTER(table->root->oid))
		                                : NULL;
		if (root == NULL || g_hash_table_contains(import->sized, GUINT_TO_POINTER(table->oid)))
			continue;
		g_hash_table_insert(import->sized, GUINT_TO_POINTER(table->oid), (gpointer)root);
		if (table->kind == 'r') {
			gpointer key = GUINT_TO_POINTER(table->root->oid);
			guint n = GPOINTER_TO_UINT(g_hash_table_lookup(shares, key));
			g_hash_table_insert(shares, key, GUINT_TO_POINTER(n + 1));
		}
	}
}

static double
import_table_pages(const PlanTable *table, const PlanTableSize *size, double rows)
{
	double width = 24;

	for (guint i = 0; i < table->columns->len; i++)
		width += plan_import_width(g_ptr_array_index(table->columns, i), size->columns);
	width = MIN(import_align(width), IMPORT_HEAP_ROOM / 4); /* longer values are in a TOAST table */
	double per_page = MAX(1, floor(IMPORT_HEAP_ROOM * table->fillfactor / 100 / (width + 4)));
	return MIN(ceil(rows / per_page), IMPORT_PAGES_MAX);
}

static void
import_table(const PlanTable *table, const PlanTableSize *size, guint n_parts, PlanImportRelation *relation)
{
	bool part = table->oid != size->oid;

	relation->oid = table->oid;
	relation->path = table->path;
	relation->rows = part && table->kind == 'r' ? size->rows / n_parts : size->rows;
	if (table->kind == 'p')
		return; /* no file, no pages */
	relation->pages = !part && size->pages >= 0 ? size->pages : import_table_pages(table, size, relation->rows);
	relation->visible = !part && size->visible >= 0 ? MIN(size->visible, relation->pages) : relation->pages;
}

/* --- Indexes ---------------------------------------------------------------------- */

static double
import_key_width(const PlanIndex *index, const PlanTableSize *size)
{
	double width = 0;

	for (guint i = 0; i < index->numbers->len; i++) {
		guint number = g_array_index(index->numbers, guint, i);
		const GPtrArray *columns = number == 0 ? index->columns : index->table->columns;
		for (guint j = 0; j < columns->len; j++) {
			const PlanColumn *column = g_ptr_array_index(columns, j);
			if (column->number == (number == 0 ? i + 1 : number))
				width += plan_import_width(column, number == 0 ? NULL : size->columns);
		}
	}
	return MIN(import_align(MAX(width, 1)), 2700); /* no longer one fits into a btree */
}

static double
import_index_pages(const PlanIndex *index, double width, double rows)
{
	double per_page = MAX(1, floor(IMPORT_LEAF_ROOM * index->fillfactor / 100 / (8 + width + 4)));

	if (strcmp(index->method, "brin") == 0)
		return 4;
	return MIN(ceil(rows / per_page) + 1, IMPORT_PAGES_MAX);
}

/* Levels above the leaves, when each inner page leads to so many pages. */
static guint
import_height(double pages, double width)
{
	guint64 fan_out = (guint64)MAX(2, floor(IMPORT_LEAF_ROOM * IMPORT_INNER_FILL / (8 + width + 4)));
	guint height = 0;

	for (guint64 level = (guint64)MAX(pages - 1, 0); level > 1; level = (level + fan_out - 1) / fan_out)
		height++;
	return height;
}

static const PlanIndexSize *
import_find_index(const PlanTableSize *size, const PlanIndex *index)
{
	for (guint i = 0; i < size->indexes->len; i++) {
		const PlanIndexSize *one = g_ptr_array_index(size->indexes, i);
		if (one->oid == index->oid)
			return one;
	}
	return NULL;
}

/* The share of its table that a partial index has, according to the planner's estimate for its condition. */
static char *
import_rows_sql(DbSession *session, const PlanIndex *index)
{
	g_autofree char *schema = db_session_quote_identifier(session, index->table->schema);
	g_autofree char *name = db_session_quote_identifier(session, index->table->name);

	return g_strdup_printf("EXPLAIN (FORMAT XML) SELECT FROM ONLY %s.%s WHERE %s", schema, name, index->predicate);
}

static bool
import_must_ask(const PlanIndex *index, const PlanTableSize *size)
{
	const PlanIndexSize *stated = import_find_index(size, index);

	return index->predicate != NULL && (stated == NULL || stated->rows < 0) && index->table->kind != 'p' &&
	       index->rows < 0;
}

static bool
import_take_rows(const DbResult *plan, PlanIndex *index, GError **error)
{
	g_autoptr(PlanTree)
	    tree = plan_tree_read(db_result_value(plan, 0, 0), (gsize)db_result_value_length(plan, 0, 0), error);

	if (tree != NULL)
		index->rows = plan_tree_root(tree)->rows;
	return tree != NULL;
}

/* Indexes, and the statements that ask for their rows. */
typedef struct {
	GPtrArray *indexes;    /* of PlanIndex * */
	GPtrArray *statements; /* of char * */
} ImportPartial;

static void
import_partial_clear(ImportPartial *partial)
{
	g_ptr_array_unref(partial->indexes);
	g_ptr_array_unref(partial->statements);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImportPartial, import_partial_clear)

static void
import_list_partial(const PlanImport *import, ImportPartial *partial)
{
	for (guint i = 0; i < import->catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(import->catalog->tables, i);
		const PlanTableSize *size = g_hash_table_lookup(import->sized, GUINT_TO_POINTER(table->oid));
		for (guint j = 0; size != NULL && j < table->indexes->len; j++) {
			const PlanIndex *index = g_ptr_array_index(table->indexes, j);
			if (!import_must_ask(index, size))
				continue;
			g_ptr_array_add(partial->indexes, (gpointer)index);
			g_ptr_array_add(partial->statements, import_rows_sql(import->session, index));
		}
	}
}

/* All in one round trip. */
static bool
import_ask_partial(const PlanImport *import, ImportPartial *partial, GError **error)
{
	guint n = partial->statements->len;
	g_autofree DbResult **plans = g_new0(DbResult *, n + 1);
	bool done = n == 0 || db_session_pipeline(import->session, (int)n,
	                                          (const char *const *)partial->statements->pdata, plans, error);

	for (guint i = 0; i < n; i++) {
		done = done && import_take_rows(plans[i], g_ptr_array_index(partial->indexes, i), error);
		db_result_free(plans[i]);
	}
	return done;
}

static void
import_index(const PlanIndex *index, const PlanTableSize *size, const PlanImportRelation *table,
             PlanImportRelation *relation)
{
	const PlanIndexSize *stated = import_find_index(size, index);
	double width = import_key_width(index, size);

	relation->oid = index->oid;
	relation->path = index->path;
	relation->method = index->method;
	relation->rows = stated != NULL && stated->rows >= 0 ? stated->rows : table->rows;
	if (index->rows >= 0 && (stated == NULL || stated->rows < 0))
		relation->rows = MIN(relation->rows, index->rows);
	if (index->is_parent)
		return;
	relation->pages = stated != NULL && stated->pages >= 0 ? stated->pages
	                                                       : import_index_pages(index, width, relation->rows);
	relation->height = stated != NULL && stated->height >= 0 ? (guint)stated->height
	                                                         : import_height(relation->pages, width);
}

/* --- To the server ------------------------------------------------------------------ */

/* A relation's own file, which the transaction has made. */
static bool
import_lengthen(PlanImport *import, const PlanImportRelation *one, GError **error)
{
	const char *folder = plan_files_data_directory(import->files);
	double pages = one->pages;

	if (g_strcmp0(one->method, "btree") == 0 && pages > 1) {
		if (!plan_btree_grow(folder, one->path, one->height, error))
			return false;
		pages = MAX(pages, one->height + 2);
	}
	return plan_length_set(folder, one->path, pages, error);
}

static bool
import_set_length(PlanImport *import, PlanImportRelation *one, GError **error)
{
	if (one->path == NULL || import->files == NULL)
		return true;
	if (!plan_files_fit(import->files, one->path, one->method))
		return import_lengthen(import, one, error);
	if (g_strcmp0(one->method, "btree") != 0)
		return plan_files_get(import->files, one->pages, &one->file, error);
	return plan_files_get_btree(import->files, one->pages > 1 ? MAX(one->pages, one->height + 2) : one->pages,
	                            one->height, &one->file, error);
}

static bool
import_set_lengths(PlanImport *import, GArray *relations, GError **error)
{
	for (guint i = 0; i < relations->len; i++)
		if (!import_set_length(import, &g_array_index(relations, PlanImportRelation, i), error))
			return false;
	return true;
}

static bool
import_send_statistics(PlanImport *import, GError **error)
{
	static const DbPrepared insert = { DB_OWN_STATEMENTS "plan_import_statistic", plan_sql_import_statistic };
	static const DbPrepared restore = { DB_OWN_STATEMENTS "plan_restore_statistic", plan_sql_restore_statistic };
	bool has_function = db_session_server_version(import->session) >= 180000; /* pg_restore_attribute_stats */
	g_autoptr(GString) json = g_string_new("[");
	g_autoptr(DbResult) rows = NULL;

	if ((!has_function && !plan_import_operators(import, error)) || !plan_import_columns(import, json, error))
		return false;
	g_string_append_c(json, ']');
	g_free(db_session_take_notices(import->session));
	const DbRequest request = { .prepared = has_function ? &restore : &insert, .parameter = json->str };
	if (!db_session_pipeline_requests(import->session, 1, &request, &rows, error))
		return false;
	g_autofree char *notices = db_session_take_notices(import->session);
	for (int i = 0; i < db_result_rows(rows); i++)
		if (db_result_value(rows, i, 2)[0] != 't')
			return base_error_set(
			    error, BASE_ERROR_DATABASE, NULL,
			    "the server did not take the statistics of column %s of the relation %s: %s",
			    db_result_value(rows, i, 1), db_result_value(rows, i, 0),
			    notices != NULL ? notices : "it does not say why");
	if (notices != NULL && strstr(notices, "WARNING") != NULL)
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "the server warns about the statistics: %s",
		                      notices);
	return plan_import_extended(import, error);
}

/* --- All of it ------------------------------------------------------------------------ */

static void
import_list_tables(PlanImport *import, GArray *tables)
{
	g_autoptr(GHashTable) shares = g_hash_table_new(NULL, NULL);

	import_share_out(import, shares);
	for (guint i = 0; i < import->catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(import->catalog->tables, i);
		const PlanTableSize *size = g_hash_table_lookup(import->sized, GUINT_TO_POINTER(table->oid));
		PlanImportRelation one = { 0 };
		if (size == NULL)
			continue;
		guint n = table->root != NULL
		              ? GPOINTER_TO_UINT(g_hash_table_lookup(shares, GUINT_TO_POINTER(table->root->oid)))
		              : 1;
		import_table(table, size, MAX(n, 1), &one);
		g_array_append_val(tables, one);
	}
}

static void
import_list_indexes(const PlanImport *import, const GArray *tables, GArray *indexes)
{
	for (guint i = 0; i < tables->len; i++) {
		const PlanImportRelation *relation = &g_array_index(tables, PlanImportRelation, i);
		gpointer key = GUINT_TO_POINTER(relation->oid);
		const PlanTable *table = g_hash_table_lookup(import->catalog->by_oid, key);
		const PlanTableSize *size = g_hash_table_lookup(import->sized, key);
		for (guint j = 0; j < table->indexes->len; j++) {
			PlanImportRelation one = { 0 };
			import_index(g_ptr_array_index(table->indexes, j), size, relation, &one);
			g_array_append_val(indexes, one);
		}
	}
}

/* The planner estimates the rows of partial indexes before these have their lengths. It must not see indexes at that
 * moment, because it caches the height of a btree. */
static void
import_show_indexes(const PlanImport *import, const ImportPartial *partial, GArray *tables, const char *shown)
{
	for (guint i = 0; i < tables->len; i++) {
		PlanImportRelation *one = &g_array_index(tables, PlanImportRelation, i);
		const PlanTable *table = g_hash_table_lookup(import->catalog->by_oid, GUINT_TO_POINTER(one->oid));
		for (guint j = 0; j < partial->indexes->len; j++)
			if (((const PlanIndex *)g_ptr_array_index(partial->indexes, j))->table == table)
				one->indexes = shown;
	}
}

char *
plan_import_list_unfit(const PlanImport *import)
{
	g_autoptr(GString) list = g_string_new("{");

	for (guint i = 0; i < import->catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(import->catalog->tables, i);
		const PlanTable *root = table->root != NULL ? table->root : table;
		bool fits = import->files != NULL &&
		            (table->path == NULL || plan_files_fit(import->files, table->path, NULL));
		for (guint j = 0; fits && j < table->indexes->len; j++) {
			const PlanIndex *index = g_ptr_array_index(table->indexes, j);
			fits &= index->path == NULL || plan_files_fit(import->files, index->path, index->method);
		}
		if (!fits && (g_hash_table_contains(import->sized, GUINT_TO_POINTER(table->oid)) ||
		              g_hash_table_contains(import->sized, GUINT_TO_POINTER(root->oid))))
			g_string_append_printf(list, "%s%u", list->len > 1 ? "," : "", table->oid);
	}
	g_string_append_c(list, '}');
	return list->len > 2 ? g_strdup(list->str) : NULL;
}

/* The tables and their indexes, which get their lengths. */
static GArray *
import_list_all(PlanImport *import, const GArray *tables, GError **error)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(PlanImportRelation));

	import_list_indexes(import, tables, all);
	if (!import_set_lengths(import, all, error))
		return NULL;
	g_array_append_vals(all, tables->data, tables->len);
	return g_steal_pointer(&all);
}

static bool
import_send_at_once(PlanImport *import, const GArray *tables, GError **error)
{
	g_autoptr(GArray) all = import_list_all(import, tables, error);

	return all != NULL && plan_import_send_sizes_anew(import, tables, all, error) &&
	       import_send_statistics(import, error);
}

/* First without indexes, so that the planner can be asked. */
static bool
import_send_in_turn(PlanImport *import, GArray *tables, ImportPartial *partial, GError **error)
{
	import_show_indexes(import, partial, tables, "false");
	if (!plan_import_send_sizes_anew(import, tables, tables, error) || !import_send_statistics(import, error) ||
	    !import_ask_partial(import, partial, error))
		return false;
	import_show_indexes(import, partial, tables, "true");
	g_autoptr(GArray) all = import_list_all(import, tables, error);
	return all != NULL && plan_import_send_sizes(import, all, error);
}

bool
plan_import_run(PlanImport *import, GError **error)
{
	g_autoptr(GArray) tables = g_array_new(FALSE, FALSE, sizeof(PlanImportRelation));
	g_auto(ImportPartial)
	    partial = { .indexes = g_ptr_array_new(), .statements = g_ptr_array_new_with_free_func(g_free) };

	import_list_tables(import, tables);
	import_list_partial(import, &partial);
	if (!import_set_lengths(import, tables, error))
		return false;
	return partial.indexes->len > 0 ? import_send_in_turn(import, tables, &partial, error)
	                                : import_send_at_once(import, tables, error);
}

bool
plan_import_warm(PlanImport *import, GError **error)
{
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(PlanImportRelation));

	return plan_import_send_sizes_anew(import, none, none, error);
}
