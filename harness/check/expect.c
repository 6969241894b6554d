#include "check/expect.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "base/nearest.h"
#include "catalog/identity.h"
#include "check/compare.h"

#include <string.h>

/* Names that a message lists before it says "and N more". */
#define NAMES_SHOWN 12

/* The work on one fixture. */
typedef struct {
	const CheckContext *context;
	CheckMeaning *meaning;
	GString *problems; /* of the object at hand: one a line, each with its place in the fixture */
	guint n_problems;
} Expect;

static void G_GNUC_PRINTF(3, 4) problem(Expect *expect, const SuiteNode *node, const char *format, ...)
{
	g_autofree char *place = base_position_format(suite_node_position(node));
	va_list arguments;

	g_string_append_printf(expect->problems, "%s%s: ", expect->n_problems > 0 ? "\n" : "", place);
	va_start(arguments, format);
	g_string_append_vprintf(expect->problems, format, arguments);
	va_end(arguments);
	expect->n_problems++;
}

/* --- One object ---------------------------------------------------------- */

static void
compare(Expect *expect, const CheckVocabulary *vocabulary, const SuiteNode *stated, const CatalogObject *object)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) nodes = g_ptr_array_new();

	check_compare_object(expect->meaning, vocabulary, stated, object, texts, nodes);
	for (guint i = 0; i < texts->len; i++)
		problem(expect, g_ptr_array_index(nodes, i), "%s \"%s\": %s", catalog_class(object->class_id)->name,
		        object->identity, (char *)g_ptr_array_index(texts, i));
}

/* The name of the class's object that is nearest to one that is missing, as a hint, or "". */
static char *
nearest_name(const Expect *expect, CatalogClassId class_id, const char *schema, const char *relation, const char *name)
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

static void check_table_parts(Expect *expect, const SuiteNode *stated, const CatalogObject *table);

/* Holds what is stated against the object of these names; gives it, or NULL when there is none. */
static const CatalogObject *
check_named(Expect *expect, CatalogClassId class_id, const char *schema, const char *relation, const char *name,
            const SuiteNode *key, const SuiteNode *stated)
{
	const CatalogObject *object =
	    catalog_snapshot_find(expect->context->snapshot, class_id, schema, relation, name);
	const char *class_name = catalog_class(class_id)->name;
	bool absent = suite_node_is_word(stated, "absent");

	if (object == NULL && !absent) {
		g_autofree char *identity = catalog_identity_join(schema, relation, name);
		g_autofree char *nearest = nearest_name(expect, class_id, schema, relation, name);
		problem(expect, key, "%s \"%s\" is missing%s", class_name, identity, nearest);
	} else if (object != NULL && absent) {
		problem(expect, key, "%s \"%s\" exists, expected it to be absent", class_name, object->identity);
	} else if (object != NULL && suite_node_kind(stated) != SUITE_NODE_SCALAR) {
		compare(expect, check_vocabulary(class_id), stated, object);
		if (class_id == CATALOG_TABLE)
			check_table_parts(expect, stated, object);
	}
	return object;
}

/* --- Collections --------------------------------------------------------- */

/* The objects of a class in one place: a table, a schema, the whole database. */
typedef struct {
	Expect *expect;
	CatalogClassId class_id;
	const char *schema;
	const char *relation;
	guint first;
	guint count;
	GHashTable *matched; /* of const CatalogObject *: what the fixture speaks of */
	char *place;         /* in words: `of table "kb.documents"` */
} Collection;

static void
collection_open(Collection *collection, Expect *expect, CatalogClassId class_id, const char *schema, const char *relation)
{
	*collection =
	    (Collection){ .expect = expect, .class_id = class_id, .schema = schema, .relation = relation };
	collection->first =
	    catalog_snapshot_range(expect->context->snapshot, class_id, schema, relation, &collection->count);
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

static void
collection_close(Collection *collection)
{
	g_hash_table_unref(collection->matched);
	g_free(collection->place);
}

static const CatalogObject *
collection_object(const Collection *collection, guint i)
{
	return catalog_snapshot_object(collection->expect->context->snapshot, collection->first + i);
}

static char *
collection_names(const Collection *collection)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < MIN(collection->count, NAMES_SHOWN); i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", collection_object(collection, i)->name);
	if (collection->count > NAMES_SHOWN)
		g_string_append_printf(names, " and %u more", collection->count - NAMES_SHOWN);
	return g_string_free(names, FALSE);
}

