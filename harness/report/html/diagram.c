/* The diagram of the branch's changes, as SVG: text that can be searched and selected, and a link for each table. */
#include "report/html/page.h"

#include "report/diagram/diagram.h"

#include <string.h>

/* Nobody reads a diagram with more tables. */
#define DIAGRAM_TABLES 60

static const char *
diagram_net_class(const DiagramNet *net)
{
	return net->is_new ? " pl" : net->is_changed ? " on" : "";
}

/* A halo in the colour of the ground lets crossings look like bridges. */
static void
diagram_add_net(GString *out, const DiagramNet *net)
{
	const char *class_name = diagram_net_class(net);

	for (int halo = 1; halo >= 0; halo--) {
		g_string_append_printf(out, "<path fill=none %s class=\"%s%s\" d=\"",
		                       halo ? "stroke=#fff stroke-width=4" : "stroke=#777", halo ? "h" : "e",
		                       halo ? "" : class_name);
		for (guint i = 0; i < net->lines->len; i++) {
			const DiagramLine *line = &g_array_index(net->lines, DiagramLine, i);
			g_string_append_printf(out, "M%d %dL%d %d", line->x1, line->y1, line->x2, line->y2);
		}
		g_string_append(out, "\"/>");
	}
	for (guint i = 0; i < net->joints->len; i++) {
		const DiagramLine *joint = &g_array_index(net->joints, DiagramLine, i);
		g_string_append_printf(out, "<circle class=\"j%s\" cx=%d cy=%d r=2.5 />", class_name, joint->x1,
		                       joint->y1);
	}
	g_string_append_printf(out, "<path fill=none stroke=#777 class=\"e%s\" d=\"", class_name);
	for (guint i = 0; i < net->ends->len; i++) {
		const DiagramEnd *end = &g_array_index(net->ends, DiagramEnd, i);
		int side = end->left ? -1 : 1;
		if (end->kind == DIAGRAM_END_ONE)
			g_string_append_printf(out, "M%d %dv8", end->x + side * 6, end->y - 4);
		else
			g_string_append_printf(out, "M%d %dl%d 4M%d %dl%d -4", end->x + side * 8, end->y, -side * 8,
			                       end->x + side * 8, end->y, -side * 8);
	}
	g_string_append(out, "\"/>\n");
}

static bool
diagram_is_in_key(const ReportTable *table, const char *class_name, const char *column)
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
diagram_add_row(GString *out, const DiagramBox *box, const ReportObject *row, guint index)
{
	int y = box->y + DIAGRAM_HEAD + (int)index * DIAGRAM_ROW + 13;
	const char *sign = row->sign == REPORT_ADDED ? "+" : row->sign == REPORT_REMOVED ? "−" : "~";
	const char *class_name = row->sign == REPORT_ADDED ? " plus" : row->sign == REPORT_REMOVED ? " minus" : "";
	bool shows_sign = row->sign != REPORT_SAME && box->table->sign == REPORT_CHANGED;

	if (shows_sign)
		g_string_append_printf(out, "<text class=\"c%s\" x=%d y=%d font-size=10>%s</text>", class_name,
		                       box->x + 7, y, sign);
	g_string_append_printf(out, "<text class=\"c%s\" x=%d y=%d font-size=10>", shows_sign ? class_name : "",
	                       box->x + 17, y);
	if (row->type == NULL) {
		html_line(out, row->class_name);
		g_string_append_c(out, ' ');
	}
	html_line(out, row->name);
	g_string_append(out, "</text>");
	if (row->type == NULL)
		return;
	bool primary = diagram_is_in_key(box->table, "primary key", row->name);
	if (primary || diagram_is_in_key(box->table, "foreign key", row->name))
		g_string_append_printf(out, "<text class=k x=%d y=%d font-size=9 text-anchor=end>%s</text>",
		                       box->x + box->width - 6, y, primary ? "PK" : "FK");
}

static void
diagram_add_box(const HtmlPage *page, GString *out, const DiagramBox *box)
{
	const ReportTable *table = box->table;
	bool is_new = table->sign == REPORT_ADDED;

	g_string_append_printf(out,
	                       "<a href=#%s class=\"%s\"><rect class=bx fill=none stroke=#777 rx=3 x=%d y=%d width=%d "
	                       "height=%d />",
	                       html_id(page, table->object),
	                       is_new                       ? "nw2"
	                       : table->sign != REPORT_SAME ? "cg"
	                                                    : "pb",
	                       box->x, box->y, box->width, box->height);
	g_string_append_printf(out, "<rect class=hd fill=none x=%d y=%d width=%d height=%d />", box->x + 1, box->y + 1,
	                       box->width - 2, DIAGRAM_HEAD - 2);
	if (table->sign != REPORT_SAME)
		g_string_append_printf(out, "<text class=\"mk%s\" x=%d y=%d font-size=10>%s</text>",
		                       is_new                          ? " plus"
		                       : table->sign == REPORT_REMOVED ? " minus"
		                                                       : "",
		                       box->x, box->y - 4,
		                       is_new                          ? "+ new"
		                       : table->sign == REPORT_REMOVED ? "− removed"
		                                                       : "~ changed");
	g_string_append_printf(out, "<text class=t x=%d y=%d font-size=12>", box->x + 8, box->y + 15);
	html_line(out, table->object->identity);
	g_string_append(out, "</text>");
	for (guint i = 0; i < box->rows->len; i++)
		diagram_add_row(out, box, g_ptr_array_index(box->rows, i), i);
	g_string_append(out, "</a>\n");
}

