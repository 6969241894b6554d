#include "migration/toml.h"

#include "migration/text/script.h"

#include <string.h>

typedef struct {
	const Source *source;
	const char *text;
	gsize position;
	GPtrArray *settings;
	GString *table; /* "flyway.placeholders." */
	GError **error;
} Reader;

void
toml_setting_free(gpointer data)
{
	TomlSetting *setting = data;

	g_free(setting->key);
	g_free(setting->value);
	g_free(setting);
}

static bool
toml_fail(Reader *reader, const char *what)
{
	return migration_error_at(reader->error, reader->source, reader->position,
	                          "pgassay reads strings, truth values, numbers and lists of strings in tables", "%s",
	                          what);
}

static char
toml_peek(const Reader *reader)
{
	return reader->text[reader->position];
}

static void
skip_blanks(Reader *reader)
{
	while (toml_peek(reader) == ' ' || toml_peek(reader) == '\t')
		reader->position++;
}

static void
toml_skip_comment(Reader *reader)
{
	if (toml_peek(reader) == '#')
		reader->position += strcspn(reader->text + reader->position, "\n");
}

/* White space, line ends and comments. */
static void
skip_lines(Reader *reader)
{
	for (;;) {
		toml_skip_comment(reader);
		if (!g_ascii_isspace(toml_peek(reader)))
			return;
		reader->position++;
	}
}

static bool
end_line(Reader *reader)
{
	skip_blanks(reader);
	toml_skip_comment(reader);
	if (toml_peek(reader) == '\r')
		reader->position++;
	if (toml_peek(reader) != '\n' && toml_peek(reader) != '\0')
		return toml_fail(reader, "there is something behind the value");
	return true;
}

static bool
read_escape(Reader *reader, GString *value)
{
	static const char letters[] = "btnfr\"\\";
	static const char meanings[] = "\b\t\n\f\r\"\\";
	char c = toml_peek(reader);
	const char *letter = c != '\0' ? strchr(letters, c) : NULL;

	if (letter != NULL) {
		g_string_append_c(value, meanings[letter - letters]);
		reader->position++;
		return true;
	}
	gsize digits = c == 'u' ? 4 : c == 'U' ? 8 : 0;
	g_autofree char *hex = g_strndup(reader->text + reader->position + (digits > 0), digits);
	gunichar character = (gunichar)g_ascii_strtoull(hex, NULL, 16);
	if (digits == 0 || strspn(hex, "0123456789abcdefABCDEF") != digits || !g_unichar_validate(character))
		return toml_fail(reader, "unknown escape");
	g_string_append_unichar(value, character);
	reader->position += digits + 1;
	return true;
}

static bool
read_string(Reader *reader, GString *value)
{
	char quote = toml_peek(reader);

	if (reader->text[reader->position + 1] == quote && reader->text[reader->position + 2] == quote)
		return toml_fail(reader, "strings of several lines are not read");
	reader->position++;
	while (toml_peek(reader) != quote) {
		if (toml_peek(reader) == '\n' || toml_peek(reader) == '\0')
			return toml_fail(reader, "unterminated string");
		if (quote == '"' && toml_peek(reader) == '\\') {
			reader->position++;
			if (!read_escape(reader, value))
				return false;
			continue;
		}
		g_string_append_c(value, toml_peek(reader));
		reader->position++;
	}
	reader->position++;
	return true;
}

static gsize
bare_length(const Reader *reader, const char *more)
{
	gsize length = 0;
	const char *text = reader->text + reader->position;

	while (g_ascii_isalnum(text[length]) || (text[length] != '\0' && strchr(more, text[length]) != NULL))
		length++;
	return length;
}

static bool
read_scalar(Reader *reader, GString *value)
{
	if (toml_peek(reader) == '"' || toml_peek(reader) == '\'')
		return read_string(reader, value);
	gsize length = bare_length(reader, "_-+.:");
	if (length == 0)
		return toml_fail(reader,
		                 toml_peek(reader) == '{' ? "inline tables are not read" : "a value is expected here");
	g_string_append_len(value, reader->text + reader->position, (gssize)length);
	reader->position += length;
	return true;
}

static bool
toml_read_list(Reader *reader, GString *value)
{
	reader->position++;
	for (bool first = true;; first = false) {
		skip_lines(reader);
		if (toml_peek(reader) == ']')
			break;
		if (!first)
			g_string_append_c(value, ',');
		if (!read_scalar(reader, value))
			return false;
		skip_lines(reader);
		if (toml_peek(reader) == ',')
			reader->position++;
		else if (toml_peek(reader) != ']')
			return toml_fail(reader, "\",\" or \"]\" is expected here");
	}
	reader->position++;
	return true;
}

/* a.b."c d" */
static bool
read_key(Reader *reader, GString *key)
{
	for (;;) {
		skip_blanks(reader);
		if (toml_peek(reader) == '"' || toml_peek(reader) == '\'') {
			if (!read_string(reader, key))
				return false;
		} else {
			gsize length = bare_length(reader, "_-");
			if (length == 0)
				return toml_fail(reader, "a key is expected here");
			g_string_append_len(key, reader->text + reader->position, (gssize)length);
			reader->position += length;
		}
		skip_blanks(reader);
		if (toml_peek(reader) != '.')
			return true;
		g_string_append_c(key, '.');
		reader->position++;
	}
}

static bool
read_table(Reader *reader)
{
	guint brackets = reader->text[reader->position + 1] == '[' ? 2 : 1;

	reader->position += brackets;
	g_string_truncate(reader->table, 0);
	if (!read_key(reader, reader->table))
		return false;
	g_string_append_c(reader->table, '.');
	for (; brackets > 0; brackets--, reader->position++)
		if (toml_peek(reader) != ']')
			return toml_fail(reader, "\"]\" is expected here");
	return end_line(reader);
}

static bool
read_setting(Reader *reader)
{
	g_autoptr(GString) key = g_string_new(reader->table->str);
	g_autoptr(GString) value = g_string_new(NULL);
	gsize offset = reader->position;

	if (!read_key(reader, key))
		return false;
	if (toml_peek(reader) != '=')
		return toml_fail(reader, "\"=\" is expected here");
	reader->position++;
	skip_blanks(reader);
	if (toml_peek(reader) == '[' ? !toml_read_list(reader, value) : !read_scalar(reader, value))
		return false;
	TomlSetting *setting = g_new0(TomlSetting, 1);
	setting->key = g_strdup(key->str);
	setting->value = g_strdup(value->str);
	setting->offset = offset;
	g_ptr_array_add(reader->settings, setting);
	return end_line(reader);
}

GPtrArray *
toml_read(const Source *source, GError **error)
{
	g_autoptr(GPtrArray) settings = g_ptr_array_new_with_free_func(toml_setting_free);
	g_autoptr(GString) table = g_string_new(NULL);
	Reader reader = {
		.source = source, .text = base_source_text(source), .settings = settings, .table = table, .error = error
	};

	if (g_str_has_prefix(reader.text, "\xef\xbb\xbf"))
		reader.position = 3;
	for (skip_lines(&reader); toml_peek(&reader) != '\0'; skip_lines(&reader))
		if (toml_peek(&reader) == '[' ? !read_table(&reader) : !read_setting(&reader))
			return NULL;
	return g_steal_pointer(&settings);
}
