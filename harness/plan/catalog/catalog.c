#include "plan/catalog/catalog.h"

#include "base/nearest.h"
#include "catalog/identity.h"
#include "catalog/list.h"
#include "plan/catalog/sql.h"

#include <string.h>

/* --- Freeing ------------------------------------------------------------------ */

static void
catalog_free_column(gpointer data)
{
	PlanColumn *column = data;

	g_free(column->name);
	g_free(column->type);
	g_free(column);
}

static void
catalog_free_index(gpointer data)
{
	PlanIndex *index = data;

	g_free(index->name);
	g_free(index->path);
	g_free(index->method);
	g_free(index->predicate);
	g_strfreev(index->keys);
	g_array_unref(index->numbers);
	g_ptr_array_unref(index->columns);
	g_free(index);
}

static void
catalog_free_extended(gpointer data)
{
	PlanExtended *extended = data;

	g_free(extended->schema);
	g_free(extended->name);
	g_free(extended->identity);
	g_array_unref(extended->numbers);
	g_free(extended->kinds);
	g_strfreev(extended->expressions);
	g_ptr_array_unref(extended->columns);
	g_free(extended);
}

static void
catalog_free_table(gpointer data)
{
	PlanTable *table = data;

	g_free(table->schema);
	g_free(table->name);
	g_free(table->identity);
	g_free(table->path);
	g_ptr_array_unref(table->columns);
	g_ptr_array_unref(table->indexes);
	g_ptr_array_unref(table->extended);
	g_free(table);
}

void
plan_catalog_free(PlanCatalog *catalog)
{
	if (catalog == NULL)
		return;
	g_ptr_array_unref(catalog->tables);
	g_hash_table_unref(catalog->by_oid);
	g_hash_table_unref(catalog->indexes);
	g_free(catalog);
}

/* --- Reading ------------------------------------------------------------------ */

static guint
catalog_number(const DbResult *rows, int row, int column)
{
	const char *text = db_result_value(rows, row, column);

	return text != NULL ? (guint)g_ascii_strtoull(text, NULL, 10) : 0;
}

static char *
catalog_text(const DbResult *rows, int row, int column)
{
	return g_strdup(db_result_value(rows, row, column));
}

static void
catalog_add_tables(PlanCatalog *catalog, const DbResult *rows)
{
	for (int i = 0; i < db_result_rows(rows); i++) {
		PlanTable *table = g_new0(PlanTable, 1);
		table->oid = catalog_number(rows, i, 0);
		table->schema = catalog_text(rows, i, 1);
		table->name = catalog_text(rows, i, 2);
		table->identity = catalog_identity_join(table->schema, NULL, table->name);
		table->kind = db_result_value(rows, i, 3)[0];
		table->path = catalog_text(rows, i, 4);
		table->fillfactor = g_ascii_strtod(db_result_value(rows, i, 5), NULL);
		table->columns = g_ptr_array_new_with_free_func(catalog_free_column);
		table->indexes = g_ptr_array_new_with_free_func(catalog_free_index);
		table->extended = g_ptr_array_new_with_free_func(catalog_free_extended);
		g_ptr_array_add(catalog->tables, table);
		g_hash_table_insert(catalog->by_oid, GUINT_TO_POINTER(table->oid), table);
	}
	for (int i = 0; i < db_result_rows(rows); i++) {
		PlanTable *table = g_ptr_array_index(catalog->tables, i);
		table->root = g_hash_table_lookup(catalog->by_oid, GUINT_TO_POINTER(catalog_number(rows, i, 6)));
	}
}

/* An int2vector; numbers below 0 are of no column. */
static GArray *
catalog_numbers(const char *vector)
{
	g_auto(GStrv) parts = g_strsplit(vector, " ", -1);
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = 0; parts[i] != NULL && parts[i][0] != '\0'; i++) {
		guint number = (guint)MAX(g_ascii_strtoll(parts[i], NULL, 10), 0);
		g_array_append_val(numbers, number);
	}
	return numbers;
}

