#include "check/object.h"

#include "base/nearest.h"
#include "catalog/identity.h"
#include "catalog/yaml.h"
#include "check/compare.h"
#include "check/except.h"

#include <string.h>

/* Names that a message lists before it says "and N more". */
#define NAMES_SHOWN 40

/* --- One object ---------------------------------------------------------- */

static void
compare(CheckExpect *expect, const CheckVocabulary *vocabulary, const SuiteNode *stated, const CatalogObject *object)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) nodes = g_ptr_array_new();
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

	check_compare_object(expect->meaning, vocabulary, stated, object, texts, nodes, values);
	for (guint i = 0; i < texts->len; i++) {
		const SuiteNode *node = g_ptr_array_index(nodes, i);
		check_problem(expect, node, "%s \"%s\": %s", catalog_class(object->class_id)->name, object->identity,
		              (char *)g_ptr_array_index(texts, i));
		check_problem_fix(expect, CHECK_FIX_SET, node, g_ptr_array_index(values, i), object);
	}
}

/* The name of the class's object that is nearest to one that is missing, as a hint, or "". */
static char *
nearest_name(const CheckExpect *expect, CatalogClassId class_id, const char *schema, const char *relation,
             const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	guint count;
	guint first = catalog_snapshot_range(expect->context->snapshot, class_id, schema, relation, &count);

	for (guint i = 0; i < count; i++)
		g_ptr_array_add(names, (gpointer)catalog_snapshot_object(expect->context->snapshot, first + i)->name);
	g_ptr_array_add(names, NULL);
	const char *nearest = base_nearest(name, (const char *const *)names->pdata);
	return nearest != NULL ? g_strdup_printf(" (there is \"%s\")", nearest) : g_strdup("");
}

static void check_parts(CheckExpect *expect, const SuiteNode *stated, const CatalogObject *object);

/* Holds what is stated against an object that exists. */
static void
check_object(CheckExpect *expect, const CatalogObject *object, const SuiteNode *key, const SuiteNode *stated)
{
	if (suite_node_is_word(stated, "absent")) {
		check_problem(expect, key, "%s \"%s\" exists, expected it to be absent",
		              catalog_class(object->class_id)->name, object->identity);
		check_problem_fix(expect, CHECK_FIX_SET, stated, "{}", object);
	} else if (suite_node_kind(stated) != SUITE_NODE_SCALAR) {
		compare(expect, check_vocabulary(object->class_id), stated, object);
		check_parts(expect, stated, object);
	}
}

/* True when nothing need be there: `absent`, or `optional: true`. */
static bool
may_be_missing(const SuiteNode *stated)
{
	const SuiteNode *optional = suite_node_get(stated, "optional");
	bool yes = false;

	return suite_node_is_word(stated, "absent") || (optional != NULL && suite_node_is_bool(optional, &yes) && yes);
}

/* --- Collections --------------------------------------------------------- */

void
check_collection_open(CheckCollection *collection, CheckExpect *expect, CatalogClassId class_id, const char *schema,
                      const char *relation)
{
	*collection = (CheckCollection){
		.expect = expect, .class_id = class_id, .schema = schema, .relation = relation
	};
	collection->first = catalog_snapshot_range(expect->context->snapshot, class_id, schema, relation,
	                                           &collection->count);
	collection->matched = g_hash_table_new(NULL, NULL);
	if (relation != NULL) {
		g_autofree char *identity = catalog_identity_join(schema, NULL, relation);
		collection->place = g_strdup_printf("table \"%s\"", identity);
	} else if (schema != NULL) {
		collection->place = g_strdup_printf("schema \"%s\"", schema);
	} else {
		collection->place = g_strdup("the database");
	}
}

void
check_collection_close(CheckCollection *collection)
{
	g_hash_table_unref(collection->matched);
	g_free(collection->place);
}

const CatalogObject *
check_collection_object(const CheckCollection *collection, guint i)
{
	return catalog_snapshot_object(collection->expect->context->snapshot, collection->first + i);
}

void
check_collection_one(CheckCollection *collection, const char *schema, const char *name, const SuiteNode *key,
                     const SuiteNode *stated)
{
	CheckExpect *expect = collection->expect;
	CatalogClassId class_id = collection->class_id;
	const char *relation = collection->relation;
	const CatalogObject *object = catalog_snapshot_find(expect->context->snapshot, class_id, schema, relation,
	                                                    name);

	if (object != NULL) {
		check_object(expect, object, key, stated);
		g_hash_table_add(collection->matched, (gpointer)object);
	} else if (!may_be_missing(stated)) {
		g_autofree char *identity = catalog_identity_join(schema, relation, name);
		g_autofree char *nearest = nearest_name(expect, class_id, schema, relation, name);
		check_problem(expect, key, "%s \"%s\" is missing%s", catalog_class(class_id)->name, identity, nearest);
		check_problem_fix(expect, CHECK_FIX_REMOVE, key, NULL, NULL);
	}
}

