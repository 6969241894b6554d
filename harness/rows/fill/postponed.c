/* Foreign keys of circles, and of tables to themselves: set when all tables have their rows. */
#include "rows/fill/filler.h"
#include "rows/state/queries.h"

#include "rows/state/expression.h"

#include <string.h>

/* A row of the table whose key is to be set. */
typedef struct {
	char *place;               /* its ctid */
	GStrv values;              /* of the key's columns: literals, or "NULL" */
	GStrv own;                 /* of the columns that the key points to, for keys to the same table */
	const char *const *target; /* the values that it will point to; NULL: none */
} Row;

static void
clear_row(gpointer data)
{
	Row *row = data;

	g_free(row->place);
	g_strfreev(row->values);
	g_strfreev(row->own);
}

typedef struct {
	RowsFiller *filler;
	RowsFillTable *table;
	RowsForeignKey *key;
	bool waiting; /* the rows hold placeholders, which have to go */
	GArray *rows; /* of Row */
} Setting;

static const RowsFillColumn *
column_of(const Setting *setting, guint i)
{
	return rows_fill_column(setting->table, g_array_index(setting->key->columns, guint, i));
}

static GStrv
literals_of(const DbResult *result, int row, int first, guint n)
{
	GStrv literals = g_new0(char *, n + 1);

	for (guint i = 0; i < n; i++) {
		const char *value = db_result_value(result, row, first + (int)i);
		literals[i] = value != NULL ? rows_literal(value) : g_strdup("NULL");
	}
	return literals;
}

/* Reads the rows in the order of their referenced columns, so that the order is the same every time. */
static bool
postponed_read_rows(Setting *setting, GError **error)
{
	guint n = setting->key->columns->len;
	g_autoptr(GString) sql = g_string_new("SELECT ctid");
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) result = NULL;

	for (guint i = 0; i < n; i++)
		g_string_append_printf(sql, ", %s", column_of(setting, i)->quoted);
	g_autofree char *own = g_strjoinv(", ", setting->key->target_columns);
	if (setting->key->self)
		g_string_append_printf(sql, ", %s", own);
	g_string_append_printf(sql, " FROM ONLY %s ORDER BY %s LIMIT %u", setting->table->quoted,
	                       setting->key->self ? own : "ctid", 2 * setting->filler->n_rows);
	if (!rows_try(setting->filler->session, sql->str, &result, &refusal, error))
		return false;
	for (int i = 0; result != NULL && i < db_result_rows(result); i++) {
		Row row = {
			.place = g_strdup(db_result_value(result, i, 0)),
			.values = literals_of(result, i, 1, n),
			.own = setting->key->self ? literals_of(result, i, 1 + (int)n, n) : NULL,
		};
		g_array_append_val(setting->rows, row);
	}
	return true;
}

/* A column that has a value keeps it, unless that is a placeholder. */
static bool
postponed_fits(const Setting *setting, const Row *row, const char *const *target)
{
	for (guint i = 0; i < setting->key->columns->len; i++) {
		bool fixed = strcmp(row->values[i], "NULL") != 0 &&
		             (!setting->waiting || column_of(setting, i)->in_key);
		if (strcmp(target[i], "NULL") == 0 || (fixed && strcmp(row->values[i], target[i]) != 0))
			return false;
	}
	return true;
}

/* Rows of the same table form trees: each points to one before it, and some are roots. */
static void
choose_among_own(Setting *setting)
{
	for (guint i = 1; i < setting->rows->len; i++) {
		Row *row = &g_array_index(setting->rows, Row, i);
		for (guint j = 0; i % 4 != 3 && j < i && row->target == NULL; j++) {
			const Row *parent = &g_array_index(setting->rows, Row, ((i - 1) / 2 + i - j) % i);
			if (postponed_fits(setting, row, (const char *const *)parent->own))
				row->target = (const char *const *)parent->own;
		}
	}
}

static void
choose_from_pool(Setting *setting, const GPtrArray *pool)
{
	for (guint i = 0; i < setting->rows->len; i++) {
		Row *row = &g_array_index(setting->rows, Row, i);
		bool leave_out = i % 5 == 4 && !setting->waiting;
		for (guint j = 0; !leave_out && j < pool->len && row->target == NULL; j++) {
			const char *const *target = g_ptr_array_index(pool, (i + j) % pool->len);
			if (postponed_fits(setting, row, target))
				row->target = target;
		}
	}
}

/* UPDATE of the rows from `first` on, `n` of them. NULL when none has a target. */
static char *
make_update(const Setting *setting, guint first, guint n)
{
	guint n_columns = setting->key->columns->len;
	g_autoptr(GString) sql = g_string_new(NULL);
	bool any = false;

	g_string_append_printf(sql, "UPDATE ONLY %s AS t SET ", setting->table->quoted);
	for (guint i = 0; i < n_columns; i++)
		g_string_append_printf(sql, "%s%s = v.c%u", i > 0 ? ", " : "", column_of(setting, i)->quoted, i);
	g_string_append(sql, " FROM (VALUES ");
	for (guint i = first; i < first + n; i++) {
		const Row *row = &g_array_index(setting->rows, Row, i);
		if (row->target == NULL)
			continue;
		g_string_append_printf(sql, "%s('%s'::tid", any ? ", " : "", row->place);
		for (guint j = 0; j < n_columns; j++)
			g_string_append_printf(sql, ", %s::%s", row->target[j], column_of(setting, j)->type->name);
		g_string_append_c(sql, ')');
		any = true;
	}
	g_string_append(sql, ") AS v(place");
	for (guint i = 0; i < n_columns; i++)
		g_string_append_printf(sql, ", c%u", i);
	g_string_append(sql, ") WHERE t.ctid = v.place");
	return any ? g_string_free(g_steal_pointer(&sql), FALSE) : NULL;
}

static bool
postponed_update(Setting *setting, guint first, guint n, RowsRefusal *refusal, GError **error)
{
	g_autofree char *sql = make_update(setting, first, n);
	g_autoptr(DbResult) result = NULL;

	rows_refusal_clear(refusal);
	return sql == NULL || rows_try(setting->filler->session, sql, &result, refusal, error);
}

/* All rows at once; one by one where the server refuses that. */
static bool
postponed_set_key(Setting *setting, GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };

	if (!postponed_read_rows(setting, error))
		return false;
	if (setting->key->self) {
		choose_among_own(setting);
	} else {
		const GPtrArray *pool = rows_filler_pool(setting->filler, setting->key, error);
		if (pool == NULL)
			return false;
		choose_from_pool(setting, pool);
	}
	if (!postponed_update(setting, 0, setting->rows->len, &refusal, error))
		return false;
	for (guint i = 0; refusal.message != NULL && i < setting->rows->len; i++) {
		g_auto(RowsRefusal) one = { 0 };
		if (!postponed_update(setting, i, 1, &one, error))
			return false;
	}
	return true;
}

bool
rows_filler_set_postponed(RowsFiller *filler, GError **error)
{
	for (guint i = 0; i < filler->order->len; i++) {
		RowsFillTable *table = g_ptr_array_index(filler->order, i);
		for (guint j = 0; j < table->keys->len; j++) {
			RowsForeignKey *key = g_ptr_array_index(table->keys, j);
			g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, sizeof(Row));
			Setting setting = {
				.filler = filler,
				.table = table,
				.key = key,
				.waiting = rows_key_waits(table, key),
				.rows = rows,
			};
			g_array_set_clear_func(rows, clear_row);
			if (key->postponed && table->n_filled > 0 && !postponed_set_key(&setting, error))
				return false;
		}
	}
	return true;
}
