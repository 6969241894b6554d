#include "checklist/probe/probe.h"

#include <string.h>

/* Bytes that are shown of an unexpected value. */
#define PREDICATE_SHOWN 200

typedef struct {
	const SuiteNode *node; /* the predicate's value */
	JsonNode *value;       /* the only one that there is */
	ProbeScenario *scenario;
} PredicateArguments;

typedef struct {
	const char *name;
	const char *words; /* "expected WORDS ..." */
	bool (*holds)(const PredicateArguments *arguments);
} Predicate;

/* --- Types --------------------------------------------------------------------------------- */

static GType
predicate_type(JsonNode *value)
{
	return JSON_NODE_HOLDS_VALUE(value) ? json_node_get_value_type(value) : G_TYPE_NONE;
}

static const char *
predicate_text(JsonNode *value)
{
	return predicate_type(value) == G_TYPE_STRING ? json_node_get_string(value) : NULL;
}

static bool
predicate_fits(JsonNode *value, const char *pattern)
{
	const char *text = predicate_text(value);

	return text != NULL && g_regex_match_simple(pattern, text, 0, 0);
}

static const char *
predicate_name_type(JsonNode *value)
{
	if (JSON_NODE_HOLDS_NULL(value))
		return "null";
	if (JSON_NODE_HOLDS_OBJECT(value))
		return "object";
	if (JSON_NODE_HOLDS_ARRAY(value))
		return "list";
	GType type = predicate_type(value);
	return type == G_TYPE_BOOLEAN  ? "boolean"
	       : type == G_TYPE_INT64  ? "integer"
	       : type == G_TYPE_DOUBLE ? "float"
	                               : "string";
}

static const struct {
	const char *name;
	const char *pattern;
} forms[] = {
	{ "date", "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([Tt ]([01][0-9]|2[0-3]):[0-5][0-9]"
	          "(:[0-5][0-9](\\.[0-9]+)?)?([Zz]|[-+][0-9]{2}:?[0-9]{2})?)?$" },
	{ "uuid", "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$" },
	{ "ipv4", "^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.|$)){4}$" },
	{ "ipv6", "^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$" },
};

static bool
predicate_is(const PredicateArguments *arguments)
{
	const char *wanted = suite_node_text(arguments->node);
	const char *type = predicate_name_type(arguments->value);

	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
		if (strcmp(forms[i].name, wanted) == 0)
			return predicate_fits(arguments->value, forms[i].pattern);
	if (strcmp(wanted, "number") == 0)
		return strcmp(type, "integer") == 0 || strcmp(type, "float") == 0;
	return strcmp(type, wanted) == 0;
}

/* --- Values ----------------------------------------------------------------------------------- */

static bool
predicate_equals(const PredicateArguments *arguments)
{
	g_autoptr(JsonNode)
	    expected = checklist_json_from_yaml(arguments->node, probe_text_substitute, arguments->scenario);

	return checklist_json_equal(expected, arguments->value);
}

static bool
predicate_not_equals(const PredicateArguments *arguments)
{
	return !predicate_equals(arguments);
}

/* -2: one of the two is no number. */
static int
predicate_compare(const PredicateArguments *arguments)
{
	GType type = predicate_type(arguments->value);
	g_autofree char *text = probe_text_fill(arguments->scenario, suite_node_text(arguments->node));
	char *end = NULL;
	double limit = g_ascii_strtod(text, &end);

	if ((type != G_TYPE_INT64 && type != G_TYPE_DOUBLE) || end == text || *end != '\0')
		return -2;
	double number = json_node_get_double(arguments->value);
	return (number > limit) - (number < limit);
}

static bool
predicate_above(const PredicateArguments *arguments)
{
	return predicate_compare(arguments) == 1;
}

static bool
predicate_at_least(const PredicateArguments *arguments)
{
	return predicate_compare(arguments) >= 0;
}

static bool
predicate_below(const PredicateArguments *arguments)
{
	return predicate_compare(arguments) == -1;
}

