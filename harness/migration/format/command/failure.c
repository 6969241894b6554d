#include "migration/format/command/failure.h"

#include <stdbool.h>
#include <string.h>

void
format_command_clear_failure(CommandFailure *failure)
{
	g_clear_pointer(&failure->message, g_free);
	g_clear_pointer(&failure->details, g_free);
}

/* --- Stack frames ------------------------------------------------------------------- */

/* Parts of the paths of what is not the project's own. */
static const char *const foreign_paths[] = {
	"/site-packages/", "/dist-packages/", "/lib/python", "/venv/",   "/.venv/", "/node_modules/",
	"node:",           "/gems/",          "/deps/",      "(native)", NULL,
};

static bool
failure_is_foreign(const char *line)
{
	for (const char *const *part = foreign_paths; *part != NULL; part++)
		if (strstr(line, *part) != NULL)
			return true;
	return false;
}

/* '  File "PATH", line 12, in f', as Python has it; the source and its marks stand below it. */
static bool
failure_is_python_frame(const char *line)
{
	return g_str_has_prefix(line, "  File \"");
}

/* "    at f (PATH:12:5)" of JavaScript, "\tat a.b.C.f(C.java:12)" of Java. */
static bool
failure_is_at_frame(const char *line)
{
	return (*line == ' ' || *line == '\t') && g_str_has_prefix(line + strspn(line, " \t"), "at ");
}

/* "\t... 12 more" of Java. */
static bool
failure_is_java_rest(const char *line)
{
	return g_str_has_prefix(line, "\t... ") && g_str_has_suffix(line, " more");
}

/* "    (ecto_sql 3.10.1) lib/ecto/adapters/sql.ex:1047: ..." of Elixir: the package comes first. */
static bool
failure_is_package_frame(const char *line)
{
	const char *end = g_str_has_prefix(line, "    (") ? strstr(line, ") ") : NULL;
	const char *place = end != NULL ? strpbrk(end, ":") : NULL;

	return place != NULL && g_ascii_isdigit(place[1]);
}

/* "/gems/pg-1.5/lib/pg/connection.rb:12:in 'exec'" of Ruby. */
static bool
failure_is_ruby_frame(const char *line)
{
	return strstr(line, ".rb:") != NULL && strstr(line, ":in ") != NULL;
}

static bool
failure_is_frame(const char *line)
{
	return failure_is_python_frame(line) || failure_is_at_frame(line) || failure_is_java_rest(line) ||
	       failure_is_package_frame(line) || failure_is_ruby_frame(line);
}

/* Java's frames name no path. */
static bool
failure_is_left_out(const char *line, const char *file)
{
	if (file != NULL && strstr(line, file) != NULL)
		return false;
	if (failure_is_python_frame(line))
		return failure_is_foreign(line) || strstr(line, "File \"<") != NULL;
	if (failure_is_at_frame(line))
		return failure_is_foreign(line) || strchr(line, '/') == NULL;
	if (failure_is_ruby_frame(line))
		return failure_is_foreign(line);
	return failure_is_java_rest(line) || failure_is_package_frame(line);
}

/* --- The place ------------------------------------------------------------------------ */

/* The number behind the name of the file, in one of its frames: NAME:12, NAME", line 12. 0: there is none. */
static guint
failure_read_line(const char *line, const char *file)
{
	gsize length = strlen(file);

	for (const char *found = strstr(line, file); found != NULL; found = strstr(found + 1, file)) {
		const char *rest = found + length;
		bool is_whole = found == line || strchr("/\\\"'( ", found[-1]) != NULL;
		if (g_str_has_prefix(rest, "\", line "))
			rest += strlen("\", line ");
		else if (*rest == ':')
			rest++;
		else
			continue;
		if (is_whole && g_ascii_isdigit(*rest))
			return (guint)MIN(g_ascii_strtoull(rest, NULL, 10), G_MAXINT);
	}
	return 0;
}

/* Of several frames in the file, the innermost one counts: with Python the last, elsewhere the first. */
static guint
failure_find_line(char **lines, const char *file)
{
	guint found = 0;

	for (char **line = lines; *line != NULL; line++) {
		guint number = failure_is_frame(*line) ? failure_read_line(*line, file) : 0;
		if (number > 0 && (found == 0 || failure_is_python_frame(*line)))
			found = number;
	}
	return found;
}

/* --- The reason ----------------------------------------------------------------------- */

/* "Traceback (most recent call last):", perhaps behind what stood in the line already. */
static bool
failure_begins_trace(const char *line)
{
	return strstr(line, "Traceback (most recent call last):") != NULL;
}