static void
catalog_add_indexes(PlanCatalog *catalog, const DbResult *rows)
{
	for (int i = 0; i < db_result_rows(rows); i++) {
		PlanTable *table = g_hash_table_lookup(catalog->by_oid, GUINT_TO_POINTER(catalog_number(rows, i, 1)));
		if (table == NULL)
			continue;
		PlanIndex *index = g_new0(PlanIndex, 1);
		index->oid = catalog_number(rows, i, 0);
		index->table = table;
		index->name = catalog_text(rows, i, 2);
		index->path = catalog_text(rows, i, 3);
		index->method = catalog_text(rows, i, 4);
		index->is_unique = db_result_value(rows, i, 5)[0] == 't';
		index->is_parent = db_result_value(rows, i, 6)[0] == 't';
		index->predicate = catalog_text(rows, i, 7);
		index->keys = catalog_list_parse(db_result_value(rows, i, 8));
		index->numbers = catalog_numbers(db_result_value(rows, i, 9));
		index->fillfactor = g_ascii_strtod(db_result_value(rows, i, 10), NULL);
		index->rows = -1;
		index->columns = g_ptr_array_new_with_free_func(catalog_free_column);
		g_ptr_array_add(table->indexes, index);
		g_hash_table_insert(catalog->indexes, GUINT_TO_POINTER(index->oid), index);
	}
}

static void
catalog_add_extended(PlanCatalog *catalog, const DbResult *rows)
{
	for (int i = 0; i < db_result_rows(rows); i++) {
		PlanTable *table = g_hash_table_lookup(catalog->by_oid, GUINT_TO_POINTER(catalog_number(rows, i, 1)));
		if (table == NULL)
			continue;
		PlanExtended *extended = g_new0(PlanExtended, 1);
		extended->oid = catalog_number(rows, i, 0);
		extended->schema = catalog_text(rows, i, 2);
		extended->name = catalog_text(rows, i, 3);
		extended->identity = catalog_identity_join(extended->schema, NULL, extended->name);
		extended->numbers = catalog_numbers(db_result_value(rows, i, 4));
		extended->kinds = catalog_text(rows, i, 5);
		extended->target = (gint)g_ascii_strtoll(db_result_value(rows, i, 6), NULL, 10);
		extended->expressions = catalog_list_parse(db_result_value(rows, i, 7));
		extended->columns = g_ptr_array_new_with_free_func(catalog_free_column);
		g_ptr_array_add(table->extended, extended);
	}
}

static PlanColumn *
catalog_new_column(const DbResult *rows, int row)
{
	PlanColumn *column = g_new0(PlanColumn, 1);

	column->number = catalog_number(rows, row, 1);
	column->name = catalog_text(rows, row, 2);
	column->type = catalog_text(rows, row, 3);
	column->width = catalog_number(rows, row, 4);
	column->target = (gint)g_ascii_strtoll(db_result_value(rows, row, 5), NULL, 10);
	column->type_oid = catalog_number(rows, row, 6);
	column->collation = catalog_number(rows, row, 7);
	return column;
}

static void
catalog_add_columns(PlanCatalog *catalog, const DbResult *rows)
{
	for (int i = 0; i < db_result_rows(rows); i++) {
		gpointer oid = GUINT_TO_POINTER(catalog_number(rows, i, 0));
		PlanTable *table = g_hash_table_lookup(catalog->by_oid, oid);
		PlanIndex *index = g_hash_table_lookup(catalog->indexes, oid);
		if (table == NULL && index == NULL)
			continue;
		PlanColumn *column = catalog_new_column(rows, i);
		g_ptr_array_add(table != NULL ? table->columns : index->columns, column);
	}
}

/* Kept by the session: between migrations they are asked again and again. */
static const DbPrepared catalog_these = { DB_OWN_STATEMENTS "plan_these", plan_sql_these };
static const DbPrepared catalog_queries[] = {
	{ DB_OWN_STATEMENTS "plan_tables", plan_sql_tables },
	{ DB_OWN_STATEMENTS "plan_indexes", plan_sql_indexes },
	{ DB_OWN_STATEMENTS "plan_columns", plan_sql_columns },
	{ DB_OWN_STATEMENTS "plan_extended", plan_sql_extended },
};
static const DbPrepared catalog_extended_13 = { DB_OWN_STATEMENTS "plan_extended_13", plan_sql_extended_13 };

