#include "plan/catalog/array.h"

#include <string.h>

/* One element, from *at to behind it. */
static char *
array_read_element(const char **at)
{
	g_autoptr(GString) element = g_string_new(NULL);
	bool quoted = **at == '"';

	for (*at += quoted; **at != '\0'; (*at)++) {
		if (quoted ? **at == '"' : (**at == ',' || **at == '}'))
			break;
		if (**at == '\\' && (*at)[1] != '\0')
			(*at)++;
		g_string_append_c(element, **at);
	}
	if (quoted && **at == '"')
		(*at)++;
	return !quoted && g_ascii_strcasecmp(element->str, "NULL") == 0 ? NULL : g_strdup(element->str);
}

GPtrArray *
plan_array_split(const char *text)
{
	g_autoptr(GPtrArray) elements = g_ptr_array_new_with_free_func(g_free);
	const char *at = text + 1;

	if (text[0] != '{')
		return NULL;
	while (*at != '}' && *at != '\0') {
		g_ptr_array_add(elements, array_read_element(&at));
		if (*at == ',')
			at++;
		else if (*at != '}')
			return NULL;
	}
	return at[0] == '}' && at[1] == '\0' ? g_steal_pointer(&elements) : NULL;
}

char *
plan_array_join(const GPtrArray *elements)
{
	GString *text = g_string_new("{");

	for (guint i = 0; i < elements->len; i++) {
		const char *element = g_ptr_array_index(elements, i);
		if (i > 0)
			g_string_append_c(text, ',');
		if (element == NULL) {
			g_string_append(text, "NULL");
			continue;
		}
		bool plain = element[0] != '\0' && g_ascii_strcasecmp(element, "NULL") != 0 &&
		             strspn(element, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-+.:") == strlen(element);
		if (plain) {
			g_string_append(text, element);
			continue;
		}
		g_string_append_c(text, '"');
		for (const char *letter = element; *letter != '\0'; letter++) {
			if (*letter == '"' || *letter == '\\')
				g_string_append_c(text, '\\');
			g_string_append_c(text, *letter);
		}
		g_string_append_c(text, '"');
	}
	g_string_append_c(text, '}');
	return g_string_free(text, FALSE);
}

char *
plan_array_head(const char *text, guint n)
{
	g_autoptr(GPtrArray) elements = plan_array_split(text);

	if (elements == NULL)
		return NULL;
	if (elements->len > n)
		g_ptr_array_set_size(elements, (gint)n);
	return plan_array_join(elements);
}

char *
plan_array_sample(const char *text, guint n)
{
	g_autoptr(GPtrArray) elements = plan_array_split(text);
	g_autoptr(GPtrArray) sample = g_ptr_array_new();

	if (elements == NULL)
		return NULL;
	if (elements->len <= n || n < 2)
		return plan_array_join(elements);
	for (guint i = 0; i < n; i++)
		g_ptr_array_add(sample, g_ptr_array_index(elements, (guint64)i * (elements->len - 1) / (n - 1)));
	return plan_array_join(sample);
}
