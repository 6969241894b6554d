#include "check/compare.h"

#include <string.h>

/* --- Values -------------------------------------------------------------- */

/* A text as the server's to_json writes it, so that lists compare as text. */
static void
append_json_text(GString *json, const char *text)
{
	g_string_append_c(json, '"');
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '"':
			g_string_append(json, "\\\"");
			break;
		case '\\':
			g_string_append(json, "\\\\");
			break;
		case '\b':
			g_string_append(json, "\\b");
			break;
		case '\f':
			g_string_append(json, "\\f");
			break;
		case '\n':
			g_string_append(json, "\\n");
			break;
		case '\r':
			g_string_append(json, "\\r");
			break;
		case '\t':
			g_string_append(json, "\\t");
			break;
		default:
			if ((guchar)*text < ' ')
				g_string_append_printf(json, "\\u%04x", (guint)*text);
			else
				g_string_append_c(json, *text);
		}
	}
	g_string_append_c(json, '"');
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The list of the fixture as a JSON array of texts; sorted, when order means nothing. */
static char *
list_to_json(const SuiteNode *list, bool sorted)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new();
	GString *json = g_string_new("[");

	for (guint i = 0; i < suite_node_size(list); i++)
		g_ptr_array_add(texts, (gpointer)suite_node_text(suite_node_item(list, i)));
	if (sorted)
		g_ptr_array_sort(texts, compare_texts);
	for (guint i = 0; i < texts->len; i++) {
		if (i > 0)
			g_string_append_c(json, ',');
		append_json_text(json, g_ptr_array_index(texts, i));
	}
	g_string_append_c(json, ']');
	return g_string_free(json, FALSE);
}

/* The elements of a JSON array of texts, each as it is written, quotes included: what holds no comma or bracket
 * outside quotes is enough to tell elements apart. */
static GPtrArray *
split_json(const char *json)
{
	GPtrArray *elements = g_ptr_array_new_with_free_func(g_free);
	const char *start = NULL;

	for (const char *p = json; *p != '\0'; p++) {
		if (*p == '\\' && start != NULL && p[1] != '\0') {
			p++;
		} else if (*p == '"' && start == NULL) {
			start = p;
		} else if (*p == '"') {
			g_ptr_array_add(elements, g_strndup(start, (gsize)(p - start) + 1));
			start = NULL;
		}
	}
	return elements;
}

static bool
sets_equal(const char *sorted_json, const char *json)
{
	g_autoptr(GPtrArray) elements = split_json(json);
	g_autoptr(GString) sorted = g_string_new("[");

	g_ptr_array_sort(elements, compare_texts);
	for (guint i = 0; i < elements->len; i++)
		g_string_append_printf(sorted, "%s%s", i > 0 ? "," : "", (char *)g_ptr_array_index(elements, i));
	g_string_append_c(sorted, ']');
	return strcmp(sorted->str, sorted_json) == 0;
}

/* Equal when blanks outside double quotes are left out. */
static bool
identities_equal(const char *a, const char *b)
{
	bool quoted = false;

	for (;;) {
		while (!quoted && *a == ' ')
			a++;
		while (!quoted && *b == ' ')
			b++;
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
		quoted ^= *a == '"';
		a++;
		b++;
	}
}

/* --- Attributes ---------------------------------------------------------- */

typedef struct {
	CheckMeaning *meaning;
	const CheckAttribute *attribute;
	const CatalogObject *object;
	const SuiteNode *stated;
	const char *found;   /* NULL: the object has no such attribute */
	const char *refused; /* why the server does not understand what is stated; or NULL */
} Comparison;

static CheckMeaningAnswer
ask_meaning(const Comparison *c, const char *text)
{
	switch (c->attribute->expression) {
	case CHECK_EXPRESSION_CONDITION:
		return check_meaning_condition(c->meaning, c->object, text);
	case CHECK_EXPRESSION_DEFAULT:
		return check_meaning_value(c->meaning, c->object, false, text);
	case CHECK_EXPRESSION_GENERATED:
		return check_meaning_value(c->meaning, c->object, true, text);
	case CHECK_EXPRESSION_NONE:
	default:
		return check_meaning_type(c->meaning, text);
	}
}

static bool
same_meaning(Comparison *c, const char *text)
{
	if (strcmp(text, c->found) == 0)
		return true;
	CheckMeaningAnswer answer = ask_meaning(c, text);
	c->refused = answer.problem;
	return answer.text != NULL && strcmp(answer.text, c->found) == 0;
}

static bool
bool_equal(const Comparison *c)
{
	bool expected = false;

	return suite_node_is_bool(c->stated, &expected) && expected == (g_strcmp0(c->found, "true") == 0);
}

