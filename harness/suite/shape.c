#include "suite/shape.h"

#include "base/error.h"
#include "base/nearest.h"

#include <string.h>

const SuiteShape suite_shape_text = { .expects = "a text", .accepts = SUITE_ACCEPT_TEXT };
const SuiteShape suite_shape_bool = { .expects = "true or false", .accepts = SUITE_ACCEPT_BOOL };
const SuiteShape suite_shape_count = { .expects = "a number, 0 or more", .accepts = SUITE_ACCEPT_COUNT };
const SuiteShape suite_shape_int = { .expects = "a whole number", .accepts = SUITE_ACCEPT_INT };
const SuiteShape suite_shape_text_list = { .expects = "a list of texts",
	                                   .accepts = SUITE_ACCEPT_LIST,
	                                   .item = &suite_shape_text };
const SuiteShape suite_shape_text_or_list = { .expects = "a text, or a list of texts",
	                                      .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_LIST,
	                                      .item = &suite_shape_text };
const SuiteShape suite_shape_text_mapping = { .expects = "a mapping of names to texts",
	                                      .accepts = SUITE_ACCEPT_MAPPING,
	                                      .values = &suite_shape_text };

static bool
accepts_scalar(const SuiteShape *shape, const SuiteNode *node)
{
	bool truth;
	gint64 number;

	if ((shape->accepts & SUITE_ACCEPT_ABSENT) != 0 && suite_node_is_word(node, "absent"))
		return true;
	if (suite_node_is_null(node))
		return (shape->accepts & SUITE_ACCEPT_NULL) != 0;
	if ((shape->accepts & SUITE_ACCEPT_TEXT) != 0 && shape->choices == NULL)
		return true;
	if ((shape->accepts & SUITE_ACCEPT_TEXT) != 0 && g_strv_contains(shape->choices, suite_node_text(node)))
		return true;
	if ((shape->accepts & SUITE_ACCEPT_BOOL) != 0 && suite_node_is_bool(node, &truth))
		return true;
	if (!suite_node_is_int(node, &number))
		return false;
	return (shape->accepts & SUITE_ACCEPT_INT) != 0 || ((shape->accepts & SUITE_ACCEPT_COUNT) != 0 && number >= 0);
}

/* "created_at)": the end of a text that a comma has cut, as in { orders: index on (customer_id, created_at) }. */
static bool
shape_is_cut(const char *what)
{
	return strchr(what, ')') != NULL && strchr(what, '(') == NULL;
}

/* "KEY, KEY": those that a mapping of the shape may have. The caller frees it. */
static char *
shape_list_keys(const SuiteShape *shape)
{
	GString *all = g_string_new(NULL);

	for (const SuiteKey *known = shape->keys; known != NULL && known->name != NULL; known++)
		g_string_append_printf(all, "%s%s", all->len > 0 ? ", " : "", known->name);
	return g_string_free(all, FALSE);
}

/* A hint does not show more keys than this in the place of a mapping. */
#define SHAPE_KEYS_SHOWN 12

static guint
shape_count_keys(const SuiteShape *shape)
{
	guint n = 0;

	while (shape->keys != NULL && shape->keys[n].name != NULL)
		n++;
	return n;
}

/* A hint on how to write the value, or NULL. The caller frees it. */
static char *
shape_hint_for(const SuiteShape *shape, const SuiteNode *node, const char *what)
{
	const guint unquoted = SUITE_ACCEPT_BOOL | SUITE_ACCEPT_COUNT | SUITE_ACCEPT_INT | SUITE_ACCEPT_ABSENT;

	if (suite_node_kind(node) == SUITE_NODE_SCALAR && shape->choices != NULL) {
		const char *nearest = base_nearest(suite_node_text(node), shape->choices);
		g_autofree char *all = g_strjoinv(", ", (char **)shape->choices);
		return nearest != NULL ? g_strdup_printf("did you mean \"%s\"? It can be: %s", nearest, all)
		                       : g_strdup_printf("it can be: %s", all);
	}
	if (suite_node_is_quoted(node) && (shape->accepts & unquoted) != 0)
		return g_strdup("in quotes it is a text: write it without them");
	if (suite_node_is_null(node) && (shape->accepts & SUITE_ACCEPT_TEXT) != 0 && shape_is_cut(what))
		return g_strdup("within { }, a comma ends a value: put a text that has one into quotes, "
		                "\"index on (a, b)\"");
	if (shape->accepts == SUITE_ACCEPT_MAPPING && shape_count_keys(shape) <= SHAPE_KEYS_SHOWN &&
	    shape_count_keys(shape) > 0) {
		g_autofree char *keys = shape_list_keys(shape);
		return g_strdup_printf("write a mapping of its keys: %s", keys);
	}
	if (suite_node_is_null(node) && (shape->accepts & SUITE_ACCEPT_TEXT) != 0)
		return g_strdup("write a value behind the key; a text that reads as null needs quotes");
	return NULL;
}

/* So much of a value is shown: a file that is no YAML is one value. */
#define SHAPE_SHOWN 100

