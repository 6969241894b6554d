/* Who may do what: a row for each table and role, a column for each action. */
#include "report/access_matrix.h"
#include "report/html/page.h"

#include <stdlib.h>
#include <string.h>

/* Approximate size of the section in bytes; half of it is for entries that are as expected and unchanged. */
#define ACCESS_SIZE ((gsize)400 * 1000)

/* --- A cell ---------------------------------------------------------------------------------- */

static void
access_add_rows(GString *out, const ReportAccessCell *cell, const char *one, const char *many)
{
	if (cell->rows < 0)
		g_string_append(out, "by policy");
	else if (cell->of < 0)
		html_count(out, (guint)cell->rows, one, many);
	else
		g_string_append_printf(out, "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, cell->rows, cell->of);
}

static void
access_add_found(GString *out, const ReportAccessCell *cell, bool insert)
{
	static const char *const signs[REPORT_N_REACHES] = { "", "⊘", "○", "◐", "●" };

	g_string_append_printf(out, "<i aria-hidden=true>%s</i>", signs[cell->reach]);
	switch (cell->reach) {
	case REPORT_REACH_REFUSED:
		g_string_append(out, "refused");
		break;
	case REPORT_REACH_NONE:
		g_string_append(out, cell->of == 0 ? "no row there" : "none");
		break;
	case REPORT_REACH_SOME:
		access_add_rows(out, cell, "row", "rows");
		break;
	case REPORT_REACH_ALL:
		g_string_append(out, insert && cell->rows > 0 ? "taken" : "all");
		break;
	case REPORT_REACH_UNKNOWN:
	default:
		g_string_append(out, "<span class=vh>not tried</span>");
		break;
	}
}

static void
access_add_cell(GString *out, const ReportAccess *access, ReportAction action)
{
	static const char *const classes[REPORT_N_REACHES] = { "un", "ref", "non", "own", "all" };
	const ReportAccessCell *cell = &access->cells[action];

	g_string_append_printf(out, "<td class=%s>", cell->expected != NULL ? "fl2" : classes[cell->reach]);
	if (cell->expected != NULL)
		g_string_append(out, "<span class=bad>✗</span> ");
	access_add_found(out, cell, action == REPORT_INSERT);
	if (cell->expected == NULL)
		return;
	g_string_append(out, "<span class=exp>expected ");
	html_line(out, cell->expected);
	g_string_append(out, "</span>");
}

/* --- A row ------------------------------------------------------------------------------------ */

static void
access_add_table(const HtmlPage *page, GString *out, const ReportAccessRow *row, bool first)
{
	const char *id = row->table != NULL ? html_id(page, row->table) : NULL;

	g_string_append(out, "<th scope=row class=tb>");
	if (!first)
		g_string_append(out, "<span class=vh>");
	else if (id != NULL)
		g_string_append_printf(out, "<a href=#%s>", id);
	html_line(out, row->access->table);
	if (!first)
		g_string_append(out, "</span>");
	else if (id != NULL)
		g_string_append(out, "</a>");
	if (first && row->table != NULL && row->table->sign == REPORT_ADDED)
		g_string_append(out, " <span class=\"tag new\">new</span>");
	else if (first && row->table != NULL && row->table->sign != REPORT_SAME)
		g_string_append(out, " <span class=tag>changed</span>");
}

static void
access_add_remark(GString *out, const char *word, const char *text)
{
	if (text == NULL)
		return;
	g_string_append_printf(out, "<span class=mut>%s<span class=m>", word);
	html_line(out, text);
	g_string_append(out, "</span></span>");
}

static void
access_add_row(const HtmlPage *page, const ReportAccessRow *row, bool first)
{
	const ReportAccess *access = row->access;
	GString *out = page->out;

	g_string_append_printf(out, "<tr data-s=%c data-n=%d>", report_access_is_bad(access) ? 'f' : 'p',
	                       row->table != NULL && row->table->sign != REPORT_SAME);
	access_add_table(page, out, row, first);
	g_string_append(out, "<th scope=row class=ro><span class=m>");
	html_line(out, access->role);
	g_string_append(out, "</span>");
	access_add_remark(out, "with ", access->settings);
	access_add_remark(out, "where ", access->where);
	access_add_remark(out, "", access->values);
	for (int action = 0; action < REPORT_N_ACTIONS; action++)
		access_add_cell(out, access, (ReportAction)action);
	if (access->tried)
		g_string_append_printf(out, "<td class=by><a href=#%s>tried</a>\n", html_case_id(page, row->test_case));
	else
		g_string_append(out, "<td class=\"by mut\">catalog\n");
}

static void
access_add_database(const HtmlPage *page, const ReportAccessMatrix *matrix, bool several, gsize section)
{
	const char *table = NULL;
	guint missing = 0;

	if (several) {
		g_string_append(page->out, "<h3>");
		html_line(page->out, matrix->database);
		g_string_append(page->out, "</h3>");
	}
	g_string_append(page->out, "<table class=acc><thead><tr><th scope=col>table<th scope=col>role<th "
	                           "scope=col>SELECT<th scope=col>INSERT<th scope=col>UPDATE<th scope=col>DELETE<th "
	                           "scope=col>from</thead>");
	for (guint i = 0; i < matrix->rows->len; i++) {
		const ReportAccessRow *row = &g_array_index(matrix->rows, ReportAccessRow, i);
		bool first = g_strcmp0(table, row->access->table) != 0;
		if (page->out->len - section > ACCESS_SIZE / (report_access_row_is_important(row) ? 1 : 2)) {
			missing++;
			continue;
		}
		if (first)
			g_string_append(page->out, table == NULL ? "<tbody>\n" : "</tbody><tbody>\n");
		access_add_row(page, row, first);
		table = row->access->table;
	}
	g_string_append(page->out, table != NULL ? "</tbody></table>" : "</table>");
	if (missing > 0)
		g_string_append_printf(page->out, "<p class=sm>and %u more %s, in the report as JSON", missing,
		                       missing == 1 ? "row" : "rows");
}

void
html_access(HtmlPage *page)
{
	g_autoptr(GPtrArray) matrices = report_access_matrices(page->run);
	guint bad = 0;
	guint n = 0;

	for (guint i = 0; i < matrices->len; i++) {
		const ReportAccessMatrix *matrix = g_ptr_array_index(matrices, i);
		bad += matrix->bad;
		n += matrix->rows->len;
	}
	if (n == 0)
		return;
	gsize section = page->out->len;
	html_section_begin(page, "access", "Access", bad > 0 ? "f p" : "p",
	                   "who may do what with the rows of which table, at the end of the migrations", bad, n);
	g_string_append(page->out,
	                "<p class=\"sm mut\">● all rows. ◐ some: policies decide; where it was tried, as many of the "
	                "rows that were there. ○ none: no row, and no error. ⊘ refused: an error. An empty cell was "
	                "not tried. <i>catalog</i>: as privileges and policies say; <i>tried</i>: as a check of the "
	                "suite has seen it. A role that may do nothing with a table has no row.");
	for (guint i = 0; i < matrices->len; i++)
		access_add_database(page, g_ptr_array_index(matrices, i), matrices->len > 1, section);
	html_section_end(page);
}
