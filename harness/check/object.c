#include "check/object.h"

#include "base/nearest.h"
#include "catalog/identity.h"
#include "check/compare.h"

#include <string.h>

/* Names that a message lists before it says "and N more". */
#define NAMES_SHOWN 40

static void
problem_clear(gpointer data)
{
	CheckProblem *problem = data;

	g_free(problem->text);
}

void
check_expect_open(CheckExpect *expect, const CheckContext *context)
{
	expect->context = context;
	expect->meaning = check_meaning_new(context->session);
	expect->problems = g_array_new(FALSE, FALSE, sizeof(CheckProblem));
	g_array_set_clear_func(expect->problems, problem_clear);
}

void
check_expect_close(CheckExpect *expect)
{
	check_meaning_free(expect->meaning);
	g_array_unref(expect->problems);
}

void
check_problem(CheckExpect *expect, const SuiteNode *node, const char *format, ...)
{
	CheckProblem problem = { .position = suite_node_position(node) };
	va_list arguments;

	va_start(arguments, format);
	problem.text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_array_append_val(expect->problems, problem);
}

/* --- One object ---------------------------------------------------------- */

static void
compare(CheckExpect *expect, const CheckVocabulary *vocabulary, const SuiteNode *stated, const CatalogObject *object)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) nodes = g_ptr_array_new();

	check_compare_object(expect->meaning, vocabulary, stated, object, texts, nodes);
	for (guint i = 0; i < texts->len; i++)
		check_problem(expect, g_ptr_array_index(nodes, i), "%s \"%s\": %s",
		              catalog_class(object->class_id)->name, object->identity,
		              (char *)g_ptr_array_index(texts, i));
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

static void check_parts(CheckExpect *expect, const SuiteNode *stated, const CatalogObject *relation);

/* Holds what is stated against the object of these names; gives it, or NULL when there is none. */
const CatalogObject *
check_object_named(CheckExpect *expect, CatalogClassId class_id, const char *schema, const char *relation,
                   const char *name, const SuiteNode *key, const SuiteNode *stated)
{
	const CatalogObject *object = catalog_snapshot_find(expect->context->snapshot, class_id, schema, relation,
	                                                    name);
	const char *class_name = catalog_class(class_id)->name;
	bool absent = suite_node_is_word(stated, "absent");

	if (object == NULL && !absent) {
		g_autofree char *identity = catalog_identity_join(schema, relation, name);
		g_autofree char *nearest = nearest_name(expect, class_id, schema, relation, name);
		check_problem(expect, key, "%s \"%s\" is missing%s", class_name, identity, nearest);
	} else if (object != NULL && absent) {
		check_problem(expect, key, "%s \"%s\" exists, expected it to be absent", class_name, object->identity);
	} else if (object != NULL && suite_node_kind(stated) != SUITE_NODE_SCALAR) {
		compare(expect, check_vocabulary(class_id), stated, object);
		if (class_id == CATALOG_TABLE || class_id == CATALOG_VIEW)
			check_parts(expect, stated, object);
	}
	return object;
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

void
check_collection_count(const CheckCollection *collection, const SuiteNode *count)
{
	gint64 expected = 0;

	suite_node_is_int(count, &expected);
	if (expected == (gint64)collection->count)
		return;
	g_autofree char *names = collection_names(collection);
	check_problem(collection->expect, count, "%s has %u %s, expected %" G_GINT64_FORMAT "%s%s", collection->place,
	              collection->count, catalog_class(collection->class_id)->collection, expected,
	              collection->count > 0 ? ": " : "", names);
}

/* exact: true. Names each object that the fixture does not speak of. */
void
check_collection_exact(const CheckCollection *collection, const SuiteNode *exact)
{
	bool closed = false;

	if (exact == NULL || !suite_node_is_bool(exact, &closed) || !closed)
		return;
	for (guint i = 0; i < collection->count; i++) {
		const CatalogObject *object = check_collection_object(collection, i);
		if (!g_hash_table_contains(collection->matched, object))
			check_problem(collection->expect, exact,
			              "%s \"%s\" is unexpected (exact: true, and it is not listed)",
			              catalog_class(collection->class_id)->name, object->identity);
	}
}

/* A list item without its match: says what the nearest object has different. */
static void
item_problem(const CheckCollection *collection, const SuiteNode *item, const CatalogObject *nearest)
{
	const char *class_name = catalog_class(collection->class_id)->name;
	g_autofree char *stated = check_compare_describe(item);

	if (nearest == NULL) {
		check_problem(collection->expect, item, "%s has no %s with { %s }", collection->place, class_name,
		              stated);
		return;
	}
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) nodes = g_ptr_array_new();
	check_compare_object(collection->expect->meaning, check_vocabulary(collection->class_id), item, nearest, texts,
	                     nodes);
	g_ptr_array_add(texts, NULL);
	g_autofree char *differences = g_strjoinv("; ", (char **)texts->pdata);
	check_problem(collection->expect, item, "%s has no %s with { %s }; the nearest is \"%s\", whose %s",
	              collection->place, class_name, stated, nearest->identity, differences);
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
		                                         NULL);
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
check_is_reserved(const char *key)
{
	return strcmp(key, "exact") == 0 || strcmp(key, "count") == 0 || strcmp(key, "list") == 0;
}

