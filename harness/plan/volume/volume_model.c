/* The tables that get rows, and where the values of their columns come from. */
#include "plan/volume/volume_private.h"

#include "plan/catalog/array.h"
#include "plan/size/import.h"
#include "plan/volume/sql.h"

#include <math.h>
#include <string.h>

/* Rows of a table of no size that keys may point to. */
#define MODEL_STOCK_MAX "1000"
/* A smaller table is made as a whole. */
#define MODEL_ROWS_MIN 1000

/* --- Freeing ---------------------------------------------------------------- */

static void
model_free_column(gpointer data)
{
	VolumeColumn *column = data;

	g_free(column->type);
	g_free(column->stock);
	g_free(column);
}

static void
model_free_table(gpointer data)
{
	VolumeTable *table = data;

	g_ptr_array_unref(table->columns);
	g_free(table);
}

void
volume_model_free(VolumeModel *model)
{
	if (model == NULL)
		return;
	g_ptr_array_unref(model->tables);
	plan_catalog_free(model->catalog);
	g_free(model);
}

/* --- Finding ---------------------------------------------------------------- */

static VolumeTable *
model_find_table(const VolumeModel *model, guint oid)
{
	for (guint i = 0; i < model->tables->len; i++) {
		VolumeTable *table = g_ptr_array_index(model->tables, i);
		if (table->table->oid == oid)
			return table;
	}
	return NULL;
}

static VolumeColumn *
model_find_column(const VolumeTable *table, guint number)
{
	for (guint i = 0; table != NULL && i < table->columns->len; i++) {
		VolumeColumn *column = g_ptr_array_index(table->columns, i);
		if (column->column->number == number)
			return column;
	}
	return NULL;
}

static guint
model_number(const DbResult *rows, int row, int column)
{
	return (guint)g_ascii_strtoull(db_result_value(rows, row, column), NULL, 10);
}

static bool
model_is_true(const DbResult *rows, int row, int column)
{
	return db_result_value(rows, row, column)[0] == 't';
}

/* --- Tables and columns ------------------------------------------------------- */

static const PlanColumnSize *
model_find_size(const PlanTableSize *size, guint number)
{
	for (guint i = 0; size != NULL && i < size->columns->len; i++) {
		const PlanColumnSize *one = g_ptr_array_index(size->columns, i);
		if (one->number == number)
			return one;
	}
	return NULL;
}

static void
model_add_columns(VolumeModel *model, const DbResult *rows)
{
	for (int i = 0; i < db_result_rows(rows); i++) {
		VolumeTable *table = model_find_table(model, model_number(rows, i, 0));
		if (table == NULL)
			continue;
		VolumeColumn *column = g_new0(VolumeColumn, 1);
		guint number = model_number(rows, i, 1);
		for (guint j = 0; j < table->table->columns->len; j++) {
			const PlanColumn *one = g_ptr_array_index(table->table->columns, j);
			if (one->number == number)
				column->column = one;
		}
		column->owner = table;
		column->size = model_find_size(table->size, number);
		column->type = g_strdup(db_result_value(rows, i, 2));
		column->kind = plan_kind_of(column->type);
		column->length = model_number(rows, i, 3);
		column->is_enum = model_is_true(rows, i, 4);
		column->is_array = model_is_true(rows, i, 5);
		column->not_null = model_is_true(rows, i, 6);
		column->generated = model_is_true(rows, i, 7);
		column->has_default = model_is_true(rows, i, 8);
		column->seed = g_str_hash(table->table->identity) + number * 31;
		g_ptr_array_add(table->columns, column);
	}
}

/* Reads the values of existing rows, one array for each column. */
static bool
model_read_stock(VolumeModel *model, VolumeTable *table, GError **error)
{
	g_autofree char *schema = db_session_quote_identifier(model->session, table->table->schema);
	g_autofree char *name = db_session_quote_identifier(model->session, table->table->name);
	g_autoptr(GString) sql = g_string_new("SELECT pg_catalog.count(*)");

	for (guint i = 0; i < table->columns->len; i++) {
		const VolumeColumn *column = g_ptr_array_index(table->columns, i);
		g_autofree char *quoted = db_session_quote_identifier(model->session, column->column->name);
		/* Arrays of arrays would have to be of one size. */
		if (column->is_array)
			g_string_append_printf(sql, ", pg_catalog.min(%s::text)", quoted);
		else
			g_string_append_printf(sql, ", pg_catalog.array_agg(%s)::text", quoted);
	}
	g_string_append_printf(sql,
	                       " FROM (SELECT * FROM %s.%s ORDER BY tableoid, ctid LIMIT " MODEL_STOCK_MAX ") AS stock",
	                       schema, name);
	g_autoptr(DbResult) rows = db_session_query(model->session, error, sql->str, NULL);
	if (rows == NULL)
		return false;
	guint n = model_number(rows, 0, 0);
	for (guint i = 0; i < table->columns->len; i++) {
		VolumeColumn *column = g_ptr_array_index(table->columns, i);
		column->stock = g_strdup(db_result_value(rows, 0, (int)i + 1));
		column->n_stock = column->stock != NULL ? n : 0;
	}
	if (table->size == NULL)
		table->rows = n;
	return true;
}