static bool
shape_refuse(const SuiteShape *shape, const SuiteNode *node, const char *what, GError **error)
{
	const char *text = suite_node_text(node);
	g_autofree char *hint = shape_hint_for(shape, node, what);

	if (text != NULL && !suite_node_is_null(node) && g_utf8_strlen(text, -1) > SHAPE_SHOWN) {
		g_autofree char *beginning = g_utf8_substring(text, 0, SHAPE_SHOWN);
		return suite_node_error(node, error, hint, "%s must be %s, not \"%s...\"", what, shape->expects,
		                        beginning);
	}
	if (text != NULL && !suite_node_is_null(node))
		return suite_node_error(node, error, hint, "%s must be %s, not \"%s\"", what, shape->expects, text);
	return suite_node_error(node, error, hint, "%s must be %s, not %s", what, shape->expects,
	                        text != NULL                               ? "empty"
	                        : suite_node_kind(node) == SUITE_NODE_LIST ? "a list"
	                                                                   : "a mapping");
}

static const SuiteKey *
shape_find_key(const SuiteKey *keys, const char *name)
{
	for (; keys != NULL && keys->name != NULL; keys++)
		if (strcmp(keys->name, name) == 0)
			return keys;
	return NULL;
}

/* The key of the shape most similar to an unknown one; or NULL. */
static const char *
shape_nearest_key(const SuiteShape *shape, const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (const SuiteKey *known = shape->keys; known != NULL && known->name != NULL; known++)
		g_ptr_array_add(names, (gpointer)known->name);
	g_ptr_array_add(names, NULL);
	return base_nearest(name, (const char *const *)names->pdata);
}

static bool
refuse_key(const SuiteShape *shape, const SuiteNode *key, const char *what, GError **error)
{
	const char *nearest = shape_nearest_key(shape, suite_node_text(key));
	g_autofree char *keys = shape_list_keys(shape);
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                                        : g_strconcat("the keys are: ", keys, NULL);

	return suite_node_error(key, error, hint, "%s has no key \"%s\"", what, suite_node_text(key));
}

static bool
shape_check_value(const SuiteShape *shape, const SuiteNode *node, guint index, const char *what, GError **error)
{
	const char *name = suite_node_key(node, index);
	const SuiteShape *value = suite_shape_below(shape, name);

	if (value == NULL)
		return refuse_key(shape, suite_node_key_node(node, index), what, error);
	g_autofree char *inner = g_strdup_printf("\"%s\"", name);
	return suite_shape_check(value, suite_node_item(node, index), inner, error);
}

/* True if the key exists with a value of the wrong type; that error has been reported already. */
static bool
shape_is_mistyped(const SuiteShape *shape, const SuiteNode *node, const char *key)
{
	for (guint i = 0; i < suite_node_size(node); i++) {
		const char *name = suite_node_key(node, i);
		if (suite_shape_below(shape, name) == NULL && g_strcmp0(shape_nearest_key(shape, name), key) == 0)
			return true;
	}
	return false;
}

static bool
check_mapping(const SuiteShape *shape, const SuiteNode *node, const char *what, GError **error)
{
	bool right = true;

	if (shape->one_key && suite_node_size(node) != 1)
		return suite_node_error(node, error, NULL, "%s must be %s", what, shape->expects);
	for (guint i = 0; i < suite_node_size(node); i++) {
		GError *wrong = NULL;
		if (!shape_check_value(shape, node, i, what, &wrong))
			right = base_error_add(error, wrong);
	}
	for (const SuiteKey *key = shape->keys; key != NULL && key->name != NULL; key++) {
		GError *wrong = NULL;
		if (!key->required || suite_node_get(node, key->name) != NULL ||
		    shape_is_mistyped(shape, node, key->name))
			continue;
		suite_node_error(node, &wrong, key->help, "%s needs the key \"%s\"", what, key->name);
		right = base_error_add(error, wrong);
	}
	return right;
}

static bool
shape_check_list(const SuiteShape *shape, const SuiteNode *node, const char *what, GError **error)
{
	bool right = true;

	for (guint i = 0; shape->item != NULL && i < suite_node_size(node); i++) {
		g_autofree char *inner = g_strdup_printf("item %u of %s", i + 1, what);
		GError *wrong = NULL;
		if (!suite_shape_check(shape->item, suite_node_item(node, i), inner, &wrong))
			right = base_error_add(error, wrong);
	}
	return right;
}

const SuiteShape *
suite_shape_below(const SuiteShape *shape, const char *key)
{
	if (shape == NULL || key == NULL)
		return shape != NULL ? shape->item : NULL;
	const SuiteKey *known = shape_find_key(shape->keys, key);
	return known != NULL ? known->shape : shape->values;
}

bool
suite_shape_check(const SuiteShape *shape, const SuiteNode *node, const char *what, GError **error)
{
	if ((shape->accepts & SUITE_ACCEPT_ANY) != 0)
		return true;
	switch (suite_node_kind(node)) {
	case SUITE_NODE_MAPPING:
		if ((shape->accepts & SUITE_ACCEPT_MAPPING) == 0)
			return shape_refuse(shape, node, what, error);
		return check_mapping(shape, node, what, error);
	case SUITE_NODE_LIST:
		if ((shape->accepts & SUITE_ACCEPT_LIST) == 0)
			return shape_refuse(shape, node, what, error);
		return shape_check_list(shape, node, what, error);
	case SUITE_NODE_SCALAR:
	default:
		return accepts_scalar(shape, node) || shape_refuse(shape, node, what, error);
	}
}