static void
check_count(const Collection *collection, const SuiteNode *count)
{
	gint64 expected = 0;

	suite_node_is_int(count, &expected);
	if (expected == (gint64)collection->count)
		return;
	g_autofree char *names = collection_names(collection);
	problem(collection->expect, count, "%s has %u %s, expected %" G_GINT64_FORMAT "%s%s", collection->place,
	        collection->count, catalog_class(collection->class_id)->collection, expected,
	        collection->count > 0 ? ": " : "", names);
}

/* exact: true. Names each object that the fixture does not speak of. */
static void
check_exact(const Collection *collection, const SuiteNode *exact)
{
	bool closed = false;

	if (exact == NULL || !suite_node_is_bool(exact, &closed) || !closed)
		return;
	for (guint i = 0; i < collection->count; i++) {
		const CatalogObject *object = collection_object(collection, i);
		if (!g_hash_table_contains(collection->matched, object))
			problem(collection->expect, exact, "%s \"%s\" is unexpected (exact: true, and it is not listed)",
			        catalog_class(collection->class_id)->name, object->identity);
	}
}

/* A list item without its match: says what the nearest object has different. */
static void
item_problem(const Collection *collection, const SuiteNode *item, const CatalogObject *nearest)
{
	const char *class_name = catalog_class(collection->class_id)->name;
	g_autofree char *stated = check_compare_describe(item);

	if (nearest == NULL) {
		problem(collection->expect, item, "%s has no %s with { %s }", collection->place, class_name, stated);
		return;
	}
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) nodes = g_ptr_array_new();
	check_compare_object(collection->expect->meaning, check_vocabulary(collection->class_id), item, nearest, texts, nodes);
	g_ptr_array_add(texts, NULL);
	g_autofree char *differences = g_strjoinv("; ", (char **)texts->pdata);
	problem(collection->expect, item, "%s has no %s with { %s }; the nearest is \"%s\", whose %s", collection->place,
	        class_name, stated, nearest->identity, differences);
}

/* An item of a list: at least one object must have all that it states. */
static void
check_item(Collection *collection, const SuiteNode *item)
{
	const CheckVocabulary *vocabulary = check_vocabulary(collection->class_id);
	const char *name = suite_node_get_text(item, "name");
	const CatalogObject *nearest = NULL;
	guint least = G_MAXUINT;
	bool matched = false;

	for (guint i = 0; i < collection->count; i++) {
		const CatalogObject *object = collection_object(collection, i);
		if (name != NULL && strcmp(name, object->name) != 0)
			continue;
		guint differences =
		    check_compare_object(collection->expect->meaning, vocabulary, item, object, NULL, NULL);
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

static bool
is_reserved(const char *key)
{
	return strcmp(key, "exact") == 0 || strcmp(key, "count") == 0 || strcmp(key, "list") == 0;
}

/* The name a key of a mapping means: quotes are taken off, so that "\"count\"" is an object named count. */
static char *
plain_name(const char *key)
{
	g_auto(GStrv) parts = key[0] == '"' ? catalog_identity_split(key) : NULL;

	return parts != NULL && g_strv_length(parts) == 1 ? g_strdup(parts[0]) : g_strdup(key);
}

/* columns:, policies:, indexes:, ... of a table. */
static void
check_collection(Expect *expect, CatalogClassId class_id, const CatalogObject *table, const SuiteNode *stated)
{
	Collection collection;

	collection_open(&collection, expect, class_id, table->schema, table->name);
	bool list = suite_node_kind(stated) == SUITE_NODE_LIST;
	const SuiteNode *items = list ? stated : suite_node_get(stated, "list");
	for (guint i = 0; items != NULL && i < suite_node_size(items); i++)
		check_item(&collection, suite_node_item(items, i));
	for (guint i = 0; !list && i < suite_node_size(stated); i++) {
		if (is_reserved(suite_node_key(stated, i)))
			continue;
		g_autofree char *name = plain_name(suite_node_key(stated, i));
		const CatalogObject *object = check_named(expect, class_id, table->schema, table->name, name,
		                                          suite_node_key_node(stated, i), suite_node_item(stated, i));
		if (object != NULL)
			g_hash_table_add(collection.matched, (gpointer)object);
	}
	if (suite_node_get(stated, "count") != NULL)
		check_count(&collection, suite_node_get(stated, "count"));
	check_exact(&collection, suite_node_get(stated, "exact"));
	collection_close(&collection);
}

static void
check_primary_key(Expect *expect, const CatalogObject *table, const SuiteNode *stated)
{
	guint count;
	guint first =
	    catalog_snapshot_range(expect->context->snapshot, CATALOG_PRIMARY_KEY, table->schema, table->name, &count);
	const CatalogObject *object = count > 0 ? catalog_snapshot_object(expect->context->snapshot, first) : NULL;

	if (suite_node_is_word(stated, "absent")) {
		if (object != NULL)
			problem(expect, stated, "primary key \"%s\" exists, expected it to be absent", object->identity);
	} else if (object == NULL) {
		problem(expect, stated, "table \"%s\" has no primary key", table->identity);
	} else {
		const char *name = suite_node_get_text(stated, "name");
		if (name != NULL && strcmp(name, object->name) != 0)
			problem(expect, stated, "the primary key of table \"%s\" is named \"%s\", expected \"%s\"",
			        table->identity, object->name, name);
		compare(expect, check_vocabulary(CATALOG_PRIMARY_KEY), stated, object);
	}
}

static void
check_row_security(Expect *expect, const CatalogObject *table, const SuiteNode *stated)
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
			problem(expect, node, "row security of table \"%s\" is %s%s, expected %s", table->identity,
			        expected ? "not " : "", flags[i].key, suite_node_text(node));
	}
}

