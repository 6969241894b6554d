/* Who may do what with the rows of which table, for a pull request. */
#include "report/format/markdown_private.h"

#include <string.h>

/* Approximate size of the section in bytes. Expected rights on unchanged tables get half of it. */
#define ACCESS_SIZE ((gsize)8000)

typedef struct {
	const ReportAccess *access;
	bool is_important; /* an expectation does not hold, or the migrations change the table */
	guint place;
} Row;

static gint
markdown_access_compare(gconstpointer a, gconstpointer b)
{
	const Row *first = a;
	const Row *second = b;
	int order = (int)second->is_important - (int)first->is_important;

	if (order == 0)
		order = strcmp(first->access->table, second->access->table);
	if (order == 0)
		order = (int)first->access->tried - (int)second->access->tried;
	return order != 0 ? order : (int)first->place - (int)second->place;
}

static bool
access_is_changed(const ReportDatabase *database, const char *table)
{
	for (guint i = 0; database != NULL && i < database->objects->len; i++) {
		const ReportObject *object = g_ptr_array_index(database->objects, i);
		if (report_object_is_table(object) && g_strcmp0(object->identity, table) == 0)
			return object->sign != REPORT_SAME;
	}
	return false;
}

/* The rows (Row) in the order of the table. The caller unrefs them. */
static GArray *
markdown_access_collect(const ReportSuite *suite, const char *name)
{
	const ReportDatabase *database = report_suite_database(suite, name);
	GArray *rows = g_array_new(FALSE, TRUE, sizeof(Row));

	for (guint i = 0; i < suite->cases->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(suite->cases, i);
		if (test_case->access == NULL || g_strcmp0(test_case->database, name) != 0)
			continue;
		for (guint j = 0; j < test_case->access->len; j++) {
			Row row = { .access = g_ptr_array_index(test_case->access, j), .place = rows->len };
			row.is_important = report_access_is_bad(row.access) ||
			                   access_is_changed(database, row.access->table);
			g_array_append_val(rows, row);
		}
	}
	g_array_sort(rows, markdown_access_compare);
	return rows;
}

static void
access_append_found(GString *out, const ReportAccessCell *cell, ReportAction action)
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
access_append_remark(GString *out, const char *word, const char *text)
{
	if (text == NULL)
		return;
	g_string_append_printf(out, ", %s", word);
	report_markdown_code(out, text);
}

static void
access_append_row(GString *out, const ReportAccess *access)
{
	g_string_append(out, "| ");
	report_markdown_text(out, access->table);
	g_string_append(out, " | ");
	report_markdown_code(out, access->role);
	access_append_remark(out, "with ", access->settings);
	access_append_remark(out, "where ", access->where);
	access_append_remark(out, "", access->values);
	for (int action = 0; action < REPORT_N_ACTIONS; action++) {
		const ReportAccessCell *cell = &access->cells[action];
		g_string_append(out, cell->expected != NULL ? " | **✗ " : " | ");
		access_append_found(out, cell, (ReportAction)action);
		if (cell->expected == NULL)
			continue;
		g_string_append(out, "**, expected ");
		report_markdown_text(out, cell->expected);
	}
	g_string_append(out, access->tried ? " | tried |\n" : " | catalog |\n");
}

static void
access_append_database(GString *out, const ReportSuite *suite, const char *name)
{
	g_autoptr(GArray) rows = markdown_access_collect(suite, name);
	gsize section = out->len;
	guint missing = 0;
	guint bad = 0;

	for (guint i = 0; i < rows->len; i++)
		bad += report_access_is_bad(g_array_index(rows, Row, i).access);
	g_string_append(out, "\n<details><summary>Who may do what in ");
	report_markdown_code(out, name);
	if (bad > 0)
		g_string_append_printf(out, " (%u not as expected)", bad);
	g_string_append(out, "</summary>\n\n| table | role | SELECT | INSERT | UPDATE | DELETE | from |\n"
	                     "|---|---|---|---|---|---|---|\n");
	for (guint i = 0; i < rows->len; i++) {
		const Row *row = &g_array_index(rows, Row, i);
		if (out->len - section > ACCESS_SIZE / (row->is_important ? 1 : 2))
			missing++;
		else
			access_append_row(out, row->access);
	}
	if (missing > 0)
		g_string_append_printf(out, "\nand %u more %s, in the other reports\n", missing,
		                       missing == 1 ? "row" : "rows");
	g_string_append(out, "\n</details>\n");
}

void
report_markdown_access(GString *out, const ReportRun *run, gsize room)
{
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			g_autoptr(GString) one = g_string_new(NULL);
			if (test_case->access == NULL || test_case->database == NULL ||
			    !g_hash_table_add(known, test_case->database))
				continue;
			access_append_database(one, suite, test_case->database);
			if (one->len > room)
				return;
			room -= one->len;
			g_string_append(out, one->str);
		}
	}
}