/* Holds what is stated against all objects that the pattern matches, but for the exceptions. */
static void
check_pattern(CheckCollection *collection, const CheckName *pattern, const SuiteNode *key, const SuiteNode *stated)
{
	CheckExpect *expect = collection->expect;
	CheckExceptions exceptions;
	guint found = 0;

	check_exceptions_open(&exceptions, expect, suite_node_get(stated, "except"), collection->class_id);
	for (guint i = 0; i < collection->count; i++) {
		const CatalogObject *object = check_collection_object(collection, i);
		guint before = expect->problems->len;
		if (!check_name_matches(pattern, object))
			continue;
		found++;
		check_object(expect, object, key, stated);
		/* What is said of several objects is not changed for one of them. */
		check_problem_unfix(expect, before);
		if (check_exceptions_cover(&exceptions, object, expect->problems->len == before))
			g_array_set_size(expect->problems, before);
		else
			g_hash_table_add(collection->matched, (gpointer)object);
	}
	check_exceptions_close(&exceptions);
	if (found == 0 && !may_be_missing(stated))
		check_problem(expect, key, "no %s matches \"%s\" (may that be? write \"optional: true\")",
		              catalog_class(collection->class_id)->name, suite_node_text(key));
}

void
check_collection_named(CheckCollection *collection, const SuiteNode *key, const SuiteNode *stated)
{
	g_auto(CheckName) name = { 0 };

	check_name_parse(collection->expect->meaning, collection->class_id, suite_node_text(key), &name);
	if (name.is_pattern)
		check_pattern(collection, &name, key, stated);
	else
		check_collection_one(collection, name.schema != NULL ? name.schema : collection->schema, name.name, key,
		                     stated);
}

static char *
collection_names(const CheckCollection *collection)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < MIN(collection->count, NAMES_SHOWN); i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", check_collection_object(collection, i)->name);
	if (collection->count > NAMES_SHOWN)
		g_string_append_printf(names, " and %u more", collection->count - NAMES_SHOWN);
	return g_string_free(names, FALSE);
}

/* count: N, or (at least) at_least: N */
static void
check_number(const CheckCollection *collection, const SuiteNode *number, bool at_least)
{
	gint64 expected = 0;

	if (number == NULL || !suite_node_is_int(number, &expected))
		return;
	if (at_least ? (gint64)collection->count >= expected : expected == (gint64)collection->count)
		return;
	g_autofree char *names = collection_names(collection);
	check_problem(collection->expect, number, "%s has %u %s, expected %s%" G_GINT64_FORMAT "%s%s",
	              collection->place, collection->count, catalog_class(collection->class_id)->collection,
	              at_least ? "at least " : "", expected, collection->count > 0 ? ": " : "", names);
	g_autofree char *now = g_strdup_printf("%u", collection->count);
	check_problem_fix(collection->expect, CHECK_FIX_SET, number, now, NULL);
}

/* exact: true. Names each object that the fixture does not speak of. */
static void
check_exact(const CheckCollection *collection, const SuiteNode *stated)
{
	const SuiteNode *exact = suite_node_get(stated, "exact");
	/* Of a schema only the names are stated, in a list. */
	bool names = collection->schema != NULL && collection->relation == NULL;
	const SuiteNode *list = names ? suite_node_get(stated, "list") : stated;
	bool closed = false;

	if (exact == NULL || !suite_node_is_bool(exact, &closed) || !closed)
		return;
	for (guint i = 0; i < collection->count; i++) {
		const CatalogObject *object = check_collection_object(collection, i);
		if (g_hash_table_contains(collection->matched, object))
			continue;
		check_problem(collection->expect, exact, "%s \"%s\" is unexpected (exact: true, and it is not listed)",
		              catalog_class(collection->class_id)->name, object->identity);
		if (list != NULL)
			check_problem_fix(collection->expect, CHECK_FIX_ADD, list, names ? object->name : NULL,
			                  names ? NULL : object);
	}
}

bool
check_collection_whole(const CheckCollection *collection, const SuiteNode *stated)
{
	const SuiteNode *count = suite_node_get(stated, "count");
	const SuiteNode *at_least = suite_node_get(stated, "at_least");
	const SuiteNode *exact = suite_node_get(stated, "exact");

	check_number(collection, count, false);
	check_number(collection, at_least, true);
	check_exact(collection, stated);
	return count != NULL || at_least != NULL || exact != NULL;
}

