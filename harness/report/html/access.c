/* Who may do what: a row for each table and role, a column for each action. */
#include "report/html/page.h"

#include <stdlib.h>
#include <string.h>

/* Approximate size of the section in bytes; half of it is for entries that are as expected and unchanged. */
#define ACCESS_SIZE ((gsize)400 * 1000)

typedef struct {
	const ReportSuite *suite;
	const ReportDatabase *database; /* or NULL */
	const ReportCase *test_case;
	const ReportAccess *access;
	const ReportObject *table; /* or NULL */
	guint place;
} Row;

static const ReportObject *
access_find_table(const ReportDatabase *database, const char *name)
{
	for (guint i = 0; database != NULL && i < database->objects->len; i++) {
		const ReportObject *object = g_ptr_array_index(database->objects, i);
		if (report_object_is_table(object) && g_strcmp0(object->identity, name) == 0)
			return object;
	}
	return NULL;
}

static gint
access_compare(gconstpointer a, gconstpointer b)
{
	const Row *first = a;
	const Row *second = b;
	int order = strcmp(first->access->table, second->access->table);

	if (order == 0)
		order = (int)first->access->tried - (int)second->access->tried;
	return order != 0 ? order : (int)first->place - (int)second->place;
}

/* Collects the Rows of one database: tables by name, entries from the catalog before those from trials. */
static GArray *
access_collect(const ReportSuite *suite, const char *database)
{
	GArray *rows = g_array_new(FALSE, TRUE, sizeof(Row));

	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (test_case->access == NULL || g_strcmp0(test_case->database, database) != 0)
			continue;
		for (guint j = 0; j < test_case->access->len; j++) {
			Row row = { .suite = suite,
				    .database = report_suite_database(suite, database),
				    .test_case = test_case,
				    .access = g_ptr_array_index(test_case->access, j),
				    .place = rows->len };
			row.table = access_find_table(row.database, row.access->table);
			g_array_append_val(rows, row);
		}
	}
	g_array_sort(rows, access_compare);
	return rows;
}

static bool
access_is_worth_it(const Row *row)
{
	return report_access_is_bad(row->access) || (row->table != NULL && row->table->sign != REPORT_SAME);
}

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
access_add_table(const HtmlPage *page, GString *out, const Row *row, bool first)
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
access_add_row(const HtmlPage *page, const Row *row, bool first)
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
access_add_database(const HtmlPage *page, const GArray *rows, bool several, gsize section)
{
	const Row *start = &g_array_index(rows, Row, 0);
	const char *table = NULL;
	guint missing = 0;

	if (several) {
		g_string_append(page->out, "<h3>");
		html_line(page->out, start->database != NULL ? start->database->name : start->suite->name);
		g_string_append(page->out, "</h3>");
	}
	g_string_append(page->out, "<table class=acc><thead><tr><th scope=col>table<th scope=col>role<th "
	                           "scope=col>SELECT<th scope=col>INSERT<th scope=col>UPDATE<th scope=col>DELETE<th "
	                           "scope=col>from</thead>");
	for (guint i = 0; i < rows->len; i++) {
		const Row *row = &g_array_index(rows, Row, i);
		bool first = g_strcmp0(table, row->access->table) != 0;
		if (page->out->len - section > ACCESS_SIZE / (access_is_worth_it(row) ? 1 : 2)) {
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
		g_string_append_printf(page->out, "<p class=sm>and %u rows more, in the report as JSON", missing);
}

/* --- The section -------------------------------------------------------------------------------- */

/* Of GArray of Row, one for each database that has any. */
static GPtrArray *
access_list(const HtmlPage *page, guint *ret_bad)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);

	*ret_bad = 0;
	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (test_case->access == NULL || test_case->database == NULL ||
			    !g_hash_table_add(known, test_case->database))
				continue;
			GArray *rows = access_collect(suite, test_case->database);
			for (guint k = 0; k < rows->len; k++)
				*ret_bad += report_access_is_bad(g_array_index(rows, Row, k).access);
			g_ptr_array_add(list, rows);
		}
	}
	return list;
}

void
html_access(HtmlPage *page)
{
	guint bad = 0;
	guint n = 0;
	g_autoptr(GPtrArray) list = access_list(page, &bad);

	for (guint i = 0; i < list->len; i++)
		n += ((const GArray *)g_ptr_array_index(list, i))->len;
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
	for (guint i = 0; i < list->len; i++)
		access_add_database(page, g_ptr_array_index(list, i), list->len > 1, section);
	html_section_end(page);
}
