#include "report/json_text.h"

#include "report/text.h"

#include <string.h>

/* As for XML: no reader wants more of one text. */
#define JSON_TEXT_MAX ((gsize)256 * 1024)

static void
json_append_escaped(GString *out, const char *text)
{
	g_autofree char *clean = report_text_clean(text, JSON_TEXT_MAX, REPORT_TEXT_LINES);

	for (const char *p = clean; *p != '\0'; p++) {
		gsize plain = strcspn(p, "\"\\\n\t");
		g_string_append_len(out, p, (gssize)plain);
		p += plain;
		if (*p == '\0')
			break;
		switch (*p) {
		case '"':
		case '\\':
			g_string_append_c(out, '\\');
			g_string_append_c(out, *p);
			break;
		case '\n':
			g_string_append(out, "\\n");
			break;
		default:
			g_string_append(out, "\\t");
		}
	}
}

/* Most texts, and all keys of ours, stand there as they are. */
static gsize
json_count_plain(const char *text)
{
	gsize n = 0;

	while (text[n] >= ' ' && text[n] <= '~' && text[n] != '"' && text[n] != '\\')
		n++;
	return n;
}

static void
json_append_string(GString *out, const char *text)
{
	gsize whole = json_count_plain(text);

	g_string_append_c(out, '"');
	if (text[whole] == '\0' && whole <= JSON_TEXT_MAX)
		g_string_append_len(out, text, (gssize)whole);
	else
		json_append_escaped(out, text);
	g_string_append_c(out, '"');
}

static void
json_append_key(ReportJson *json, const char *key)
{
	if (!json->first)
		g_string_append_c(json->out, ',');
	json->first = false;
	if (key == NULL)
		return;
	json_append_string(json->out, key);
	g_string_append_c(json->out, ':');
}

void
report_json_begin(ReportJson *json, const char *key, char bracket)
{
	json_append_key(json, key);
	g_string_append_c(json->out, bracket);
	json->first = true;
}

void
report_json_end(ReportJson *json, char bracket)
{
	g_string_append_c(json->out, bracket);
	json->first = false;
}

void
report_json_text(ReportJson *json, const char *key, const char *text)
{
	if (text == NULL)
		return;
	json_append_key(json, key);
	json_append_string(json->out, text);
}

void
report_json_number(ReportJson *json, const char *key, gint64 number)
{
	char digits[24];
	char *start = digits + sizeof digits - 1;
	guint64 left = number < 0 ? 0 - (guint64)number : (guint64)number;

	*start = '\0';
	do
		*--start = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (number < 0)
		*--start = '-';
	json_append_key(json, key);
	g_string_append(json->out, start);
}

void
report_json_bool(ReportJson *json, const char *key, bool value)
{
	json_append_key(json, key);
	g_string_append(json->out, value ? "true" : "false");
}

void
report_json_bool_true(ReportJson *json, const char *key, bool value)
{
	if (value)
		report_json_bool(json, key, true);
}

void
report_json_texts(ReportJson *json, const char *key, const char *const *texts)
{
	if (texts == NULL)
		return;
	report_json_begin(json, key, '[');
	for (guint i = 0; texts[i] != NULL; i++)
		report_json_text(json, NULL, texts[i]);
	report_json_end(json, ']');
}

void
report_json_line(ReportJson *json)
{
	g_string_append_c(json->out, '\n');
}