static void
check_table_parts(Expect *expect, const SuiteNode *stated, const CatalogObject *table)
{
	const SuiteNode *row_security = suite_node_get(stated, "row_security");

	if (row_security != NULL)
		check_row_security(expect, table, row_security);
	for (const CatalogClassId *id = check_fixture_table_classes(); *id != CATALOG_N_CLASSES; id++) {
		const SuiteNode *part = suite_node_get(stated, catalog_class(*id)->collection);
		if (part == NULL)
			continue;
		if (*id == CATALOG_PRIMARY_KEY)
			check_primary_key(expect, table, part);
		else
			check_collection(expect, *id, table, part);
	}
}

/* --- Cases --------------------------------------------------------------- */

/* Reports one case: passed, or failed with the problems that were noted since the last one. */
static void
finish_case(Expect *expect, const char *name, const SuiteNode *node, gint64 start)
{
	ReportCase *test_case = check_case_new(expect->context, "expect", name, suite_node_position(node));

	if (expect->n_problems == 1)
		report_case_set(test_case, REPORT_FAILED, "%s", expect->problems->str);
	else if (expect->n_problems > 1)
		report_case_set(test_case, REPORT_FAILED, "%u differences\n%s", expect->n_problems, expect->problems->str);
	test_case->duration = g_get_monotonic_time() - start;
	g_string_truncate(expect->problems, 0);
	expect->n_problems = 0;
	check_case_report(expect->context, test_case);
}

/* One object at the top level of the fixture. */
static const CatalogObject *
check_top_object(Expect *expect, const CatalogClass *class, const SuiteNode *section, guint index)
{
	gint64 start = g_get_monotonic_time();
	const char *key = suite_node_key(section, index);
	const SuiteNode *key_node = suite_node_key_node(section, index);
	g_auto(GStrv) parts = class->scope == CATALOG_SCOPE_SCHEMA ? catalog_identity_split(key) : NULL;
	const char *schema = parts != NULL ? parts[0] : NULL;
	g_autofree char *plain = parts != NULL ? NULL : plain_name(key);
	const char *name = parts != NULL ? parts[1] : plain;
	const CatalogObject *object =
	    check_named(expect, class->id, schema, NULL, name, key_node, suite_node_item(section, index));
	g_autofree char *title = g_strdup_printf("%s %s", class->name, key);

	finish_case(expect, title, key_node, start);
	return object;
}

/* extensions: [a, b]: a case for each name. */
static void
check_names_list(Expect *expect, Collection *collection, const SuiteNode *list)
{
	const CatalogClass *class = catalog_class(collection->class_id);

	for (guint i = 0; i < suite_node_size(list); i++) {
		gint64 start = g_get_monotonic_time();
		const SuiteNode *item = suite_node_item(list, i);
		const CatalogObject *object =
		    check_named(expect, class->id, NULL, NULL, suite_node_text(item), item, item);
		if (object != NULL)
			g_hash_table_add(collection->matched, (gpointer)object);
		g_autofree char *title = g_strdup_printf("%s %s", class->name, suite_node_text(item));
		finish_case(expect, title, item, start);
	}
}