/* Without the class, where it only says that a library has passed on an error of the server. */
static const char *
failure_skip_class(const char *text)
{
	static const char *const drivers[] = { "psycopg", "asyncpg.", "pg8000.", "sqlalchemy.", "django.db.", NULL };
	const char *colon = strstr(text, ": ");

	for (const char *const *driver = drivers; colon != NULL && *driver != NULL; driver++)
		if (g_str_has_prefix(text, *driver))
			return colon + 2;
	return text;
}

/* The exception that ends the first traceback of Python: the others were raised because of it. */
static const char *
failure_find_exception(char **lines)
{
	bool is_trace = false;

	for (char **line = lines; *line != NULL; line++) {
		if (is_trace && **line != ' ' && **line != '\0')
			return failure_skip_class(*line);
		is_trace = is_trace || failure_begins_trace(*line);
	}
	return NULL;
}

/* How sure it is that a line is the reason: it is PostgreSQL's, a tool's, or has "error" somewhere. */
enum { REASON_NONE, REASON_ANY, REASON_WORD, REASON_ERROR, REASON_SERVER };

static int
failure_rank(const char *line)
{
	g_autofree char *folded = g_ascii_strdown(line, -1);

	if (failure_is_frame(line) || folded[strspn(folded, " \t\r")] == '\0')
		return REASON_NONE;
	if (strstr(line, "ERROR: ") != NULL || strstr(line, "(Postgrex.Error)") != NULL)
		return REASON_SERVER;
	if (strstr(line, "error: ") != NULL)
		return REASON_ERROR;
	return strstr(folded, "error") != NULL ? REASON_WORD : REASON_ANY;
}

/* From the server and from libraries the first one is the cause; what a tool writes at its end sums up. */
static const char *
failure_find_reason(char **lines)
{
	const char *found = "";
	int best = REASON_NONE;

	for (char **line = lines; *line != NULL; line++) {
		int rank = failure_rank(*line);
		if (rank > best || (rank == best && rank != REASON_NONE && rank < REASON_ERROR)) {
			best = rank;
			found = *line;
		}
	}
	return found;
}

/* Without words that only say that an error follows. */
static char *
failure_make_message(const char *reason)
{
	static const char *const words[] = { "ERROR: ", "migration failed with error: ", "error: ", NULL };
	const char *text = reason;
	const char *server = strstr(reason, ": ERROR: ");

	/* "PG::NotNullViolation: ERROR: ...", "psql:<stdin>:1: ERROR: ..." */
	if (server != NULL && (g_str_has_prefix(reason, "PG::") || g_str_has_prefix(reason, "psql:")))
		text = server + 2;
	for (const char *const *word = words; *word != NULL; word++)
		if (g_str_has_prefix(text, *word)) {
			text += strlen(*word);
			break;
		}
	return g_strstrip(g_strdup(text));
}

/* --- The rest ----------------------------------------------------------------------------- */

/* Where SQLAlchemy explains its classes. */
static bool
failure_is_reference(const char *line)
{
	return g_str_has_prefix(line, "(Background on this error at: ");
}

static char *
failure_shorten(char **lines, const char *file)
{
	g_autoptr(GString) text = g_string_new(NULL);
	bool is_source = false;
	guint n = 0;

	for (char **line = lines; *line != NULL; line++) {
		bool left_out = is_source && g_str_has_prefix(*line, "    ");
		if (!left_out) {
			left_out = failure_is_left_out(*line, file) || failure_is_reference(*line);
			is_source = left_out && failure_is_python_frame(*line);
		}
		n += left_out;
		if (!left_out)
			g_string_append_printf(text, "%s\n", *line);
	}
	g_strchomp(text->str);
	return n == 0 ? g_strdup(text->str)
	              : g_strdup_printf("%s\n(%u lines about code of libraries are left out)", text->str, n);
}

CommandFailure
format_command_read_failure(const char *output, const char *path)
{
	g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
	g_autofree char *file = path != NULL ? g_path_get_basename(path) : NULL;
	const char *exception = failure_find_exception(lines);
	const char *reason = exception != NULL ? exception : failure_find_reason(lines);
	CommandFailure failure = { .message = failure_make_message(reason),
		                   .details = failure_shorten(lines, file),
		                   .line = file != NULL ? failure_find_line(lines, file) : 0 };

	/* A tool that writes nothing else is not shown twice. */
	if (strcmp(failure.details, reason) == 0) {
		g_free(failure.details);
		failure.details = g_strdup(failure.message);
	}
	return failure;
}
