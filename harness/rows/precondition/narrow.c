/* Texts that a statement of a migration puts into a column that takes shorter ones only. */
#include "rows/precondition/precondition_private.h"

#include "catalog/identity.h"
#include "rows/fill/stock.h"

#include <string.h>

/* How long the texts of the column may be; 0: as long as they like. */
static guint
narrow_most(const RowsBeforeColumn *column)
{
	return column->modifier > 4 && strstr(column->type_name, "char") != NULL ? (guint)column->modifier - 4 : 0;
}

/* The column of that name, as SQL has it: of texts that may be longer than `most`; or NULL. */
static const RowsBeforeColumn *
narrow_find_longer(const RowsBeforeTable *table, const char *value, guint most)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const RowsBeforeColumn *column = g_ptr_array_index(table->columns, i);
		guint own = narrow_most(column);
		if (rows_before_is_named(value, column->name) && strlen(value) <= strlen(column->quoted) + 2)
			return rows_stock_is_text(&column->type) && (own == 0 || own > most) ? column : NULL;
	}
	return NULL;
}

void
rows_precondition_add_narrow(GPtrArray *preconditions, const RowsBeforeTable *table, const char *value, guint most)
{
	const RowsBeforeColumn *column = narrow_find_longer(table, value, most);

	if (column == NULL)
		return;
	g_autofree char *condition = g_strdup_printf("pg_catalog.length((%s)::text) <= %u", column->quoted, most);
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_CHECK, table);
	precondition->calculated = true;
	precondition->meaning = g_strdup_printf("%s has at most %u characters in every row of %s", column->quoted, most,
	                                        table->identity);
	precondition->query = g_strdup_printf("SELECT * FROM %s WHERE pg_catalog.length((%s)::text) > %u",
	                                      table->quoted, column->quoted, most);
	rows_precondition_hold_condition(precondition, table, condition, preconditions->len);
}

/* 0: the table has no such column, or its texts may be as long as they like. */
static guint
narrow_find_most(const RowsBeforeTable *table, const char *name)
{
	for (guint i = 0; i < table->columns->len; i++) {
		const RowsBeforeColumn *column = g_ptr_array_index(table->columns, i);
		if (strcmp(column->name, name) == 0)
			return narrow_most(column);
	}
	return 0;
}

void
rows_before_learn_narrow(const RowsBefore *before, const RowsNarrow *narrow, GPtrArray *preconditions)
{
	for (guint i = 0; i < before->sorted->len; i++) {
		const RowsBeforeTable *table = g_ptr_array_index(before->sorted, i);
		g_auto(GStrv) parts = catalog_identity_split(table->identity);
		if (parts == NULL || parts[0] == NULL || g_strcmp0(parts[1], narrow->table) != 0)
			continue;
		guint most = narrow->most > 0 ? narrow->most : narrow_find_most(table, narrow->column);
		if (most > 0)
			rows_precondition_add_narrow(preconditions, table, narrow->value, most);
	}
}
