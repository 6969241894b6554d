/* The names of sizes, and the tables of a database that has gone on since. */
#include "plan/size/import.h"

#include <string.h>

static void
resolve_note(PlanImport *import, const char *format, const char *a, const char *b)
{
	g_autofree char *text = g_strconcat(a, b != NULL ? "." : NULL, b, NULL);

	g_ptr_array_add(import->notes, g_strdup_printf("%s %s", format, text));
}

static const PlanColumn *
resolve_number(const GPtrArray *columns, guint number)
{
	for (guint i = 0; i < columns->len; i++) {
		const PlanColumn *column = g_ptr_array_index(columns, i);
		if (column->number == number)
			return column;
	}
	return NULL;
}

static bool
resolve_has_column(const GPtrArray *sizes, const char *name)
{
	for (guint i = 0; i < sizes->len; i++)
		if (strcmp(((const PlanColumnSize *)g_ptr_array_index(sizes, i))->name, name) == 0)
			return true;
	return false;
}

/* A column that was found once is followed by its number, whatever its name is by now, unless there is a size for its
 * new name. */
static void
resolve_columns(PlanImport *import, const char *owner, const GPtrArray *columns, GPtrArray *sizes)
{
	for (guint i = 0; i < sizes->len; i++) {
		PlanColumnSize *size = g_ptr_array_index(sizes, i);
		const PlanColumn *column = size->number != 0 ? resolve_number(columns, size->number)
		                                             : plan_columns_find(columns, size->name);
		if (column == NULL && size->number == 0 && !size->superseded)
			resolve_note(import, "there is no column", owner, size->name);
		if (column != NULL)
			size->superseded = strcmp(column->name, size->name) != 0 &&
			                   resolve_has_column(sizes, column->name);
		size->number = column != NULL && !size->superseded ? column->number : 0;
	}
}

static bool
resolve_has_index(const GPtrArray *sizes, const char *name)
{
	for (guint i = 0; i < sizes->len; i++)
		if (strcmp(((const PlanIndexSize *)g_ptr_array_index(sizes, i))->name, name) == 0)
			return true;
	return false;
}

static const PlanIndex *
resolve_index(const PlanTable *table, const PlanIndexSize *size)
{
	for (guint i = 0; size->oid != 0 && i < table->indexes->len; i++) {
		const PlanIndex *index = g_ptr_array_index(table->indexes, i);
		if (index->oid == size->oid)
			return index;
	}
	return plan_table_index(table, size->name);
}

static const PlanExtended *
resolve_find_extended(const PlanTable *table, const PlanExtendedSize *size)
{
	const PlanExtended *named = NULL;

	for (guint i = 0; i < table->extended->len; i++) {
		const PlanExtended *object = g_ptr_array_index(table->extended, i);
		if (size->oid != 0 && object->oid == size->oid)
			return object;
		if (strcmp(object->name, size->name) == 0 && strcmp(object->schema, size->schema) == 0)
			named = object;
	}
	return named;
}

/* The part of the object with that name: the number of a column, -1, -2, ... for an expression, 0 for none. */
static gint
resolve_part(const PlanTable *table, const PlanExtended *object, const char *name)
{
	const PlanColumn *column = plan_columns_find(table->columns, name);

	for (guint i = 0; column != NULL && i < object->numbers->len; i++)
		if (g_array_index(object->numbers, guint, i) == column->number)
			return (gint)column->number;
	for (guint i = 0; object->expressions[i] != NULL; i++)
		if (strcmp(object->expressions[i], name) == 0)
			return -(gint)(i + 1);
	return 0;
}

/* False when it is of other columns than the size says. */
static bool
resolve_parts(const PlanTable *table, const PlanExtended *object, PlanExtendedSize *size)
{
	bool same = size->columns->len == object->numbers->len + g_strv_length(object->expressions);

	g_array_set_size(size->numbers, 0);
	for (guint i = 0; same && i < size->columns->len; i++) {
		gint number = resolve_part(table, object, g_ptr_array_index(size->columns, i));
		for (guint j = 0; j < i; j++)
			same &= g_array_index(size->numbers, gint, j) != number;
		same &= number != 0;
		g_array_append_val(size->numbers, number);
	}
	for (guint i = 0; same && i < size->expressions->len; i++) {
		PlanColumnSize *expression = g_ptr_array_index(size->expressions, i);
		expression->number = (guint)-MIN(resolve_part(table, object, expression->name), 0);
	}
	return same;
}

