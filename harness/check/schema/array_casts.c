#include "check/schema/array_casts.h"

#include <string.h>

static const char opening[] = "(ARRAY[";

/* Behind the literal or quoted identifier that starts at `text`. */
static const char *
array_casts_skip_quoted(const char *text)
{
	char quote = *text++;

	while (*text != '\0' && (*text != quote || text[1] == quote))
		text += *text == quote ? 2 : 1;
	return *text != '\0' ? text + 1 : text;
}

/* Behind the element of an array constructor: at the comma or bracket that ends it, or at the end of the text. */
static const char *
skip_element(const char *text)
{
	int depth = 0;

	while (*text != '\0') {
		if (*text == '\'' || *text == '"') {
			text = array_casts_skip_quoted(text);
			continue;
		}
		if (depth == 0 && (*text == ',' || *text == ']'))
			return text;
		depth += (*text == '(' || *text == '[') - (*text == ')' || *text == ']');
		text++;
	}
	return text;
}

/* The length of the type's name in "T[]" at the start of the text; 0 when there is no such. */
static gsize
type_length(const char *text)
{
	const char *end = text;

	while (*end != '\0' && strchr("[](),;'", *end) == NULL)
		end = *end == '"' ? array_casts_skip_quoted(end) : end + 1;
	return g_str_has_prefix(end, "[]") && !g_str_has_prefix(end, "[][]") ? (gsize)(end - text) : 0;
}

/* Appends the normalised form of the text that begins with `opening`, and returns the rest; NULL if it is not such a
 * form. */
static const char *
append_normalised(GString *normalised, const char *text)
{
	g_autoptr(GPtrArray) elements = g_ptr_array_new_with_free_func(g_free);
	static const char closing[] = "])::";
	const char *position = text + strlen(opening);

	for (;;) {
		const char *end = skip_element(position);
		g_ptr_array_add(elements, g_strndup(position, (gsize)(end - position)));
		position = end + strspn(end, ", ");
		if (*end != ',')
			break;
	}
	if (!g_str_has_prefix(position, closing))
		return NULL;
	position += strlen(closing);
	gsize length = type_length(position);
	if (length == 0)
		return NULL;
	g_string_append(normalised, "ARRAY[");
	for (guint i = 0; i < elements->len; i++) {
		g_autofree char *element = check_normalise_array_casts(g_ptr_array_index(elements, i));
		g_string_append_printf(normalised, "%s(%s)::%.*s", i > 0 ? ", " : "", element, (int)length, position);
	}
	g_string_append_c(normalised, ']');
	return position + length + strlen("[]");
}

char *
check_normalise_array_casts(const char *text)
{
	GString *normalised = g_string_new(NULL);

	while (*text != '\0') {
		const char *end = g_str_has_prefix(text, opening) ? append_normalised(normalised, text) : NULL;
		if (end == NULL) {
			end = *text == '\'' || *text == '"' ? array_casts_skip_quoted(text) : text + 1;
			g_string_append_len(normalised, text, end - text);
		}
		text = end;
	}
	return g_string_free(normalised, FALSE);
}
