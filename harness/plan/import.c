#include "plan/import.h"

#include "base/error.h"
#include "plan/length.h"
#include "plan/sql.h"
#include "plan/tree.h"

#include <math.h>
#include <string.h>

#define IMPORT_PAGE 8192.0
/* Of a page: its header, and for an index what nbtree keeps at its end. */
#define IMPORT_HEAP_ROOM (IMPORT_PAGE - 24)
#define IMPORT_LEAF_ROOM (IMPORT_PAGE - 24 - 16)
/* BTREE_NONLEAF_FILLFACTOR. */
#define IMPORT_INNER_FILL 0.7
#define IMPORT_PAGES_MAX  4294967294.0

/* What the server is given of a table or an index. */
typedef struct {
	guint oid;
	const char *path;
	double rows;
	double pages;
	double visible;
	guint height; /* of a btree; 0: its root is its only page */
	bool is_btree;
} ImportRelation;

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
import_table(const PlanTable *table, const PlanTableSize *size, guint n_parts, ImportRelation *relation)
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

/* The part of its table that a partial index has: what the planner itself makes of the condition. */
static bool
import_ask_rows(PlanImport *import, const PlanIndex *index, double *ret_rows, GError **error)
{
	g_autofree char *schema = db_session_quote_identifier(import->session, index->table->schema);
	g_autofree char *name = db_session_quote_identifier(import->session, index->table->name);
	g_autofree char *sql = g_strdup_printf("EXPLAIN (FORMAT XML) SELECT FROM ONLY %s.%s WHERE %s", schema, name,
	                                       index->predicate);
	g_autofree char *xml = db_session_query_value(import->session, error, sql, NULL);
	g_autoptr(PlanTree) tree = xml != NULL ? plan_tree_read(xml, strlen(xml), error) : NULL;

	if (tree != NULL)
		*ret_rows = MIN(*ret_rows, plan_tree_root(tree)->rows);
	return tree != NULL;
}

static bool
import_index(PlanImport *import, const PlanIndex *index, const PlanTableSize *size, const ImportRelation *table,
             ImportRelation *relation, GError **error)
{
	const PlanIndexSize *stated = import_find_index(size, index);
	double width = import_key_width(index, size);

	relation->oid = index->oid;
	relation->path = index->path;
	relation->rows = stated != NULL && stated->rows >= 0 ? stated->rows : table->rows;
	if (index->predicate != NULL && (stated == NULL || stated->rows < 0) && index->table->kind != 'p' &&
	    !import_ask_rows(import, index, &relation->rows, error))
		return false;
	if (index->is_parent)
		return true;
	relation->pages = stated != NULL && stated->pages >= 0 ? stated->pages
	                                                       : import_index_pages(index, width, relation->rows);
	relation->is_btree = strcmp(index->method, "btree") == 0;
	relation->height = stated != NULL && stated->height >= 0 ? (guint)stated->height
	                                                         : import_height(relation->pages, width);
	return true;
}

/* --- To the server ------------------------------------------------------------------ */

static bool
import_send_sizes(PlanImport *import, const GArray *relations, GError **error)
{
	g_autoptr(GString) json = g_string_new("[");
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	for (guint i = 0; i < relations->len; i++) {
		const ImportRelation *one = &g_array_index(relations, ImportRelation, i);
		/* The column is an int, whose sign the server does not look at. */
		g_string_append_printf(json, "%s{\"relation\":%u,\"pages\":%d,\"visible\":%d,\"rows\":%s}",
		                       i > 0 ? "," : "", one->oid, (int)(guint32)one->pages, (int)(guint32)one->visible,
		                       g_ascii_dtostr(number, sizeof number, one->rows));
	}
	g_string_append_c(json, ']');
	g_autoptr(DbResult) result = db_session_query(import->session, error, plan_sql_import_sizes, json->str, NULL);
	return result != NULL;
}

