/* States as data. */
#include "rows/state/state_private.h"

#include <stdlib.h>
#include <string.h>

static void
clear_column(gpointer data)
{
	RowsColumn *column = data;

	g_free(column->name);
	g_free(column->type);
	g_free(column->type_oid);
	g_free(column->number);
	g_free(column->sum);
}

RowsTable *
rows_table_new(void)
{
	RowsTable *table = g_new0(RowsTable, 1);

	g_atomic_ref_count_init(&table->references);
	table->columns = g_array_new(FALSE, TRUE, sizeof(RowsColumn));
	g_array_set_clear_func(table->columns, clear_column);
	return table;
}

RowsTable *
rows_table_ref(RowsTable *table)
{
	g_atomic_ref_count_inc(&table->references);
	return table;
}

void
rows_table_unref(RowsTable *table)
{
	if (table == NULL || !g_atomic_ref_count_dec(&table->references))
		return;
	g_free(table->oid);
	g_free(table->schema);
	g_free(table->name);
	g_free(table->identity);
	g_free(table->file_node);
	g_array_unref(table->columns);
	g_strfreev(table->key);
	g_free(table->sum);
	g_strfreev(table->as_names);
	g_free(table->as_sum);
	g_free(table);
}

const char **
rows_table_column_names(const RowsTable *table)
{
	const char **names = g_new0(const char *, table->columns->len + 1);

	for (guint i = 0; i < table->columns->len; i++)
		names[i] = g_array_index(table->columns, RowsColumn, i).name;
	return names;
}

int
rows_table_last_column(const RowsTable *table)
{
	int last = 0;

	for (guint i = 0; i < table->columns->len; i++)
		last = MAX(last, atoi(g_array_index(table->columns, RowsColumn, i).number));
	return last;
}

const RowsColumn *
rows_table_column(const RowsTable *table, const char *name)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const RowsColumn *column = &g_array_index(table->columns, RowsColumn, i);
		if (strcmp(column->name, name) == 0)
			return column;
	}
	return NULL;
}

RowsState *
rows_state_new(void)
{
	RowsState *state = g_new0(RowsState, 1);

	g_atomic_ref_count_init(&state->references);
	state->tables = g_ptr_array_new_with_free_func((GDestroyNotify)rows_table_unref);
	state->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	state->counters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return state;
}

RowsState *
rows_state_ref(RowsState *state)
{
	g_atomic_ref_count_inc(&state->references);
	return state;
}

void
rows_state_unref(RowsState *state)
{
	if (state == NULL || !g_atomic_ref_count_dec(&state->references))
		return;
	g_hash_table_unref(state->by_name);
	g_hash_table_unref(state->counters);
	g_ptr_array_unref(state->tables);
	g_free(state->transaction);
	g_free(state);
}

void
rows_state_add(RowsState *state, RowsTable *table)
{
	g_ptr_array_add(state->tables, table);
	g_hash_table_insert(state->by_name, table->identity, table);
}

static int
state_compare_tables(const void *left, const void *right)
{
	const RowsTable *const *a = left;
	const RowsTable *const *b = right;

	return strcmp((*a)->identity, (*b)->identity);
}

void
rows_state_sort(RowsState *state)
{
	g_ptr_array_sort(state->tables, state_compare_tables);
}

const RowsTable *
rows_state_table(const RowsState *state, const char *identity)
{
	return g_hash_table_lookup(state->by_name, identity);
}

guint
rows_state_size(const RowsState *state)
{
	return state->tables->len;
}

guint
rows_state_tables_read(const RowsState *state)
{
	return state->n_read;
}

gint64
rows_state_rows(const RowsState *state, const char *table)
{
	const RowsTable *found = rows_state_table(state, table);

	return found != NULL ? found->n_rows : -1;
}

const char *
rows_state_name(const RowsState *state, guint index)
{
	return index < state->tables->len ? ((const RowsTable *)g_ptr_array_index(state->tables, index))->identity
	                                  : NULL;
}

const char *
rows_state_oid(const RowsState *state, const char *table)
{
	const RowsTable *found = rows_state_table(state, table);

	return found != NULL ? found->oid : NULL;
}

