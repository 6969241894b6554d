#include "check/compare.h"

#include "catalog/list.h"
#include "catalog/yaml.h"

#include <string.h>

/* --- Values -------------------------------------------------------------- */

static bool
texts_equal(const char *expected, const char *found)
{
	return strcmp(expected, found) == 0;
}

/* The next token of an index key, up to a blank; NULL at the end. Moves *cursor. */
static char *
next_token(const char **cursor)
{
	const char *start = *cursor + strspn(*cursor, " ");
	gsize length = strcspn(start, " ");

	*cursor = start + length;
	return length > 0 ? g_strndup(start, length) : NULL;
}

/* Index keys are equal when their tokens are; what follows the column or expression (operator class, collation) may
 * leave its schema out: "title gin_trgm_ops" is "title public.gin_trgm_ops". */
static bool
keys_equal(const char *expected, const char *found)
{
	for (guint i = 0;; i++) {
		g_autofree char *a = next_token(&expected);
		g_autofree char *b = next_token(&found);
		if (a == NULL || b == NULL)
			return a == b;
		const char *unqualified = i > 0 ? strrchr(b, '.') : NULL;
		if (strcmp(a, b) != 0 && (unqualified == NULL || strcmp(a, unqualified + 1) != 0))
			return false;
	}
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
lists_equal(GPtrArray *expected, GPtrArray *found, CheckComparison comparison)
{
	bool (*equal)(const char *, const char *) = comparison == CHECK_COMPARE_KEYS ? keys_equal : texts_equal;

	if (expected->len != found->len)
		return false;
	if (comparison == CHECK_COMPARE_SET) {
		g_ptr_array_sort(expected, compare_texts);
		g_ptr_array_sort(found, compare_texts);
	}
	for (guint i = 0; i < expected->len; i++)
		if (!equal(g_ptr_array_index(expected, i), g_ptr_array_index(found, i)))
			return false;
	return true;
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
	case CHECK_EXPRESSION_TRIGGER:
		return check_meaning_trigger(c->meaning, c->object, text);
	case CHECK_EXPRESSION_QUERY:
		return check_meaning_query(c->meaning, text);
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
int_equal(const Comparison *c)
{
	gint64 expected = 0;
	gint64 found = 0;

	return suite_node_is_int(c->stated, &expected) &&
	       g_ascii_string_to_signed(c->found, 10, G_MININT64, G_MAXINT64, &found, NULL) && expected == found;
}

static bool
is_list(const Comparison *c)
{
	return c->attribute->comparison == CHECK_COMPARE_LIST || c->attribute->comparison == CHECK_COMPARE_KEYS ||
	       c->attribute->comparison == CHECK_COMPARE_SET;
}

/* True when the server may understand an entry as something that is written otherwise: it is not a bare name. */
static bool
has_expression(const GPtrArray *keys)
{
	for (guint i = 0; i < keys->len; i++)
		if (strpbrk(g_ptr_array_index(keys, i), " (") != NULL)
			return true;
	return false;
}

/* Keys of an index that are written otherwise are made into one. */
static bool
keys_mean(Comparison *c, GPtrArray *expected, guint n_found)
{
	if (expected->len != n_found || !has_expression(expected))
		return false;
	g_autoptr(GString) keys = g_string_new(NULL);
	for (guint i = 0; i < expected->len; i++)
		g_string_append_printf(keys, "%s%s", i > 0 ? ", " : "", (char *)g_ptr_array_index(expected, i));
	CheckMeaningAnswer answer = check_meaning_index_keys(c->meaning, c->object, keys->str);
	c->refused = answer.problem;
	return answer.text != NULL && strcmp(answer.text, c->found) == 0;
}

static bool
list_equal(Comparison *c)
{
	g_auto(GStrv) items = c->found != NULL ? catalog_list_parse(c->found) : g_new0(char *, 1);
	g_autoptr(GPtrArray) expected = g_ptr_array_new();
	g_autoptr(GPtrArray) found = g_ptr_array_new();

	for (guint i = 0; i < suite_node_size(c->stated); i++)
		g_ptr_array_add(expected, (gpointer)suite_node_text(suite_node_item(c->stated, i)));
	for (guint i = 0; items[i] != NULL; i++)
		g_ptr_array_add(found, items[i]);
	return lists_equal(expected, found, c->attribute->comparison) ||
	       (c->attribute->comparison == CHECK_COMPARE_KEYS && c->found != NULL &&
	        keys_mean(c, expected, found->len));
}

static bool
attribute_equal(Comparison *c)
{
	const char *text = suite_node_text(c->stated);

	if (c->attribute->comparison == CHECK_COMPARE_BOOL)
		return bool_equal(c);
	if (is_list(c))
		return list_equal(c);
	if (suite_node_is_word(c->stated, "none") && c->found == NULL)
		return true;
	if (c->found == NULL)
		return false;
	switch (c->attribute->comparison) {
	case CHECK_COMPARE_TYPE:
	case CHECK_COMPARE_EXPRESSION:
		return same_meaning(c, text);
	case CHECK_COMPARE_INT:
		return int_equal(c);
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

/* What was found, as people write it: [a, b], not ["a","b"]. */
static char *
describe_found(const Comparison *c)
{
	if (c->found == NULL)
		return g_strdup(c->attribute->comparison == CHECK_COMPARE_BOOL ? "false" : "none");
	if (!is_list(c))
		return g_strdup(c->found);
	g_auto(GStrv) items = catalog_list_parse(c->found);
	g_autofree char *joined = g_strjoinv(", ", items);
	return g_strdup_printf("[%s]", joined);
}

static char *
describe_difference(const Comparison *c)
{
	g_autofree char *expected = check_compare_describe(c->stated);
	g_autofree char *found = describe_found(c);

	if (c->refused != NULL)
		return g_strdup_printf("%s is \"%s\", expected \"%s\" (which the server does not understand: %s)",
		                       c->attribute->key, found, expected, c->refused);
	return g_strdup_printf("%s is \"%s\", expected \"%s\"", c->attribute->key, found, expected);
}

/* What was found as a fixture states it. */
static char *
render_found(const Comparison *c)
{
	GString *yaml = g_string_new(NULL);

	if (c->attribute->comparison == CHECK_COMPARE_BOOL)
		g_string_append(yaml, g_strcmp0(c->found, "true") == 0 ? "true" : "false");
	else if (is_list(c))
		catalog_yaml_append_list(yaml, c->found != NULL ? c->found : "[]");
	else if (c->found == NULL)
		g_string_append(yaml, "none");
	else if (c->attribute->comparison == CHECK_COMPARE_INT)
		g_string_append(yaml, c->found);
	else
		catalog_yaml_append(yaml, c->found, true);
	return g_string_free(yaml, FALSE);
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
                     const CatalogObject *object, GPtrArray *ret_problems, GPtrArray *ret_nodes, GPtrArray *ret_values)
{
	guint differences = 0;

	for (const CheckAttribute *attribute = vocabulary->attributes; attribute->key != NULL; attribute++) {
		const SuiteNode *value = stated_value(vocabulary, attribute, stated);
		if (value == NULL)
			continue;
		const CatalogAttribute *found = catalog_object_attribute(
		    object, attribute->attribute != NULL ? attribute->attribute : attribute->key);
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
			g_ptr_array_add(ret_values, render_found(&comparison));
		}
	}
	return differences;
}
