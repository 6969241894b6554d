#include "check/expect.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "check/assemble.h"
#include "check/object.h"
#include "check/rule.h"
#include "check/server_condition.h"

/* What stands at one key of the top level. */
static void
check_top_object(CheckCollection *collection, const SuiteNode *section, guint index)
{
	gint64 start = g_get_monotonic_time();
	const SuiteNode *key = suite_node_key_node(section, index);
	g_autofree char *title = g_strdup_printf("%s %s", catalog_class(collection->class_id)->name,
	                                         suite_node_text(key));

	check_collection_named(collection, key, suite_node_item(section, index));
	check_expect_report(collection->expect, title, key, start);
}

/* extensions: [a, b]: a case for each name. */
static void
check_names_list(CheckExpect *expect, CheckCollection *collection, const SuiteNode *list)
{
	const CatalogClass *class = catalog_class(collection->class_id);

	for (guint i = 0; i < suite_node_size(list); i++) {
		gint64 start = g_get_monotonic_time();
		const SuiteNode *item = suite_node_item(list, i);
		check_collection_one(collection, NULL, suite_node_text(item), item, item);
		g_autofree char *title = g_strdup_printf("%s %s", class->name, suite_node_text(item));
		check_expect_report(expect, title, item, start);
	}
}

static void
check_section(CheckExpect *expect, const CatalogClass *class, const SuiteNode *section)
{
	CheckCollection collection;
	gint64 start = g_get_monotonic_time();

	check_collection_open(&collection, expect, class->id, NULL, NULL);
	bool list = suite_node_kind(section) == SUITE_NODE_LIST;
	for (guint i = 0; !list && i < suite_node_size(section); i++)
		if (!check_is_reserved(class->id, suite_node_key(section, i)))
			check_top_object(&collection, section, i);
	const SuiteNode *items = list ? section : class->id == CATALOG_SCHEMA ? NULL : suite_node_get(section, "list");
	if (items != NULL && class->scope != CATALOG_SCOPE_SCHEMA) {
		check_names_list(expect, &collection, items);
	} else if (items != NULL) {
		for (guint i = 0; i < suite_node_size(items); i++)
			check_collection_item(&collection, suite_node_item(items, i));
		check_expect_report(expect, class->collection, items, start);
	}
	start = g_get_monotonic_time();
	if (check_collection_whole(&collection, section)) {
		g_autofree char *title = g_strdup_printf("all %s", class->collection);
		check_expect_report(expect, title, section, start);
	}
	check_collection_close(&collection);
}

/* What is not for this server: a case that says so. */
static void
report_left_out(CheckExpect *expect, const GPtrArray *left_out)
{
	for (guint i = 0; i < left_out->len; i++) {
		const CheckLeftOut *one = g_ptr_array_index(left_out, i);
		g_autofree char *reason = check_server_condition_reason(
		    one->condition, db_session_server_version(expect->context->session));
		ReportCase *test_case = check_case_new(expect->context, "expect", one->title,
		                                       suite_node_position(one->place));
		report_case_set(test_case, REPORT_SKIPPED, "%s", reason);
		check_case_report(expect->context, test_case);
	}
}

static void
check_all(CheckExpect *expect, const SuiteNode *root)
{
	const SuiteNode *schemas = suite_node_get(root, catalog_class(CATALOG_SCHEMA)->collection);
	const SuiteNode *rules = suite_node_get(root, "rules");

	if (schemas != NULL)
		check_section(expect, catalog_class(CATALOG_SCHEMA), schemas);
	for (const CatalogClassId *id = check_fixture_top_classes(); *id != CATALOG_N_CLASSES; id++) {
		const SuiteNode *section = suite_node_get(root, catalog_class(*id)->collection);
		if (section != NULL)
			check_section(expect, catalog_class(*id), section);
	}
	if (rules != NULL)
		check_rules_run(expect, rules);
}

bool
check_expect_run(const CheckContext *context, const SuiteDocument *fixture, GError **error)
{
	g_autoptr(SuiteNodes) nodes = suite_nodes_new();
	g_autoptr(GPtrArray) left_out = NULL;
	const SuiteNode *root = check_assemble(fixture, db_session_server_version(context->session), nodes, &left_out,
	                                       error);
	CheckExpect expect;

	if (root == NULL)
		return false;
	check_expect_open(&expect, context);
	check_all(&expect, root);
	report_left_out(&expect, left_out);
	check_expect_close(&expect);
	if (db_session_transaction_state(context->session) == DB_TRANSACTION_LOST)
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "lost the connection to the server");
	return base_interrupt_check(error);
}