static void
model_add_keys(VolumeModel *model, const DbResult *rows)
{
	for (int i = 0; i < db_result_rows(rows); i++) {
		VolumeColumn *column = model_find_column(model_find_table(model, model_number(rows, i, 0)),
		                                         model_number(rows, i, 1));
		VolumeColumn *target = model_find_column(model_find_table(model, model_number(rows, i, 2)),
		                                         model_number(rows, i, 3));
		if (column == NULL || target == NULL || column->target != NULL)
			continue;
		column->target = target;
		column->seed = g_str_hash(column->owner->table->identity) ^ g_str_hash(db_result_value(rows, i, 4));
		column->source = VOLUME_FOREIGN;
	}
}

/* --- Rows ---------------------------------------------------------------------- */

static double
model_stated_rows(const VolumeModel *model, const PlanTable *table)
{
	double rows = 0;

	for (guint i = 0; i < model->size->tables->len; i++) {
		const PlanTableSize *size = g_ptr_array_index(model->size->tables, i);
		const PlanTable *found = g_hash_table_lookup(model->catalog->by_oid, GUINT_TO_POINTER(size->oid));
		if (found == table && size->rows > 0)
			return size->rows;
		/* A partitioned table without a size has the rows of its partitions. */
		if (found != NULL && found->root == table)
			rows += MAX(size->rows, 0);
	}
	return rows;
}

static const PlanTableSize *
model_find_table_size(const VolumeModel *model, const PlanTable *table)
{
	const PlanTableSize *of_part = NULL;

	for (guint i = 0; i < model->size->tables->len; i++) {
		const PlanTableSize *size = g_ptr_array_index(model->size->tables, i);
		const PlanTable *found = g_hash_table_lookup(model->catalog->by_oid, GUINT_TO_POINTER(size->oid));
		if (found == table)
			return size;
		if (found != NULL && found->root == table)
			of_part = size;
	}
	return of_part;
}

static void
model_add_tables(VolumeModel *model, double most)
{
	double largest = 1;

	for (guint i = 0; i < model->catalog->tables->len; i++)
		largest = MAX(largest, model_stated_rows(model, g_ptr_array_index(model->catalog->tables, i)));
	model->share = MIN(most / largest, 1);
	for (guint i = 0; i < model->catalog->tables->len; i++) {
		const PlanTable *table = g_ptr_array_index(model->catalog->tables, i);
		double rows = model_stated_rows(model, table);
		if (table->root != NULL || table->kind == 'm')
			continue;
		VolumeTable *one = g_new0(VolumeTable, 1);
		one->table = table;
		one->size = model_find_table_size(model, table);
		one->rows = (gint64)MIN(rows, MAX(MODEL_ROWS_MIN, round(rows * model->share)));
		one->group = 1;
		one->columns = g_ptr_array_new_with_free_func(model_free_column);
		g_ptr_array_add(model->tables, one);
	}
}

/* --- Where values come from -------------------------------------------------------- */

static bool
model_can_count(const VolumeColumn *column)
{
	return column->kind != PLAN_KIND_OTHER && (column->length == 0 || column->length > 7);
}

/* A column of the index, by its place in it; NULL: an expression. */
static VolumeColumn *
model_index_column(const VolumeTable *table, const PlanIndex *index, guint place)
{
	return model_find_column(table, g_array_index(index->numbers, guint, place));
}

