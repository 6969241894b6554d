/* The words of JSONPath: names, texts, numbers. */
#include "checklist/json/path_private.h"

#include <string.h>

/* I-JSON: the integers that a double can represent. */
#define PATH_NUMBER_MAX ((gint64)9007199254740991)

/* The first problem counts. Always NULL. */
gpointer
checklist_path_fail(PathReader *reader, const char *problem)
{
	if (reader->problem == NULL) {
		reader->problem = g_strdup(problem);
		reader->offset = (gsize)(reader->at - reader->start);
	}
	return NULL;
}

void
checklist_path_skip_blanks(PathReader *reader)
{
	reader->at += strspn(reader->at, " \t\r\n");
}

bool
checklist_path_take(PathReader *reader, const char *text)
{
	if (!g_str_has_prefix(reader->at, text))
		return false;
	reader->at += strlen(text);
	return true;
}

/* --- Texts and numbers ------------------------------------------------------------------ */

static bool
path_read_hex(PathReader *reader, gunichar *ret_unit)
{
	*ret_unit = 0;
	for (int i = 0; i < 4; i++) {
		if (!g_ascii_isxdigit(reader->at[0]))
			return checklist_path_fail(reader, "\\u needs four hexadecimal digits");
		*ret_unit = *ret_unit * 16 + (gunichar)g_ascii_xdigit_value(*reader->at++);
	}
	return true;
}

static bool
path_read_unicode(PathReader *reader, GString *text)
{
	gunichar unit = 0;
	gunichar low = 0;

	if (!path_read_hex(reader, &unit))
		return false;
	if (unit >= 0xD800 && unit <= 0xDBFF) {
		if (!checklist_path_take(reader, "\\u") || !path_read_hex(reader, &low) || low < 0xDC00 || low > 0xDFFF)
			return checklist_path_fail(reader, "half a surrogate pair");
		unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
	} else if (unit >= 0xDC00 && unit <= 0xDFFF) {
		return checklist_path_fail(reader, "half a surrogate pair");
	}
	g_string_append_unichar(text, unit);
	return true;
}

static bool
path_read_escape(PathReader *reader, char quote, GString *text)
{
	static const char letters[] = "bfnrt/\\";
	static const char meanings[] = "\b\f\n\r\t/\\";
	char letter = *reader->at;

	if (letter == '\0')
		return checklist_path_fail(reader, "the text has no end");
	reader->at++;
	const char *found = strchr(letters, letter);
	if (letter == 'u')
		return path_read_unicode(reader, text);
	if (found == NULL && letter != quote)
		return checklist_path_fail(reader, "there is no such escape");
	g_string_append_c(text, found != NULL ? meanings[found - letters] : quote);
	return true;
}

/* In single or double quotes; the caller frees it. */
char *
checklist_path_read_text(PathReader *reader)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char quote = *reader->at++;

	while (*reader->at != quote) {
		char c = *reader->at;
		if (c == '\0')
			return checklist_path_fail(reader, "the text has no end");
		if ((guchar)c < 0x20)
			return checklist_path_fail(reader, "a control character in a text");
		reader->at++;
		if (c != '\\')
			g_string_append_c(text, c);
		else if (!path_read_escape(reader, quote, text))
			return NULL;
	}
	reader->at++;
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* 0, -1, 42; neither 01 nor -0. */
bool
checklist_path_read_int(PathReader *reader, gint64 *ret_number)
{
	const char *digits = reader->at + (*reader->at == '-');
	gsize n = strspn(digits, "0123456789");

	if (n == 0 || n > 16 || (digits[0] == '0' && (n > 1 || *reader->at == '-')))
		return checklist_path_fail(reader, "this is no index");
	*ret_number = g_ascii_strtoll(reader->at, NULL, 10);
	if (ABS(*ret_number) > PATH_NUMBER_MAX)
		return checklist_path_fail(reader, "the index is too large");
	reader->at = digits + n;
	return true;
}

/* member-name-shorthand. */
char *
checklist_path_read_name(PathReader *reader)
{
	const char *start = reader->at;

	while (g_ascii_isalpha(*reader->at) || *reader->at == '_' || (guchar)*reader->at >= 0x80 ||
	       (reader->at > start && g_ascii_isdigit(*reader->at)))
		reader->at++;
	return reader->at > start
	           ? g_strndup(start, (gsize)(reader->at - start))
	           : checklist_path_fail(reader, "a name is missing; write others in quotes: ['a name']");
}