/* The same in words, for who cannot see it, and for keys that have no line. */
static void
diagram_add_list(const HtmlPage *page, GString *out, const Diagram *diagram)
{
	g_string_append(out, "<details class=row><summary>The same as a list</summary><ul class=also>");
	for (guint i = 0; i < diagram->boxes->len; i++) {
		const DiagramBox *box = g_ptr_array_index(diagram->boxes, i);
		g_string_append_printf(out, "<li><a href=#%s>", html_id(page, box->table->object));
		html_line(out, box->table->object->identity);
		g_string_append(out, "</a>");
		guint n = 0;
		for (guint j = 0; j < box->table->parts->len; j++) {
			const ReportObject *part = g_ptr_array_index(box->table->parts, j);
			if (part->references == NULL)
				continue;
			g_string_append(out, n++ == 0 ? " refers to " : ", ");
			html_line(out, part->references);
		}
	}
	g_string_append(out, "</ul></details>");
}

static void
diagram_add_svg(const HtmlPage *page, GString *out, const Diagram *diagram, const char *title, guint number)
{
	g_string_append_printf(out,
	                       "<div class=scroll tabindex=0 role=region aria-label=\"Diagram\"><svg class=er "
	                       "viewBox=\"0 0 %d %d\" width=%d height=%d role=group aria-labelledby=\"er-t%u er-d%u\">"
	                       "<title id=er-t%u>",
	                       diagram->width, diagram->height, diagram->width, diagram->height, number, number,
	                       number);
	html_line(out, title);
	g_string_append_printf(out,
	                       "</title><desc id=er-d%u>%u tables, those that others refer to on the left; the list "
	                       "below says the same.</desc>\n",
	                       number, diagram->boxes->len);
	for (guint i = 0; i < diagram->nets->len; i++)
		diagram_add_net(out, g_ptr_array_index(diagram->nets, i));
	for (guint i = 0; i < diagram->boxes->len; i++)
		diagram_add_box(page, out, g_ptr_array_index(diagram->boxes, i));
	g_string_append(out, "</svg></div>");
}

static bool
diagram_add_database(const HtmlPage *page, GString *out, const ReportSuite *suite, const ReportDatabase *database,
                     guint number)
{
	g_autoptr(ReportTables) tables = report_tables_new(database);
	g_autoptr(Diagram) diagram = diagram_new(tables, DIAGRAM_TABLES);

	if (diagram == NULL || (page->run->base != NULL && !tables->any_changed))
		return false;
	g_autofree char *title = g_strdup_printf("%s / %s: %s", suite->name, database->name,
	                                         tables->any_changed ? "changed tables, and those one foreign key away"
	                                                             : "all tables and their foreign keys");
	g_string_append_printf(out, "<details class=row data-n=%d%s><summary><span class=tsum><span class=m>",
	                       tables->any_changed, tables->any_changed ? " open" : "");
	html_line(out, suite->name);
	g_string_append(out, " / ");
	html_line(out, database->name);
	g_string_append(out, "</span> <span class=mut>");
	html_count(out, diagram->boxes->len, "table", "tables");
	if (diagram->n_left_out > 0)
		g_string_append_printf(out, ", %u more are not shown", diagram->n_left_out);
	g_string_append(out, "</span></span></summary><div class=body>");
	diagram_add_svg(page, out, diagram, title, number);
	diagram_add_list(page, out, diagram);
	g_string_append(out, "</div></details>\n");
	return true;
}

void
html_diagram(HtmlPage *page)
{
	g_autoptr(GString) out = g_string_new(NULL);
	guint n = 0;

	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		for (guint j = 0; j < suite->databases->len; j++)
			n += diagram_add_database(page, out, suite, g_ptr_array_index(suite->databases, j), n);
	}
	if (n == 0)
		return;
	html_section_begin(page, "diagram", "Diagram", "",
	                   page->run->base != NULL
	                       ? "what the branch changes, and its neighbours: a bar is one row, a crow’s "
	                         "foot many"
	                       : "tables and foreign keys: a bar is one row, a crow’s foot many",
	                   0, 0);
	g_string_append(page->out, out->str);
	html_section_end(page);
}
