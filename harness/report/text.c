#include "report/text.h"

#include <string.h>

static bool
must_be_escaped(gunichar c)
{
	static const struct {
		gunichar first;
		gunichar last;
	} ranges[] = {
		{ 0x0000, 0x001F }, { 0x007F, 0x009F }, { 0x2028, 0x202E },
		{ 0x2066, 0x2069 }, { 0xFEFF, 0xFEFF }, { 0xFFFE, 0xFFFF },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* Appends the character at the start of the text; gives the number of bytes it took. */
static gsize
append_character(GString *clean, const char *text, ReportTextShape shape)
{
	gunichar c = g_utf8_get_char_validated(text, -1);

	if (c == (gunichar)-1 || c == (gunichar)-2) {
		g_string_append_printf(clean, "\\x%02x", (guint)(guchar)*text);
		return 1;
	}
	gsize length = (gsize)g_unichar_to_utf8(c, NULL);
	if (shape == REPORT_TEXT_LINES && c == '\r' && text[1] == '\n')
		return 1;
	if (shape == REPORT_TEXT_LINES && (c == '\n' || c == '\t'))
		g_string_append_c(clean, (char)c);
	else if (c == '\n' || c == '\t' || c == '\r')
		g_string_append(clean, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r");
	else if (!must_be_escaped(c))
		g_string_append_len(clean, text, (gssize)length);
	else if (c < 0x80)
		g_string_append_printf(clean, "\\x%02x", c);
	else
		g_string_append_printf(clean, "\\u%04x", c);
	return length;
}

/* Most texts are nothing else than these. */
static gsize
text_count_plain(const char *text)
{
	gsize n = 0;

	while (text[n] >= ' ' && text[n] <= '~')
		n++;
	return n;
}

char *
report_text_clean(const char *text, gsize max_bytes, ReportTextShape shape)
{
	gsize whole = text_count_plain(text);

	if (text[whole] == '\0' && whole <= max_bytes)
		return g_strndup(text, whole);
	GString *clean = g_string_sized_new(whole + 64);
	while (*text != '\0') {
		gsize plain = MIN(text_count_plain(text), max_bytes - clean->len);
		g_string_append_len(clean, text, (gssize)plain);
		text += plain;
		if (*text == '\0')
			break;
		gsize before = clean->len;
		gsize taken = append_character(clean, text, shape);
		if (clean->len > max_bytes) {
			g_string_truncate(clean, before);
			g_string_append_printf(clean, "%s[cut: %" G_GSIZE_FORMAT " bytes left out]",
			                       shape == REPORT_TEXT_LINES ? "\n" : " ", strlen(text));
			break;
		}
		text += taken;
	}
	return g_string_free(clean, FALSE);
}

static guint
character_width(gunichar c)
{
	if (g_unichar_iszerowidth(c))
		return 0;
	return g_unichar_iswide(c) ? 2 : 1;
}

guint
report_text_width(const char *text)
{
	guint width = 0;

	for (; *text != '\0'; text = g_utf8_next_char(text))
		width += character_width(g_utf8_get_char(text));
	return width;
}

char *
report_text_cut(char *text, guint columns)
{
	guint width = 0;

	for (char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		width += character_width(g_utf8_get_char(p));
		if (width > columns) {
			*p = '\0';
			break;
		}
	}
	return text;
}

gsize
report_text_fit(const char *text, guint columns)
{
	const char *end = NULL; /* of the last word that fits */
	guint width = 0;

	for (const char *p = text;; p = g_utf8_next_char(p)) {
		if ((*p == '\0' || *p == ' ') && (width <= columns || end == NULL))
			end = p;
		if (*p == '\0' || (width > columns && end != NULL))
			return (gsize)(end - text);
		width += character_width(g_utf8_get_char(p));
	}
}

/* Whole numbers only: a decimal point must not depend on the locale. */
char *
report_text_duration(gint64 microseconds)
{
	gint64 time = MAX(microseconds, 0);
	gint64 seconds = time / G_USEC_PER_SEC;

	if (time < 1000)
		return g_strdup_printf("0.%d ms", (int)(time / 100));
	if (seconds == 0)
		return g_strdup_printf("%d ms", (int)(time / 1000));
	if (seconds < 60)
		return g_strdup_printf("%d.%d s", (int)seconds, (int)(time / 100000 % 10));
	if (seconds < 3600)
		return g_strdup_printf("%d min %02d s", (int)(seconds / 60), (int)(seconds % 60));
	return g_strdup_printf("%" G_GINT64_FORMAT " h %02d min", seconds / 3600, (int)(seconds / 60 % 60));
}

char *
report_text_bytes(double bytes)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	double amount = bytes / 1024;
	gsize unit = 0;

	for (; amount >= 1024 && unit + 1 < G_N_ELEMENTS(units); unit++)
		amount /= 1024;
	return g_strdup_printf(amount < 100 ? "%.3g %s" : "%.0f %s", amount, units[unit]);
}
