/* The lines of the console: columns, colours, wrapping. */
#include "report/console/private.h"

#include "report/text.h"

#include <string.h>

/* More than this of one text is not looked at for the terminal. */
#define TEXT_MAX       ((gsize)64 * 1024)
#define NAME_MAX_BYTES 1024

static const ReportConsoleLook looks[] = {
	[REPORT_PASSED] = { "ok", "\033[32m" },
	[REPORT_FAILED] = { "FAIL", "\033[1;31m" },
	[REPORT_ERRORED] = { "ERROR", "\033[1;35m" },
	[REPORT_SKIPPED] = { "skip", "\033[33m" },
};

const char report_console_bold[] = "\033[1m";
const char report_console_dim[] = "\033[2m";

const ReportConsoleLook *
report_console_look(ReportStatus status)
{
	return &looks[status];
}

void
report_console_clear_progress(ReportConsole *console)
{
	if (console->progress_shown)
		fputs("\r\033[K", console->stream);
	console->progress_shown = false;
}

char *
report_console_clean(const char *text)
{
	return report_text_clean(text, NAME_MAX_BYTES, REPORT_TEXT_LINE);
}

void
report_console_put_coloured(ReportConsole *console, const char *colour, const char *text)
{
	if (console->flags & REPORT_CONSOLE_COLOUR)
		fprintf(console->stream, "%s%s\033[0m", colour, text);
	else
		fputs(text, console->stream);
}

/* Writes the cleaned text and blanks up to the width; two when it is wider. */
void
report_console_put_padded(ReportConsole *console, const char *text, guint width)
{
	guint used = report_text_width(text);

	fprintf(console->stream, "%s%*s", text, used < width ? (int)(width - used) : 2, "");
}

char *
report_console_label(const char *database, const char *stage)
{
	g_autofree char *label = database != NULL ? g_strdup_printf("%s %s", database, stage) : g_strdup(stage);

	return report_console_clean(label);
}

static void
put_status(ReportConsole *console, ReportStatus status)
{
	const ReportConsoleLook *look = &looks[status];

	fputs("  ", console->stream);
	report_console_put_coloured(console, look->colour, look->word);
	fprintf(console->stream, "%*s", (int)(6 - strlen(look->word)), "");
}

/* A time that is shown is worth a look. */
#define SHORTEST_TIME 1000

/* The name is followed by the remark, or else by the time in microseconds if that is long enough to be shown. */
void
report_console_put_line(ReportConsole *console, ReportStatus status, const char *label, const char *name,
                        gint64 duration, const char *remark)
{
	g_autofree char *time = report_text_duration(duration);
	g_autofree char *time_remark = g_strdup_printf(" (%s)", time);

	put_status(console, status);
	report_console_put_padded(console, label, REPORT_CONSOLE_LABEL);
	fputs(name, console->stream);
	if (remark != NULL)
		fprintf(console->stream, "  %s", remark);
	else if (duration >= SHORTEST_TIME)
		report_console_put_coloured(console, report_console_dim, time_remark);
	putc('\n', console->stream);
}

/* Source, carets under it, differences and rows of tables, which have two blanks between their columns, stand as they
 * are. */
static bool
console_is_text(const char *line)
{
	gsize digits = strspn(line, "0123456789");

	return strchr(" +-@|", *line) == NULL && strstr(line, "  ") == NULL &&
	       !(digits > 0 && g_str_has_prefix(line + digits, " |"));
}

/* A line too wide for the terminal is broken between words. */
void
report_console_put_wrapped(ReportConsole *console, const char *line)
{
	while (console->width > strlen(REPORT_CONSOLE_INDENT) && *line != '\0' && console_is_text(line)) {
		gsize length = report_text_fit(line, console->width - (guint)strlen(REPORT_CONSOLE_INDENT));
		if (line[length] == '\0')
			break;
		fprintf(console->stream, REPORT_CONSOLE_INDENT "%.*s\n", (int)length, line);
		line += length + strspn(line + length, " ");
	}
	fprintf(console->stream, "%s%s\n", *line != '\0' ? REPORT_CONSOLE_INDENT : "", line);
}

void
report_console_put_indented(ReportConsole *console, const char *text)
{
	g_autofree char *clean = report_text_clean(text, TEXT_MAX, REPORT_TEXT_LINES);
	g_auto(GStrv) lines = g_strsplit(g_strchomp(clean), "\n", -1);
	guint count = g_strv_length(lines);

	for (guint i = 0; i < count && i < REPORT_CONSOLE_LINES; i++)
		report_console_put_wrapped(console, lines[i]);
	if (count > REPORT_CONSOLE_LINES)
		fprintf(console->stream, REPORT_CONSOLE_INDENT "[%u more lines]\n", count - REPORT_CONSOLE_LINES);
}
