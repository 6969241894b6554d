/* The schema of each database: the changes of the branch, then each table with its columns, keys, indexes and
 * policies. */
#include "report/html/page.h"

#include "report/tables.h"

#include <string.h>

/* Of a database with more tables only those are shown in full that are changed, and their neighbours. */
#define SCHEMA_TABLES_MAX 100
/* Maximum size of all tables together, in bytes. */
#define SCHEMA_BUDGET ((gsize)1200 * 1024)

static const char *
schema_row_class(ReportChangeSign sign)
{
	return sign == REPORT_ADDED     ? " class=plus"
	       : sign == REPORT_REMOVED ? " class=minus"
	       : sign == REPORT_CHANGED ? " class=til"
	                                : "";
}

/* --- A table --------------------------------------------------------------------------------- */

static bool
schema_is_in(const ReportTable *table, const char *class_name, const char *column)
{
	for (guint i = 0; i < table->parts->len; i++) {
		const ReportObject *part = g_ptr_array_index(table->parts, i);
		if (strcmp(part->class_name, class_name) == 0 && part->columns != NULL &&
		    g_strv_contains((const char *const *)part->columns, column))
			return true;
	}
	return false;
}

static void
schema_add_column(GString *out, const ReportTable *table, const ReportObject *column)
{
	g_string_append_printf(out, "<tr%s><td class=sgn>", schema_row_class(column->sign));
	html_sign(out, column->sign);
	g_string_append(out, "<th scope=row>");
	html_name(out, column->name);
	if (schema_is_in(table, "primary key", column->name))
		g_string_append(out, " <i>PK</i>");
	if (schema_is_in(table, "foreign key", column->name))
		g_string_append(out, " <i>FK</i>");
	g_string_append(out, "<td>");
	html_type(out, column->type != NULL ? column->type : "");
	g_string_append_printf(out, "<td>%s<td>", column->nullable ? "null" : "");
	html_line(out, column->initial != NULL ? column->initial : "");
	if (column->comment != NULL) {
		g_string_append(out, " <span class=mut>");
		html_line(out, column->comment);
		g_string_append(out, "</span>");
	}
}

static void
schema_add_columns(GString *out, const ReportTable *table)
{
	g_string_append(out, "<table class=\"sch k1 g\"><caption>columns</caption><thead><tr><th scope=col><span "
	                     "class=vh>change</span><th scope=col>name<th scope=col>type<th scope=col>null<th "
	                     "scope=col>default, comment</thead><tbody>");
	for (guint i = 0; i < table->columns->len; i++)
		schema_add_column(out, table, g_ptr_array_index(table->columns, i));
	g_string_append(out, "</tbody></table>");
}

static void
schema_add_part(const HtmlPage *page, GString *out, const ReportTables *tables, const ReportObject *part)
{
	static const struct {
		const char *class_name;
		const char *word;
	} words[] = { { "primary key", "PK" }, { "foreign key", "FK" }, { NULL, NULL } };
	const ReportTable *referenced = report_tables_find(tables, part->references);
	const char *word = part->class_name;

	for (gsize i = 0; words[i].word != NULL; i++)
		word = strcmp(words[i].class_name, part->class_name) == 0 ? words[i].word : word;
	g_string_append_printf(out, "<tr%s><td class=sgn>", schema_row_class(part->sign));
	html_sign(out, part->sign);
	g_string_append(out, "<td>");
	html_line(out, word);
	g_string_append(out, "<th scope=row>");
	html_name(out, part->name);
	g_string_append(out, "<td>");
	html_definition(out, part);
	if (referenced != NULL)
		g_string_append_printf(out, " <a href=#%s>→ table</a>", html_id(page, referenced->object));
}

static void
schema_add_parts(const HtmlPage *page, GString *out, const ReportTables *tables, const ReportTable *table)
{
	if (table->parts->len == 0)
		return;
	g_string_append(out,
	                "<table class=\"sch k2\"><caption>keys, checks, indexes, policies, triggers</caption><thead>"
	                "<tr><th scope=col><span class=vh>change</span><th scope=col>kind<th scope=col>name<th "
	                "scope=col>definition</thead><tbody>");
	for (guint i = 0; i < table->parts->len; i++)
		schema_add_part(page, out, tables, g_ptr_array_index(table->parts, i));
	g_string_append(out, "</tbody></table>");
}

