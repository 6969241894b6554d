/* The reports in a pull request: Markdown, annotations, fingerprints of findings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_report.h"

static void
markdown_shows_who_may_do_what(void **state)
{
	(void)state;
	for (int bad = 0; bad < 2; bad++) {
		g_autoptr(ReportRun) run = made_access(bad == 1 ? "1 row" : NULL);
		g_autofree char *text = made_write("markdown", run);
		made_assert_has(text,
		                "| public.orders | <code>app</code> | all | refused | by policy | none | catalog |\n");
		made_assert_has(text, bad == 1
		                          ? "with <code>app.user_id = 7</code> | **✗ 2 of 3 rows**, expected 1 row |  |"
		                          : "with <code>app.user_id = 7</code> | 2 of 3 rows |  |");
		assert_int_equal(strstr(text, "</code> (1 not as expected)</summary>") != NULL, bad);
	}
}

/* Two checks read the same in the catalog: it is there once. What differs is there, too. */
static void
what_two_checks_read_in_the_catalog_is_there_once(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_access(NULL);
	g_autofree char *once = made_write("markdown", run);
	const ReportSuite *suite = g_ptr_array_index(run->suites, 0);
	ReportCase *first = g_ptr_array_index(suite->cases, 0);

	for (int differs = 0; differs < 2; differs++) {
		const ReportAccess *known = g_ptr_array_index(first->access, 0);
		ReportAccess *access = report_access_new(known->table, known->role);
		for (int action = 0; action < REPORT_N_ACTIONS; action++)
			access->cells[action].reach = known->cells[action].reach;
		if (differs == 1)
			access->cells[REPORT_DELETE].reach = REPORT_REACH_ALL;
		report_case_add_access(first, access);
		g_autofree char *text = made_write("markdown", run);
		assert_int_equal(strcmp(text, once) == 0, differs == 0);
	}
}

/* A table that the migrations change stands before one that they leave alone, and is marked. */
static void
markdown_shows_access_to_changed_tables_first(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_access(NULL);
	ReportSuite *suite = g_ptr_array_index(run->suites, 0);
	ReportCase *first = g_ptr_array_index(suite->cases, 0);
	ReportDatabase *database = report_database_new(first->database, "plain SQL");
	ReportObject *table = report_database_add_object(database, "table", "public", NULL, "orders");
	ReportAccess *access = report_access_new("public.a", "app");

	table->identity = g_strdup("public.orders");
	g_ptr_array_add(suite->databases, database);
	access->cells[REPORT_SELECT].reach = REPORT_REACH_ALL;
	report_case_add_access(first, access);
	g_autofree char *before = made_write("markdown", run);
	assert_true(strstr(before, "| public.a |") < strstr(before, "| public.orders |"));
	table->sign = REPORT_ADDED;
	g_autofree char *after = made_write("markdown", run);
	made_assert_has(after, "| public.orders (new) |");
	assert_true(strstr(after, "| public.a |") > strstr(after, "| public.orders (new) |"));
}

static void
markdown_lists_several_hints(void **state)
{
	(void)state;
	static const char *const hints[] = { "do this", "do this\nthen that" };
	static const char *const shown[] = { "\nWhat to do: do this\n", "\nWhat to do:\n\n- do this\n- then that\n" };

	for (size_t i = 0; i < G_N_ELEMENTS(hints); i++) {
		g_autoptr(ReportRun) run = made_run_new(1, 1, 1, true);
		const ReportSuite *suite = g_ptr_array_index(run->suites, 0);
		for (guint j = 0; j < suite->cases->len; j++) {
			ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			g_free(test_case->hint);
			test_case->hint = g_strdup(hints[i]);
		}
		g_autofree char *text = made_write("markdown", run);
		made_assert_has(text, shown[i]);
	}
}

/* Unexpected rights stay when there are too many rows. */
static void
markdown_leaves_rows_of_access_out_and_says_so(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_access("1 row");
	const ReportSuite *suite = g_ptr_array_index(run->suites, 0);

	for (guint i = 0; i < 500; i++) {
		g_autofree char *table = g_strdup_printf("public.a%03u", i);
		ReportAccess *access = report_access_new(table, "app");
		access->cells[REPORT_SELECT].reach = REPORT_REACH_ALL;
		report_case_add_access(g_ptr_array_index(suite->cases, 0), access);
	}
	g_autofree char *text = made_write("markdown", run);
	made_assert_has(text, "expected 1 row");
	made_assert_has(text, "more rows, in the other reports");
	assert_true(strlen(text) < 9000);
}

/* For a new migration: its lock, findings that do not fail, trials; for another one nothing of that. */
static void
markdown_shows_the_impact_of_a_new_migration(void **state)
{
	(void)state;
	for (int is_new = 0; is_new < 2; is_new++) {
		g_autoptr(ReportRun) run = made_observed(REPORT_LOCK_ACCESS_EXCLUSIVE);
		const ReportSuite *suite = g_ptr_array_index(run->suites, 0);
		const ReportDatabase *database = g_ptr_array_index(suite->databases, 0);
		((ReportMigration *)g_ptr_array_index(database->migrations, 0))->is_new = is_new == 1;
		g_autofree char *text = made_write("markdown", run);
		static const char *const parts[] = {
			"| ACCESS EXCLUSIVE on <code>public.orders</code>, writes it anew, **grows faster than the "
			"rows** |",
			"- <code>rewrite</code> in <code>V1</code>, line 3: writes all rows of ",
			"What to do: add the column without a default\n",
			"<code>V1</code> beside other sessions, trial 2:\n\n1. an old transaction has read "
			"public.orders, and "
			"ends (after 90 ms)\n",
		};
		for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
			assert_int_equal(strstr(text, parts[i]) != NULL, is_new == 1);
	}
}