const char **
rows_state_columns(const RowsState *state, const char *table)
{
	const RowsTable *found = rows_state_table(state, table);

	return found != NULL ? rows_table_column_names(found) : NULL;
}

const char *const *
rows_state_key(const RowsState *state, const char *table)
{
	const RowsTable *found = rows_state_table(state, table);

	return found != NULL ? (const char *const *)found->key : NULL;
}

static const RowsColumn *
state_find_column(const RowsState *state, const char *table, const char *column)
{
	const RowsTable *found = rows_state_table(state, table);

	return found != NULL ? rows_table_column(found, column) : NULL;
}

const char *
rows_state_column_type(const RowsState *state, const char *table, const char *column)
{
	const RowsColumn *found = state_find_column(state, table, column);

	return found != NULL ? found->type : NULL;
}

bool
rows_state_column_is_remade(const RowsState *before, const RowsState *after, const char *table, const char *column)
{
	const RowsColumn *was = state_find_column(before, table, column);
	const RowsColumn *is = state_find_column(after, table, column);

	return was != NULL && is != NULL &&
	       (strcmp(was->number, is->number) != 0 ||
	        strcmp(rows_state_table(before, table)->oid, rows_state_table(after, table)->oid) != 0);
}

bool
rows_state_column_has_other_type(const RowsState *before, const RowsState *after, const char *table, const char *column)
{
	const RowsColumn *was = state_find_column(before, table, column);
	const RowsColumn *is = state_find_column(after, table, column);

	return was != NULL && is != NULL &&
	       (strcmp(was->type, is->type) != 0 || strcmp(was->type_oid, is->type_oid) != 0);
}

const char *
rows_state_renamed_table(const RowsState *before, const RowsState *after, const char *table)
{
	const RowsTable *was = rows_state_table(before, table);

	for (guint i = 0; was != NULL && rows_state_table(after, table) == NULL && i < after->tables->len; i++) {
		const RowsTable *is = g_ptr_array_index(after->tables, i);
		if (strcmp(was->oid, is->oid) == 0)
			return is->identity;
	}
	return NULL;
}

static bool
state_has_oid(const RowsState *state, const char *oid)
{
	for (guint i = 0; i < state->tables->len; i++)
		if (strcmp(((const RowsTable *)g_ptr_array_index(state->tables, i))->oid, oid) == 0)
			return true;
	return false;
}

bool
rows_state_has_changed_places(const RowsState *before, const RowsState *after, const char *table)
{
	const RowsTable *was = rows_state_table(before, table);
	const RowsTable *is = rows_state_table(after, table);

	return was != NULL && is != NULL && strcmp(was->oid, is->oid) != 0 && state_has_oid(after, was->oid) &&
	       state_has_oid(before, is->oid);
}

bool
rows_state_column_holds(const RowsState *before, const RowsState *after, const char *table, const char *was,
                        const char *is)
{
	const RowsColumn *old = state_find_column(before, table, was);
	const RowsColumn *now = state_find_column(after, table, is);

	return old != NULL && now != NULL && g_strcmp0(old->sum, now->sum) == 0 &&
	       rows_state_rows(before, table) == rows_state_rows(after, table);
}

const char *
rows_state_renamed_column(const RowsState *before, const RowsState *after, const char *table, const char *column)
{
	const RowsColumn *was = state_find_column(before, table, column);
	const RowsTable *is = rows_state_table(after, table);

	if (was == NULL || is == NULL || strcmp(is->oid, rows_state_table(before, table)->oid) != 0 ||
	    rows_table_column(is, column) != NULL)
		return NULL;
	for (guint i = 0; i < is->columns->len; i++) {
		const RowsColumn *other = &g_array_index(is->columns, RowsColumn, i);
		if (strcmp(other->number, was->number) == 0)
			return other->name;
	}
	return NULL;
}

gint64
rows_state_total(const RowsState *state)
{
	gint64 total = 0;

	for (guint i = 0; i < state->tables->len; i++)
		total += ((const RowsTable *)g_ptr_array_index(state->tables, i))->n_rows;
	return total;
}
