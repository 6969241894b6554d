/* Names, types and definitions of the schema in as little room as they need. */
#include "report/html/page.h"

#include "report/text.h"

#include <string.h>

#define NAME_SHORT 18 /* characters of a name that always has room in one line */

void
html_name(GString *out, const char *name)
{
	g_autofree char *clean = report_text_clean(name, HTML_TEXT_MAX, REPORT_TEXT_LINE);
	g_auto(GStrv) parts = g_strsplit(clean, "_", -1);
	const char *end = g_utf8_strlen(clean, -1) > NAME_SHORT ? "_<wbr>" : "_";

	for (guint i = 0; parts[i] != NULL; i++) {
		g_string_append(out, i > 0 ? end : "");
		html_line(out, parts[i]);
	}
}

/* Takes the words out of the text; false: it does not have them. */
static bool
type_drop(GString *text, const char *words)
{
	const char *found = strstr(text->str, words);

	if (found != NULL)
		g_string_erase(text, found - text->str, (gssize)strlen(words));
	return found != NULL;
}

void
html_type(GString *out, const char *type)
{
	g_autoptr(GString) text = g_string_new(type);

	if (g_str_has_prefix(type, "time")) {
		type_drop(text, " without time zone");
		if (type_drop(text, " with time zone"))
			g_string_insert(text, (gssize)strspn(text->str, "abcdefghijklmnopqrstuvwxyz"), "tz");
	}
	if (g_str_has_prefix(type, "character varying")) {
		g_string_erase(text, 0, (gssize)strlen("character varying"));
		g_string_prepend(text, "varchar");
	}
	html_line(out, text->str);
}

void
html_definition(GString *out, const ReportObject *object)
{
	const char *text = object->definition != NULL ? object->definition : "";
	gsize length = strlen(object->class_name);

	/* The kind stands in a column of its own. */
	if (g_ascii_strncasecmp(text, object->class_name, length) == 0 && g_str_has_prefix(text + length, " ("))
		text += length + 1;
	html_line(out, text);
}
