/* Compares two states of tables: losses, and their descriptions. */
#include "rows/state/state_private.h"

#include <string.h>

static void
state_difference_free(RowsDifference *difference)
{
	if (difference == NULL)
		return;
	g_free(difference->table);
	g_strfreev(difference->columns_gone);
	g_strfreev(difference->columns_differ);
	g_free(difference);
}

static GStrv
take_names(GStrvBuilder *builder)
{
	GStrv names = g_strv_builder_end(builder);

	g_strv_builder_unref(builder);
	return names;
}

/* True when the rows hold the same, as far as the two readings show. */
static bool
same_rows(const RowsTable *before, const RowsTable *after)
{
	g_autofree const char **names = rows_table_column_names(before);
	g_autofree const char **names_after = rows_table_column_names(after);

	if (g_strv_equal(names, names_after))
		return g_strcmp0(before->sum, after->sum) == 0;
	if (after->as_names != NULL && g_strv_equal(names, (const char *const *)after->as_names))
		return g_strcmp0(before->sum, after->as_sum) == 0;
	return true;
}

/* NULL when nothing is lost. */
static RowsDifference *
state_compare_table(const RowsTable *before, const RowsTable *after)
{
	GStrvBuilder *gone = g_strv_builder_new();
	GStrvBuilder *differ = g_strv_builder_new();
	RowsDifference *difference = g_new0(RowsDifference, 1);

	for (guint i = 0; after != NULL && i < before->columns->len; i++) {
		const RowsColumn *was = &g_array_index(before->columns, RowsColumn, i);
		const RowsColumn *is = rows_table_column(after, was->name);
		if (is == NULL)
			g_strv_builder_add(gone, was->name);
		else if (g_strcmp0(was->sum, is->sum) != 0)
			g_strv_builder_add(differ, was->name);
	}
	difference->table = g_strdup(before->identity);
	difference->rows_before = before->n_rows;
	difference->rows_after = after != NULL ? after->n_rows : 0;
	difference->columns_gone = take_names(gone);
	difference->columns_differ = take_names(differ);
	if (after == NULL) {
		difference->kind = ROWS_TABLE_GONE;
	} else if (before->n_rows != after->n_rows) {
		difference->kind = ROWS_NUMBER;
	} else if (difference->columns_gone[0] != NULL) {
		difference->kind = ROWS_COLUMNS_GONE;
	} else if (difference->columns_differ[0] != NULL || !same_rows(before, after)) {
		difference->kind = ROWS_CONTENT;
	} else {
		state_difference_free(difference);
		return NULL;
	}
	return difference;
}

GPtrArray *
rows_state_compare(const RowsState *before, const RowsState *after)
{
	GPtrArray *differences = g_ptr_array_new_with_free_func((GDestroyNotify)state_difference_free);

	for (guint i = 0; i < before->tables->len; i++) {
		const RowsTable *was = g_ptr_array_index(before->tables, i);
		const RowsTable *is = rows_state_table(after, was->identity);
		RowsDifference *difference = was == is ? NULL : state_compare_table(was, is);
		if (difference != NULL)
			g_ptr_array_add(differences, difference);
	}
	return differences;
}

/* --- In words ------------------------------------------------------------- */

static void
rows_compare_append_columns(GString *text, const char *const *columns)
{
	g_string_append(text, columns[0] != NULL && columns[1] != NULL ? "columns " : "column ");
	for (guint i = 0; columns[i] != NULL; i++)
		g_string_append_printf(text, "%s\"%s\"", i > 0 ? ", " : "", columns[i]);
}

static const char *
row_or_rows(gint64 n)
{
	return n == 1 ? "row" : "rows";
}

static void
append_content(GString *text, const RowsDifference *difference)
{
	const char *const *differ = (const char *const *)difference->columns_differ;

	rows_compare_append_columns(text, differ);
	g_string_append_printf(text, " of table \"%s\" %s other values (the table has %" G_GINT64_FORMAT " %s)",
	                       difference->table, differ[1] != NULL ? "hold" : "holds", difference->rows_before,
	                       row_or_rows(difference->rows_before));
}

static void
append_columns_gone(GString *text, const RowsDifference *difference)
{
	const char *const *gone = (const char *const *)difference->columns_gone;

	rows_compare_append_columns(text, gone);
	g_string_append_printf(text, " of table \"%s\" %s gone (%" G_GINT64_FORMAT " %s)", difference->table,
	                       gone[1] != NULL ? "are" : "is", difference->rows_before,
	                       row_or_rows(difference->rows_before));
	if (difference->columns_differ[0] != NULL) {
		g_string_append(text, ", and ");
		rows_compare_append_columns(text, (const char *const *)difference->columns_differ);
		g_string_append_printf(text, " %s other values",
		                       difference->columns_differ[1] != NULL ? "hold" : "holds");
	}
}

char *
rows_difference_describe(const RowsDifference *difference)
{
	GString *text = g_string_new(NULL);

	switch (difference->kind) {
	case ROWS_TABLE_GONE:
		g_string_append_printf(text, "table \"%s\" is gone (%" G_GINT64_FORMAT " %s)", difference->table,
		                       difference->rows_before, row_or_rows(difference->rows_before));
		break;
	case ROWS_NUMBER:
		g_string_append_printf(text, "table \"%s\" had %" G_GINT64_FORMAT " %s, has %" G_GINT64_FORMAT,
		                       difference->table, difference->rows_before, row_or_rows(difference->rows_before),
		                       difference->rows_after);
		break;
	case ROWS_COLUMNS_GONE:
		append_columns_gone(text, difference);
		break;
	case ROWS_CONTENT:
		if (difference->columns_differ[0] != NULL)
			append_content(text, difference);
		else
			g_string_append_printf(
			    text, "rows of table \"%s\" have exchanged their values (%" G_GINT64_FORMAT " %s)",
			    difference->table, difference->rows_before, row_or_rows(difference->rows_before));
		break;
	}
	return g_string_free(text, FALSE);
}

char *
rows_differences_describe(const GPtrArray *differences, guint limit)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < differences->len && i < limit; i++) {
		g_autofree char *line = rows_difference_describe(g_ptr_array_index(differences, i));
		g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", line);
	}
	if (differences->len > limit)
		g_string_append_printf(text, "%s... and %u more", limit > 0 ? "\n" : "", differences->len - limit);
	return g_string_free(text, FALSE);
}
