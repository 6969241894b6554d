#include "plan/tree/tree.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n <Query>\n"
#define TAIL " </Query>\n</explain>"

static PlanTree *
read_plan(const char *inside)
{
	g_autofree char *xml = g_strconcat(HEAD, inside, TAIL, NULL);
	g_autoptr(GError) error = NULL;
	PlanTree *tree = plan_tree_read(xml, strlen(xml), &error);

	if (tree == NULL)
		fail_msg("%s", error->message);
	return tree;
}

/* A sample that holds what the tree has fields for, in the order of the server. */
static const char joined[] =
    "<Plan><Node-Type>Nested Loop</Node-Type><Join-Type>Left</Join-Type><Startup-Cost>0.43</Startup-Cost>"
    "<Total-Cost>17.50</Total-Cost><Plan-Rows>3</Plan-Rows><Plan-Width>16</Plan-Width>"
    "<Actual-Rows>20.00</Actual-Rows><Actual-Loops>2</Actual-Loops><Disabled>false</Disabled>"
    "<Output><Item>a.id</Item></Output><Join-Filter>(a.id = b.id)</Join-Filter><Plans>"
    "<Plan><Node-Type>Index Scan</Node-Type><Parent-Relationship>Outer</Parent-Relationship>"
    "<Scan-Direction>Forward</Scan-Direction><Index-Name>a_pkey</Index-Name><Relation-Name>a</Relation-Name>"
    "<Schema>public</Schema><Alias>a</Alias><Actual-Loops>4</Actual-Loops><Index-Cond>(a.id = 7)</Index-Cond>"
    "<Rows-Removed-by-Filter>5</Rows-Removed-by-Filter><Filter>(a.x &lt; 3)</Filter>"
    "<Shared-Hit-Blocks>3</Shared-Hit-Blocks><Shared-Read-Blocks>4</Shared-Read-Blocks></Plan>"
    "<Plan><Node-Type>Sort</Node-Type><Parent-Relationship>Inner</Parent-Relationship><Disabled>true</Disabled>"
    "<Sort-Key><Item>b.id</Item><Item>b.at DESC</Item></Sort-Key></Plan></Plans></Plan>";

static void
test_fields(void **state G_GNUC_UNUSED)
{
	g_autoptr(PlanTree) tree = read_plan(joined);
	const PlanNode *root = plan_tree_root(tree);

	assert_int_equal(plan_tree_nodes(tree)->len, 3);
	assert_string_equal(root->type, "Nested Loop");
	assert_string_equal(root->join_type, "Left");
	assert_true(root->total_cost > 17.49 && root->total_cost < 17.51);
	assert_true(root->actual_rows > 19.9 && root->actual_rows < 20.1);
	assert_false(root->disabled);
	assert_int_equal(root->children->len, 2);
	const PlanNode *scan = g_ptr_array_index(root->children, 0);
	assert_ptr_equal(scan->parent, root);
	assert_string_equal(scan->schema, "public");
	assert_string_equal(scan->relation, "a");
	assert_string_equal(scan->index, "a_pkey");
	assert_int_equal(scan->conditions->len, 2);
	assert_string_equal(((PlanCondition *)g_ptr_array_index(scan->conditions, 1))->text, "(a.x < 3)");
	/* Rows removed are those of a loop, blocks are those of all. */
	assert_int_equal((int)scan->rows_removed, 20);
	assert_int_equal((int)scan->shared_blocks, 7);
	assert_true(scan->heap_fetches < 0);
	const PlanNode *sort = g_ptr_array_index(root->children, 1);
	assert_true(sort->disabled);
	assert_int_equal(sort->sort_keys->len, 2);
	assert_string_equal(g_ptr_array_index(sort->sort_keys, 1), "b.at DESC");
}

static void
test_odd_names(void **state G_GNUC_UNUSED)
{
	g_autoptr(PlanTree)
	    tree = read_plan("<Plan><Node-Type>Seq Scan</Node-Type><Relation-Name>a \"b\" 'c' &lt;d&gt; &amp;\n"
	                     "e\x01 \xc3\xa4</Relation-Name></Plan>");

	assert_string_equal(plan_tree_root(tree)->relation, "a \"b\" 'c' <d> &\ne? \xc3\xa4");
}

static void
test_many_nodes(void **state G_GNUC_UNUSED)
{
	g_autoptr(GString) text = g_string_new("<Plan><Node-Type>Append</Node-Type><Plans>");

	for (guint i = 0; i < 10000; i++)
		g_string_append_printf(
		    text, "<Plan><Node-Type>Seq Scan</Node-Type><Relation-Name>t%u</Relation-Name></Plan>", i);
	g_string_append(text, "</Plans></Plan>");
	g_autoptr(PlanTree) tree = read_plan(text->str);
	assert_int_equal(plan_tree_nodes(tree)->len, 10001);
	assert_string_equal(((PlanNode *)g_ptr_array_index(plan_tree_nodes(tree), 10000))->relation, "t9999");
}

/* Joins of joins: deeper than any query that a planner comes to an end with. */
static void
test_deep(void **state G_GNUC_UNUSED)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < 900; i++)
		g_string_append(text, "<Plan><Node-Type>Nested Loop</Node-Type><Plans>");
	g_string_append(text, "<Plan><Node-Type>Result</Node-Type></Plan>");
	for (guint i = 0; i < 900; i++)
		g_string_append(text, "</Plans></Plan>");
	g_autoptr(PlanTree) tree = read_plan(text->str);
	assert_int_equal(plan_tree_nodes(tree)->len, 901);
}

static void
test_no_plan(void **state G_GNUC_UNUSED)
{
	static const char *const texts[] = {
		"", "{}", "<explain>", "<explain/>", HEAD TAIL, "<a><Query><Plan/></Query>"
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(PlanTree) tree = plan_tree_read(texts[i], strlen(texts[i]), &error);
		if (tree != NULL)
			fail_msg("\"%s\" is taken for a plan", texts[i]);
		assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATABASE));
	}
}

static void
test_xpath(void **state G_GNUC_UNUSED)
{
	g_autoptr(PlanTree) tree = read_plan(joined);
	static const struct {
		const char *text;
		bool holds;
	} rows[] = {
		{ "//Plan[Node-Type='Sort']", true },
		{ "//Plan[Node-Type='Seq Scan']", false },
		{ "not(//Plan[Node-Type='Seq Scan'])", true },
		{ "count(//Plan) = 3", true },
		{ "/explain/Query/Plan/Total-Cost < 17", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *problem = NULL;
		g_autoptr(GError) error = NULL;
		bool holds = !rows[i].holds;
		PlanXpath *xpath = plan_xpath_new(rows[i].text, &problem);
		assert_non_null(xpath);
		assert_true(plan_xpath_holds(xpath, tree, &holds, &error));
		if (holds != rows[i].holds)
			fail_msg("%s is %s", rows[i].text, holds ? "true" : "false");
		plan_xpath_free(xpath);
	}
}

static void
test_no_xpath(void **state G_GNUC_UNUSED)
{
	static const char *const texts[] = { "", "//Plan[", "nonsense()", "a b", "$x" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *problem = NULL;
		PlanXpath *xpath = plan_xpath_new(texts[i], &problem);
		if (xpath != NULL)
			fail_msg("\"%s\" is taken for XPath", texts[i]);
		assert_non_null(problem);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),   cmocka_unit_test(test_odd_names), cmocka_unit_test(test_many_nodes),
		cmocka_unit_test(test_deep),     cmocka_unit_test(test_no_plan),   cmocka_unit_test(test_xpath),
		cmocka_unit_test(test_no_xpath),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