/* A list item without its match: says what the nearest object has different. */
static void
item_problem(CheckCollection *collection, const SuiteNode *item, const CatalogObject *nearest)
{
	const char *class_name = catalog_class(collection->class_id)->name;
	g_autofree char *stated = check_compare_describe(item);

	if (nearest == NULL) {
		check_problem(collection->expect, item, "%s has no %s with { %s }", collection->place, class_name,
		              stated);
		check_problem_fix(collection->expect, CHECK_FIX_REMOVE, item, NULL, NULL);
		return;
	}
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) nodes = g_ptr_array_new();
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	check_compare_object(collection->expect->meaning, check_vocabulary(collection->class_id), item, nearest, texts,
	                     nodes, values);
	g_ptr_array_add(texts, NULL);
	g_autofree char *differences = g_strjoinv("; ", (char **)texts->pdata);
	check_problem(collection->expect, item, "%s has no %s with { %s }; the nearest is \"%s\", whose %s",
	              collection->place, class_name, stated, nearest->identity, differences);
	/* One that something else in the fixture means already is not meant twice. */
	bool taken = g_hash_table_contains(collection->matched, nearest);
	if (taken)
		check_problem_fix(collection->expect, CHECK_FIX_REMOVE, item, NULL, NULL);
	for (guint i = 0; i < nodes->len && !taken; i++)
		check_problem_fix(collection->expect, CHECK_FIX_SET, g_ptr_array_index(nodes, i),
		                  g_ptr_array_index(values, i), nearest);
	g_hash_table_add(collection->matched, (gpointer)nearest);
}

/* An item of a list: at least one object must have all that it states. */
void
check_collection_item(CheckCollection *collection, const SuiteNode *item)
{
	const CheckVocabulary *vocabulary = check_vocabulary(collection->class_id);
	const char *name = suite_node_get_text(item, "name");
	const CatalogObject *nearest = NULL;
	guint least = G_MAXUINT;
	bool matched = false;

	for (guint i = 0; i < collection->count; i++) {
		const CatalogObject *object = check_collection_object(collection, i);
		if (name != NULL && strcmp(name, object->name) != 0)
			continue;
		guint differences = check_compare_object(collection->expect->meaning, vocabulary, item, object, NULL,
		                                         NULL, NULL);
		if (differences == 0) {
			g_hash_table_add(collection->matched, (gpointer)object);
			matched = true;
		} else if (differences < least) {
			least = differences;
			nearest = object;
		}
	}
	guint stated = suite_node_kind(item) == SUITE_NODE_LIST ? 1 : suite_node_size(item) - (name != NULL);
	/* An object with which nothing agrees is no help. */
	if (!matched)
		item_problem(collection, item, least < stated || name != NULL ? nearest : NULL);
}

bool
check_is_reserved(CatalogClassId class_id, const char *key)
{
	static const char *const reserved[] = { "exact", "count", "at_least", NULL };

	return g_strv_contains(reserved, key) || (class_id != CATALOG_SCHEMA && strcmp(key, "list") == 0);
}

/* columns:, policies:, indexes:, ... of a table. */
static void
check_members(CheckExpect *expect, CatalogClassId class_id, const CatalogObject *table, const SuiteNode *stated)
{
	CheckCollection collection;

	check_collection_open(&collection, expect, class_id, table->schema, table->name);
	bool list = suite_node_kind(stated) == SUITE_NODE_LIST;
	const SuiteNode *items = list ? stated : suite_node_get(stated, "list");
	for (guint i = 0; items != NULL && i < suite_node_size(items); i++)
		check_collection_item(&collection, suite_node_item(items, i));
	for (guint i = 0; !list && i < suite_node_size(stated); i++)
		if (!check_is_reserved(class_id, suite_node_key(stated, i)))
			check_collection_named(&collection, suite_node_key_node(stated, i), suite_node_item(stated, i));
	check_collection_whole(&collection, stated);
	check_collection_close(&collection);
}

static void
add_primary_key_problem(CheckExpect *expect, const CatalogObject *key, const SuiteNode *stated)
{
	const CatalogAttribute *columns = catalog_object_attribute(key, "columns");
	g_autoptr(GString) yaml = g_string_new(NULL);

	catalog_yaml_append_list(yaml, columns != NULL ? columns->value : "[]");
	check_problem(expect, stated, "primary key \"%s\" exists, expected it to be absent", key->identity);
	check_problem_fix(expect, CHECK_FIX_SET, stated, yaml->str, key);
}

