/* The text of a failed case on the console: the fault, its place, the statement, the command to repeat it. */
#include "report/console/private.h"

#include "report/console/excerpt.h"

#include <string.h>

/* The lines of a case's details that the console writes in another order. */
typedef struct {
	GPtrArray *rest; /* of char *, borrowed: the other lines, in their order */
	char *sqlstate;  /* " (SQLSTATE ...)" of lines that say the message once more; or NULL */
	bool has_place;
	bool has_excerpt;
} Story;

static char *
story_place(const ReportCase *test_case, bool relative)
{
	SourcePosition position = test_case->position;

	if (position.path == NULL)
		return NULL;
	g_autofree char *path = relative ? report_path_relative(position.path) : g_strdup(position.path);
	position.path = path;
	return base_position_format(position);
}

/* "12 | CREATE TABLE ...". */
static bool
console_story_is_source(const char *line)
{
	gsize digits = strspn(line, "0123456789");

	return digits > 0 && g_str_has_prefix(line + digits, " | ");
}

/* The server's message may have lines of its own: a statement is in it. */
#define SERVER_LINES 100

/* How many lines have nothing else to say than the message: "ERROR: message (SQLSTATE ...)"; 0: none. The message has
 * a blank for each line end. */
static guint
story_find_sqlstate(char **lines, const char *message, char **ret_sqlstate)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const char *sqlstate = NULL;
	guint n = 0;

	if (!g_str_has_prefix(lines[0], "ERROR: "))
		return 0;
	while (sqlstate == NULL && lines[n] != NULL && n < SERVER_LINES) {
		g_string_append_printf(text, "%s%s", n > 0 ? " " : "", lines[n]);
		n++;
		sqlstate = g_strrstr(text->str, " (SQLSTATE ");
	}
	if (sqlstate == NULL || sqlstate < text->str + strlen("ERROR: "))
		return 0;
	char *found = g_strdup(sqlstate);
	g_string_truncate(text, (gsize)(sqlstate - text->str));
	if (!g_str_has_suffix(message, text->str + strlen("ERROR: "))) {
		g_free(found);
		return 0;
	}
	*ret_sqlstate = found;
	return n;
}

/* True if the message already ends with the line: "table \"t\" had 20 rows, has 0". */
static bool
story_is_said(const char *message, const char *line)
{
	gsize length = strlen(line);
	gsize whole = strlen(message);

	return length > 0 && whole > length + 2 && strcmp(message + whole - length, line) == 0 &&
	       strncmp(message + whole - length - 2, ": ", 2) == 0;
}

static Story
story_read(const ReportCase *test_case, const char *message, char **lines)
{
	g_autofree char *whole = story_place(test_case, false);
	g_autofree char *relative = story_place(test_case, true);
	Story story = { .rest = g_ptr_array_new() };

	for (; *lines != NULL; lines++) {
		if (story_is_said(message, *lines))
			continue;
		guint n = story.sqlstate == NULL ? story_find_sqlstate(lines, message, &story.sqlstate) : 0;
		if (g_strcmp0(*lines, whole) == 0 || g_strcmp0(*lines, relative) == 0)
			story.has_place = true;
		story.has_excerpt = story.has_excerpt || console_story_is_source(*lines);
		if (n > 0)
			lines += n - 1;
		else
			g_ptr_array_add(story.rest, *lines);
	}
	return story;
}

/* The place and the statement, where the details do not have them. */
static void
story_put_place(ReportConsole *console, const ReportCase *test_case, const Story *story)
{
	g_autofree char *place = story->has_place ? NULL : story_place(test_case, true);
	g_autofree char *excerpt = story->has_excerpt ? NULL : report_case_excerpt(test_case);

	if (place != NULL)
		report_console_put_indented(console, place);
	if (excerpt != NULL)
		report_console_put_indented(console, excerpt);
}

/* A line that stands above already is not shown again: a statement below its line of source. */
static void
story_put_labelled(ReportConsole *console, const char *label, const char *text, const char *shown)
{
	g_autofree char *clean = g_strstrip(g_strdup(text != NULL ? text : ""));

	if (*clean == '\0' || (strchr(clean, '\n') == NULL && strstr(shown, clean) != NULL))
		return;
	fputs(REPORT_CONSOLE_INDENT, console->stream);
	report_console_put_coloured(console, report_console_dim, label);
	putc('\n', console->stream);
	report_console_put_indented(console, clean);
}

/* SQL, or a command of the tool that runs the migrations itself. */
static void
story_put_statement(ReportConsole *console, const char *statement, const char *shown)
{
	bool command = statement != NULL && g_str_has_prefix(statement, "$ ");

	story_put_labelled(console, command ? "command:" : "statement:", statement, shown);
}

/* Where neither the name nor the message has it. */
static void
story_put_since(ReportConsole *console, const ReportCase *test_case, const char *message)
{
	if (test_case->since == NULL || strstr(test_case->name, test_case->since) != NULL ||
	    strstr(message, test_case->since) != NULL)
		return;
	g_autofree char *since = report_console_clean(test_case->since);
	fputs(REPORT_CONSOLE_INDENT, console->stream);
	report_console_put_coloured(console, report_console_dim, "since: ");
	fprintf(console->stream, "%s\n", since);
}

/* The statement that is missing in a down. */
static void
story_put_remedy(ReportConsole *console, const ReportCase *test_case)
{
	if (test_case->remedy == NULL)
		return;
	report_console_put_coloured(console, report_console_dim, REPORT_CONSOLE_INDENT "add to the down:");
	putc('\n', console->stream);
	report_console_put_indented(console, test_case->remedy);
}

static void
story_put_reproduce(ReportConsole *console, const ReportCase *test_case)
{
	g_autofree char *command = report_case_command(test_case);

	/* A case of the stage "run" reports on the run itself and cannot be run again. */
	if (command == NULL || strcmp(test_case->stage, "run") == 0)
		return;
	g_autofree char *clean = report_console_clean(command);
	fputs(REPORT_CONSOLE_INDENT, console->stream);
	report_console_put_coloured(console, report_console_dim, "reproduce: ");
	/* Never broken: it is copied. */
	fprintf(console->stream, "%s\n", clean);
}

void
report_console_put_story(ReportConsole *console, const ReportCase *test_case)
{
	const char *message = test_case->message != NULL ? test_case->message : report_status_name(test_case->status);
	const char *details = test_case->details != NULL ? test_case->details : "";
	gsize length = strlen(message);

	if (g_str_has_prefix(details, message) && (details[length] == '\0' || strchr("\r\n", details[length]) != NULL))
		details += length + strspn(details + length, "\r\n");
	g_auto(GStrv) lines = g_strsplit(details, "\n", -1);
	Story story = story_read(test_case, message, lines);
	g_autofree char *first = g_strconcat(message, story.sqlstate, NULL);
	g_ptr_array_add(story.rest, NULL);
	g_autofree char *rest = g_strjoinv("\n", (char **)story.rest->pdata);
	report_console_put_message(console, first);
	story_put_place(console, test_case, &story);
	story_put_since(console, test_case, message);
	if (*rest != '\0')
		report_console_put_indented(console, rest);
	story_put_remedy(console, test_case);
	story_put_statement(console, test_case->statement, details);
	story_put_labelled(console, "note:", test_case->notes, details);
	story_put_labelled(console, "output:", test_case->output, details);
	story_put_reproduce(console, test_case);
	g_ptr_array_unref(story.rest);
	g_free(story.sqlstate);
}
