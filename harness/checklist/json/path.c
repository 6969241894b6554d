/* Finding values: section 2 of RFC 9535. */
#include "checklist/json/path_private.h"

#include <string.h>

/* The state of a query. */
typedef struct {
	JsonNode *root;
	JsonNode *current;
} PathContext;

static GPtrArray *path_find_from(const ChecklistPath *path, JsonNode *root, JsonNode *current);
static bool path_holds(const PathExpression *expression, const PathContext *context);

bool
checklist_path_is_singular(const ChecklistPath *path)
{
	for (guint i = 0; i < path->segments->len; i++) {
		const PathSegment *segment = g_ptr_array_index(path->segments, i);
		const PathSelector *selector = g_ptr_array_index(segment->selectors, 0);
		if (segment->descendant || segment->selectors->len != 1 ||
		    (selector->kind != PATH_NAME && selector->kind != PATH_INDEX))
			return false;
	}
	return true;
}

/* --- Values -------------------------------------------------------------------------------- */

static bool
path_is_number(JsonNode *node)
{
	GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;

	return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

static bool
path_is_text(JsonNode *node)
{
	return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;
}

/* -1, 0, 1. */
static int
path_compare_numbers(JsonNode *a, JsonNode *b)
{
	if (json_node_get_value_type(a) == G_TYPE_INT64 && json_node_get_value_type(b) == G_TYPE_INT64) {
		gint64 x = json_node_get_int(a);
		gint64 y = json_node_get_int(b);
		return (x > y) - (x < y);
	}
	double x = json_node_get_double(a);
	double y = json_node_get_double(b);
	return (x > y) - (x < y);
}

static bool
path_equal_arrays(JsonArray *a, JsonArray *b)
{
	if (json_array_get_length(a) != json_array_get_length(b))
		return false;
	for (guint i = 0; i < json_array_get_length(a); i++)
		if (!checklist_json_equal(json_array_get_element(a, i), json_array_get_element(b, i)))
			return false;
	return true;
}

static bool
path_equal_objects(JsonObject *a, JsonObject *b)
{
	JsonObjectIter iter;
	const char *name = NULL;
	JsonNode *value = NULL;

	if (json_object_get_size(a) != json_object_get_size(b))
		return false;
	json_object_iter_init(&iter, a);
	while (json_object_iter_next(&iter, &name, &value))
		if (!json_object_has_member(b, name) || !checklist_json_equal(value, json_object_get_member(b, name)))
			return false;
	return true;
}

bool
checklist_json_equal(JsonNode *a, JsonNode *b)
{
	if (json_node_get_node_type(a) != json_node_get_node_type(b))
		return false;
	switch (json_node_get_node_type(a)) {
	case JSON_NODE_OBJECT:
		return path_equal_objects(json_node_get_object(a), json_node_get_object(b));
	case JSON_NODE_ARRAY:
		return path_equal_arrays(json_node_get_array(a), json_node_get_array(b));
	case JSON_NODE_NULL:
		return true;
	case JSON_NODE_VALUE:
	default:
		break;
	}
	if (path_is_number(a) && path_is_number(b))
		return path_compare_numbers(a, b) == 0;
	if (path_is_text(a) && path_is_text(b))
		return strcmp(json_node_get_string(a), json_node_get_string(b)) == 0;
	return json_node_get_value_type(a) == G_TYPE_BOOLEAN && json_node_get_value_type(b) == G_TYPE_BOOLEAN &&
	       json_node_get_boolean(a) == json_node_get_boolean(b);
}

/* --- Functions ------------------------------------------------------------------------------ */

static JsonNode *path_evaluate(const PathExpression *value, const PathContext *context);

static JsonNode *
path_length(JsonNode *node)
{
	gint64 length = -1;

	if (node == NULL)
		return NULL;
	if (path_is_text(node))
		length = g_utf8_strlen(json_node_get_string(node), -1);
	else if (JSON_NODE_HOLDS_ARRAY(node))
		length = json_array_get_length(json_node_get_array(node));
	else if (JSON_NODE_HOLDS_OBJECT(node))
		length = json_object_get_size(json_node_get_object(node));
	return length >= 0 ? json_node_init_int(json_node_alloc(), length) : NULL;
}

/* match is about all of the text, search about a part of it. */
static bool
path_fits(const PathExpression *function, const PathContext *context)
{
	g_autoptr(JsonNode) text = path_evaluate(function->left, context);
	g_autoptr(JsonNode) pattern = path_evaluate(function->right, context);

	if (text == NULL || pattern == NULL || !path_is_text(text) || !path_is_text(pattern))
		return false;
	g_autofree char *whole = g_strdup_printf(function->function == PATH_MATCH ? "\\A(?:%s)\\z" : "%s",
	                                         json_node_get_string(pattern));
	g_autoptr(GRegex) regex = g_regex_new(whole, 0, 0, NULL);
	return regex != NULL && g_regex_match(regex, json_node_get_string(text), 0, NULL);
}

static JsonNode *
path_call(const PathExpression *function, const PathContext *context)
{
	if (function->function == PATH_LENGTH) {
		g_autoptr(JsonNode) value = path_evaluate(function->left, context);
		return path_length(value);
	}
	g_autoptr(GPtrArray) found = path_find_from(function->left->query, context->root, context->current);
	if (function->function == PATH_COUNT)
		return json_node_init_int(json_node_alloc(), found->len);
	return found->len == 1 ? json_node_ref(g_ptr_array_index(found, 0)) : NULL;
}

/* --- Expressions ------------------------------------------------------------------------------ */

/* NULL: nothing, which is no value. The caller unrefs it. */
static JsonNode *
path_evaluate(const PathExpression *value, const PathContext *context)
{
	if (value->kind == PATH_LITERAL)
		return json_node_ref(value->literal);
	if (value->kind == PATH_FUNCTION)
		return path_call(value, context);
	g_autoptr(GPtrArray) found = path_find_from(value->query, context->root, context->current);
	return found->len == 1 ? json_node_ref(g_ptr_array_index(found, 0)) : NULL;
}

static bool
path_is_less(JsonNode *a, JsonNode *b)
{
	if (a == NULL || b == NULL)
		return false;
	if (path_is_number(a) && path_is_number(b))
		return path_compare_numbers(a, b) < 0;
	return path_is_text(a) && path_is_text(b) && strcmp(json_node_get_string(a), json_node_get_string(b)) < 0;
}

static bool
path_compare(const PathExpression *expression, const PathContext *context)
{
	g_autoptr(JsonNode) left = path_evaluate(expression->left, context);
	g_autoptr(JsonNode) right = path_evaluate(expression->right, context);
	bool equal = left == NULL || right == NULL ? left == right : checklist_json_equal(left, right);

	switch (expression->compare) {
	case PATH_EQUAL:
		return equal;
	case PATH_UNEQUAL:
		return !equal;
	case PATH_LESS:
		return path_is_less(left, right);
	case PATH_AT_MOST:
		return equal || path_is_less(left, right);
	case PATH_GREATER:
		return path_is_less(right, left);
	case PATH_AT_LEAST:
	default:
		return equal || path_is_less(right, left);
	}
}

static bool
path_holds(const PathExpression *expression, const PathContext *context)
{
	switch (expression->kind) {
	case PATH_OR:
		return path_holds(expression->left, context) || path_holds(expression->right, context);
	case PATH_AND:
		return path_holds(expression->left, context) && path_holds(expression->right, context);
	case PATH_NOT:
		return !path_holds(expression->left, context);
	case PATH_COMPARE:
		return path_compare(expression, context);
	case PATH_TRUE:
		return path_fits(expression->left, context);
	case PATH_EXISTS:
	default: {
		g_autoptr(GPtrArray) found = path_find_from(expression->left->query, context->root, context->current);
		return found->len > 0;
	}
	}
}

/* --- Selectors -------------------------------------------------------------------------------- */

static void
path_add(GPtrArray *found, JsonNode *node)
{
	if (node != NULL && found->len < CHECKLIST_PATH_MAX)
		g_ptr_array_add(found, node);
}

/* All that stands directly below; the caller unrefs it. */
static GPtrArray *
path_children(JsonNode *node)
{
	GPtrArray *children = g_ptr_array_new();

	if (JSON_NODE_HOLDS_ARRAY(node)) {
		JsonArray *array = json_node_get_array(node);
		for (guint i = 0; i < json_array_get_length(array); i++)
			g_ptr_array_add(children, json_array_get_element(array, i));
	} else if (JSON_NODE_HOLDS_OBJECT(node)) {
		JsonObjectIter iter;
		const char *name = NULL; /* json-glib 1.6 needs the variable */
		JsonNode *value = NULL;
		json_object_iter_init_ordered(&iter, json_node_get_object(node));
		while (json_object_iter_next_ordered(&iter, &name, &value))
			g_ptr_array_add(children, value);
	}
	return children;
}

static gint64
path_clamp(gint64 index, gint64 length, gint64 low, gint64 high)
{
	return CLAMP(index >= 0 ? index : length + index, low, high);
}

/* Section 2.3.4.2.2. */
static void
path_select_slice(const PathSelector *slice, JsonArray *array, GPtrArray *found)
{
	gint64 length = json_array_get_length(array);
	gint64 step = slice->step;

	if (step > 0) {
		gint64 start = slice->has_start ? path_clamp(slice->index, length, 0, length) : 0;
		gint64 end = slice->has_end ? path_clamp(slice->end, length, 0, length) : length;
		for (gint64 i = start; i < end; i += step)
			path_add(found, json_array_get_element(array, (guint)i));
	} else if (step < 0) {
		gint64 start = slice->has_start ? path_clamp(slice->index, length, -1, length - 1) : length - 1;
		gint64 end = slice->has_end ? path_clamp(slice->end, length, -1, length - 1) : -1;
		for (gint64 i = start; i > end; i += step)
			path_add(found, json_array_get_element(array, (guint)i));
	}
}

static void
path_select_children(const PathSelector *selector, JsonNode *root, JsonNode *node, GPtrArray *found)
{
	g_autoptr(GPtrArray) children = path_children(node);

	for (guint i = 0; i < children->len; i++) {
		const PathContext context = { .root = root, .current = g_ptr_array_index(children, i) };
		if (selector->kind == PATH_WILDCARD || path_holds(selector->filter, &context))
			path_add(found, context.current);
	}
}

static void
path_select_index(const PathSelector *selector, JsonArray *array, GPtrArray *found)
{
	gint64 length = json_array_get_length(array);
	gint64 index = selector->index >= 0 ? selector->index : length + selector->index;

	if (index >= 0 && index < length)
		path_add(found, json_array_get_element(array, (guint)index));
}

static void
path_select(const PathSelector *selector, JsonNode *root, JsonNode *node, GPtrArray *found)
{
	switch (selector->kind) {
	case PATH_NAME:
		if (JSON_NODE_HOLDS_OBJECT(node))
			path_add(found, json_object_get_member(json_node_get_object(node), selector->name));
		break;
	case PATH_INDEX:
		if (JSON_NODE_HOLDS_ARRAY(node))
			path_select_index(selector, json_node_get_array(node), found);
		break;
	case PATH_SLICE:
		if (JSON_NODE_HOLDS_ARRAY(node))
			path_select_slice(selector, json_node_get_array(node), found);
		break;
	case PATH_WILDCARD:
	case PATH_FILTER:
	default:
		path_select_children(selector, root, node, found);
		break;
	}
}

static void
path_apply(const PathSegment *segment, JsonNode *root, JsonNode *node, GPtrArray *found)
{
	for (guint i = 0; i < segment->selectors->len; i++)
		path_select(g_ptr_array_index(segment->selectors, i), root, node, found);
	if (!segment->descendant)
		return;
	g_autoptr(GPtrArray) children = path_children(node);
	for (guint i = 0; i < children->len && found->len < CHECKLIST_PATH_MAX; i++)
		path_apply(segment, root, g_ptr_array_index(children, i), found);
}

static GPtrArray *
path_find_from(const ChecklistPath *path, JsonNode *root, JsonNode *current)
{
	GPtrArray *nodes = g_ptr_array_new();

	g_ptr_array_add(nodes, path->relative ? current : root);
	for (guint i = 0; i < path->segments->len; i++) {
		GPtrArray *next = g_ptr_array_new();
		for (guint j = 0; j < nodes->len; j++)
			path_apply(g_ptr_array_index(path->segments, i), root, g_ptr_array_index(nodes, j), next);
		g_ptr_array_unref(nodes);
		nodes = next;
	}
	return nodes;
}

GPtrArray *
checklist_path_find(const ChecklistPath *path, JsonNode *root)
{
	return path_find_from(path, root, root);
}