static void
schema_add_since(const HtmlPage *page, GString *out, const ReportDatabase *database, const ReportTable *table)
{
	const ReportMigration *since = report_database_migration(database, table->object->since);

	if (since == NULL)
		return;
	g_string_append_printf(out, "<p class=sm>Changed last by <a href=#%s><code>", html_id(page, since));
	html_line(out, since->name);
	g_string_append(out, "</code></a></p>");
}

static void
schema_add_table(const HtmlPage *page, const ReportDatabase *database, const ReportTables *tables,
                 const ReportTable *table)
{
	GString *out = page->out;

	g_string_append_printf(out, "<details class=row id=%s data-n=%d%s><summary><span class=tsum>",
	                       html_id(page, table->object), table->sign != REPORT_SAME,
	                       table->sign != REPORT_SAME ? " open" : "");
	if (table->sign != REPORT_SAME) {
		html_sign(out, table->sign);
		g_string_append_printf(out, " <span class=tag>%s</span> ",
		                       table->sign == REPORT_ADDED     ? "new"
		                       : table->sign == REPORT_REMOVED ? "removed"
		                                                       : "changed");
	}
	g_string_append(out, "<span class=m>");
	html_line(out, table->object->identity);
	g_string_append(out, "</span> <span class=mut>");
	html_line(out, table->object->comment != NULL ? table->object->comment : "");
	g_string_append(out, "</span> <span class=\"r mut\">");
	html_count(out, table->columns->len, "column", "columns");
	if (table->parts->len > 0) {
		g_string_append(out, ", ");
		html_count(out, table->parts->len, "key or other part", "keys and other parts");
	}
	g_string_append(out, "</span></span></summary><div class=body>");
	schema_add_since(page, out, database, table);
	g_string_append(out, "<div class=sg2><div>");
	schema_add_columns(out, table);
	g_string_append(out, "</div><div>");
	schema_add_parts(page, out, tables, table);
	g_string_append(out, "</div></div></div></details>\n");
}

/* --- Changes, and objects that are not tables ----------------------------------------------------- */

static void
schema_add_object(const HtmlPage *page, const ReportDatabase *database, const ReportObject *object, bool with_since)
{
	const ReportMigration *since = with_since ? report_database_migration(database, object->since) : NULL;
	GString *out = page->out;

	g_string_append_printf(out, "<tr%s><td class=sgn>", schema_row_class(object->sign));
	html_sign(out, object->sign);
	g_string_append(out, "<td>");
	html_line(out, object->class_name);
	g_string_append(out, "<th scope=row>");
	html_name(out, object->identity);
	g_string_append(out, "<td class=m>");
	if (object->type != NULL) {
		html_type(out, object->type);
		g_string_append(out, object->nullable ? ", null" : "");
	} else {
		html_definition(out, object);
	}
	if (!with_since)
		return;
	g_string_append(out, "<td>");
	if (since != NULL) {
		g_string_append_printf(out, "<a href=#%s><code>", html_id(page, since));
		html_line(out, since->name);
		g_string_append(out, "</code></a>");
	}
}

static guint
schema_count_changed(const ReportDatabase *database)
{
	guint n = 0;

	for (guint i = 0; i < database->objects->len; i++)
		n += ((const ReportObject *)g_ptr_array_index(database->objects, i))->sign != REPORT_SAME;
	return n;
}

static void
schema_add_changes(const HtmlPage *page, const ReportDatabase *database)
{
	if (schema_count_changed(database) == 0)
		return;
	g_string_append(page->out,
	                "<div class=scroll tabindex=0 role=region aria-label=\"Differences from the base\"><table "
	                "class=\"sch cgs\"><caption>Changes of this branch</caption><thead><tr><th scope=col><span "
	                "class=vh>change</span><th scope=col>kind<th scope=col>object<th "
	                "scope=col>definition<th scope=col>since</thead><tbody>");
	for (guint i = 0; i < database->objects->len; i++) {
		const ReportObject *object = g_ptr_array_index(database->objects, i);
		if (object->sign != REPORT_SAME)
			schema_add_object(page, database, object, true);
	}
	g_string_append(page->out, "</tbody></table></div>");
}

