/*
 * Files of properties, as Java reads them: "key=value", "key: value" or "key value"; "#" and "!" begin comments; a
 * backslash at the end of a line joins it with the next. The rules are those of java.util.Properties.load.
 */
#include "migration/format/liquibase/changelog.h"

#include "migration/text/lines.h"

#include <string.h>

static bool
liquibase_properties_is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\f';
}

/* True when the line ends with a backslash that no other one takes for itself. */
static bool
liquibase_properties_goes_on(const GString *line)
{
	gsize n = 0;

	while (n < line->len && line->str[line->len - 1 - n] == '\\')
		n++;
	return n % 2 == 1;
}

/* The next line, joined with its continuation lines; without the blanks before each. NULL at the end. */
static GString *
next_line(const Source *file, gsize *position)
{
	const char *text = base_source_text(file);
	GString *joined = NULL;
	MigrationLine line;

	while (migration_line_next(text, base_source_length(file), position, &line)) {
		while (line.start < line.end && liquibase_properties_is_blank(text[line.start]))
			line.start++;
		bool first = joined == NULL;
		if (first)
			joined = g_string_new(NULL);
		g_string_append_len(joined, text + line.start, (gssize)(line.end - line.start));
		bool comment = first && (*joined->str == '#' || *joined->str == '!');
		if (comment || !liquibase_properties_goes_on(joined))
			break;
		g_string_truncate(joined, joined->len - 1);
	}
	return joined;
}

/* Four hexadecimal digits; false if they are missing. */
static bool
append_code(GString *text, const char *digits)
{
	gunichar code = 0;

	for (int i = 0; i < 4; i++) {
		if (!g_ascii_isxdigit(digits[i]))
			return false;
		code = code * 16 + (gunichar)g_ascii_xdigit_value(digits[i]);
	}
	if (code == 0 || !g_unichar_validate(code))
		return false;
	g_string_append_unichar(text, code);
	return true;
}

/* A part of the line without its backslashes, or NULL: a \u without four digits. The caller frees it. */
static char *
liquibase_properties_unescape(const char *start, const char *end)
{
	static const char escapes[] = "t\tn\nr\rf\f";
	g_autoptr(GString) text = g_string_new(NULL);

	for (const char *here = start; here < end; here++) {
		const char *escape = here + 1 < end ? strchr(escapes, here[1]) : NULL;
		if (*here != '\\') {
			g_string_append_c(text, *here);
		} else if (here + 1 < end && here[1] == 'u') {
			if (end - here < 6 || !append_code(text, here + 2))
				return NULL;
			here += 5;
		} else if (here + 1 < end) {
			g_string_append_c(text, escape != NULL ? escape[1] : here[1]);
			here++;
		}
	}
	return g_strdup(text->str);
}

static const char *
find_key_end(const char *here)
{
	for (; *here != '\0' && *here != '=' && *here != ':' && !liquibase_properties_is_blank(*here); here++)
		if (*here == '\\' && here[1] != '\0')
			here++;
	return here;
}

bool
liquibase_properties_read(LiquibaseReading *reading, const Source *file, const Source *only, const char *contexts,
                          const char *labels, const char *dbms, GError **error)
{
	gsize position = 0;
	gsize begin = 0;

	for (GString *line; (line = next_line(file, &position)) != NULL; begin = position) {
		g_autofree char *text = g_string_free(line, FALSE);
		if (*text == '\0' || *text == '#' || *text == '!')
			continue;
		const char *key_end = find_key_end(text);
		const char *start = key_end;
		while (liquibase_properties_is_blank(*start))
			start++;
		if (*start == '=' || *start == ':')
			start++;
		while (liquibase_properties_is_blank(*start))
			start++;
		g_autofree char *name = liquibase_properties_unescape(text, key_end);
		g_autofree char *value = liquibase_properties_unescape(start, start + strlen(start));
		if (name == NULL || value == NULL)
			return migration_error_at(error, file, begin, "write \\u and four hexadecimal digits",
			                          "Java cannot read this property");
		const LiquibaseProperty property = { .name = name, .value = value, .only = only };
		liquibase_property_add(reading, &property, contexts, labels, dbms);
	}
	return true;
}