char *
plan_catalog_list_all(DbSession *session, GError **error)
{
	return db_session_query_value(session, error, plan_sql_all, NULL);
}

char *
plan_catalog_list_these(DbSession *session, const char *json, GError **error)
{
	const DbRequest request = { .prepared = &catalog_these, .parameter = json };
	g_autoptr(DbResult) row = NULL;

	return db_session_pipeline_requests(session, 1, &request, &row, error) ? g_strdup(db_result_value(row, 0, 0))
	                                                                       : NULL;
}

PlanCatalog *
plan_catalog_new(void)
{
	PlanCatalog *catalog = g_new0(PlanCatalog, 1);

	catalog->tables = g_ptr_array_new_with_free_func(catalog_free_table);
	catalog->by_oid = g_hash_table_new(NULL, NULL);
	catalog->indexes = g_hash_table_new(NULL, NULL);
	return catalog;
}

PlanCatalog *
plan_catalog_read(DbSession *session, const char *oids, GError **error)
{
	DbRequest requests[G_N_ELEMENTS(catalog_queries)];
	DbResult *results[G_N_ELEMENTS(catalog_queries)];

	for (gsize i = 0; i < G_N_ELEMENTS(requests); i++)
		requests[i] = (DbRequest){ .prepared = &catalog_queries[i], .parameter = oids };
	if (db_session_server_version(session) < 140000)
		requests[3].prepared = &catalog_extended_13;
	if (!db_session_pipeline_requests(session, G_N_ELEMENTS(requests), requests, results, error))
		return NULL;
	PlanCatalog *catalog = plan_catalog_new();
	catalog_add_tables(catalog, results[0]);
	catalog_add_indexes(catalog, results[1]);
	catalog_add_columns(catalog, results[2]);
	catalog_add_extended(catalog, results[3]);
	for (gsize i = 0; i < G_N_ELEMENTS(results); i++)
		db_result_free(results[i]);
	return catalog;
}

GPtrArray *
plan_catalog_read_columns(DbSession *session, const char *oids, GError **error)
{
	const DbRequest request = { .prepared = &catalog_queries[2], .parameter = oids };
	g_autoptr(DbResult) rows = NULL;

	if (!db_session_pipeline_requests(session, 1, &request, &rows, error))
		return NULL;
	GPtrArray *columns = g_ptr_array_new_with_free_func(catalog_free_column);
	for (int i = 0; i < db_result_rows(rows); i++)
		g_ptr_array_add(columns, catalog_new_column(rows, i));
	return columns;
}

static void
catalog_move_all(GHashTable *from, GHashTable *to)
{
	GHashTableIter iterator;
	gpointer key;
	gpointer value;

	g_hash_table_iter_init(&iterator, from);
	while (g_hash_table_iter_next(&iterator, &key, &value))
		g_hash_table_insert(to, key, value);
	g_hash_table_remove_all(from);
}

void
plan_catalog_add(PlanCatalog *catalog, PlanCatalog *more)
{
	while (more->tables->len > 0)
		g_ptr_array_add(catalog->tables, g_ptr_array_steal_index(more->tables, 0));
	catalog_move_all(more->by_oid, catalog->by_oid);
	catalog_move_all(more->indexes, catalog->indexes);
}

/* Out of the tables that can be looked up. */
static void
catalog_unlink(PlanCatalog *catalog, const PlanTable *table)
{
	g_hash_table_remove(catalog->by_oid, GUINT_TO_POINTER(table->oid));
	for (guint i = 0; i < table->indexes->len; i++)
		g_hash_table_remove(catalog->indexes,
		                    GUINT_TO_POINTER(((const PlanIndex *)g_ptr_array_index(table->indexes, i))->oid));
}

static void
catalog_link(PlanCatalog *catalog, PlanTable *table)
{
	g_ptr_array_add(catalog->tables, table);
	g_hash_table_insert(catalog->by_oid, GUINT_TO_POINTER(table->oid), table);
	for (guint i = 0; i < table->indexes->len; i++) {
		PlanIndex *index = g_ptr_array_index(table->indexes, i);
		g_hash_table_insert(catalog->indexes, GUINT_TO_POINTER(index->oid), index);
	}
}