static void
check_section(Expect *expect, const CatalogClass *class, const SuiteNode *section)
{
	Collection collection;
	gint64 start = g_get_monotonic_time();

	collection_open(&collection, expect, class->id, NULL, NULL);
	bool list = suite_node_kind(section) == SUITE_NODE_LIST;
	for (guint i = 0; !list && i < suite_node_size(section); i++) {
		if (is_reserved(suite_node_key(section, i)))
			continue;
		const CatalogObject *object = check_top_object(expect, class, section, i);
		if (object != NULL)
			g_hash_table_add(collection.matched, (gpointer)object);
	}
	const SuiteNode *items = list ? section : suite_node_get(section, "list");
	if (items != NULL && class->scope == CATALOG_SCOPE_DATABASE) {
		check_names_list(expect, &collection, items);
	} else if (items != NULL) {
		for (guint i = 0; i < suite_node_size(items); i++)
			check_item(&collection, suite_node_item(items, i));
		finish_case(expect, class->collection, items, start);
	}
	if (suite_node_get(section, "count") != NULL || suite_node_get(section, "exact") != NULL) {
		if (suite_node_get(section, "count") != NULL)
			check_count(&collection, suite_node_get(section, "count"));
		check_exact(&collection, suite_node_get(section, "exact"));
		g_autofree char *title = g_strdup_printf("all %s", class->collection);
		finish_case(expect, title, section, start);
	}
	collection_close(&collection);
}

/* schemas: kb: tables: { count, list, exact } */
static void
check_schema_names(Expect *expect, const CatalogClass *class, const char *schema, const SuiteNode *stated)
{
	Collection collection;
	const SuiteNode *list = suite_node_get(stated, "list");

	collection_open(&collection, expect, class->id, schema, NULL);
	for (guint i = 0; list != NULL && i < suite_node_size(list); i++) {
		const SuiteNode *item = suite_node_item(list, i);
		const CatalogObject *object =
		    catalog_snapshot_find(expect->context->snapshot, class->id, schema, NULL, suite_node_text(item));
		if (object != NULL)
			g_hash_table_add(collection.matched, (gpointer)object);
		else
			problem(expect, item, "%s \"%s.%s\" is missing", class->name, schema, suite_node_text(item));
	}
	if (suite_node_get(stated, "count") != NULL)
		check_count(&collection, suite_node_get(stated, "count"));
	check_exact(&collection, suite_node_get(stated, "exact"));
	collection_close(&collection);
}

static void
check_schemas(Expect *expect, const SuiteNode *section)
{
	Collection collection;

	collection_open(&collection, expect, CATALOG_SCHEMA, NULL, NULL);
	for (guint i = 0; i < suite_node_size(section); i++) {
		gint64 start = g_get_monotonic_time();
		const SuiteNode *stated = suite_node_item(section, i);
		const SuiteNode *key = suite_node_key_node(section, i);
		if (is_reserved(suite_node_text(key)))
			continue;
		g_autofree char *name = plain_name(suite_node_text(key));
		const CatalogObject *object = check_named(expect, CATALOG_SCHEMA, NULL, NULL, name, key, stated);
		if (object != NULL)
			g_hash_table_add(collection.matched, (gpointer)object);
		for (const CatalogClassId *id = check_fixture_top_classes(); *id != CATALOG_N_CLASSES; id++) {
			const SuiteNode *names = suite_node_get(stated, catalog_class(*id)->collection);
			if (names != NULL && object != NULL)
				check_schema_names(expect, catalog_class(*id), name, names);
		}
		g_autofree char *title = g_strdup_printf("schema %s", name);
		finish_case(expect, title, key, start);
	}
	const SuiteNode *count = suite_node_get(section, "count");
	const SuiteNode *exact = suite_node_get(section, "exact");
	if (count != NULL || exact != NULL) {
		gint64 start = g_get_monotonic_time();
		if (count != NULL)
			check_count(&collection, count);
		check_exact(&collection, exact);
		finish_case(expect, "all schemas", section, start);
	}
	collection_close(&collection);
}

bool
check_expect_run(const CheckContext *context, const SuiteDocument *fixture, GError **error)
{
	const SuiteNode *root = suite_document_root(fixture);
	g_autoptr(CheckMeaning) meaning = check_meaning_new(context->session);
	Expect expect = { .context = context, .meaning = meaning, .problems = g_string_new(NULL) };
	const SuiteNode *schemas = suite_node_get(root, "schemas");

	if (schemas != NULL)
		check_schemas(&expect, schemas);
	for (const CatalogClassId *id = check_fixture_top_classes(); *id != CATALOG_N_CLASSES; id++) {
		const SuiteNode *section = suite_node_get(root, catalog_class(*id)->collection);
		if (section != NULL)
			check_section(&expect, catalog_class(*id), section);
	}
	g_string_free(expect.problems, TRUE);
	if (db_session_transaction_state(context->session) == DB_TRANSACTION_LOST)
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "lost the connection to the server");
	return base_interrupt_check(error);
}
