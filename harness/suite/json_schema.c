#include "suite/json_schema.h"

#include <string.h>

typedef struct {
	GHashTable *names;  /* const SuiteShape * -> char *: the shapes that are definitions */
	GPtrArray *waiting; /* of const SuiteShape *: definitions, in the order in which they are to be written */
	GHashTable *taken;  /* names of definitions */
} Writer;

/* --- JSON ------------------------------------------------------------------ */

static void
json_schema_append_text(GString *json, const char *text)
{
	g_string_append_c(json, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(json, '\\');
		g_string_append_c(json, *text);
	}
	g_string_append_c(json, '"');
}

static void
append_separator(GString *json)
{
	char last = json->str[json->len - 1];

	if (last != '[' && last != '{' && last != '\n')
		g_string_append(json, ", ");
}

/* --- Shapes ---------------------------------------------------------------- */

static void append_shape(GString *json, Writer *writer, const SuiteShape *shape, const char *place);

/* Mappings with keys become definitions: most of them are used in several places. */
static bool
is_definition(const SuiteShape *shape)
{
	return shape->keys != NULL || (shape->values != NULL && shape->values->keys != NULL);
}

/* The definition's name: the first place where the shape is used, without the names of objects. */
static const char *
definition_of(Writer *writer, const SuiteShape *shape, const char *place)
{
	const char *known = g_hash_table_lookup(writer->names, shape);
	g_autoptr(GString) name = g_string_new(place);

	if (known != NULL)
		return known;
	for (guint i = 2; g_hash_table_contains(writer->taken, name->str); i++)
		g_string_printf(name, "%s_%u", place, i);
	char *owned = g_strdup(name->str);
	g_hash_table_insert(writer->names, (gpointer)shape, owned);
	g_hash_table_add(writer->taken, owned);
	g_ptr_array_add(writer->waiting, (gpointer)shape);
	return owned;
}

static void
append_choices(GString *json, const char *const *choices)
{
	g_string_append(json, "{\"enum\": [");
	for (; *choices != NULL; choices++) {
		append_separator(json);
		json_schema_append_text(json, *choices);
		/* Without quotes, YAML takes them for truth values. */
		if (strcmp(*choices, "true") == 0 || strcmp(*choices, "false") == 0)
			g_string_append_printf(json, ", %s", *choices);
	}
	g_string_append(json, "]}");
}

/* Each way in which a value may be written, separated by commas; gives their number. */
static guint
append_forms(GString *json, Writer *writer, const SuiteShape *shape, const char *place)
{
	static const struct {
		guint accepts;
		const char *json;
	} simple[] = {
		{ SUITE_ACCEPT_BOOL, "{\"type\": \"boolean\"}" },
		{ SUITE_ACCEPT_COUNT, "{\"type\": \"integer\", \"minimum\": 0}" },
		{ SUITE_ACCEPT_INT, "{\"type\": \"integer\"}" },
		{ SUITE_ACCEPT_NULL, "{\"type\": \"null\"}" },
		{ SUITE_ACCEPT_ABSENT, "{\"const\": \"absent\"}" },
	};
	guint n = 0;

	if ((shape->accepts & SUITE_ACCEPT_TEXT) != 0 && n++ == 0) {
		if (shape->choices != NULL)
			append_choices(json, shape->choices);
		else
			g_string_append(json, "{\"type\": [\"string\", \"number\", \"boolean\"]}");
	}
	for (gsize i = 0; i < G_N_ELEMENTS(simple); i++) {
		if ((shape->accepts & simple[i].accepts) == 0)
			continue;
		append_separator(json);
		g_string_append(json, simple[i].json);
		n++;
	}
	if ((shape->accepts & SUITE_ACCEPT_LIST) != 0) {
		append_separator(json);
		g_string_append(json, "{\"type\": \"array\"");
		if (shape->item != NULL) {
			g_autofree char *inner = g_strconcat(place, ".ITEM", NULL);
			g_string_append(json, ", \"items\": ");
			append_shape(json, writer, shape->item, inner);
		}
		g_string_append_c(json, '}');
		n++;
	}
	if ((shape->accepts & SUITE_ACCEPT_MAPPING) == 0)
		return n;
	append_separator(json);
	if (is_definition(shape)) {
		g_string_append(json, "{\"$ref\": ");
		g_autofree char *target = g_strconcat("#/definitions/", definition_of(writer, shape, place), NULL);
		json_schema_append_text(json, target);
		g_string_append_c(json, '}');
	} else {
		g_string_append(json, "{\"type\": \"object\", \"additionalProperties\": ");
		append_shape(json, writer, shape->values, place);
		g_string_append_c(json, '}');
	}
	return n + 1;
}

static void
append_shape(GString *json, Writer *writer, const SuiteShape *shape, const char *place)
{
	if (shape == NULL || (shape->accepts & SUITE_ACCEPT_ANY) != 0) {
		g_string_append(json, "true");
		return;
	}
	g_autoptr(GString) forms = g_string_new("[");
	guint n = append_forms(forms, writer, shape, place);
	if (n == 1)
		g_string_append(json, forms->str + 1);
	else
		g_string_append_printf(json, "{\"anyOf\": %s]}", forms->str);
}

