/* In which order tables are filled, so that foreign keys have something to point to. */
#include "rows/fill/filler.h"

#include <string.h>

bool
rows_key_is_optional(const RowsFillTable *table, const RowsForeignKey *key)
{
	bool any = false;
	bool all = true;

	for (guint i = 0; i < key->columns->len; i++) {
		bool not_null = rows_fill_column(table, g_array_index(key->columns, guint, i))->not_null;
		any |= !not_null;
		all &= !not_null;
	}
	return key->full ? all : any;
}

bool
rows_key_waits(const RowsFillTable *table, const RowsForeignKey *key)
{
	return key->postponed && !rows_key_is_optional(table, key);
}

/* The tables to be filled that the key needs rows of: its target, or the partitions of its target. */
static bool
rows_order_waits(const RowsFiller *filler, const RowsFillTable *table, RowsForeignKey *key)
{
	if (key->postponed || key->self)
		return false;
	const GPtrArray *targets = g_hash_table_lookup(filler->targets, key->target_oid);
	for (guint i = 0; targets != NULL && i < targets->len; i++) {
		const RowsFillTable *target = g_ptr_array_index(targets, i);
		if (target == table)
			continue;
		if (!target->placed)
			return true;
		key->depth = MAX(key->depth, target->depth + 1);
	}
	return false;
}

static bool
is_ready(const RowsFiller *filler, RowsFillTable *table)
{
	bool ready = true;

	for (guint i = 0; ready && i < table->keys->len; i++)
		ready = !rows_order_waits(filler, table, g_ptr_array_index(table->keys, i));
	for (guint i = 0; ready && i < table->keys->len; i++)
		table->depth = MAX(table->depth, ((RowsForeignKey *)g_ptr_array_index(table->keys, i))->depth);
	return ready;
}

/* Places all tables that do not wait for another one. */
static bool
place_ready(RowsFiller *filler)
{
	bool any = false;

	for (guint i = 0; i < filler->model->tables->len; i++) {
		RowsFillTable *table = g_ptr_array_index(filler->model->tables, i);
		if (table->placed || !is_ready(filler, table))
			continue;
		table->placed = true;
		g_ptr_array_add(filler->order, table);
		any = true;
	}
	return any;
}

/* Breaks a circle at the first key that allows it. */
static bool
postpone_one(RowsFiller *filler, bool (*allows)(const RowsFillTable *table, const RowsForeignKey *key))
{
	for (guint i = 0; i < filler->model->tables->len; i++) {
		RowsFillTable *table = g_ptr_array_index(filler->model->tables, i);
		for (guint j = 0; !table->placed && j < table->keys->len; j++) {
			RowsForeignKey *key = g_ptr_array_index(table->keys, j);
			if (allows(table, key) && rows_order_waits(filler, table, key)) {
				key->postponed = true;
				return true;
			}
		}
	}
	return false;
}

static bool
is_deferrable(const RowsFillTable *table, const RowsForeignKey *key)
{
	(void)table;
	return key->deferrable;
}

/* A key that nothing can be done about: its table will have no rows. */
static bool
is_any(const RowsFillTable *table, const RowsForeignKey *key)
{
	(void)table;
	(void)key;
	return true;
}

/* Deeper targets first: their rows fix more columns; then longer keys. */
static int
compare_keys(const void *left, const void *right)
{
	const RowsForeignKey *const *a = left;
	const RowsForeignKey *const *b = right;

	if ((*a)->depth != (*b)->depth)
		return (*a)->depth < (*b)->depth ? 1 : -1;
	if ((*a)->columns->len != (*b)->columns->len)
		return (*a)->columns->len < (*b)->columns->len ? 1 : -1;
	return strcmp((*a)->name, (*b)->name);
}

static void
find_targets(RowsFiller *filler)
{
	for (guint i = 0; i < filler->model->tables->len; i++) {
		RowsFillTable *table = g_ptr_array_index(filler->model->tables, i);
		for (guint j = 0; table->ancestors[j] != NULL; j++) {
			GPtrArray *targets = g_hash_table_lookup(filler->targets, table->ancestors[j]);
			if (targets == NULL) {
				targets = g_ptr_array_new();
				g_hash_table_insert(filler->targets, table->ancestors[j], targets);
			}
			g_ptr_array_add(targets, table);
		}
	}
}

void
rows_filler_put_in_order(RowsFiller *filler)
{
	const GPtrArray *tables = filler->model->tables;

	find_targets(filler);
	for (guint i = 0; i < tables->len; i++) {
		RowsFillTable *table = g_ptr_array_index(tables, i);
		for (guint j = 0; j < table->keys->len; j++) {
			RowsForeignKey *key = g_ptr_array_index(table->keys, j);
			key->postponed = key->self && (rows_key_is_optional(table, key));
		}
	}
	while (place_ready(filler) || postpone_one(filler, rows_key_is_optional) ||
	       postpone_one(filler, is_deferrable) || postpone_one(filler, is_any))
		continue;
	for (guint i = 0; i < tables->len; i++)
		g_ptr_array_sort(((RowsFillTable *)g_ptr_array_index(tables, i))->keys, compare_keys);
}
