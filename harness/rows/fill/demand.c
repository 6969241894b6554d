/* Requirements of a table's constraints on its columns. */
#include "rows/fill/values.h"
#include "rows/state/expression.h"

#include <string.h>

static bool
demand_has_column(const GArray *columns, guint index)
{
	for (guint i = 0; i < columns->len; i++)
		if (g_array_index(columns, guint, i) == index)
			return true;
	return false;
}

static bool
in_foreign_key(const RowsFillTable *table, guint index)
{
	for (guint i = 0; i < table->keys->len; i++) {
		const RowsForeignKey *key = g_ptr_array_index(table->keys, i);
		for (guint j = 0; !key->postponed && j < key->columns->len; j++)
			if (g_array_index(key->columns, guint, j) == index)
				return true;
	}
	return false;
}

/* How many different values the column can take; 0 when that is not known to be few. */
static guint
few_values(const RowsFillColumn *column)
{
	int modifier = column->modifier;
	const RowsType *type = rows_type_base(column->type, &modifier);

	if (type->kind == 'e')
		return type->labels != NULL ? type->labels->len : 1;
	return type->category == 'B' ? 2 : 0;
}

static bool
is_checked(const RowsFillTable *table, guint index)
{
	for (guint i = 0; i < table->checks->len; i++)
		if (demand_has_column(((RowsCheck *)g_ptr_array_index(table->checks, i))->columns, index))
			return true;
	return rows_fill_column(table, index)->type->kind == 'd';
}

/* One column of a unique index is enough to make all rows distinct: the last one with many values, without a check
 * if possible. */
static void
choose_distinct(RowsFillTable *table, const RowsIndex *index)
{
	RowsFillColumn *chosen = NULL;
	guint best = 0;

	if (!index->unique && !index->exclusion)
		return;
	for (guint i = 0; i < index->columns->len; i++) {
		guint number = g_array_index(index->columns, guint, i);
		RowsFillColumn *column = rows_fill_column(table, number);
		if (column->numbered && !column->in_key)
			return;
		if (column->in_key || column->generated)
			continue;
		/* An exclusion constraint's columns are all needed to be apart, as one of them is only compared. */
		if (index->exclusion)
			column->distinct = few_values(column) == 0;
		guint rank = 1 + (few_values(column) == 0 ? 2 : 0) + (is_checked(table, number) ? 0 : 1);
		if (rank >= best)
			chosen = column;
		best = MAX(best, rank);
	}
	if (chosen != NULL)
		chosen->distinct = true;
}

static void
set_tame(RowsFillTable *table, const GArray *columns)
{
	for (guint i = 0; i < columns->len; i++)
		rows_fill_column(table, g_array_index(columns, guint, i))->tame = true;
}

/* A row can only point to itself when it is known beforehand what by. */
static void
set_drawn(RowsFillTable *table, const RowsForeignKey *key)
{
	if (!key->self || key->postponed)
		return;
	for (guint i = 0; i < table->columns->len; i++) {
		RowsFillColumn *column = rows_fill_column(table, i);
		if (column->numbered && g_strv_contains((const char *const *)key->target_columns, column->quoted))
			column->drawn = column->distinct = true;
	}
}

static void
prepare_table(RowsFillTable *table)
{
	for (guint i = 0; i < table->keys->len; i++)
		set_drawn(table, g_ptr_array_index(table->keys, i));
	for (guint i = 0; i < table->columns->len; i++)
		rows_fill_column(table, i)->in_key = in_foreign_key(table, i);
	for (guint i = 0; i < table->keys->len; i++) {
		const RowsForeignKey *key = g_ptr_array_index(table->keys, i);
		for (guint j = 0; key->postponed && j < key->columns->len; j++) {
			RowsFillColumn *column = rows_fill_column(table, g_array_index(key->columns, guint, j));
			column->left_out = !column->in_key && !column->not_null;
		}
	}
	for (guint i = 0; i < table->indexes->len; i++) {
		const RowsIndex *index = g_ptr_array_index(table->indexes, i);
		choose_distinct(table, index);
		if (index->has_expressions)
			set_tame(table, index->columns);
	}
	for (guint i = 0; i < table->checks->len; i++) {
		const RowsCheck *check = g_ptr_array_index(table->checks, i);
		if (check->columns->len > 1)
			set_tame(table, check->columns);
	}
	for (guint i = 0; i < table->columns->len; i++) {
		const RowsFillColumn *generated = rows_fill_column(table, i);
		for (guint j = 0; generated->generated && j < table->columns->len; j++) {
			RowsFillColumn *column = rows_fill_column(table, j);
			column->tame |= generated->default_sql != NULL &&
			                rows_expression_mentions(generated->default_sql, column->name);
		}
	}
}

void
rows_values_prepare(RowsModel *model)
{
	for (guint i = 0; i < model->tables->len; i++)
		prepare_table(g_ptr_array_index(model->tables, i));
}

bool
rows_values_wanted(const RowsFillTable *table, const RowsFillColumn *column)
{
	(void)table;
	return !column->generated && (!column->numbered || column->in_key || column->drawn);
}

/* All columns of the check are chosen together, and the check was asked. */
static bool
is_settled(const RowsFillTable *table, const RowsCheck *check)
{
	for (guint i = 0; i < check->columns->len; i++)
		if (rows_fill_column(table, g_array_index(check->columns, guint, i))->group == NULL)
			return check->columns->len < 2;
	return true;
}

guint
rows_values_rows_to_make(const RowsFillTable *table, guint n_rows)
{
	for (guint i = 0; i < table->checks->len; i++) {
		const RowsCheck *check = g_ptr_array_index(table->checks, i);
		if (!is_settled(table, check))
			return 2 * n_rows + 10;
	}
	for (guint i = 0; i < table->indexes->len; i++) {
		const RowsIndex *index = g_ptr_array_index(table->indexes, i);
		bool settled = false;
		if (!index->unique && !index->exclusion)
			continue;
		for (guint j = 0; j < index->columns->len; j++) {
			const RowsFillColumn *column = rows_fill_column(table, g_array_index(index->columns, guint, j));
			settled |= column->distinct || column->numbered;
		}
		if (!settled || index->partial)
			return n_rows + n_rows / 2 + 5;
	}
	return n_rows;
}

bool
rows_values_is_constant(const char *default_sql)
{
	static GRegex *strings;
	static GRegex *casts;
	static GRegex *calls;

	if (g_once_init_enter(&calls)) {
		strings = g_regex_new("E?'([^']|'')*'", G_REGEX_OPTIMIZE, 0, NULL);
		casts = g_regex_new("::[\\w. \"]+(\\([0-9, ]+\\))?", G_REGEX_OPTIMIZE, 0, NULL);
		g_once_init_leave(&calls, g_regex_new("[\\w\"]\\s*\\(|\\b(CURRENT_|LOCALTIME|SESSION_USER|USER\\b)",
		                                      G_REGEX_OPTIMIZE, 0, NULL));
	}
	g_autofree char *without_strings = g_regex_replace_literal(strings, default_sql, -1, 0, "0", 0, NULL);
	g_autofree char *plain = g_regex_replace_literal(casts, without_strings, -1, 0, "", 0, NULL);
	return !g_regex_match(calls, plain, 0, NULL);
}
