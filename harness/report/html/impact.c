/* The effects of a migration on tables as large as in production, and on sessions that run at the same time. */
#include "report/html/page.h"

#include "report/text.h"

/* --- With more rows ------------------------------------------------------------------------ */

void
html_impact_growth(GString *out, const ReportTouched *touched)
{
	switch (touched->growth) {
	case REPORT_GROWTH_CONSTANT:
		g_string_append(out, " <span class=tag>the same with more rows</span>");
		break;
	case REPORT_GROWTH_LINEAR:
		g_string_append(out, " <span class=\"tag w\">grows with the rows</span>");
		break;
	case REPORT_GROWTH_FASTER:
		g_string_append(out, " <span class=\"tag f\">grows faster than the rows</span>");
		if (touched->larger_rows > 0)
			g_string_append_printf(out,
			                       " <span class=mut>%" G_GINT64_FORMAT
			                       " rows where the table has ten times as many</span>",
			                       touched->larger_rows);
		break;
	case REPORT_GROWTH_UNKNOWN:
	default:
		break;
	}
}

static void
impact_add_expected(GString *out, const ReportStatement *statement)
{
	g_autofree char *wal = report_text_bytes(statement->expected_wal);
	g_autofree char *disk = report_text_bytes(statement->expected_disk);

	g_string_append(out, "<li>With as many rows in <code>");
	html_line(out, statement->expected_of);
	g_string_append_printf(out, "</code> as in production, line %u", statement->position.line);
	if (statement->expected_wal >= 0)
		g_string_append_printf(out, " writes about %s of WAL", wal);
	if (statement->expected_disk > 0)
		g_string_append_printf(out, "%sneeds about %s of free disk",
		                       statement->expected_wal >= 0 ? " and " : " ", disk);
	if (statement->expected_time_to > 0) {
		g_string_append(out, "; on a machine like the one of this run it would take ");
		html_time(out, (gint64)statement->expected_time_from);
		g_string_append(out, " to ");
		html_time(out, (gint64)statement->expected_time_to);
		g_string_append(out, " (a guess)");
	}
	g_string_append_c(out, '\n');
}

void
html_impact_production(GString *out, const ReportObservation *observation)
{
	bool any = false;

	for (guint i = 0; i < observation->statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(observation->statements, i);
		if (statement->expected_of == NULL)
			continue;
		g_string_append(out, any ? "" : "<ul class=\"also pr\">");
		impact_add_expected(out, statement);
		any = true;
	}
	g_string_append(out, any ? "</ul>" : "");
}

/* --- Beside other sessions ------------------------------------------------------------------- */

static void
impact_add_event(GString *out, const ReportEvent *event)
{
	g_string_append(out, "<tr><td class=\"num mut\">");
	if (event->time >= 0)
		html_time(out, event->time);
	g_string_append(out, "<th scope=row>");
	html_line(out, event->who);
	g_string_append(out, "<td>");
	html_line(out, event->what);
	g_string_append_c(out, '\n');
}

void
html_impact_timeline(GString *out, const ReportObservation *observation)
{
	guint trial = 0;

	if (observation->timeline->len == 0)
		return;
	g_string_append(
	    out,
	    "<h3 class=\"gapt sub\">Beside other sessions <span class=mut>what was seen when it ran so; each trial "
	    "has a copy of the database of its own</span></h3><table class=tl><thead><tr><th scope=col "
	    "class=num>after<th scope=col>who<th scope=col>does what</thead>");
	for (guint i = 0; i < observation->timeline->len; i++) {
		const ReportEvent *event = g_ptr_array_index(observation->timeline, i);
		if (event->trial != trial)
			g_string_append_printf(out, "%s<tbody><tr><th colspan=3 class=\"mut sm\">trial %u\n",
			                       trial > 0 ? "</tbody>" : "", event->trial);
		trial = event->trial;
		impact_add_event(out, event);
	}
	g_string_append(out, "</tbody></table>");
}