static bool
import_set_lengths(PlanImport *import, const GArray *relations, GError **error)
{
	for (guint i = 0; i < relations->len; i++) {
		const ImportRelation *one = &g_array_index(relations, ImportRelation, i);
		double pages = one->pages;
		if (one->path == NULL)
			continue;
		if (one->is_btree && pages > 1) {
			if (!plan_btree_grow(import->data_directory, one->path, one->height, error))
				return false;
			pages = MAX(pages, one->height + 2);
		}
		if (!plan_length_set(import->data_directory, one->path, pages, error))
			return false;
	}
	return true;
}

static bool
import_send_statistics(PlanImport *import, GError **error)
{
	const char *sql = db_session_server_version(import->session) >= 180000 ? plan_sql_restore_statistic
	                                                                       : plan_sql_import_statistic;
	g_autoptr(GString) json = g_string_new("[");

	if (!plan_import_columns(import, json, error))
		return false;
	g_string_append_c(json, ']');
	g_free(db_session_take_notices(import->session));
	g_autoptr(DbResult) rows = db_session_query(import->session, error, sql, json->str, NULL);
	if (rows == NULL)
		return false;
	g_autofree char *notices = db_session_take_notices(import->session);
	for (int i = 0; i < db_result_rows(rows); i++)
		if (db_result_value(rows, i, 2)[0] != 't')
			return base_error_set(
			    error, BASE_ERROR_DATABASE, NULL,
			    "the server did not take the statistics of column %s of the relation %s: %s",
			    db_result_value(rows, i, 1), db_result_value(rows, i, 0),
			    notices != NULL ? notices : "it does not say why");
	return notices == NULL || strstr(notices, "WARNING") == NULL ||
	       base_error_set(error, BASE_ERROR_DATABASE, NULL, "the server warns about the statistics: %s", notices);
}

/* The planner is asked for rows before the indexes have their lengths. It may not look at them then, because what it
 * has seen of a btree, it remembers. */
static bool
import_indexes(PlanImport *import, const GArray *tables, GArray *indexes, GError **error)
{
	if (!db_session_execute(import->session,
	                        "SAVEPOINT pgassay_rows; UPDATE pg_catalog.pg_class SET relhasindex = false "
	                        "WHERE relkind IN ('r', 'm') AND oid >= 16384",
	                        error))
		return false;
	for (guint i = 0; i < tables->len; i++) {
		const ImportRelation *relation = &g_array_index(tables, ImportRelation, i);
		gpointer key = GUINT_TO_POINTER(relation->oid);
		const PlanTable *table = g_hash_table_lookup(import->catalog->by_oid, key);
		const PlanTableSize *size = g_hash_table_lookup(import->sized, key);
		for (guint j = 0; j < table->indexes->len; j++) {
			ImportRelation one = { 0 };
			if (!import_index(import, g_ptr_array_index(table->indexes, j), size, relation, &one, error))
				return false;
			g_array_append_val(indexes, one);
		}
	}
	return db_session_execute(import->session, "ROLLBACK TO SAVEPOINT pgassay_rows; RELEASE SAVEPOINT pgassay_rows",
	                          error);
}

bool
plan_import_run(PlanImport *import, GError **error)
{
	g_autoptr(GArray) tables = g_array_new(FALSE, FALSE, sizeof(ImportRelation));
	g_autoptr(GArray) indexes = g_array_new(FALSE, FALSE, sizeof(ImportRelation));
	g_autoptr(GHashTable) shares = g_hash_table_new(NULL, NULL);

	import_share_out(import, shares);
	for (guint i = 0; i < import->catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(import->catalog->tables, i);
		const PlanTableSize *size = g_hash_table_lookup(import->sized, GUINT_TO_POINTER(table->oid));
		ImportRelation one = { 0 };
		if (size == NULL)
			continue;
		guint n = table->root != NULL
		              ? GPOINTER_TO_UINT(g_hash_table_lookup(shares, GUINT_TO_POINTER(table->root->oid)))
		              : 1;
		import_table(table, size, MAX(n, 1), &one);
		g_array_append_val(tables, one);
	}
	return import_send_sizes(import, tables, error) && import_send_statistics(import, error) &&
	       import_set_lengths(import, tables, error) && import_indexes(import, tables, indexes, error) &&
	       import_send_sizes(import, indexes, error) && import_set_lengths(import, indexes, error);
}