/* Like a column, it must exist once it was found, and so must its columns. */
static void
resolve_extended(PlanImport *import, const PlanTable *table, PlanExtendedSize *size)
{
	const PlanExtended *object = resolve_find_extended(table, size);

	if (object == NULL) {
		size->oid = 0;
		resolve_note(import, "there is no statistics object", size->schema, size->name);
	} else if (object->oid != size->oid) {
		size->oid = resolve_parts(table, object, size) ? object->oid : 0;
		if (size->oid == 0)
			resolve_note(import, "the size says other columns than it has of the statistics object",
			             size->schema, size->name);
	}
}

static void
resolve_indexes(PlanImport *import, const PlanTable *table, const PlanTableSize *size)
{
	for (guint i = 0; i < size->indexes->len; i++) {
		PlanIndexSize *one = g_ptr_array_index(size->indexes, i);
		const PlanIndex *index = resolve_index(table, one);
		if (index == NULL && !one->superseded)
			resolve_note(import, "there is no index", size->schema, one->name);
		if (index != NULL)
			one->superseded = strcmp(index->name, one->name) != 0 &&
			                  resolve_has_index(size->indexes, index->name);
		one->oid = index != NULL && !one->superseded ? index->oid : 0;
		if (one->oid != 0)
			resolve_columns(import, index->name, index->columns, one->columns);
	}
}

/* The column of a unique index that is alone in it and without a condition; 0: none. */
static guint
resolve_key_of(const PlanIndex *index)
{
	return index->is_unique && index->predicate == NULL && g_strv_length(index->keys) == 1 &&
	               index->numbers->len > 0
	           ? g_array_index(index->numbers, guint, 0)
	           : 0;
}

/* A migration that drops the index of a key does not make its values fewer. */
static void
resolve_keys(const PlanTable *table, PlanTableSize *size)
{
	for (guint i = 0; i < table->indexes->len; i++) {
		guint number = resolve_key_of(g_ptr_array_index(table->indexes, i));
		if (number != 0)
			g_hash_table_add(size->keys, GUINT_TO_POINTER(number));
	}
}

static bool
resolve_has_table(const PlanSize *size, const PlanTable *table)
{
	for (guint i = 0; i < size->tables->len; i++) {
		const PlanTableSize *one = g_ptr_array_index(size->tables, i);
		if (strcmp(one->name, table->name) == 0 && strcmp(one->schema, table->schema) == 0)
			return true;
	}
	return false;
}

/* Like a column, it is followed, unless there is a size for its new name. */
static void
resolve_table(PlanImport *import, PlanTableSize *size)
{
	const PlanTable *table = size->oid != 0
	                             ? g_hash_table_lookup(import->catalog->by_oid, GUINT_TO_POINTER(size->oid))
	                             : NULL;

	if (table == NULL) {
		/* Another table of that name has columns of its own. */
		table = plan_catalog_table(import->catalog, size->schema, size->name);
		g_hash_table_remove_all(size->keys);
		for (guint i = 0; i < size->columns->len; i++)
			((PlanColumnSize *)g_ptr_array_index(size->columns, i))->number = 0;
		for (guint i = 0; i < size->inherited->len; i++)
			((PlanColumnSize *)g_ptr_array_index(size->inherited, i))->number = 0;
	}
	if (table == NULL && !size->superseded)
		resolve_note(import, "there is no table", size->schema, size->name);
	if (table != NULL)
		size->superseded = (strcmp(table->name, size->name) != 0 || strcmp(table->schema, size->schema) != 0) &&
		                   resolve_has_table(import->size, table);
	size->oid = table != NULL && !size->superseded ? table->oid : 0;
	if (size->oid == 0)
		return;
	g_hash_table_insert(import->sized, GUINT_TO_POINTER(table->oid), size);
	resolve_columns(import, table->identity, table->columns, size->columns);
	resolve_columns(import, table->identity, table->columns, size->inherited);
	resolve_indexes(import, table, size);
	resolve_keys(table, size);
	for (guint i = 0; i < size->extended->len; i++)
		resolve_extended(import, table, g_ptr_array_index(size->extended, i));
}

/* A table that was found before, of which this is not about. */
static bool
resolve_is_other(const PlanImport *import, const PlanTableSize *size, GHashTable *gone)
{
	gpointer key = GUINT_TO_POINTER(size->oid);

	return gone != NULL && size->oid != 0 && !g_hash_table_contains(import->catalog->by_oid, key) &&
	       !g_hash_table_contains(gone, key);
}

void
plan_import_resolve(PlanImport *import, GHashTable *gone)
{
	for (guint i = 0; i < import->size->tables->len; i++) {
		PlanTableSize *size = g_ptr_array_index(import->size->tables, i);
		if (!resolve_is_other(import, size, gone))
			resolve_table(import, size);
	}
}