/* --- Definitions ----------------------------------------------------------- */

static void
append_property(GString *json, Writer *writer, const SuiteKey *key, const char *place)
{
	bool top = strchr(place, '.') == NULL && (strcmp(place, "suite") == 0 || strcmp(place, "fixture") == 0);
	g_autofree char *inner = top ? g_strdup(key->name) : g_strconcat(place, ".", key->name, NULL);

	g_string_append(json, "        ");
	json_schema_append_text(json, key->name);
	g_string_append(json, ": {\"description\": ");
	json_schema_append_text(json, key->help != NULL ? key->help : "");
	/* In draft 7, keys beside a reference are ignored. */
	g_string_append(json, ", \"allOf\": [");
	append_shape(json, writer, key->shape, inner);
	g_string_append(json, "]}");
}

static void
append_required(GString *json, const SuiteKey *keys)
{
	g_autoptr(GString) names = g_string_new("[");

	for (; keys != NULL && keys->name != NULL; keys++) {
		if (!keys->required)
			continue;
		append_separator(names);
		json_schema_append_text(names, keys->name);
	}
	if (names->len > 1)
		g_string_append_printf(json, "      \"required\": %s],\n", names->str);
}

/* The mapping that the shape is. */
static void
append_definition(GString *json, Writer *writer, const SuiteShape *shape)
{
	const char *place = g_hash_table_lookup(writer->names, shape);

	g_string_append(json, "    ");
	json_schema_append_text(json, place);
	g_string_append(json, ": {\n      \"type\": \"object\",\n");
	if (shape->one_key)
		g_string_append(json, "      \"minProperties\": 1,\n      \"maxProperties\": 1,\n");
	append_required(json, shape->keys);
	g_string_append(json, "      \"properties\": {\n");
	for (const SuiteKey *key = shape->keys; key != NULL && key->name != NULL; key++) {
		append_property(json, writer, key, place);
		g_string_append(json, key[1].name != NULL ? ",\n" : "\n");
	}
	g_string_append(json, "      },\n      \"additionalProperties\": ");
	if (shape->values != NULL) {
		g_autofree char *inner = g_strconcat(place, ".NAME", NULL);
		append_shape(json, writer, shape->values, inner);
	} else {
		g_string_append(json, "false");
	}
	g_string_append(json, "\n    }");
}

char *
suite_json_schema(const SuiteShape *shape, const char *title)
{
	Writer writer = { .names = g_hash_table_new_full(NULL, NULL, NULL, g_free),
		          .waiting = g_ptr_array_new(),
		          .taken = g_hash_table_new(g_str_hash, g_str_equal) };
	GString *json = g_string_new("{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"title\": ");

	json_schema_append_text(json, title);
	g_string_append(json, ",\n  \"allOf\": [");
	append_shape(json, &writer, shape, title);
	g_string_append(json, "],\n  \"definitions\": {\n");
	/* Writing one finds others. */
	for (guint i = 0; i < writer.waiting->len; i++) {
		g_string_append(json, i > 0 ? ",\n" : "");
		append_definition(json, &writer, g_ptr_array_index(writer.waiting, i));
	}
	g_string_append(json, "\n  }\n}\n");
	g_hash_table_unref(writer.taken);
	g_hash_table_unref(writer.names);
	g_ptr_array_unref(writer.waiting);
	return g_string_free(json, FALSE);
}

/* --- Suites ------------------------------------------------------------------ */

static const SuiteShape *
checks_shape(const SuiteCheckKind *const *kinds)
{
	GArray *keys = g_array_new(TRUE, TRUE, sizeof(SuiteKey));
	SuiteShape *one = g_new0(SuiteShape, 1);
	SuiteShape *list = g_new0(SuiteShape, 1);

	for (; *kinds != NULL; kinds++) {
		SuiteKey key = { .name = (*kinds)->name, .shape = (*kinds)->shape, .help = (*kinds)->help };
		g_array_append_val(keys, key);
	}
	one->expects = "one kind of check with its mapping";
	one->accepts = SUITE_ACCEPT_MAPPING;
	one->keys = (const SuiteKey *)(gpointer)g_array_free(keys, FALSE);
	one->one_key = true;
	list->expects = "a list of checks";
	list->accepts = SUITE_ACCEPT_LIST;
	list->item = one;
	return list;
}

const SuiteShape *
suite_json_schema_suite(const SuiteCheckKind *const *kinds)
{
	static SuiteShape *shape = NULL;

	if (shape != NULL)
		return shape;
	GArray *keys = g_array_new(TRUE, TRUE, sizeof(SuiteKey));
	shape = g_new0(SuiteShape, 1);
	*shape = *suite_shape();
	for (const SuiteKey *key = shape->keys; key->name != NULL; key++) {
		SuiteKey copy = *key;
		if (strcmp(key->name, "checks") == 0)
			copy.shape = checks_shape(kinds);
		g_array_append_val(keys, copy);
	}
	shape->keys = (const SuiteKey *)(gpointer)g_array_free(keys, FALSE);
	return shape;
}
