#include "check/expect.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "catalog/identity.h"
#include "check/object.h"

#include <string.h>

/* All problems, one a line, each with its place in the fixture. */
static char *
list_problems(const CheckExpect *expect)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < expect->problems->len; i++) {
		const CheckProblem *one = &g_array_index(expect->problems, CheckProblem, i);
		g_autofree char *place = base_position_format(one->position);
		g_string_append_printf(text, "%s%s: %s", i > 0 ? "\n" : "", place, one->text);
	}
	return g_string_free(text, FALSE);
}

/* Reports one case: passed, or failed with the problems that were noted since the last one. It stands where the
 * object does in the fixture, or at the expectation when that is the only one not met. */
static void
finish_case(CheckExpect *expect, const char *name, const SuiteNode *node, gint64 start)
{
	ReportCase *test_case = check_case_new(expect->context, "expect", name, suite_node_position(node));

	if (expect->problems->len == 1) {
		const CheckProblem *only = &g_array_index(expect->problems, CheckProblem, 0);
		test_case->position = only->position;
		report_case_set(test_case, REPORT_FAILED, "%s", only->text);
	} else if (expect->problems->len > 1) {
		g_autofree char *problems = list_problems(expect);
		report_case_set(test_case, REPORT_FAILED, "%u differences\n%s", expect->problems->len, problems);
	}
	test_case->duration = g_get_monotonic_time() - start;
	g_array_set_size(expect->problems, 0);
	check_case_report(expect->context, test_case);
}

/* "f(varchar,int)" as the server names it: "f(character varying, integer)". A type that it does not understand stays:
 * then there is no such function. The caller frees it. */
static char *
function_name(CheckExpect *expect, const char *name)
{
	const char *open = strchr(name, '(');
	g_autofree char *types = g_strndup(open + 1, strlen(open + 1) - 1);
	GString *full = g_string_new_len(name, open - name + 1);
	gsize length;

	for (const char *type = types; *type != '\0'; type += length) {
		type += strspn(type, ", ");
		length = 0;
		for (int depth = 0; type[length] != '\0' && (type[length] != ',' || depth > 0); length++)
			depth += (type[length] == '(') - (type[length] == ')');
		g_autofree char *one = g_strndup(type, length);
		CheckMeaningAnswer answer = check_meaning_type(expect->meaning, one);
		g_string_append_printf(full, "%s%s", full->str[full->len - 1] == '(' ? "" : ", ",
		                       answer.text != NULL ? answer.text : one);
	}
	g_string_append_c(full, ')');
	return g_string_free(full, FALSE);
}

/* One object at the top level of the fixture. */
static const CatalogObject *
check_top_object(CheckExpect *expect, const CatalogClass *class, const SuiteNode *section, guint index)
{
	gint64 start = g_get_monotonic_time();
	const char *key = suite_node_key(section, index);
	const SuiteNode *key_node = suite_node_key_node(section, index);
	g_auto(GStrv) parts = class->scope == CATALOG_SCOPE_SCHEMA ? catalog_identity_split(key) : NULL;
	const char *schema = parts != NULL ? parts[0] : NULL;
	g_autofree char *name = parts == NULL                   ? check_plain_name(key)
	                        : class->id == CATALOG_FUNCTION ? function_name(expect, parts[1])
	                                                        : g_strdup(parts[1]);
	const CatalogObject *object = check_object_named(expect, class->id, schema, NULL, name, key_node,
	                                                 suite_node_item(section, index));
	g_autofree char *title = g_strdup_printf("%s %s", class->name, key);

	finish_case(expect, title, key_node, start);
	return object;
}

/* extensions: [a, b]: a case for each name. */
static void
check_names_list(CheckExpect *expect, CheckCollection *collection, const SuiteNode *list)
{
	const CatalogClass *class = catalog_class(collection->class_id);

	for (guint i = 0; i < suite_node_size(list); i++) {
		gint64 start = g_get_monotonic_time();
		const SuiteNode *item = suite_node_item(list, i);
		const CatalogObject *object = check_object_named(expect, class->id, NULL, NULL, suite_node_text(item),
		                                                 item, item);
		if (object != NULL)
			g_hash_table_add(collection->matched, (gpointer)object);
		g_autofree char *title = g_strdup_printf("%s %s", class->name, suite_node_text(item));
		finish_case(expect, title, item, start);
	}
}

