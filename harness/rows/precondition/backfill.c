/* Columns with a default that a statement calculates new values from: NULL is possible in them, but no row has it that
 * was inserted as applications do. */
#include "rows/precondition/precondition_private.h"

#include "catalog/identity.h"
#include "rows/state/expression.h"

#include <string.h>

static bool
backfill_has_default(const RowsBeforeColumn *column)
{
	return !column->not_null && column->default_sql != NULL &&
	       g_ascii_strncasecmp(column->default_sql, "NULL", strlen("NULL")) != 0;
}

static bool
backfill_mentions(const char *sql, const char *small, const char *name)
{
	return rows_expression_mentions(sql, name) || rows_expression_mentions(small, name);
}

static bool
backfill_mentions_both(const char *small, const char *one, const char *other)
{
	return rows_expression_mentions(small, one) && rows_expression_mentions(small, other);
}

static bool
backfill_is_known(const GPtrArray *preconditions, const RowsBeforeTable *table, const char *column)
{
	for (guint i = 0; i < preconditions->len; i++) {
		const RowsPrecondition *known = g_ptr_array_index(preconditions, i);
		if (known->kind == ROWS_PRECONDITION_NOT_NULL && strcmp(known->table, table->identity) == 0 &&
		    g_strcmp0(known->column, column) == 0)
			return true;
	}
	return false;
}

static void
backfill_add(const RowsBeforeTable *table, const RowsBeforeColumn *column, GPtrArray *preconditions)
{
	if (backfill_is_known(preconditions, table, column->name))
		return;
	RowsPrecondition *precondition = rows_precondition_add(preconditions, ROWS_PRECONDITION_NOT_NULL, table);
	precondition->column = g_strdup(column->name);
	precondition->of_backfill = true;
	rows_precondition_ask_not_null(precondition, table, column);
	rows_precondition_hold_not_null(precondition, table, column);
}

void
rows_before_learn_backfill(const RowsBefore *before, const char *statement, GPtrArray *preconditions)
{
	g_autofree char *small = g_ascii_strdown(statement, -1);

	if (!backfill_mentions_both(small, "update", "set") && !backfill_mentions_both(small, "insert", "select"))
		return;
	for (guint i = 0; i < before->sorted->len; i++) {
		const RowsBeforeTable *table = g_ptr_array_index(before->sorted, i);
		g_auto(GStrv) parts = catalog_identity_split(table->identity);
		if (parts == NULL || parts[1] == NULL || !backfill_mentions(statement, small, parts[1]))
			continue;
		for (guint j = 0; j < table->columns->len; j++) {
			const RowsBeforeColumn *column = g_ptr_array_index(table->columns, j);
			if (backfill_has_default(column) && backfill_mentions(statement, small, column->name))
				backfill_add(table, column, preconditions);
		}
	}
}
