#include "checklist/json/json.h"

#include <string.h>

/* The depth of brackets outside of texts: the parser calls itself for each level. */
static bool
json_is_too_deep(const char *text, gsize length)
{
	guint depth = 0;
	bool inside = false;

	for (gsize i = 0; i < length; i++) {
		if (inside && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			inside = !inside;
		else if (!inside && (text[i] == '[' || text[i] == '{') && ++depth > CHECKLIST_JSON_DEPTH)
			return true;
		else if (!inside && (text[i] == ']' || text[i] == '}') && depth > 0)
			depth--;
	}
	return false;
}

/* A whole number that begins there; *ret_end is behind it. It is larger than what the parser can hold, which makes -1
 * of it. */
static bool
json_is_large(const char *text, gsize start, gsize length, gsize *ret_end)
{
	gsize end = start;

	while (end < length && g_ascii_isdigit(text[end]))
		end++;
	*ret_end = end;
	if (end < length && strchr(".eE", text[end]) != NULL && text[end] != '\0')
		return false;
	g_autofree char *digits = g_strndup(text + start, end - start);
	return !g_ascii_string_to_signed(digits, 10, 0, G_MAXINT64, NULL, NULL);
}

/* The text with an exponent behind such numbers: they are read as fractions are. The caller frees it. */
static GString *
json_with_exponents(const char *text, gsize length)
{
	GString *all = g_string_sized_new(length);
	bool inside = false;

	for (gsize i = 0; i < length; i++) {
		gsize end = i;
		bool exponent = i > 1 && text[i - 1] == '-' && (text[i - 2] == 'e' || text[i - 2] == 'E');
		bool first = i == 0 ||
		             (!g_ascii_isalnum(text[i - 1]) && strchr(".+", text[i - 1]) == NULL && !exponent);
		if (!inside && first && g_ascii_isdigit(text[i]) && json_is_large(text, i, length, &end)) {
			g_string_append_len(all, text + i, (gssize)(end - i));
			g_string_append(all, "e0");
			i = end - 1;
			continue;
		}
		g_string_append_c(all, text[i]);
		if (inside && text[i] == '\\' && i + 1 < length)
			g_string_append_c(all, text[++i]);
		else if (text[i] == '"')
			inside = !inside;
	}
	return all;
}

JsonNode *
checklist_json_parse(const char *text, gsize length, char **ret_problem)
{
	g_autoptr(JsonParser) parser = json_parser_new();

	*ret_problem = NULL;
	if (json_is_too_deep(text, length)) {
		*ret_problem = g_strdup_printf("it has more than %d levels", CHECKLIST_JSON_DEPTH);
		return NULL;
	}
	if (!g_utf8_validate(text, (gssize)length, NULL)) {
		*ret_problem = g_strdup("it is not UTF-8");
		return NULL;
	}
	g_autoptr(GString) readable = json_with_exponents(text, length);
	if (json_parser_load_from_data(parser, readable->str, (gssize)readable->len, NULL) &&
	    json_parser_get_root(parser) != NULL)
		return json_node_copy(json_parser_get_root(parser));
	*ret_problem = g_strdup(length > 0 ? "it cannot be parsed" : "it is empty");
	return NULL;
}

/* A number as JSON writes it. */
static bool
json_is_number(const char *text)
{
	return g_regex_match_simple("^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?$", text, 0, 0);
}

static JsonNode *
json_from_scalar(const SuiteNode *node, ChecklistSubstitute substitute, gpointer data)
{
	JsonNode *value = NULL;
	bool truth = false;
	gint64 number = 0;

	if (suite_node_is_null(node))
		return json_node_new(JSON_NODE_NULL);
	if (suite_node_is_bool(node, &truth))
		return json_node_init_boolean(json_node_alloc(), truth);
	if (suite_node_is_int(node, &number))
		return json_node_init_int(json_node_alloc(), number);
	if (!suite_node_is_quoted(node) && json_is_number(suite_node_text(node)))
		return json_node_init_double(json_node_alloc(), g_ascii_strtod(suite_node_text(node), NULL));
	if (substitute == NULL)
		return json_node_init_string(json_node_alloc(), suite_node_text(node));
	g_autofree char *text = substitute(suite_node_text(node), &value, data);
	return value != NULL ? value : json_node_init_string(json_node_alloc(), text);
}

static JsonNode *
json_from_mapping(const SuiteNode *node, ChecklistSubstitute substitute, gpointer data)
{
	JsonNode *value = json_node_new(JSON_NODE_OBJECT);
	JsonObject *object = json_object_new();

	for (guint i = 0; i < suite_node_size(node); i++)
		json_object_set_member(object, suite_node_key(node, i),
		                       checklist_json_from_yaml(suite_node_item(node, i), substitute, data));
	json_node_take_object(value, object);
	return value;
}

JsonNode *
checklist_json_from_yaml(const SuiteNode *node, ChecklistSubstitute substitute, gpointer data)
{
	if (suite_node_kind(node) == SUITE_NODE_SCALAR)
		return json_from_scalar(node, substitute, data);
	if (suite_node_kind(node) == SUITE_NODE_MAPPING)
		return json_from_mapping(node, substitute, data);
	JsonNode *value = json_node_new(JSON_NODE_ARRAY);
	JsonArray *array = json_array_new();
	for (guint i = 0; i < suite_node_size(node); i++)
		json_array_add_element(array, checklist_json_from_yaml(suite_node_item(node, i), substitute, data));
	json_node_take_array(value, array);
	return value;
}

char *
checklist_json_write(JsonNode *node)
{
	return json_to_string(node, FALSE);
}