/* Views, functions, types: one table. */
static void
schema_add_others(const HtmlPage *page, const ReportDatabase *database)
{
	guint n = 0;

	for (guint i = 0; i < database->objects->len; i++) {
		const ReportObject *object = g_ptr_array_index(database->objects, i);
		if (object->relation != NULL || report_object_is_table(object))
			continue;
		if (n++ == 0)
			g_string_append(
			    page->out,
			    "<details class=row><summary><span class=tsum>views, functions, types and what "
			    "else there is</span></summary><div class=body><table class=\"sch k2\"><thead><tr><th "
			    "scope=col><span class=vh>change</span><th scope=col>kind<th scope=col>name<th "
			    "scope=col>definition</thead><tbody>");
		schema_add_object(page, database, object, false);
	}
	if (n > 0)
		g_string_append(page->out, "</tbody></table></div></details>\n");
}

static void
schema_add_name(const HtmlPage *page, const ReportTable *table)
{
	g_string_append_printf(page->out, "<li id=%s>", html_id(page, table->object));
	html_line(page->out, table->object->identity);
	g_string_append(page->out, " <span class=mut>");
	html_count(page->out, table->columns->len, "column", "columns");
	g_string_append(page->out, "</span>");
}

static void
schema_add_tables(const HtmlPage *page, const ReportDatabase *database, const ReportTables *tables, gsize start)
{
	bool all = tables->tables->len <= SCHEMA_TABLES_MAX;
	g_autoptr(GPtrArray) left = g_ptr_array_new();

	for (int changed = 1; changed >= 0; changed--) {
		for (guint i = 0; i < tables->tables->len; i++) {
			const ReportTable *table = g_ptr_array_index(tables->tables, i);
			if ((table->sign != REPORT_SAME) != changed)
				continue;
			if ((all || table->near) && page->out->len - start < SCHEMA_BUDGET)
				schema_add_table(page, database, tables, table);
			else
				g_ptr_array_add(left, (gpointer)table);
		}
	}
	if (left->len == 0)
		return;
	g_string_append_printf(page->out,
	                       "<details class=row><summary>%u more tables, by their names</summary><ul "
	                       "class=cs>",
	                       left->len);
	for (guint i = 0; i < left->len; i++)
		schema_add_name(page, g_ptr_array_index(left, i));
	g_string_append(page->out, "</ul></details>");
}

static void
schema_add_database(const HtmlPage *page, const ReportSuite *suite, const ReportDatabase *database, bool open,
                    gsize start)
{
	g_autoptr(ReportTables) tables = report_tables_new(database);
	guint n_changed = schema_count_changed(database);

	g_string_append_printf(page->out, "<details class=row data-n=%d%s><summary><span class=tsum><span class=m>",
	                       n_changed > 0, open || n_changed > 0 ? " open" : "");
	html_line(page->out, suite->name);
	g_string_append(page->out, " / ");
	html_line(page->out, database->name);
	g_string_append(page->out, "</span> <span class=mut>");
	html_count(page->out, tables->tables->len, "table", "tables");
	if (n_changed > 0) {
		g_string_append(page->out, ", ");
		html_count(page->out, n_changed, "difference from the base", "differences from the base");
	}
	g_string_append(page->out, "</span></span></summary><div class=body>");
	schema_add_changes(page, database);
	schema_add_tables(page, database, tables, start);
	schema_add_others(page, database);
	g_string_append(page->out, "</div></details>\n");
}

void
html_schema(HtmlPage *page)
{
	guint n = 0;
	guint n_databases = 0;
	gsize start = page->out->len;

	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		for (guint j = 0; j < suite->databases->len; j++) {
			const ReportDatabase *database = g_ptr_array_index(suite->databases, j);
			n_databases += database->objects->len > 0;
			for (guint k = 0; k < database->objects->len; k++)
				n += report_object_is_table(g_ptr_array_index(database->objects, k));
		}
	}
	if (n_databases == 0)
		return;
	g_autofree char *remark = g_strdup_printf(
	    "%u %s at the end of the migrations; a column without “null” is never "
	    "null",
	    n, n == 1 ? "table" : "tables");
	html_section_begin(page, "schema", "Schema", "", remark, 0, n);
	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		for (guint j = 0; j < suite->databases->len; j++) {
			const ReportDatabase *database = g_ptr_array_index(suite->databases, j);
			if (database->objects->len > 0)
				schema_add_database(page, suite, database, n_databases == 1, start);
		}
	}
	html_section_end(page);
}