static bool
predicate_at_most(const PredicateArguments *arguments)
{
	int order = predicate_compare(arguments);

	return order == -1 || order == 0;
}

static bool
predicate_starts_with(const PredicateArguments *arguments)
{
	g_autofree char *part = probe_text_fill(arguments->scenario, suite_node_text(arguments->node));
	const char *text = predicate_text(arguments->value);

	return text != NULL && g_str_has_prefix(text, part);
}

static bool
predicate_ends_with(const PredicateArguments *arguments)
{
	g_autofree char *part = probe_text_fill(arguments->scenario, suite_node_text(arguments->node));
	const char *text = predicate_text(arguments->value);

	return text != NULL && g_str_has_suffix(text, part);
}

static bool
predicate_contains(const PredicateArguments *arguments)
{
	g_autofree char *part = probe_text_fill(arguments->scenario, suite_node_text(arguments->node));
	const char *text = predicate_text(arguments->value);

	if (text != NULL || !JSON_NODE_HOLDS_ARRAY(arguments->value))
		return text != NULL && strstr(text, part) != NULL;
	g_autoptr(JsonNode)
	    wanted = checklist_json_from_yaml(arguments->node, probe_text_substitute, arguments->scenario);
	JsonArray *array = json_node_get_array(arguments->value);
	for (guint i = 0; i < json_array_get_length(array); i++)
		if (checklist_json_equal(json_array_get_element(array, i), wanted))
			return true;
	return false;
}

static bool
predicate_matches(const PredicateArguments *arguments)
{
	g_autofree char *pattern = probe_text_fill(arguments->scenario, suite_node_text(arguments->node));

	return predicate_fits(arguments->value, pattern);
}

static bool
predicate_empty(const PredicateArguments *arguments)
{
	const char *text = predicate_text(arguments->value);
	bool wanted = false;
	bool empty = text != NULL && text[0] == '\0';

	suite_node_is_bool(arguments->node, &wanted);
	if (JSON_NODE_HOLDS_ARRAY(arguments->value))
		empty = json_array_get_length(json_node_get_array(arguments->value)) == 0;
	else if (JSON_NODE_HOLDS_OBJECT(arguments->value))
		empty = json_object_get_size(json_node_get_object(arguments->value)) == 0;
	return empty == wanted;
}

static const Predicate predicates[] = {
	{ "equals", "", predicate_equals },
	{ "not_equals", "anything but ", predicate_not_equals },
	{ "above", "more than ", predicate_above },
	{ "at_least", "at least ", predicate_at_least },
	{ "below", "less than ", predicate_below },
	{ "at_most", "at most ", predicate_at_most },
	{ "starts_with", "what begins with ", predicate_starts_with },
	{ "ends_with", "what ends with ", predicate_ends_with },
	{ "contains", "what contains ", predicate_contains },
	{ "matches", "what matches ", predicate_matches },
	{ "empty", "empty: ", predicate_empty },
	{ "is", "type ", predicate_is },
};

/* --- Holding ---------------------------------------------------------------------------------- */

static char *
predicate_show(JsonNode *value)
{
	g_autofree char *text = checklist_json_write(value);

	if (g_utf8_strlen(text, -1) <= PREDICATE_SHOWN)
		return g_steal_pointer(&text);
	g_autofree char *beginning = g_utf8_substring(text, 0, PREDICATE_SHOWN);
	return g_strconcat(beginning, "...", NULL);
}

static char *
predicate_show_expected(const SuiteNode *node, ProbeScenario *scenario)
{
	g_autoptr(JsonNode) expected = checklist_json_from_yaml(node, probe_text_substitute, scenario);

	return predicate_show(expected);
}

static void
predicate_hold_one(const char *what, const char *words, bool holds, const SuiteNode *node, JsonNode *value,
                   ProbeScenario *scenario, GPtrArray *problems)
{
	if (holds)
		return;
	g_autofree char *expected = predicate_show_expected(node, scenario);
	g_autofree char *found = predicate_show(value);
	g_ptr_array_add(problems, g_strdup_printf("%s: expected %s%s, found %s (%s)", what, words, expected, found,
	                                          predicate_name_type(value)));
}

