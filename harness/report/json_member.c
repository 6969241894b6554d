#include "report/json_member.h"

static JsonNode *
json_member(JsonObject *object, const char *name)
{
	return object != NULL ? json_object_get_member(object, name) : NULL;
}

static const char *
json_node_text(JsonNode *node)
{
	return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING
	           ? json_node_get_string(node)
	           : NULL;
}

const char *
report_json_member_text(JsonObject *object, const char *name)
{
	return json_node_text(json_member(object, name));
}

gint64
report_json_member_number(JsonObject *object, const char *name, gint64 default_value)
{
	JsonNode *node = json_member(object, name);
	GType type = node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_INVALID;

	return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_int(node) : default_value;
}

bool
report_json_member_bool(JsonObject *object, const char *name)
{
	JsonNode *node = json_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_BOOLEAN &&
	       json_node_get_boolean(node);
}

JsonObject *
report_json_member_object(JsonObject *object, const char *name)
{
	JsonNode *node = json_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

JsonArray *
report_json_member_array(JsonObject *object, const char *name)
{
	JsonNode *node = json_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

GStrv
report_json_member_texts(JsonObject *object, const char *name)
{
	JsonArray *array = report_json_member_array(object, name);

	if (array == NULL)
		return NULL;
	GPtrArray *texts = g_ptr_array_new();
	for (guint i = 0; i < json_array_get_length(array); i++) {
		const char *text = json_node_text(json_array_get_element(array, i));
		if (text != NULL)
			g_ptr_array_add(texts, g_strdup(text));
	}
	g_ptr_array_add(texts, NULL);
	return (GStrv)g_ptr_array_free(texts, FALSE);
}

void
report_json_each(JsonObject *object, const char *name, void (*read)(JsonObject *item, void *data), void *data)
{
	JsonArray *array = report_json_member_array(object, name);

	for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
		JsonNode *item = json_array_get_element(array, i);
		if (JSON_NODE_HOLDS_OBJECT(item))
			read(json_node_get_object(item), data);
	}
}