void
plan_catalog_move(PlanCatalog *catalog, PlanCatalog *from, GHashTable *oids)
{
	for (guint i = from->tables->len; i > 0; i--) {
		PlanTable *table = g_ptr_array_index(from->tables, i - 1);
		if (table->root != NULL || table->kind == 'p' ||
		    !g_hash_table_contains(oids, GUINT_TO_POINTER(table->oid)))
			continue;
		catalog_unlink(from, table);
		catalog_link(catalog, g_ptr_array_steal_index_fast(from->tables, i - 1));
	}
}

void
plan_catalog_forget(PlanCatalog *catalog, guint oid)
{
	PlanTable *table = g_hash_table_lookup(catalog->by_oid, GUINT_TO_POINTER(oid));

	if (table == NULL)
		return;
	catalog_unlink(catalog, table);
	g_ptr_array_remove_fast(catalog->tables, table);
}

/* --- Looking up --------------------------------------------------------------- */

const PlanTable *
plan_catalog_table(const PlanCatalog *catalog, const char *schema, const char *name)
{
	for (guint i = 0; i < catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(catalog->tables, i);
		if (strcmp(table->name, name) == 0 && strcmp(table->schema, schema) == 0)
			return table;
	}
	return NULL;
}

const PlanTable *
plan_catalog_named_table(const PlanCatalog *catalog, const char *identity)
{
	g_auto(GStrv) parts = catalog_identity_split(identity);
	guint n = parts != NULL ? g_strv_length(parts) : 0;

	if (n == 2)
		return plan_catalog_table(catalog, parts[0], parts[1]);
	const PlanTable *found = n == 1 ? plan_catalog_table(catalog, "public", parts[0]) : NULL;
	for (guint i = 0; n == 1 && found == NULL && i < catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(catalog->tables, i);
		if (strcmp(table->name, parts[0]) == 0)
			found = table;
	}
	return found;
}

const PlanIndex *
plan_table_index(const PlanTable *table, const char *name)
{
	for (guint i = 0; i < table->indexes->len; i++) {
		const PlanIndex *index = g_ptr_array_index(table->indexes, i);
		if (strcmp(index->name, name) == 0)
			return index;
	}
	return NULL;
}

const PlanIndex *
plan_catalog_named_index(const PlanCatalog *catalog, const char *identity)
{
	g_auto(GStrv) parts = catalog_identity_split(identity);
	guint n = parts != NULL ? g_strv_length(parts) : 0;

	for (guint i = 0; (n == 1 || n == 2) && i < catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(catalog->tables, i);
		const PlanIndex *index = n == 1 || strcmp(table->schema, parts[0]) == 0
		                             ? plan_table_index(table, parts[n - 1])
		                             : NULL;
		if (index != NULL)
			return index;
	}
	return NULL;
}

const PlanColumn *
plan_columns_find(const GPtrArray *columns, const char *name)
{
	for (guint i = 0; i < columns->len; i++) {
		const PlanColumn *column = g_ptr_array_index(columns, i);
		if (strcmp(column->name, name) == 0)
			return column;
	}
	return NULL;
}

char *
plan_index_describe(const PlanIndex *index)
{
	g_autofree char *keys = g_strjoinv(", ", index->keys);
	g_autofree char *method = strcmp(index->method, "btree") == 0 ? g_strdup("")
	                                                              : g_strconcat(index->method, " ", NULL);

	return g_strdup_printf("%s(%s)%s%s", method, keys, index->predicate != NULL ? " where " : "",
	                       index->predicate != NULL ? index->predicate : "");
}

char *
plan_catalog_nearest(const PlanCatalog *catalog, const char *name, bool indexes)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(catalog->tables, i);
		if (!indexes)
			g_ptr_array_add(names, g_strdup(table->identity));
		for (guint j = 0; indexes && j < table->indexes->len; j++)
			g_ptr_array_add(names, g_strdup(((PlanIndex *)g_ptr_array_index(table->indexes, j))->name));
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = base_nearest(name, (const char *const *)names->pdata);
	return nearest != NULL ? g_strdup_printf("\nhint: did you mean \"%s\"?", nearest) : g_strdup("");
}
