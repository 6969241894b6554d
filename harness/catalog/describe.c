/* Differences in words. */
#include "catalog/diff.h"
#include "catalog/yaml.h"

#include <string.h>

void
catalog_append_value(GString *text, const CatalogAttribute *attribute)
{
	if (attribute->kind == CATALOG_VALUE_TEXT)
		g_string_append_printf(text, "\"%s\"", attribute->value);
	else if (attribute->kind == CATALOG_VALUE_LIST)
		catalog_yaml_append_list(text, attribute->value);
	else
		g_string_append(text, attribute->value);
}

static void
describe_append_value(GString *text, const CatalogAttribute *attribute)
{
	if (attribute != NULL)
		catalog_append_value(text, attribute);
	else
		g_string_append(text, "absent");
}

/* The rest of the text after a line; an ended text gives itself. */
static const char *
describe_next_line(const char *text, gsize length)
{
	return text[length] == '\n' ? text + length + 1 : text + length;
}

/* Sets the two lines to where the texts first differ; of a text that has ended, to nothing. Gives the line's number. */
static guint
describe_first_different_line(const char *a, const char *b, char **ret_a, char **ret_b)
{
	guint line = 1;
	gsize a_length = strcspn(a, "\n");
	gsize b_length = strcspn(b, "\n");

	while (a_length == b_length && memcmp(a, b, a_length) == 0 && (a[a_length] != '\0' || b[b_length] != '\0')) {
		a = describe_next_line(a, a_length);
		b = describe_next_line(b, b_length);
		a_length = strcspn(a, "\n");
		b_length = strcspn(b, "\n");
		line++;
	}
	*ret_a = g_strndup(a, a_length);
	*ret_b = g_strndup(b, b_length);
	return line;
}

static bool
describe_is_long_text(const CatalogAttribute *attribute)
{
	return attribute->kind == CATALOG_VALUE_TEXT && strchr(attribute->value, '\n') != NULL;
}

static void
describe_append_change(GString *text, const CatalogAttribute *was, const CatalogAttribute *is)
{
	const char *name = was != NULL ? was->name : is->name;

	if (was != NULL && is != NULL && (describe_is_long_text(was) || describe_is_long_text(is))) {
		g_autofree char *old_line = NULL;
		g_autofree char *new_line = NULL;
		guint line = describe_first_different_line(was->value, is->value, &old_line, &new_line);
		g_string_append_printf(text, ": %s differs from line %u on: was \"%s\", is \"%s\"", name, line,
		                       old_line, new_line);
		return;
	}
	g_string_append_printf(text, ": %s was ", name);
	describe_append_value(text, was);
	g_string_append(text, ", is ");
	describe_append_value(text, is);
}

char *
catalog_difference_describe(const CatalogDifference *difference)
{
	const CatalogObject *object = difference->expected != NULL ? difference->expected : difference->found;
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "%s \"%s\"", catalog_class(object->class_id)->name, object->identity);
	switch (difference->kind) {
	case CATALOG_MISSING:
		g_string_append(text, " is missing");
		break;
	case CATALOG_UNEXPECTED:
		g_string_append(text, " is unexpected");
		break;
	case CATALOG_CHANGED:
		describe_append_change(text, difference->expected_attribute, difference->found_attribute);
		break;
	}
	return g_string_free(text, FALSE);
}

char *
catalog_quote_value(const CatalogAttribute *attribute)
{
	GString *text = g_string_new(NULL);

	if (attribute == NULL)
		g_string_append(text, "none");
	else if (attribute->kind == CATALOG_VALUE_LIST)
		catalog_append_value(text, attribute);
	else
		g_string_append_printf(text, "\"%s\"", attribute->value);
	return g_string_free(text, FALSE);
}

char *
catalog_diff_describe(const GArray *differences, guint limit)
{
	GString *text = g_string_new(NULL);
	guint shown = MIN(differences->len, limit);

	for (guint i = 0; i < shown; i++) {
		g_autofree char *line = catalog_difference_describe(&g_array_index(differences, CatalogDifference, i));
		g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", line);
	}
	if (shown < differences->len)
		g_string_append_printf(text, "%s... and %u more", shown > 0 ? "\n" : "", differences->len - shown);
	return g_string_free(text, FALSE);
}
