/* Plans as reports show them. */
#include "plan/tree/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD             "<explain xmlns=\"http://www.postgresql.org/2009/explain\"><Query>"
#define TAIL             "</Query></explain>"
#define COST(cost, rows) "<Total-Cost>" cost "</Total-Cost><Plan-Rows>" rows "</Plan-Rows>"
#define SCAN(role, table)                                                                                              \
	"<Node-Type>Seq Scan</Node-Type><Parent-Relationship>" role "</Parent-Relationship><Relation-Name>" table      \
	"</Relation-Name>"

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

static const ReportPlanNode *
node_of(const ReportCase *test_case, guint plan, guint node)
{
	return g_ptr_array_index(((ReportPlan *)g_ptr_array_index(test_case->plans, plan))->nodes, node);
}

/* The inner side is cheap once, and is run a thousand times; Limit takes a tenth of all. */
static void
the_costly_node_is_marked(void **state)
{
	g_autoptr(ReportCase) test_case = report_case_new(NULL, "plan", "q", (SourcePosition){ 0 });
	g_autoptr(PlanTree)
	    tree = read_plan("<Plan><Node-Type>Limit</Node-Type>" COST(
		"500", "1") "<Plans><Plan><Node-Type>Nested Loop</Node-Type>"
	                    "<Parent-Relationship>Outer</Parent-Relationship>" COST("5000", "10") "<Plans><Plan>" SCAN(
				"Outer", "a") COST("900", "1000") "</Plan><Plan>" SCAN("Inner", "b")
	                         COST("4", "1") "<Filter>(b.x &lt; 3)</Filter></Plan></Plans></Plan></Plans></Plan>");

	(void)state;
	report_case_set(test_case, REPORT_FAILED, "it is dear\nthe plan:\nLimit\n  Nested Loop\nlarge tables");
	plan_picture_add(test_case, "the plan", tree, "the plan:\nLimit\n  Nested Loop\n");
	assert_int_equal(test_case->plans_line, 2);
	assert_int_equal(test_case->plans_lines, 3);
	assert_int_equal(test_case->plans->len, 1);
	assert_string_equal(node_of(test_case, 0, 3)->title, "Seq Scan on b");
	assert_string_equal(node_of(test_case, 0, 3)->details, "Filter: (b.x < 3)");
	assert_int_equal(node_of(test_case, 0, 3)->depth, 2);
	assert_int_equal(node_of(test_case, 0, 3)->percent, 80);
	assert_true(node_of(test_case, 0, 3)->costly);
	assert_int_equal(node_of(test_case, 0, 2)->percent, 18);
	assert_int_equal(node_of(test_case, 0, 1)->percent, 2);
	assert_int_equal(node_of(test_case, 0, 0)->percent, 0);
	for (guint i = 0; i < 3; i++)
		assert_false(node_of(test_case, 0, i)->costly || node_of(test_case, 0, i)->changed);
}

/* Rows that are kept are read again for next to nothing: it is the loop that costs. */
static void
kept_rows_cost_once(void **state)
{
	g_autoptr(ReportCase) test_case = report_case_new(NULL, "plan", "q", (SourcePosition){ 0 });
	g_autoptr(PlanTree) tree = read_plan(
	    "<Plan><Node-Type>Nested Loop</Node-Type>" COST("1000", "10") "<Plans><Plan>" SCAN("Outer", "a")
		COST("100", "50") "</Plan><Plan><Node-Type>Materialize</Node-Type>"
				  "<Parent-Relationship>Inner</Parent-Relationship>" COST(
				      "300", "9") "<Plans><Plan>" SCAN("Outer", "b")
				      COST("290", "9") "</Plan></Plans></Plan></Plans></Plan>");

	(void)state;
	plan_picture_add(test_case, "the plan", tree, "");
	assert_int_equal(node_of(test_case, 0, 0)->percent, 60);
	assert_true(node_of(test_case, 0, 0)->costly);
	assert_int_equal(node_of(test_case, 0, 3)->percent, 29);
}

/* A loop that ends early: no node has more than all of the cost. */
static void
the_inner_side_costs_no_more_than_the_loop(void **state)
{
	g_autoptr(ReportCase) test_case = report_case_new(NULL, "plan", "q", (SourcePosition){ 0 });
	g_autoptr(PlanTree) tree = read_plan(
	    "<Plan><Node-Type>Nested Loop</Node-Type>" COST("1000", "1") "<Plans><Plan>" SCAN("Outer", "a")
		COST("400", "50") "</Plan><Plan>" SCAN("Inner", "b") COST("90", "9") "</Plan></Plans></Plan>");

	(void)state;
	plan_picture_add(test_case, "the plan", tree, "");
	assert_int_equal(node_of(test_case, 0, 1)->percent, 40);
	assert_int_equal(node_of(test_case, 0, 2)->percent, 60);
	assert_true(node_of(test_case, 0, 2)->costly);
}

static void
differences_are_marked(void **state)
{
	g_autoptr(ReportCase) test_case = report_case_new(NULL, "plan", "q", (SourcePosition){ 0 });
	g_autoptr(PlanTree) before = read_plan("<Plan><Node-Type>Limit</Node-Type>" COST(
	    "1", "1") "<Plans><Plan>"
	              "<Node-Type>Index Scan</Node-Type><Index-Name>i</Index-Name><Relation-Name>a</Relation-Name>"
	              "</Plan></Plans></Plan>");
	g_autoptr(PlanTree) after = read_plan("<Plan><Node-Type>Limit</Node-Type>" COST("9", "1") "<Plans><Plan>" SCAN(
	    "Outer", "a") "</Plan></Plans></Plan>");

	(void)state;
	plan_picture_add_both(test_case, "before", before, "after", after, "");
	assert_int_equal(test_case->plans->len, 2);
	for (guint i = 0; i < 2; i++) {
		assert_false(node_of(test_case, i, 0)->changed);
		assert_true(node_of(test_case, i, 1)->changed);
	}
	/* Costs are no difference. */
	g_autoptr(ReportCase) same = report_case_new(NULL, "plan", "q", (SourcePosition){ 0 });
	plan_picture_add_both(same, "before", before, "after", before, "");
	assert_false(node_of(same, 0, 1)->changed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_costly_node_is_marked),
		                            cmocka_unit_test(kept_rows_cost_once),
		                            cmocka_unit_test(the_inner_side_costs_no_more_than_the_loop),
		                            cmocka_unit_test(differences_are_marked) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
