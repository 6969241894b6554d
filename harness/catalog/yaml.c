#include "catalog/yaml.h"

#include "catalog/list.h"

#include <string.h>

/* --- Plain scalars ------------------------------------------------------- */

/* Words that YAML 1.1 or 1.2 reads as null or a boolean; "=" and "<<" have a meaning in 1.1. */
static bool
yaml_is_reserved(const char *text)
{
	static const char *const words[] = {
		"null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", "=", "<<"
	};

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_ascii_strcasecmp(text, words[i]) == 0)
			return true;
	return false;
}

/* Numbers, dates, times, .inf and .nan all begin like this; quoting a few texts more does no harm. */
static bool
yaml_is_like_number(const char *text)
{
	if (*text == '-' || *text == '+')
		text++;
	return g_ascii_isdigit(*text) || *text == '.';
}

/* C0 and C1 controls, line and paragraph separators, the byte order mark: what YAML escapes. */
static bool
yaml_needs_escape(gunichar c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
	       (c >= 0xfffe && c <= 0xffff);
}

static bool
yaml_has_escape(const char *text)
{
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
		if (yaml_needs_escape(g_utf8_get_char(p)))
			return true;
	return false;
}

static bool
yaml_is_plain(const char *text, bool flow)
{
	gsize length = strlen(text);

	if (length == 0 || yaml_is_reserved(text) || yaml_is_like_number(text))
		return false;
	/* Indicators; "-", "?" and ":" begin a plain scalar in some places, which is not worth telling apart. */
	if (strchr("-?:,[]{}#&*!|>'\"%@` ", text[0]) != NULL || text[length - 1] == ' ' || text[length - 1] == ':')
		return false;
	if (strstr(text, ": ") != NULL || strstr(text, " #") != NULL)
		return false;
	if (flow && strpbrk(text, ",[]{}:") != NULL)
		return false;
	return !yaml_has_escape(text);
}

/* --- Quoted scalars ------------------------------------------------------ */

static void
yaml_append_escaped(GString *yaml, gunichar c)
{
	switch (c) {
	case '\n':
		g_string_append(yaml, "\\n");
		break;
	case '\t':
		g_string_append(yaml, "\\t");
		break;
	case '\r':
		g_string_append(yaml, "\\r");
		break;
	case '"':
	case '\\':
		g_string_append_c(yaml, '\\');
		g_string_append_c(yaml, (char)c);
		break;
	default:
		if (c <= 0xff)
			g_string_append_printf(yaml, "\\x%02X", c);
		else
			g_string_append_printf(yaml, "\\u%04X", c);
	}
}

static void
yaml_append_quoted(GString *yaml, const char *text)
{
	g_string_append_c(yaml, '"');
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '"' || c == '\\' || yaml_needs_escape(c))
			yaml_append_escaped(yaml, c);
		else
			g_string_append_unichar(yaml, c);
	}
	g_string_append_c(yaml, '"');
}

void
catalog_yaml_append(GString *yaml, const char *text, bool flow)
{
	/* A database in SQL_ASCII may hold anything. */
	g_autofree char *valid = g_utf8_validate(text, -1, NULL) ? NULL : g_utf8_make_valid(text, -1);

	if (valid != NULL)
		text = valid;
	if (yaml_is_plain(text, flow))
		g_string_append(yaml, text);
	else
		yaml_append_quoted(yaml, text);
}

/* --- Lists --------------------------------------------------------------- */

void
catalog_yaml_append_list(GString *yaml, const char *json)
{
	g_auto(GStrv) items = catalog_list_parse(json);

	g_string_append_c(yaml, '[');
	for (guint i = 0; items[i] != NULL; i++) {
		if (i > 0)
			g_string_append(yaml, ", ");
		catalog_yaml_append(yaml, items[i], true);
	}
	g_string_append_c(yaml, ']');
}

/* --- Blocks -------------------------------------------------------------- */

bool
catalog_yaml_is_block(const char *text)
{
	bool has_content = false;

	if (strchr(text, '\n') == NULL || !g_utf8_validate(text, -1, NULL))
		return false;
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (yaml_needs_escape(c) && c != '\n' && c != '\t')
			return false;
		has_content = has_content || (c != ' ' && c != '\n' && c != '\t');
	}
	return has_content;
}

void
catalog_yaml_append_block(GString *yaml, const char *text, guint indent)
{
	gsize length = strlen(text);
	bool ends_line = text[length - 1] == '\n';
	bool ends_blank = ends_line && text[length - 2] == '\n';

	/* The indentation is stated: what begins with spaces or blank lines would hide it. It counts from the
	 * parent's indentation, which is two spaces less. */
	g_string_append(yaml, text[0] == ' ' || text[0] == '\n' || text[0] == '\t' ? "|2" : "|");
	g_string_append(yaml, ends_blank ? "+" : ends_line ? "" : "-");
	g_string_append_c(yaml, '\n');
	while (*text != '\0') {
		gsize line = strcspn(text, "\n");
		if (line > 0)
			g_string_append_printf(yaml, "%*s%.*s", (int)indent, "", (int)line, text);
		g_string_append_c(yaml, '\n');
		text += line;
		text += *text == '\n';
	}
}