/* As (order, line): the first column makes groups, and the last one counts in them. */
static bool
model_pair(const VolumeModel *model, VolumeTable *table, VolumeColumn *head, VolumeColumn *tail)
{
	if (head == NULL || tail == NULL || table->group != 1 || head->source == VOLUME_TAIL ||
	    tail->source == VOLUME_HEAD || (head->source == VOLUME_STOCK && !model_can_count(head)) ||
	    (tail->target == NULL && (tail->kind != PLAN_KIND_NUMBER || tail->size != NULL)))
		return false;
	gint64 heads = head->target != NULL || head->size != NULL ? volume_count(model, head)
	                                                          : (gint64)sqrt((double)table->rows);
	table->group = (table->rows + MAX(heads, 1) - 1) / MAX(heads, 1);
	table->may_collide |= tail->target != NULL && table->group > volume_count(model, tail);
	head->source = VOLUME_HEAD;
	tail->source = VOLUME_TAIL;
	return true;
}

/* Chooses the column that makes the rows of a unique index distinct. */
static void
model_look_at_index(const VolumeModel *model, VolumeTable *table, const PlanIndex *index)
{
	guint n = MIN(g_strv_length(index->keys), index->numbers->len);
	VolumeColumn *free_column = NULL;

	for (guint i = 0; i < n; i++) {
		VolumeColumn *column = model_index_column(table, index, i);
		if (column != NULL && column->source == VOLUME_UNIQUE)
			return;
		if (column != NULL && column->source == VOLUME_STOCK && model_can_count(column))
			free_column = column;
	}
	if (n == 2 &&
	    model_pair(model, table, model_index_column(table, index, 0), model_index_column(table, index, 1)))
		return;
	if (free_column != NULL)
		free_column->source = VOLUME_UNIQUE;
	else
		table->may_collide = true;
}

static void
model_choose_sources(const VolumeModel *model, VolumeTable *table)
{
	for (guint i = 0; i < table->table->indexes->len; i++) {
		const PlanIndex *index = g_ptr_array_index(table->table->indexes, i);
		VolumeColumn *only = index->is_unique && g_strv_length(index->keys) == 1 && index->numbers->len > 0
		                         ? model_find_column(table, g_array_index(index->numbers, guint, 0))
		                         : NULL;
		if (only != NULL && (only->target != NULL || model_can_count(only)))
			only->source = VOLUME_UNIQUE;
	}
	for (guint i = 0; i < table->columns->len; i++) {
		VolumeColumn *column = g_ptr_array_index(table->columns, i);
		if (column->source == VOLUME_STOCK && column->size != NULL &&
		    (column->size->most_common != NULL || column->size->bounds != NULL || column->is_enum ||
		     column->kind != PLAN_KIND_OTHER || strcmp(column->type, "boolean") == 0))
			column->source = VOLUME_STATED;
	}
	for (guint i = 0; i < table->table->indexes->len; i++) {
		const PlanIndex *index = g_ptr_array_index(table->table->indexes, i);
		if (index->is_unique)
			model_look_at_index(model, table, index);
	}
}

/* --- All of it -------------------------------------------------------------------------- */

/* Names of the size are looked up as for an import. */
static void
model_resolve(VolumeModel *model)
{
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) sized = g_hash_table_new(NULL, NULL);
	PlanImport import = { .session = model->session,
		              .catalog = model->catalog,
		              .size = model->size,
		              .notes = notes,
		              .sized = sized };

	plan_import_resolve(&import, NULL);
}

VolumeModel *
volume_model_read(DbSession *session, PlanSize *size, double most, GError **error)
{
	g_autoptr(VolumeModel) model = g_new0(VolumeModel, 1);

	model->tables = g_ptr_array_new_with_free_func(model_free_table);
	model->session = session;
	model->size = size;
	g_autofree char *oids = plan_catalog_list_all(session, error);
	model->catalog = oids != NULL ? plan_catalog_read(session, oids, error) : NULL;
	g_autoptr(DbResult)
	    columns = model->catalog != NULL ? db_session_query(session, error, plan_sql_volume_columns, NULL) : NULL;
	g_autoptr(DbResult) keys = columns != NULL ? db_session_query(session, error, plan_sql_volume_keys, NULL)
	                                           : NULL;
	if (keys == NULL)
		return NULL;
	model_resolve(model);
	model_add_tables(model, most);
	model_add_columns(model, columns);
	for (guint i = 0; i < model->tables->len; i++)
		if (!model_read_stock(model, g_ptr_array_index(model->tables, i), error))
			return NULL;
	model_add_keys(model, keys);
	for (guint i = 0; i < model->tables->len; i++) {
		VolumeTable *table = g_ptr_array_index(model->tables, i);
		if (table->size != NULL)
			model_choose_sources(model, table);
	}
	return g_steal_pointer(&model);
}