static void
markdown_keeps_to_its_budget_and_says_so(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(2000, 4, 3, true);
	g_autoptr(ReportRun) small = made_run_new(20, 10, 3, true);
	g_autofree char *text = made_write("markdown", run);
	g_autofree char *all = made_write("markdown", small);

	assert_true(strlen(text) <= 60000);
	made_assert_has(text, "left out here");
	assert_int_equal(made_count(text, "<details"), made_count(text, "</details>"));
	assert_int_equal(made_count(text, "```") % 2, 0);
	made_assert_has(text, "this comment is updated in place");
	assert_null(strstr(all, "left out here"));
	made_assert_has(all, "| new migration |");
}

static void
annotations_count_those_that_github_hides(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(200, 10, 3, true);
	g_autofree char *text = made_write("github", run);

	assert_int_equal(made_count(text, "::error "), 10);
	made_assert_has(text, "10 more cases are not shown here");
	/* A line each: a line feed in a text would end the annotation. */
	assert_int_equal(made_count(text, "\n"), 11);
	made_assert_has(text, "file=migrations/shop/V1__orders.sql,line=3,col=1,title=");
}

/* Twelve cases of one cause, and one of another: both are among the ten that GitHub shows. */
static void
annotations_begin_with_each_cause(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");

	for (guint i = 0; i < 13; i++) {
		g_autofree char *name = g_strdup_printf("case %u", i);
		ReportCase *test_case = report_case_new("shop", "query", name, (SourcePosition){ 0 });
		report_case_set(test_case, REPORT_FAILED, "it fails");
		test_case->cause = g_strdup(i < 12 ? "one" : "other");
		report_suite_add_case(suite, test_case);
	}
	report_run_find_causes(run);
	g_autofree char *text = made_write("github", run);
	assert_int_equal(made_count(text, "::error "), 10);
	const char *one = strstr(text, "case 0::");
	const char *other = strstr(text, "case 12::");
	const char *again = strstr(text, "case 1::");
	assert_true(one != NULL && other != NULL && again != NULL && one < other && other < again);
	made_assert_has(text, "3 more cases are not shown here");
}

static void
fingerprints_stay_when_lines_move_and_differ_for_two_cases(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(200, 10, 3, true);
	g_autofree char *before = made_write("gitlab-codequality", run);
	g_autoptr(GHashTable) first = made_collect(before, "\"fingerprint\":\"", true);

	assert_int_equal(g_hash_table_size(first), 20);
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++)
			((ReportCase *)g_ptr_array_index(suite->cases, j))->position.line += 7;
	}
	g_autofree char *after = made_write("gitlab-codequality", run);
	g_autoptr(GHashTable) second = made_collect(after, "\"fingerprint\":\"", true);
	GHashTableIter iterator;
	gpointer fingerprint;
	g_hash_table_iter_init(&iterator, first);
	while (g_hash_table_iter_next(&iterator, &fingerprint, NULL))
		assert_true(g_hash_table_contains(second, fingerprint));
}

static void
every_format_says_all_of_a_failure(void **state)
{
	(void)state;
	static const char *const formats[] = {
		"junit", "xunit", "html", "json", "markdown", "github", "gitlab-codequality", "sarif", "ctrf", "tap"
	};
	static const char *const lines[] = { "V1__orders.sql:3", "line=3,",    "\"startLine\":3,",
		                             "\"begin\":3",      "\"line\":3", "line: 3\n" };
	static const char *const parts[] = { "After up and down, the schema is the one from before.", "public.t0.i",
		                             "V0", "V1__orders.sql", "shop/round trip/V1" };
	g_autoptr(ReportRun) run = made_run_new(1, 1, 3, true);

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_autofree char *text = made_write(formats[i], run);
		for (size_t j = 0; j < G_N_ELEMENTS(parts); j++) {
			if (strstr(text, parts[j]) == NULL)
				print_message("%s does not say: %s\n", formats[i], parts[j]);
			assert_non_null(strstr(text, parts[j]));
		}
		bool has_line = false;
		for (size_t j = 0; j < G_N_ELEMENTS(lines); j++)
			has_line |= strstr(text, lines[j]) != NULL;
		if (!has_line)
			print_message("%s does not say in which line\n", formats[i]);
		assert_true(has_line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markdown_shows_who_may_do_what),
		cmocka_unit_test(what_two_checks_read_in_the_catalog_is_there_once),
		cmocka_unit_test(markdown_shows_access_to_changed_tables_first),
		cmocka_unit_test(markdown_lists_several_hints),
		cmocka_unit_test(markdown_leaves_rows_of_access_out_and_says_so),
		cmocka_unit_test(markdown_shows_the_impact_of_a_new_migration),
		cmocka_unit_test(markdown_keeps_to_its_budget_and_says_so),
		cmocka_unit_test(annotations_begin_with_each_cause),
		cmocka_unit_test(annotations_count_those_that_github_hides),
		cmocka_unit_test(fingerprints_stay_when_lines_move_and_differ_for_two_cases),
		cmocka_unit_test(every_format_says_all_of_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
