#include "base/error.h"

#include <string.h>

/* Characters of a message that has many parts. */
#define ERROR_PARTS_MAX 20000
#define ERROR_PARTS_END "\n... and more"

/* G_DEFINE_QUARK keeps it in a variable that all threads write to. */
GQuark
base_error_quark(void)
{
	return g_quark_from_static_string("pgassay-base-error");
}

bool
base_error_set(GError **error, BaseErrorCode code, const char *hint, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (hint != NULL)
		g_set_error(error, BASE_ERROR, (gint)code, "%s\nhint: %s", message, hint);
	else
		g_set_error_literal(error, BASE_ERROR, (gint)code, message);
	return false;
}

void
base_error_hint(GError **error, const char *hint)
{
	if (error == NULL || *error == NULL || strstr((*error)->message, "\nhint: ") != NULL)
		return;
	char *message = g_strdup_printf("%s\nhint: %s", (*error)->message, hint);
	g_free((*error)->message);
	(*error)->message = message;
}

/* --- Several errors in one ------------------------------------------------------ */

/* A part of a message: the error at one position of a file, with its excerpt and its hint. */
typedef struct {
	char *text;
	guint file; /* files in the order in which they come up */
	guint64 line;
	guint64 column;
} ErrorPart;

static void
error_part_clear(gpointer data)
{
	g_free(((ErrorPart *)data)->text);
}

static gint
error_part_compare(gconstpointer a, gconstpointer b)
{
	const ErrorPart *one = a;
	const ErrorPart *other = b;

	if (one->file != other->file)
		return one->file < other->file ? -1 : 1;
	if (one->line != other->line)
		return one->line < other->line ? -1 : 1;
	return one->column < other->column ? -1 : one->column > other->column;
}

static guint
error_part_find_file(GPtrArray *files, const char *file)
{
	guint index = 0;

	if (!g_ptr_array_find_with_equal_func(files, file, g_str_equal, &index)) {
		index = files->len;
		g_ptr_array_add(files, g_strdup(file));
	}
	return index;
}

/* "PATH:LINE:COLUMN: " begins a part. The lines of an excerpt ("5 | text", "  | ^") and hints do not. */
#define ERROR_PLACE "^(?!hint: )(?! *\\d* \\| )([^\\n]+?):(\\d+):(\\d+): "

/* Returns a GArray of ErrorPart. The text before the first position belongs to no line, and so stays in front. */
static GArray *
error_split(const char *message)
{
	GArray *parts = g_array_new(FALSE, TRUE, sizeof(ErrorPart));
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GRegex) places = g_regex_new(ERROR_PLACE, G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	gint start = 0;
	ErrorPart part = { 0 };

	g_array_set_clear_func(parts, error_part_clear);
	for (g_regex_match(places, message, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		gint place = 0;
		g_match_info_fetch_pos(match, 0, &place, NULL);
		part.text = g_strndup(message + start, (gsize)MAX(place - 1 - start, 0));
		if (place > 0)
			g_array_append_val(parts, part);
		else
			g_free(part.text);
		g_autofree char *file = g_match_info_fetch(match, 1);
		g_autofree char *line = g_match_info_fetch(match, 2);
		g_autofree char *column = g_match_info_fetch(match, 3);
		part.file = error_part_find_file(files, file);
		part.line = g_ascii_strtoull(line, NULL, 10);
		part.column = g_ascii_strtoull(column, NULL, 10);
		start = place;
	}
	part.text = g_strdup(message + start);
	g_array_append_val(parts, part);
	return parts;
}

/* As people go through a file: line by line. */
static char *
error_sort(const char *message)
{
	g_autoptr(GArray) parts = error_split(message);
	g_autoptr(GString) sorted = g_string_new(NULL);

	g_array_sort(parts, error_part_compare);
	for (guint i = 0; i < parts->len; i++)
		g_string_append_printf(sorted, "%s%s", i > 0 ? "\n" : "", g_array_index(parts, ErrorPart, i).text);
	return g_string_free(g_steal_pointer(&sorted), FALSE);
}

bool
base_error_add(GError **error, GError *more)
{
	if (error == NULL) {
		g_error_free(more);
		return false;
	}
	if (*error == NULL) {
		*error = more;
		return false;
	}
	bool full = strlen((*error)->message) > ERROR_PARTS_MAX;
	if (strstr((*error)->message, more->message) == NULL && !g_str_has_suffix((*error)->message, ERROR_PARTS_END)) {
		g_autofree char *both = g_strconcat((*error)->message, full ? ERROR_PARTS_END : "\n",
		                                    full ? NULL : more->message, NULL);
		g_free((*error)->message);
		(*error)->message = full ? g_steal_pointer(&both) : error_sort(both);
	}
	g_error_free(more);
	return false;
}