static bool
list_equal(const Comparison *c)
{
	bool set = c->attribute->comparison == CHECK_COMPARE_SET;
	g_autofree char *expected = list_to_json(c->stated, set);

	if (c->found == NULL)
		return suite_node_size(c->stated) == 0;
	return strcmp(expected, c->found) == 0 || (set && sets_equal(expected, c->found));
}

static bool
attribute_equal(Comparison *c)
{
	const char *text = suite_node_text(c->stated);

	if (c->attribute->comparison == CHECK_COMPARE_BOOL)
		return bool_equal(c);
	if (c->attribute->comparison == CHECK_COMPARE_LIST || c->attribute->comparison == CHECK_COMPARE_SET)
		return list_equal(c);
	if (suite_node_is_word(c->stated, "none") && c->found == NULL)
		return true;
	if (c->found == NULL)
		return false;
	switch (c->attribute->comparison) {
	case CHECK_COMPARE_TYPE:
	case CHECK_COMPARE_EXPRESSION:
		return same_meaning(c, text);
	case CHECK_COMPARE_IDENTITY:
		return identities_equal(text, c->found);
	default:
		return strcmp(text, c->found) == 0;
	}
}

/* --- Objects ------------------------------------------------------------- */

static void
append_value(GString *text, const SuiteNode *value)
{
	if (suite_node_kind(value) == SUITE_NODE_SCALAR) {
		g_string_append(text, suite_node_text(value));
		return;
	}
	g_string_append_c(text, '[');
	for (guint i = 0; i < suite_node_size(value); i++) {
		if (i > 0)
			g_string_append(text, ", ");
		append_value(text, suite_node_item(value, i));
	}
	g_string_append_c(text, ']');
}

char *
check_compare_describe(const SuiteNode *stated)
{
	GString *text = g_string_new(NULL);

	if (suite_node_kind(stated) != SUITE_NODE_MAPPING) {
		append_value(text, stated);
		return g_string_free(text, FALSE);
	}
	for (guint i = 0; i < suite_node_size(stated); i++) {
		g_string_append_printf(text, "%s%s: ", i > 0 ? ", " : "", suite_node_key(stated, i));
		append_value(text, suite_node_item(stated, i));
	}
	return g_string_free(text, FALSE);
}

static char *
describe_difference(const Comparison *c)
{
	g_autofree char *expected = check_compare_describe(c->stated);
	g_autoptr(GString) found = g_string_new(c->found != NULL ? c->found : "none");

	if (c->attribute->comparison == CHECK_COMPARE_LIST || c->attribute->comparison == CHECK_COMPARE_SET) {
		/* Shown as people write it: [a, b], not ["a","b"]. */
		g_string_replace(found, "\",\"", ", ", 0);
		g_string_replace(found, "[\"", "[", 0);
		g_string_replace(found, "\"]", "]", 0);
		g_string_replace(found, "\\\"", "\"", 0);
	} else if (c->attribute->comparison == CHECK_COMPARE_BOOL && c->found == NULL) {
		g_string_assign(found, "false");
	}
	if (c->refused != NULL)
		return g_strdup_printf("%s is \"%s\", expected \"%s\" (which the server does not understand: %s)",
		                       c->attribute->key, found->str, expected, c->refused);
	return g_strdup_printf("%s is \"%s\", expected \"%s\"", c->attribute->key, found->str, expected);
}

static const SuiteNode *
stated_value(const CheckVocabulary *vocabulary, const CheckAttribute *attribute, const SuiteNode *stated)
{
	if (suite_node_kind(stated) == SUITE_NODE_LIST)
		return g_strcmp0(vocabulary->shorthand, attribute->key) == 0 ? stated : NULL;
	return suite_node_get(stated, attribute->key);
}

guint
check_compare_object(CheckMeaning *meaning, const CheckVocabulary *vocabulary, const SuiteNode *stated,
                     const CatalogObject *object, GPtrArray *ret_problems, GPtrArray *ret_nodes)
{
	guint differences = 0;

	for (const CheckAttribute *attribute = vocabulary->attributes; attribute->key != NULL; attribute++) {
		const SuiteNode *value = stated_value(vocabulary, attribute, stated);
		if (value == NULL)
			continue;
		const CatalogAttribute *found =
		    catalog_object_attribute(object, attribute->attribute != NULL ? attribute->attribute : attribute->key);
		Comparison comparison = { .meaning = meaning,
			                  .attribute = attribute,
			                  .object = object,
			                  .stated = value,
			                  .found = found != NULL ? found->value : NULL };
		if (attribute_equal(&comparison))
			continue;
		differences++;
		if (ret_problems != NULL) {
			g_ptr_array_add(ret_problems, describe_difference(&comparison));
			g_ptr_array_add(ret_nodes, (gpointer)value);
		}
	}
	return differences;
}
