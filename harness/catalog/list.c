#include "catalog/list.h"

#include <string.h>

static const char *
list_read_hex(const char *p, gunichar *ret_value)
{
	char digits[5] = { 0 };

	for (int i = 0; i < 4 && p[i] != '\0'; i++)
		digits[i] = p[i];
	*ret_value = (gunichar)g_ascii_strtoull(digits, NULL, 16);
	return p + strlen(digits);
}

/* Reads one character after a backslash. to_json escapes control characters only, so no surrogates. */
static const char *
list_read_json_escape(const char *p, GString *item)
{
	static const char *const short_forms = "b\bf\fn\nr\rt\t";
	gunichar c;

	if (*p == 'u') {
		p = list_read_hex(p + 1, &c);
		g_string_append_unichar(item, c);
		return p;
	}
	for (const char *form = short_forms; *form != '\0'; form += 2) {
		if (*form == *p) {
			g_string_append_c(item, form[1]);
			return p + 1;
		}
	}
	g_string_append_c(item, *p);
	return p + 1;
}

/* Reads one text, from after its opening quote; returns the rest after its closing one. */
static const char *
list_read_text(const char *p, GString *item)
{
	while (*p != '"' && *p != '\0') {
		if (*p == '\\' && p[1] != '\0')
			p = list_read_json_escape(p + 1, item);
		else
			g_string_append_c(item, *p++);
	}
	return *p == '"' ? p + 1 : p;
}

GStrv
catalog_list_parse(const char *json)
{
	GPtrArray *items = g_ptr_array_new();

	for (const char *p = strchr(json, '"'); p != NULL; p = strchr(p, '"')) {
		GString *item = g_string_new(NULL);
		p = list_read_text(p + 1, item);
		g_ptr_array_add(items, g_string_free(item, FALSE));
	}
	g_ptr_array_add(items, NULL);
	return (GStrv)g_ptr_array_free(items, FALSE);
}

static void
list_append_json_text(GString *json, const char *text)
{
	static const char *const short_forms = "b\bf\fn\nr\rt\t";

	g_string_append_c(json, '"');
	for (; *text != '\0'; text++) {
		const char *form = short_forms;
		while (*form != '\0' && form[1] != *text)
			form += 2;
		if (*form != '\0')
			g_string_append_printf(json, "\\%c", *form);
		else if (*text == '"' || *text == '\\')
			g_string_append_printf(json, "\\%c", *text);
		else if ((guchar)*text < ' ')
			g_string_append_printf(json, "\\u%04x", (guchar)*text);
		else
			g_string_append_c(json, *text);
	}
	g_string_append_c(json, '"');
}

char *
catalog_list_format(const char *const *items)
{
	GString *json = g_string_new("[");

	for (gsize i = 0; items[i] != NULL; i++) {
		if (i > 0)
			g_string_append_c(json, ',');
		list_append_json_text(json, items[i]);
	}
	g_string_append_c(json, ']');
	return g_string_free(json, FALSE);
}
