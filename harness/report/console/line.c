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

/* The columns of a cleaned text with the blanks behind it: up to the width, or two where it is wider. */
static guint
line_padded_width(const char *text, guint width)
{
	guint used = report_text_width(text);

	return used < width ? width : used + 2;
}

void
report_console_put_padded(ReportConsole *console, const char *text, guint width)
{
	guint blanks = line_padded_width(text, width) - report_text_width(text);

	fprintf(console->stream, "%s%*s", text, (int)blanks, "");
}

char *
report_console_label(const char *database, const char *stage)
{
	g_autofree char *label = database != NULL ? g_strdup_printf("%s %s", database, stage) : g_strdup(stage);

	return report_console_clean(label);
}

/* The columns of a status and the blanks around it. */
#define LINE_STATUS 8

static void
put_status(ReportConsole *console, ReportStatus status)
{
	const ReportConsoleLook *look = &looks[status];

	fputs("  ", console->stream);
	report_console_put_coloured(console, look->colour, look->word);
	fprintf(console->stream, "%*s", (int)(LINE_STATUS - 2 - strlen(look->word)), "");
}

/* A time that is shown is worth a look. */
#define SHORTEST_TIME 1000

/* Whether name and remark fit into so many columns; 0: there is no limit. */
static bool
line_fits(const char *name, const char *remark, guint room)
{
	return room == 0 || report_text_width(name) + 2 + report_text_width(remark) <= room;
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
static void
line_put_text(ReportConsole *console, const char *line)
{
	while (console->width > strlen(REPORT_CONSOLE_INDENT) && *line != '\0') {
		gsize length = report_text_fit(line, console->width - (guint)strlen(REPORT_CONSOLE_INDENT));
		if (line[length] == '\0')
			break;
		gsize shown = length;
		while (shown > 0 && line[shown - 1] == ' ')
			shown--;
		fprintf(console->stream, REPORT_CONSOLE_INDENT "%.*s\n", (int)shown, line);
		line += length + strspn(line + length, " ");
	}
	fprintf(console->stream, "%s%s\n", *line != '\0' ? REPORT_CONSOLE_INDENT : "", line);
}

void
report_console_put_wrapped(ReportConsole *console, const char *line)
{
	if (*line == '\0' || console_is_text(line))
		line_put_text(console, line);
	else
		fprintf(console->stream, REPORT_CONSOLE_INDENT "%s\n", line);
}

void
report_console_put_line(ReportConsole *console, ReportStatus status, const char *label, const char *name,
                        gint64 duration, const char *remark)
{
	g_autofree char *time = report_text_duration(duration);
	g_autofree char *time_remark = g_strdup_printf(" (%s)", time);
	guint used = LINE_STATUS + line_padded_width(label, REPORT_CONSOLE_LABEL);
	guint room = console->width > used ? console->width - used : 0;
	gsize length = room > 0 ? report_text_fit(name, room) : strlen(name);

	put_status(console, status);
	report_console_put_padded(console, label, REPORT_CONSOLE_LABEL);
	fprintf(console->stream, "%.*s", (int)length, name);
	if (remark == NULL && name[length] == '\0' && duration >= SHORTEST_TIME)
		report_console_put_coloured(console, report_console_dim, time_remark);
	if (name[length] == '\0' && remark != NULL && line_fits(name, remark, room)) {
		fprintf(console->stream, "  %s", remark);
		remark = NULL;
	}
	putc('\n', console->stream);
	if (name[length] != '\0')
		report_console_put_wrapped(console, name + length + strspn(name + length, " "));
	if (remark != NULL)
		report_console_put_wrapped(console, remark);
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

void
report_console_put_message(ReportConsole *console, const char *text)
{
	g_autofree char *clean = report_text_clean(text, TEXT_MAX, REPORT_TEXT_LINES);

	if (strchr(clean, '\n') == NULL)
		line_put_text(console, clean);
	else
		report_console_put_indented(console, clean);
}
