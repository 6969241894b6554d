#include "rows/fill/model_private.h"

#include <stdlib.h>

/* --- Making and freeing ---------------------------------------------------- */

static void
free_type(gpointer data)
{
	RowsType *type = data;

	g_free(type->oid);
	g_free(type->name);
	g_free(type->plain_name);
	g_free(type->default_sql);
	g_clear_pointer(&type->labels, g_ptr_array_unref);
	g_clear_pointer(&type->checks, g_ptr_array_unref);
	g_clear_pointer(&type->fields, g_array_unref);
	g_clear_pointer(&type->tried, g_hash_table_unref);
	g_free(type);
}

static void
fill_model_free_column(gpointer data)
{
	RowsFillColumn *column = data;

	g_free(column->name);
	g_free(column->quoted);
	g_free(column->default_sql);
	g_clear_pointer(&column->values, g_ptr_array_unref);
	g_free(column);
}

static void
free_check(gpointer data)
{
	RowsCheck *check = data;

	g_free(check->name);
	g_free(check->expression);
	g_array_unref(check->columns);
	g_free(check);
}

static void
free_key(gpointer data)
{
	RowsForeignKey *key = data;

	g_free(key->name);
	g_array_unref(key->columns);
	g_free(key->target_oid);
	g_free(key->target);
	g_strfreev(key->target_columns);
	g_free(key);
}

static void
free_index(gpointer data)
{
	RowsIndex *index = data;

	g_array_unref(index->columns);
	g_free(index->predicate);
	g_free(index->expressions);
	g_free(index);
}

static void
free_group(gpointer data)
{
	RowsGroup *group = data;

	g_array_unref(group->columns);
	g_array_unref(group->tuples);
	g_free(group);
}

RowsFillTable *
rows_fill_table_new(void)
{
	RowsFillTable *table = g_new0(RowsFillTable, 1);

	table->columns = g_ptr_array_new_with_free_func(fill_model_free_column);
	table->checks = g_ptr_array_new_with_free_func(free_check);
	table->keys = g_ptr_array_new_with_free_func(free_key);
	table->indexes = g_ptr_array_new_with_free_func(free_index);
	table->groups = g_ptr_array_new_with_free_func(free_group);
	return table;
}

void
rows_fill_table_free(RowsFillTable *table)
{
	if (table == NULL)
		return;
	g_free(table->oid);
	g_free(table->schema);
	g_free(table->name);
	g_free(table->identity);
	g_free(table->quoted);
	g_strfreev(table->ancestors);
	g_ptr_array_unref(table->columns);
	g_ptr_array_unref(table->checks);
	g_ptr_array_unref(table->keys);
	g_ptr_array_unref(table->indexes);
	g_ptr_array_unref(table->groups);
	g_free(table->trigger);
	g_free(table->reason);
	g_free(table);
}

RowsModel *
rows_model_new(void)
{
	RowsModel *model = g_new0(RowsModel, 1);

	model->tables = g_ptr_array_new_with_free_func((GDestroyNotify)rows_fill_table_free);
	model->by_oid = g_hash_table_new(g_str_hash, g_str_equal);
	model->types = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_type);
	return model;
}

void
rows_model_free(RowsModel *model)
{
	if (model == NULL)
		return;
	g_hash_table_unref(model->by_oid);
	g_ptr_array_unref(model->tables);
	g_hash_table_unref(model->types);
	g_free(model->search_path);
	g_free(model->replication_role);
	g_free(model->deferred);
	g_free(model);
}

/* --- Types ---------------------------------------------------------------- */

static RowsType *
type_of(const RowsModel *model, const DbResult *result, int row, int column)
{
	return g_hash_table_lookup(model->types, db_result_value(result, row, column));
}

static void
make_types(RowsModel *model, const DbResult *types)
{
	for (int row = 0; row < db_result_rows(types); row++) {
		RowsType *type = g_new0(RowsType, 1);
		type->oid = g_strdup(db_result_value(types, row, 0));
		type->name = g_strdup(db_result_value(types, row, 1));
		type->plain_name = g_strdup(db_result_value(types, row, 2));
		type->own = db_result_value(types, row, 3)[0] == 't';
		type->kind = db_result_value(types, row, 4)[0];
		type->category = db_result_value(types, row, 5)[0];
		type->base_modifier = atoi(db_result_value(types, row, 8));
		type->not_null = db_result_value(types, row, 9)[0] == 't';
		type->default_sql = g_strdup(db_result_value(types, row, 10));
		g_hash_table_insert(model->types, type->oid, type);
	}
	for (int row = 0; row < db_result_rows(types); row++) {
		RowsType *type = type_of(model, types, row, 0);
		type->element = type_of(model, types, row, 6);
		type->base = type_of(model, types, row, 7);
		type->subtype = type_of(model, types, row, 11);
	}
}

static void
model_add_text(GPtrArray **list, const char *text)
{
	if (*list == NULL)
		*list = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(*list, g_strdup(text));
}

void
rows_model_take_types(RowsModel *model, const DbResult *types, const DbResult *labels, const DbResult *checks,
                      const DbResult *fields)
{
	RowsType *type;

	make_types(model, types);
	for (int row = 0; row < db_result_rows(labels); row++)
		if ((type = type_of(model, labels, row, 0)) != NULL)
			model_add_text(&type->labels, db_result_value(labels, row, 1));
	for (int row = 0; row < db_result_rows(checks); row++)
		if ((type = type_of(model, checks, row, 0)) != NULL)
			model_add_text(&type->checks, db_result_value(checks, row, 1));
	for (int row = 0; row < db_result_rows(fields); row++) {
		if ((type = type_of(model, fields, row, 0)) == NULL)
			continue;
		RowsField field = {
			.type = type_of(model, fields, row, 1),
			.modifier = atoi(db_result_value(fields, row, 2)),
		};
		if (type->fields == NULL)
			type->fields = g_array_new(FALSE, FALSE, sizeof(RowsField));
		g_array_append_val(type->fields, field);
	}
}

const RowsType *
rows_type_base(const RowsType *type, int *modifier)
{
	while (type->base != NULL) {
		*modifier = type->base_modifier;
		type = type->base;
	}
	return type;
}

RowsFillColumn *
rows_fill_column(const RowsFillTable *table, guint index)
{
	return g_ptr_array_index(table->columns, index);
}
