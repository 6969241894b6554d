/* Texts on the page. */
#include "report/html/page.h"

#include "report/text.h"

#include <string.h>

static void
text_escape(GString *out, const char *clean)
{
	for (const char *p = clean; *p != '\0'; p++) {
		gsize plain = strcspn(p, "&<>\"");
		g_string_append_len(out, p, (gssize)plain);
		p += plain;
		if (*p == '\0')
			break;
		switch (*p) {
		case '&':
			g_string_append(out, "&amp;");
			break;
		case '<':
			g_string_append(out, "&lt;");
			break;
		case '>':
			g_string_append(out, "&gt;");
			break;
		default:
			g_string_append(out, "&quot;");
		}
	}
}

void
html_text(GString *out, const char *text)
{
	g_autofree char *clean = report_text_clean(text, HTML_TEXT_MAX, REPORT_TEXT_LINES);

	text_escape(out, clean);
}

void
html_line(GString *out, const char *text)
{
	g_autofree char *clean = report_text_clean(text, HTML_TEXT_MAX, REPORT_TEXT_LINE);

	text_escape(out, clean);
}

/* Quotation marks that do not come in pairs stay. */
void
html_message(GString *out, const char *text)
{
	g_autofree char *clean = report_text_clean(text, HTML_TEXT_MAX, REPORT_TEXT_LINE);
	g_auto(GStrv) parts = g_strsplit(clean, "\"", -1);
	guint n = g_strv_length(parts);

	if (n % 2 == 0) {
		text_escape(out, clean);
		return;
	}
	for (guint i = 0; i < n; i++) {
		bool quoted = i % 2 == 1;
		g_string_append(out, quoted ? "<code>" : "");
		text_escape(out, quoted && *parts[i] == '\0' ? "\"\"" : parts[i]);
		g_string_append(out, quoted ? "</code>" : "");
	}
}

/* False for a name as "app_user" or "public.orders", which stays as it is. */
static bool
html_begins_with_word(const char *text)
{
	while (g_ascii_isalpha(*text))
		text++;
	return *text == '\0' || strchr(" ,:;-'", *text) != NULL;
}

void
html_sentence(GString *out, const char *text)
{
	g_autofree char *sentence = g_strdup(text);

	if (html_begins_with_word(sentence))
		*sentence = g_ascii_toupper(*sentence);
	html_message(out, sentence);
}

void
html_count(GString *out, guint n, const char *one, const char *many)
{
	g_string_append_printf(out, "%u %s", n, n == 1 ? one : many);
}

void
html_time(GString *out, gint64 microseconds)
{
	gint64 tenths = MAX(microseconds, 0) / 100;

	if (tenths < 100) {
		g_string_append_printf(out, "%d.%d ms", (int)(tenths / 10), (int)(tenths % 10));
		return;
	}
	g_autofree char *text = report_text_duration(microseconds);
	g_string_append(out, text);
}

void
html_status(GString *out, ReportStatus status)
{
	static const char *const looks[] = {
		[REPORT_PASSED] = "<span class=ok>✓</span> pass",
		[REPORT_FAILED] = "<span class=bad>✗ FAIL</span>",
		[REPORT_ERRORED] = "<span class=bad>✗ ERROR</span>",
		[REPORT_SKIPPED] = "<span class=mut>– skip</span>",
	};

	g_string_append(out, looks[status]);
}

char
html_letter(ReportStatus status)
{
	if (status == REPORT_PASSED)
		return 'p';
	return status == REPORT_SKIPPED ? 's' : 'f';
}

char *
html_letters(const ReportCounts *counts)
{
	GString *letters = g_string_new(NULL);

	g_string_append(letters, counts->failed + counts->errored > 0 ? "f " : "");
	g_string_append(letters, counts->skipped > 0 ? "s " : "");
	g_string_append(letters, counts->passed > 0 ? "p " : "");
	return g_strchomp(g_string_free(letters, FALSE));
}

void
html_sign(GString *out, ReportChangeSign sign)
{
	switch (sign) {
	case REPORT_ADDED:
		g_string_append(out, "<b class=add>+</b><span class=vh> added</span>");
		break;
	case REPORT_REMOVED:
		g_string_append(out, "<b class=del>−</b><span class=vh> removed</span>");
		break;
	case REPORT_CHANGED:
		g_string_append(out, "<b class=chg>~</b><span class=vh> changed</span>");
		break;
	case REPORT_SAME:
	default:
		break;
	}
}

void
html_lines(GString *out, const char *class_name, const char *text)
{
	g_autofree char *clean = report_text_clean(text, HTML_TEXT_MAX, REPORT_TEXT_LINES);
	g_auto(GStrv) lines = g_strsplit(g_strchomp(clean), "\n", -1);

	g_string_append_printf(out, "<pre%s%s>", *class_name != '\0' ? " class=" : "", class_name);
	for (guint i = 0; lines[i] != NULL; i++) {
		g_string_append(out, "<span>");
		text_escape(out, lines[i]);
		g_string_append(out, "\n</span>");
	}
	g_string_append(out, "</pre>");
}

void
html_command(GString *out, const char *command)
{
	g_string_append(out, "<pre class=cmd>");
	html_line(out, command);
	g_string_append(out, "</pre>");
}

void
html_place(GString *out, SourcePosition position)
{
	if (position.path == NULL)
		return;
	g_autofree char *path = report_path_relative(position.path);
	position.path = path;
	g_autofree char *place = base_position_format(position);
	html_line(out, place);
}
