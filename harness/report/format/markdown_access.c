/* Who may do what with the rows of which table, for a pull request. */
#include "report/access_matrix.h"
#include "report/format/markdown_private.h"

/* Approximate size of the section in bytes. Expected rights on unchanged tables get half of it. */
#define ACCESS_SIZE ((gsize)8000)

static void
markdown_access_append_found(GString *out, const ReportAccessCell *cell, ReportAction action)
{
	if (cell->reach == REPORT_REACH_SOME && cell->rows >= 0 && cell->of >= 0)
		g_string_append_printf(out, "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " rows", cell->rows, cell->of);
	else if (cell->reach == REPORT_REACH_SOME)
		g_string_append(out, cell->rows < 0 ? "by policy" : "some");
	else if (cell->reach == REPORT_REACH_ALL && action == REPORT_INSERT && cell->rows > 0)
		g_string_append(out, "taken");
	else if (cell->reach == REPORT_REACH_NONE && cell->of == 0)
		g_string_append(out, "no row there");
	else if (cell->reach != REPORT_REACH_UNKNOWN)
		g_string_append(out, report_reach_name(cell->reach));
}

static void
markdown_access_append_remark(GString *out, const char *word, const char *text)
{
	if (text == NULL)
		return;
	g_string_append_printf(out, ", %s", word);
	report_markdown_code(out, text);
}

static void
markdown_access_append_row(GString *out, const ReportAccessRow *row)
{
	const ReportAccess *access = row->access;

	g_string_append(out, "| ");
	report_markdown_text(out, access->table);
	if (row->table != NULL && row->table->sign != REPORT_SAME)
		g_string_append(out, row->table->sign == REPORT_ADDED ? " (new)" : " (changed)");
	g_string_append(out, " | ");
	report_markdown_code(out, access->role);
	markdown_access_append_remark(out, "with ", access->settings);
	markdown_access_append_remark(out, "where ", access->where);
	markdown_access_append_remark(out, "", access->values);
	for (int action = 0; action < REPORT_N_ACTIONS; action++) {
		const ReportAccessCell *cell = &access->cells[action];
		g_string_append(out, cell->expected != NULL ? " | **✗ " : " | ");
		markdown_access_append_found(out, cell, (ReportAction)action);
		if (cell->expected == NULL)
			continue;
		g_string_append(out, "**, expected ");
		report_markdown_text(out, cell->expected);
	}
	g_string_append(out, access->tried ? " | tried |\n" : " | catalog |\n");
}

/* What matters comes first: rows that are not as expected, and those of tables that the migrations change. */
static guint
markdown_access_append_rows(GString *out, const ReportAccessMatrix *matrix, bool important, gsize end)
{
	guint missing = 0;

	for (guint i = 0; i < matrix->rows->len; i++) {
		const ReportAccessRow *row = &g_array_index(matrix->rows, ReportAccessRow, i);
		if (report_access_row_is_important(row) != important)
			continue;
		if (out->len > end)
			missing++;
		else
			markdown_access_append_row(out, row);
	}
	return missing;
}

static void
markdown_access_append_database(GString *out, const ReportAccessMatrix *matrix)
{
	g_string_append(out, "\n<details><summary>Who may do what in ");
	report_markdown_code(out, matrix->database);
	if (matrix->bad > 0)
		g_string_append_printf(out, " (%u not as expected)", matrix->bad);
	g_string_append(out, "</summary>\n\n| table | role | SELECT | INSERT | UPDATE | DELETE | from |\n"
	                     "|---|---|---|---|---|---|---|\n");
	guint missing = markdown_access_append_rows(out, matrix, true, ACCESS_SIZE);
	missing += markdown_access_append_rows(out, matrix, false, ACCESS_SIZE / 2);
	if (missing > 0)
		g_string_append_printf(out, "\nand %u more %s, in the other reports\n", missing,
		                       missing == 1 ? "row" : "rows");
	g_string_append(out, "\n</details>\n");
}

void
report_markdown_access(GString *out, const ReportRun *run, gsize room)
{
	g_autoptr(GPtrArray) matrices = report_access_matrices(run);

	for (guint i = 0; i < matrices->len; i++) {
		g_autoptr(GString) one = g_string_new(NULL);
		markdown_access_append_database(one, g_ptr_array_index(matrices, i));
		if (one->len > room)
			return;
		room -= one->len;
		g_string_append(out, one->str);
	}
}