static void
check_primary_key(CheckExpect *expect, const CatalogObject *table, const SuiteNode *stated)
{
	guint count;
	guint first = catalog_snapshot_range(expect->context->snapshot, CATALOG_PRIMARY_KEY, table->schema, table->name,
	                                     &count);
	const CatalogObject *object = count > 0 ? catalog_snapshot_object(expect->context->snapshot, first) : NULL;

	if (suite_node_is_word(stated, "absent")) {
		if (object != NULL)
			add_primary_key_problem(expect, object, stated);
	} else if (object == NULL) {
		check_problem(expect, stated, "table \"%s\" has no primary key", table->identity);
		check_problem_fix(expect, CHECK_FIX_SET, stated, "absent", NULL);
	} else {
		const char *name = suite_node_get_text(stated, "name");
		if (name != NULL && strcmp(name, object->name) != 0) {
			g_autoptr(GString) yaml = g_string_new(NULL);
			catalog_yaml_append(yaml, object->name, true);
			check_problem(expect, stated,
			              "the primary key of table \"%s\" is named \"%s\", expected \"%s\"",
			              table->identity, object->name, name);
			check_problem_fix(expect, CHECK_FIX_SET, suite_node_get(stated, "name"), yaml->str, object);
		}
		compare(expect, check_vocabulary(CATALOG_PRIMARY_KEY), stated, object);
	}
}

static void
check_row_security(CheckExpect *expect, const CatalogObject *table, const SuiteNode *stated)
{
	static const struct {
		const char *key;
		const char *attribute;
	} flags[] = { { "enabled", "row_security_enabled" }, { "forced", "row_security_forced" } };

	for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
		const SuiteNode *node = suite_node_get(stated, flags[i].key);
		bool expected = false;
		if (node == NULL || !suite_node_is_bool(node, &expected))
			continue;
		const CatalogAttribute *found = catalog_object_attribute(table, flags[i].attribute);
		if (expected == (found != NULL && strcmp(found->value, "true") == 0))
			continue;
		check_problem(expect, node, "row security of table \"%s\" is %s%s, expected %s", table->identity,
		              expected ? "not " : "", flags[i].key, suite_node_text(node));
		check_problem_fix(expect, CHECK_FIX_SET, node, expected ? "false" : "true", table);
	}
}

/* True when the name in the list means the object: a function's may leave its arguments out. */
static bool
means(const char *name, const CatalogObject *object)
{
	gsize length = strlen(name);

	return strcmp(name, object->name) == 0 ||
	       (object->class_id == CATALOG_FUNCTION && strncmp(name, object->name, length) == 0 &&
	        object->name[length] == '(');
}

/* One name of schemas: kb: tables: list. */
static void
check_schema_name(CheckCollection *collection, const SuiteNode *item)
{
	bool found = false;

	for (guint i = 0; i < collection->count; i++) {
		const CatalogObject *object = check_collection_object(collection, i);
		if (!means(suite_node_text(item), object))
			continue;
		g_hash_table_add(collection->matched, (gpointer)object);
		found = true;
	}
	if (found)
		return;
	check_problem(collection->expect, item, "%s \"%s.%s\" is missing", catalog_class(collection->class_id)->name,
	              collection->schema, suite_node_text(item));
	check_problem_fix(collection->expect, CHECK_FIX_REMOVE, item, NULL, NULL);
}

/* schemas: kb: tables: { count, at_least, list, exact } */
static void
check_schema_names(CheckExpect *expect, CatalogClassId class_id, const char *schema, const SuiteNode *stated)
{
	CheckCollection collection;
	const SuiteNode *list = suite_node_get(stated, "list");

	check_collection_open(&collection, expect, class_id, schema, NULL);
	for (guint i = 0; list != NULL && i < suite_node_size(list); i++)
		check_schema_name(&collection, suite_node_item(list, i));
	check_collection_whole(&collection, stated);
	check_collection_close(&collection);
}

static const CatalogClassId *
part_classes(CatalogClassId class_id)
{
	static const CatalogClassId none[] = { CATALOG_N_CLASSES };

	switch (class_id) {
	case CATALOG_SCHEMA:
		return check_fixture_top_classes();
	case CATALOG_TABLE:
		return check_fixture_table_classes();
	case CATALOG_VIEW:
		return check_fixture_view_classes();
	default:
		return none;
	}
}

/* What stands inside a table, a view or a schema. */
static void
check_parts(CheckExpect *expect, const SuiteNode *stated, const CatalogObject *object)
{
	const SuiteNode *row_security = suite_node_get(stated, "row_security");

	if (row_security != NULL && object->class_id == CATALOG_TABLE)
		check_row_security(expect, object, row_security);
	for (const CatalogClassId *id = part_classes(object->class_id); *id != CATALOG_N_CLASSES; id++) {
		const SuiteNode *part = suite_node_get(stated, catalog_class(*id)->collection);
		if (part == NULL)
			continue;
		if (object->class_id == CATALOG_SCHEMA)
			check_schema_names(expect, *id, object->name, part);
		else if (*id == CATALOG_PRIMARY_KEY)
			check_primary_key(expect, object, part);
		else
			check_members(expect, *id, object, part);
	}
}
