/* Rows out of the values of columns and the keys that foreign keys can point to. */
#include "rows/fill/filler.h"
#include "rows/fill/values.h"
#include "rows/state/expression.h"
#include "rows/state/queries.h"

#include <string.h>

/* Keys of one table that others are pointed to. */
#define POOL_MIN 64

/* --- Keys to point to ------------------------------------------------------ */

static GPtrArray *
make_pool(const DbResult *result)
{
	GPtrArray *pool = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	int n_columns = db_result_columns(result);

	for (int row = 0; row < db_result_rows(result); row++) {
		GStrv tuple = g_new0(char *, (gsize)n_columns + 1);
		for (int i = 0; i < n_columns; i++)
			tuple[i] = rows_literal(db_result_value(result, row, i));
		g_ptr_array_add(pool, tuple);
	}
	return pool;
}

const GPtrArray *
rows_filler_pool(RowsFiller *filler, const RowsForeignKey *key, GError **error)
{
	g_autofree char *columns = g_strjoinv(", ", key->target_columns);
	g_autofree char *name = g_strconcat(key->target, " ", columns, NULL);
	GPtrArray *pool = g_hash_table_lookup(filler->pools, name);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) result = NULL;

	if (pool != NULL)
		return pool;
	g_autofree char *known = g_strjoinv(" IS NOT NULL AND ", key->target_columns);
	g_autofree char *sql = g_strdup_printf("SELECT %s FROM %s%s WHERE %s IS NOT NULL ORDER BY %s LIMIT %u", columns,
	                                       key->target_only ? "ONLY " : "", key->target, known, columns,
	                                       MAX(POOL_MIN, filler->n_rows));
	if (!rows_try(filler->session, sql, &result, &refusal, error))
		return NULL;
	pool = result != NULL ? make_pool(result) : g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	g_hash_table_insert(filler->pools, g_steal_pointer(&name), pool);
	return pool;
}

/* --- One row --------------------------------------------------------------- */

/* The rows of one table in the making. */
typedef struct {
	RowsFillTable *table;
	GPtrArray *pools; /* by key, of GPtrArray *; NULL for keys that need none */
	guint number;     /* of the row */
	char **cells;     /* by column; NULL: not decided, or the server's business */
} Assembly;

static guint
rows_assemble_key_column(const RowsForeignKey *key, guint i)
{
	return g_array_index(key->columns, guint, i);
}

/* No other row may have the same key: it is unique by itself. */
static bool
is_one_to_one(const RowsFillTable *table, const RowsForeignKey *key)
{
	for (guint i = 0; i < table->indexes->len; i++) {
		const RowsIndex *index = g_ptr_array_index(table->indexes, i);
		if (!index->unique || index->partial || index->columns->len > key->columns->len)
			continue;
		guint inside = 0;
		for (guint j = 0; j < index->columns->len; j++)
			for (guint k = 0; k < key->columns->len; k++)
				inside += g_array_index(index->columns, guint, j) == rows_assemble_key_column(key, k);
		if (inside == index->columns->len)
			return true;
	}
	return false;
}

/* Where the search for a target begins. The first key of a table gives some targets many rows and others one or none,
 * as in real life; the others go round. */
static guint
first_target(const Assembly *assembly, guint key_number, guint n_targets)
{
	guint row = assembly->number;

	if (is_one_to_one(assembly->table, g_ptr_array_index(assembly->table->keys, key_number)))
		return row;
	if (key_number == 0)
		return row % 2 == 0 ? row / 8 : row;
	return row + key_number * (1 + row / n_targets);
}

static bool
rows_assemble_fits(const Assembly *assembly, const RowsForeignKey *key, const char *const *target)
{
	for (guint i = 0; i < key->columns->len; i++) {
		const char *cell = assembly->cells[rows_assemble_key_column(key, i)];
		if (cell != NULL && strcmp(cell, target[i]) != 0)
			return false;
	}
	return true;
}

static bool
find_target(Assembly *assembly, guint key_number)
{
	const RowsForeignKey *key = g_ptr_array_index(assembly->table->keys, key_number);
	const GPtrArray *pool = g_ptr_array_index(assembly->pools, key_number);
	guint first = pool->len > 0 ? first_target(assembly, key_number, pool->len) : 0;

	for (guint i = 0; i < pool->len; i++) {
		const char *const *target = g_ptr_array_index(pool, (first + i) % pool->len);
		if (!rows_assemble_fits(assembly, key, target))
			continue;
		for (guint j = 0; j < key->columns->len; j++)
			if (assembly->cells[rows_assemble_key_column(key, j)] == NULL)
				assembly->cells[rows_assemble_key_column(key, j)] = g_strdup(target[j]);
		return true;
	}
	return false;
}

/* Leaves the key out: NULL wherever that is still possible. */
static bool
set_null(Assembly *assembly, const RowsForeignKey *key)
{
	guint n_null = 0;

	for (guint i = 0; i < key->columns->len; i++) {
		guint column = rows_assemble_key_column(key, i);
		const char *cell = assembly->cells[column];
		if (cell != NULL)
			n_null += strcmp(cell, "NULL") == 0;
		else if (!rows_fill_column(assembly->table, column)->not_null)
			n_null++;
		else if (key->full)
			return false;
	}
	if (n_null == 0 || (key->full && n_null < key->columns->len))
		return false;
	for (guint i = 0; i < key->columns->len; i++) {
		guint column = rows_assemble_key_column(key, i);
		if (assembly->cells[column] == NULL && !rows_fill_column(assembly->table, column)->not_null)
			assembly->cells[column] = g_strdup("NULL");
	}
	return true;
}

