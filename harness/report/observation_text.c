/* An observation as a table for people. */
#include "report/observation.h"

#include <string.h>

/* Columns of a statement. */
#define STATEMENT_WIDTH 60

/* One line of the table. */
typedef struct {
	char *cells[4];
} Line;

static void
observation_text_free(gpointer data)
{
	Line *line = data;

	for (gsize i = 0; i < G_N_ELEMENTS(line->cells); i++)
		g_free(line->cells[i]);
	g_free(line);
}

static void observation_text_add(GString *text, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
observation_text_add(GString *text, const char *format, ...)
{
	va_list arguments;

	if (text->len > 0)
		g_string_append(text, ", ");
	va_start(arguments, format);
	g_string_append_vprintf(text, format, arguments);
	va_end(arguments);
}

char *
report_touched_work(const ReportTouched *touched)
{
	GString *text = g_string_new(NULL);

	if (touched->was_dropped)
		observation_text_add(text, "drops it");
	if (touched->was_rewritten)
		observation_text_add(text, "writes it anew");
	else if (touched->scans > 0 && touched->rows_read > 0)
		observation_text_add(text, "reads it");
	if (touched->indexes_built > 0)
		observation_text_add(text, touched->indexes_built == 1 ? "builds %u index" : "builds %u indexes",
		                     touched->indexes_built);
	if (touched->rows_inserted > 0)
		observation_text_add(text, "inserts %" G_GINT64_FORMAT, touched->rows_inserted);
	if (touched->rows_updated > 0)
		observation_text_add(text, "updates %" G_GINT64_FORMAT, touched->rows_updated);
	if (touched->rows_deleted > 0)
		observation_text_add(text, "deletes %" G_GINT64_FORMAT, touched->rows_deleted);
	return g_string_free(text, FALSE);
}

char *
report_touched_describe(const ReportTouched *touched)
{
	char *work = report_touched_work(touched);

	if (touched->growth == REPORT_GROWTH_UNKNOWN || *work == '\0')
		return work;
	g_autofree char *only = work;
	return g_strdup_printf("%s, %s", only, report_growth_name(touched->growth));
}

static char *
observation_text_shorten(const char *statement)
{
	if (g_utf8_strlen(statement, -1) <= STATEMENT_WIDTH)
		return g_strdup(statement);
	g_autofree char *start = g_utf8_substring(statement, 0, STATEMENT_WIDTH - 3);
	return g_strconcat(start, "...", NULL);
}

static void
observation_text_take(GPtrArray *lines, const ReportStatement *statement)
{
	bool first = true;

	for (guint i = 0; i < statement->touched->len; i++) {
		const ReportTouched *touched = g_ptr_array_index(statement->touched, i);
		g_autofree char *work = report_touched_describe(touched);
		if (touched->taken < REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE && *work == '\0')
			continue;
		Line *line = g_new0(Line, 1);
		line->cells[0] = first ? g_strdup_printf("%u  %s", statement->position.line, "") : g_strdup("");
		line->cells[1] = first ? observation_text_shorten(statement->text) : g_strdup("");
		line->cells[2] = g_strdup_printf("%s %s", report_lock_name(MAX(touched->taken, touched->held)),
		                                 touched->name);
		line->cells[3] = g_steal_pointer(&work);
		g_ptr_array_add(lines, line);
		first = false;
	}
}

static void
observation_text_write(GString *text, const GPtrArray *lines)
{
	glong widths[4] = { 0 };

	for (guint i = 0; i < lines->len; i++) {
		const Line *line = g_ptr_array_index(lines, i);
		for (gsize j = 0; j < G_N_ELEMENTS(widths); j++)
			widths[j] = MAX(widths[j], g_utf8_strlen(line->cells[j], -1));
	}
	for (guint i = 0; i < lines->len; i++) {
		const Line *line = g_ptr_array_index(lines, i);
		for (gsize j = 0; j < G_N_ELEMENTS(widths); j++)
			g_string_append_printf(text, "%s%*s", line->cells[j],
			                       (int)(widths[j] - g_utf8_strlen(line->cells[j], -1)) + 2, "");
		while (text->len > 0 && text->str[text->len - 1] == ' ')
			g_string_truncate(text, text->len - 1);
		g_string_append_c(text, '\n');
	}
}

char *
report_observation_render(const ReportObservation *observation)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(observation_text_free);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < observation->statements->len; i++)
		observation_text_take(lines, g_ptr_array_index(observation->statements, i));
	observation_text_write(text, lines);
	return g_strchomp(g_string_free(text, FALSE));
}

char *
report_observation_render_timeline(const ReportObservation *observation)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < observation->timeline->len; i++) {
		const ReportEvent *event = g_ptr_array_index(observation->timeline, i);
		g_string_append_printf(text, "%s%s %s", i > 0 ? "\n" : "", event->who, event->what);
	}
	return g_string_free(text, FALSE);
}