static guint
predicate_count(const GPtrArray *values)
{
	JsonNode *only = values->len == 1 ? g_ptr_array_index(values, 0) : NULL;

	return only != NULL && JSON_NODE_HOLDS_ARRAY(only) ? json_array_get_length(json_node_get_array(only))
	                                                   : values->len;
}

/* Tests the predicates that need no value: the number of values, and their existence. True if no other predicate
 * applies. */
static bool
predicate_hold_number(const SuiteNode *mapping, const char *what, const GPtrArray *values, GPtrArray *problems)
{
	const SuiteNode *exists = suite_node_get(mapping, "exists");
	const SuiteNode *count = suite_node_get(mapping, "count");
	gint64 wanted = 0;
	bool there = true;

	if (count != NULL && suite_node_is_int(count, &wanted) && predicate_count(values) != wanted)
		g_ptr_array_add(problems, g_strdup_printf("%s: expected %" G_GINT64_FORMAT " values, found %u", what,
		                                          wanted, predicate_count(values)));
	if (exists != NULL && suite_node_is_bool(exists, &there) && (values->len > 0) != there)
		g_ptr_array_add(problems,
		                g_strdup_printf(there ? "%s: is not there" : "%s: is there, expected none", what));
	return exists != NULL && !there;
}

static bool
predicate_needs_value(const SuiteNode *mapping)
{
	for (guint i = 0; i < suite_node_size(mapping); i++)
		if (strcmp(suite_node_key(mapping, i), "exists") != 0 &&
		    strcmp(suite_node_key(mapping, i), "count") != 0)
			return true;
	return false;
}

static JsonNode *
predicate_only_value(const char *what, const GPtrArray *values, GPtrArray *problems)
{
	if (values->len == 1)
		return g_ptr_array_index(values, 0);
	g_ptr_array_add(problems, values->len == 0
	                              ? g_strdup_printf("%s: is not there", what)
	                              : g_strdup_printf("%s: there are %u values, expected one", what, values->len));
	return NULL;
}

static void
predicate_hold_mapping(const SuiteNode *mapping, const char *what, JsonNode *value, ProbeScenario *scenario,
                       GPtrArray *problems)
{
	for (gsize i = 0; i < G_N_ELEMENTS(predicates); i++) {
		const SuiteNode *node = suite_node_get(mapping, predicates[i].name);
		const PredicateArguments arguments = { node, value, scenario };
		if (node != NULL)
			predicate_hold_one(what, predicates[i].words, predicates[i].holds(&arguments), node, value,
			                   scenario, problems);
	}
}

void
probe_predicate_hold(const SuiteNode *predicate, const char *what, const GPtrArray *values, ProbeScenario *scenario,
                     bool save, GPtrArray *problems)
{
	bool mapping = suite_node_kind(predicate) == SUITE_NODE_MAPPING;

	if (mapping && (predicate_hold_number(predicate, what, values, problems) || !predicate_needs_value(predicate)))
		return;
	JsonNode *value = predicate_only_value(what, values, problems);
	if (value == NULL)
		return;
	const PredicateArguments arguments = { predicate, value, scenario };
	if (!mapping) {
		predicate_hold_one(what, "", predicate_equals(&arguments), predicate, value, scenario, problems);
		return;
	}
	predicate_hold_mapping(predicate, what, value, scenario, problems);
	const char *name = suite_node_get_text(predicate, "save");
	if (save && name != NULL)
		g_hash_table_insert(scenario->saved, g_strdup(name), json_node_copy(value));
}

bool
probe_predicate_check(const SuiteNode *predicate, GError **error)
{
	const SuiteNode *matches = suite_node_get(predicate, "matches");

	if (matches == NULL || strstr(suite_node_text(matches), "{{") != NULL)
		return true;
	g_autoptr(GRegex) regex = g_regex_new(suite_node_text(matches), 0, 0, NULL);
	return regex != NULL ||
	       suite_node_error(matches, error, NULL, "\"%s\" is no regular expression", suite_node_text(matches));
}