static bool
rows_assemble_set_key(Assembly *assembly, guint key_number)
{
	const RowsForeignKey *key = g_ptr_array_index(assembly->table->keys, key_number);

	bool leave_out = assembly->number % 5 == 4 && rows_key_is_optional(assembly->table, key);
	if (leave_out && set_null(assembly, key))
		return true;
	if (find_target(assembly, key_number) || set_null(assembly, key))
		return true;
	const GPtrArray *pool = g_ptr_array_index(assembly->pools, key_number);
	g_free(assembly->table->reason);
	assembly->table->reason = g_strdup_printf(
	    pool->len == 0 ? "the table %s, which the foreign key \"%s\" points to, has no rows"
			   : "no row of the table %s fits the foreign key \"%s\" and the others of the table",
	    key->target, key->name);
	return false;
}

/* A row that has to point to a row of its own table points to itself. */
static bool
set_self(Assembly *assembly, const RowsForeignKey *key)
{
	for (guint i = 0; i < key->columns->len; i++) {
		guint column = rows_assemble_key_column(key, i);
		for (guint j = 0; assembly->cells[column] == NULL && j < assembly->table->columns->len; j++)
			if (strcmp(rows_fill_column(assembly->table, j)->quoted, key->target_columns[i]) == 0)
				assembly->cells[column] = g_strdup(assembly->cells[j]);
		if (assembly->cells[column] == NULL) {
			g_free(assembly->table->reason);
			assembly->table->reason = g_strdup_printf(
			    "the foreign key \"%s\" points to its own table, and the "
			    "server chooses what it points to",
			    key->name);
			return false;
		}
	}
	return true;
}

/* The column's value in one of the combinations of its group. */
static const char *
choose_from_group(const Assembly *assembly, const RowsFillColumn *column, guint number)
{
	const RowsGroup *group = column->group;
	guint n_columns = group->columns->len;
	guint tuple = assembly->number % (group->tuples->len / n_columns);
	guint place = 0;

	while (g_array_index(group->columns, guint, place) != number)
		place++;
	return g_ptr_array_index(column->values, g_array_index(group->tuples, guint, tuple * n_columns + place));
}

/* Which of the column's values. Each column begins at another one, and so does each round, so that columns with as many
 * values do not go in step; every tenth row repeats the one before. */
static const char *
choose_value(const Assembly *assembly, const RowsFillColumn *column, guint number)
{
	guint n = column->values->len;
	guint row = assembly->number;

	if (column->group != NULL)
		return choose_from_group(assembly, column, number);
	if (column->distinct)
		return g_ptr_array_index(column->values, (row + number) % n);
	if (row % 10 == 9)
		row--;
	/* After the first round the limits have had their turn. */
	if (row >= n && column->n_usual > 0)
		n = column->n_usual;
	return g_ptr_array_index(column->values, (row + row / n * (1 + number % 3) + number) % n);
}

static bool
set_value(Assembly *assembly, guint number)
{
	const RowsFillColumn *column = rows_fill_column(assembly->table, number);

	if (assembly->cells[number] != NULL || column->values == NULL || !rows_values_wanted(assembly->table, column))
		return true;
	if (column->values->len == 0) {
		g_free(assembly->table->reason);
		assembly->table->reason = g_strdup_printf("no value is known for the type %s of column \"%s\"",
		                                          column->type->name, column->name);
		return false;
	}
	assembly->cells[number] = g_strdup(choose_value(assembly, column, number));
	return true;
}

static bool
assemble_row(Assembly *assembly)
{
	RowsFillTable *table = assembly->table;
	bool done = true;

	for (guint i = 0; done && i < table->keys->len; i++)
		if (g_ptr_array_index(assembly->pools, i) != NULL)
			done = rows_assemble_set_key(assembly, i);
	for (guint i = 0; done && i < table->keys->len; i++)
		if (((RowsForeignKey *)g_ptr_array_index(table->keys, i))->postponed)
			set_null(assembly, g_ptr_array_index(table->keys, i));
	for (guint i = 0; done && i < table->columns->len; i++)
		done = set_value(assembly, i);
	for (guint i = 0; done && i < table->keys->len; i++) {
		const RowsForeignKey *key = g_ptr_array_index(table->keys, i);
		if (key->self && !key->postponed)
			done = set_self(assembly, key);
	}
	return done;
}

GPtrArray *
rows_filler_assemble(RowsFiller *filler, RowsFillTable *table, guint first, guint n_wanted, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	g_autoptr(GPtrArray) pools = g_ptr_array_new();

	for (guint i = 0; i < table->keys->len; i++) {
		const RowsForeignKey *key = g_ptr_array_index(table->keys, i);
		const GPtrArray *pool = NULL;
		if (!key->postponed && !key->self && (pool = rows_filler_pool(filler, key, error)) == NULL)
			return NULL;
		g_ptr_array_add(pools, (gpointer)pool);
	}
	for (guint i = first; i < first + n_wanted; i++) {
		g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_set_size(cells, (int)table->columns->len);
		Assembly assembly = { .table = table, .pools = pools, .number = i, .cells = (char **)cells->pdata };
		if (assemble_row(&assembly))
			g_ptr_array_add(rows, g_steal_pointer(&cells));
	}
	return g_steal_pointer(&rows);
}