static void
check_section(CheckExpect *expect, const CatalogClass *class, const SuiteNode *section)
{
	CheckCollection collection;
	gint64 start = g_get_monotonic_time();

	check_collection_open(&collection, expect, class->id, NULL, NULL);
	bool list = suite_node_kind(section) == SUITE_NODE_LIST;
	for (guint i = 0; !list && i < suite_node_size(section); i++) {
		if (check_is_reserved(suite_node_key(section, i)))
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
			check_collection_item(&collection, suite_node_item(items, i));
		finish_case(expect, class->collection, items, start);
	}
	if (suite_node_get(section, "count") != NULL || suite_node_get(section, "exact") != NULL) {
		if (suite_node_get(section, "count") != NULL)
			check_collection_count(&collection, suite_node_get(section, "count"));
		check_collection_exact(&collection, suite_node_get(section, "exact"));
		g_autofree char *title = g_strdup_printf("all %s", class->collection);
		finish_case(expect, title, section, start);
	}
	check_collection_close(&collection);
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
	if (!found)
		check_problem(collection->expect, item, "%s \"%s.%s\" is missing",
		              catalog_class(collection->class_id)->name, collection->schema, suite_node_text(item));
}

/* schemas: kb: tables: { count, list, exact } */
static void
check_schema_names(CheckExpect *expect, const CatalogClass *class, const char *schema, const SuiteNode *stated)
{
	CheckCollection collection;
	const SuiteNode *list = suite_node_get(stated, "list");

	check_collection_open(&collection, expect, class->id, schema, NULL);
	for (guint i = 0; list != NULL && i < suite_node_size(list); i++)
		check_schema_name(&collection, suite_node_item(list, i));
	if (suite_node_get(stated, "count") != NULL)
		check_collection_count(&collection, suite_node_get(stated, "count"));
	check_collection_exact(&collection, suite_node_get(stated, "exact"));
	check_collection_close(&collection);
}

static void
check_schemas(CheckExpect *expect, const SuiteNode *section)
{
	const SuiteNode *count = suite_node_get(section, "count");
	const SuiteNode *exact = suite_node_get(section, "exact");
	CheckCollection collection;

	check_collection_open(&collection, expect, CATALOG_SCHEMA, NULL, NULL);
	for (guint i = 0; i < suite_node_size(section); i++) {
		gint64 start = g_get_monotonic_time();
		const SuiteNode *stated = suite_node_item(section, i);
		const SuiteNode *key = suite_node_key_node(section, i);
		if (stated == exact || stated == count)
			continue;
		g_autofree char *name = check_plain_name(suite_node_text(key));
		const CatalogObject *object = check_object_named(expect, CATALOG_SCHEMA, NULL, NULL, name, key, stated);
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
	if (count != NULL || exact != NULL) {
		gint64 start = g_get_monotonic_time();
		if (count != NULL)
			check_collection_count(&collection, count);
		check_collection_exact(&collection, exact);
		finish_case(expect, "all schemas", section, start);
	}
	check_collection_close(&collection);
}

bool
check_expect_run(const CheckContext *context, const SuiteDocument *fixture, GError **error)
{
	const SuiteNode *root = suite_document_root(fixture);
	CheckExpect expect;
	const SuiteNode *schemas = suite_node_get(root, "schemas");

	check_expect_open(&expect, context);
	if (schemas != NULL)
		check_schemas(&expect, schemas);
	for (const CatalogClassId *id = check_fixture_top_classes(); *id != CATALOG_N_CLASSES; id++) {
		const SuiteNode *section = suite_node_get(root, catalog_class(*id)->collection);
		if (section != NULL)
			check_section(&expect, catalog_class(*id), section);
	}
	check_expect_close(&expect);
	if (db_session_transaction_state(context->session) == DB_TRANSACTION_LOST)
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "lost the connection to the server");
	return base_interrupt_check(error);
}