/* The name a key of a mapping means: quotes are taken off, so that "\"count\"" is an object named count. */
char *
check_plain_name(const char *key)
{
	g_auto(GStrv) parts = key[0] == '"' ? catalog_identity_split(key) : NULL;

	return parts != NULL && g_strv_length(parts) == 1 ? g_strdup(parts[0]) : g_strdup(key);
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
	for (guint i = 0; !list && i < suite_node_size(stated); i++) {
		if (check_is_reserved(suite_node_key(stated, i)))
			continue;
		g_autofree char *name = check_plain_name(suite_node_key(stated, i));
		const CatalogObject *object = check_object_named(expect, class_id, table->schema, table->name, name,
		                                                 suite_node_key_node(stated, i),
		                                                 suite_node_item(stated, i));
		if (object != NULL)
			g_hash_table_add(collection.matched, (gpointer)object);
	}
	if (suite_node_get(stated, "count") != NULL)
		check_collection_count(&collection, suite_node_get(stated, "count"));
	check_collection_exact(&collection, suite_node_get(stated, "exact"));
	check_collection_close(&collection);
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
			check_problem(expect, stated, "primary key \"%s\" exists, expected it to be absent",
			              object->identity);
	} else if (object == NULL) {
		check_problem(expect, stated, "table \"%s\" has no primary key", table->identity);
	} else {
		const char *name = suite_node_get_text(stated, "name");
		if (name != NULL && strcmp(name, object->name) != 0)
			check_problem(expect, stated,
			              "the primary key of table \"%s\" is named \"%s\", expected \"%s\"",
			              table->identity, object->name, name);
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
		if (expected != (found != NULL && strcmp(found->value, "true") == 0))
			check_problem(expect, node, "row security of table \"%s\" is %s%s, expected %s",
			              table->identity, expected ? "not " : "", flags[i].key, suite_node_text(node));
	}
}

/* What stands inside a table or a view. */
static void
check_parts(CheckExpect *expect, const SuiteNode *stated, const CatalogObject *relation)
{
	const SuiteNode *row_security = suite_node_get(stated, "row_security");
	const CatalogClassId *id = relation->class_id == CATALOG_VIEW ? check_fixture_view_classes()
	                                                              : check_fixture_table_classes();

	if (row_security != NULL)
		check_row_security(expect, relation, row_security);
	for (; *id != CATALOG_N_CLASSES; id++) {
		const SuiteNode *part = suite_node_get(stated, catalog_class(*id)->collection);
		if (part == NULL)
			continue;
		if (*id == CATALOG_PRIMARY_KEY)
			check_primary_key(expect, relation, part);
		else
			check_members(expect, *id, relation, part);
	}
}
