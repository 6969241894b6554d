/* Columns with a default that a statement calculates new values from: NULL is possible in them, but no row has it that
 * was inserted as applications do. */
#include "rows/precondition/precondition_private.h"

#include <string.h>

static bool
backfill_has_default(const RowsBeforeColumn *column)
{
	return !column->not_null && column->default_sql != NULL &&
	       g_ascii_strncasecmp(column->default_sql, "NULL", strlen("NULL")) != 0;
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

typedef struct {
	const char *statement;
	GPtrArray *preconditions;
} BackfillSearch;

static void
backfill_visit(const RowsBeforeTable *table, const RowsBeforeColumn *column, void *data)
{
	const BackfillSearch *search = data;

	if (backfill_has_default(column) && rows_before_is_named(search->statement, column->name))
		backfill_add(table, column, search->preconditions);
}

void
rows_before_learn_backfill(const RowsBefore *before, const char *statement, GPtrArray *preconditions)
{
	BackfillSearch search = { statement, preconditions };

	if ((rows_before_is_named(statement, "update") && rows_before_is_named(statement, "set")) ||
	    (rows_before_is_named(statement, "insert") && rows_before_is_named(statement, "select")))
		rows_before_each_named(before, statement, backfill_visit, &search);
}
