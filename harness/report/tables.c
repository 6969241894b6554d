#include "report/tables.h"

#include <string.h>

static void
report_table_free(gpointer data)
{
	ReportTable *table = data;

	g_ptr_array_unref(table->columns);
	g_ptr_array_unref(table->parts);
	g_free(table);
}

static void
tables_add(ReportTables *tables, GHashTable *by_parts, const ReportObject *object)
{
	ReportTable *table = g_new0(ReportTable, 1);

	table->object = object;
	table->sign = object->sign;
	table->columns = g_ptr_array_new();
	table->parts = g_ptr_array_new();
	g_ptr_array_add(tables->tables, table);
	g_hash_table_insert(tables->by_name, object->identity, table);
	g_hash_table_insert(by_parts, g_strdup_printf("%s\n%s", object->schema, object->name), table);
}

/* One that was removed is not in the list any more when it is gone with its table. */
static void
tables_add_part(GHashTable *by_parts, const ReportObject *object)
{
	g_autofree char *key = g_strdup_printf("%s\n%s", object->schema, object->relation);
	ReportTable *table = g_hash_table_lookup(by_parts, key);

	if (table == NULL)
		return;
	g_ptr_array_add(strcmp(object->class_name, "column") == 0 ? table->columns : table->parts, (gpointer)object);
	if (object->sign != REPORT_SAME && table->sign == REPORT_SAME)
		table->sign = REPORT_CHANGED;
}

/* In the order of the table; removed columns have a position, too. */
static gint
tables_compare_columns(gconstpointer a, gconstpointer b)
{
	const ReportObject *one = *(const ReportObject *const *)a;
	const ReportObject *other = *(const ReportObject *const *)b;

	return one->position - other->position;
}

static void
tables_find_near(ReportTables *tables)
{
	for (guint i = 0; i < tables->tables->len; i++) {
		ReportTable *table = g_ptr_array_index(tables->tables, i);
		tables->any_changed |= table->sign != REPORT_SAME;
		table->near |= table->sign != REPORT_SAME;
		for (guint j = 0; j < table->parts->len; j++) {
			const ReportObject *part = g_ptr_array_index(table->parts, j);
			ReportTable *other = part->references != NULL
			                         ? g_hash_table_lookup(tables->by_name, part->references)
			                         : NULL;
			if (other == NULL)
				continue;
			other->near |= table->sign != REPORT_SAME;
			table->near |= other->sign != REPORT_SAME;
		}
	}
}

ReportTables *
report_tables_new(const ReportDatabase *database)
{
	ReportTables *tables = g_new0(ReportTables, 1);
	g_autoptr(GHashTable) by_parts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	tables->tables = g_ptr_array_new_with_free_func(report_table_free);
	tables->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < database->objects->len; i++) {
		const ReportObject *object = g_ptr_array_index(database->objects, i);
		if (report_object_is_table(object))
			tables_add(tables, by_parts, object);
	}
	for (guint i = 0; i < database->objects->len; i++) {
		const ReportObject *object = g_ptr_array_index(database->objects, i);
		if (object->relation != NULL)
			tables_add_part(by_parts, object);
	}
	for (guint i = 0; i < tables->tables->len; i++)
		g_ptr_array_sort(((ReportTable *)g_ptr_array_index(tables->tables, i))->columns,
		                 tables_compare_columns);
	tables_find_near(tables);
	return tables;
}

void
report_tables_free(ReportTables *tables)
{
	if (tables == NULL)
		return;
	g_ptr_array_unref(tables->tables);
	g_hash_table_unref(tables->by_name);
	g_free(tables);
}

const ReportTable *
report_tables_find(const ReportTables *tables, const char *identity)
{
	return identity != NULL ? g_hash_table_lookup(tables->by_name, identity) : NULL;
}
