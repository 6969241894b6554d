#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_report.h"

static char *
write_page(const ReportRun *run)
{
	return made_write("html", run);
}

static void
assert_links_lead_somewhere(const char *page)
{
	const char *body = strstr(page, "<body>");
	g_autoptr(GHashTable) ids = made_collect(body, " id=", true);
	g_autoptr(GHashTable) links = made_collect(body, " href=#", false);
	GHashTableIter iterator;
	gpointer link;

	g_hash_table_iter_init(&iterator, links);
	while (g_hash_table_iter_next(&iterator, &link, NULL)) {
		if (!g_hash_table_contains(ids, link))
			print_message("leads nowhere: %s\n", (char *)link);
		assert_true(g_hash_table_contains(ids, link));
	}
}

static void
the_page_says_all_of_a_failure(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(1, 1, 3, true);
	g_autofree char *page = write_page(run);

	made_assert_has(page, "<span class=bad>✗ FAIL</span>");
	made_assert_has(page, "After up and down, the schema is the one from before.");
	made_assert_has(page, "Index <code>public.t0.i</code> is unexpected");
	made_assert_has(page, "since <a href=#m-shop0-shop-V0>");
	made_assert_has(page, "migrations/shop/V1__orders.sql:3:1");
	made_assert_has(page, "pgassay run suites/shop.yaml --only 'shop/round trip/V1'");
}

static void
the_page_shows_locks_and_who_waits_for_them(void **state)
{
	static const struct {
		ReportLockMode mode;
		const char *waits; /* NULL: there is no window of the lock */
	} rows[] = {
		{ REPORT_LOCK_ACCESS_EXCLUSIVE, "everybody: reads and writes" },
		{ REPORT_LOCK_SHARE, "writes; reads go on" },
		{ REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE, "only other migrations and VACUUM" },
		{ REPORT_LOCK_ROW_EXCLUSIVE, NULL },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(ReportRun) run = made_observed(rows[i].mode);
		g_autofree char *page = write_page(run);
		g_autofree char *link = g_strdup_printf("%s</a></span>", report_lock_name(rows[i].mode));
		assert_links_lead_somewhere(page);
		made_assert_has(page, "<section id=locks");
		made_assert_has(page, "not observed: its rows come from the client");
		made_assert_has(page, "add the column without a default");
		made_assert_has(page, "grows faster than the rows</span> <span class=mut>4711 rows where");
		made_assert_has(
		    page, "<code>public.orders</code> as in production, line 3 writes about 2.79 GB of WAL and needs "
			  "about 1.86 GB of free disk");
		made_assert_has(page,
		                "trial 2\n<tr><td class=\"num mut\">90 ms<th scope=row>an old transaction<td>has read");
		assert_null(strstr(page, "trial 3"));
		assert_int_equal(strstr(page, "class=lw") != NULL, rows[i].waits != NULL);
		assert_int_equal(strstr(page, link) != NULL, rows[i].waits != NULL);
		if (rows[i].waits != NULL)
			made_assert_has(page, rows[i].waits);
	}
}

static void
the_page_shows_who_may_do_what(void **state)
{
	(void)state;
	for (int bad = 0; bad < 2; bad++) {
		g_autoptr(ReportRun) run = made_access(bad == 1 ? "1 row" : NULL);
		g_autofree char *page = write_page(run);
		assert_links_lead_somewhere(page);
		made_assert_has(
		    page, "<td class=all><i aria-hidden=true>●</i>all<td class=ref><i aria-hidden=true>⊘</i>refused"
			  "<td class=own><i aria-hidden=true>◐</i>by policy<td class=non><i "
			  "aria-hidden=true>○</i>none<td class=\"by mut\">catalog");
		made_assert_has(page, "with <span class=m>app.user_id = 7");
		made_assert_has(page, "<i aria-hidden=true>◐</i>2 of 3");
		assert_int_equal(strstr(page, "<section id=access aria-labelledby=h-access data-s=\"f p\">") != NULL,
		                 bad);
		assert_int_equal(strstr(page, "<span class=bad>✗</span> <i aria-hidden=true>◐</i>2 of 3<span "
		                              "class=exp>expected 1 row</span>") != NULL,
		                 bad);
	}
	g_autoptr(ReportRun) without = report_run_new();
	g_autofree char *page = write_page(without);
	g_autofree char *markdown = made_write("markdown", without);
	assert_null(strstr(page, "<section id=access"));
	assert_null(strstr(markdown, "Who may do what"));
	assert_null(strstr(page, "<section id=checklist"));
}

/* A sentence begins with a capital letter; a name stays as it is. */
static void
a_name_keeps_its_small_letter(void **state)
{
	(void)state;
	static const char *const names[] = { "own rows", "notes_app on notes", "public.orders" };
	static const char *const shown[] = { "<h3>Own rows</h3>", "<h3>notes_app on notes</h3>",
		                             "<h3>public.orders</h3>" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(ReportRun) run = report_run_new();
		ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");
		ReportCase *test_case = report_case_new("shop", "row_security", names[i], (SourcePosition){ 0 });
		test_case->kind = REPORT_KIND_ACCESS;
		report_case_set(test_case, REPORT_FAILED, "2 findings");
		report_suite_add_case(suite, test_case);
		g_autofree char *page = write_page(run);
		made_assert_has(page, shown[i]);
	}
}

static void
add_item(ReportSuite *suite, const char *phase, ReportItemState state, bool required)
{
	g_autofree char *name = g_strdup_printf("item %u", suite->cases->len);
	ReportCase *test_case = report_case_new(NULL, phase, name, (SourcePosition){ 0 });

	report_case_set(test_case, state == REPORT_ITEM_TICKED ? REPORT_PASSED : REPORT_FAILED, "gives 0");
	test_case->item = report_item_new(state, "query");
	test_case->item->required = required;
	test_case->item->details = g_strdup("more of it");
	test_case->item->shows = g_strdup("SELECT made_count(*) FROM orders");
	report_item_add_fact(test_case->item, "number", "0", "1 to 5");
	report_suite_add_case(suite, test_case);
}

static void
the_page_shows_a_checklist_with_its_evidence(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");

	add_item(suite, "pre", REPORT_ITEM_TICKED, true);
	add_item(suite, "pre", REPORT_ITEM_OPEN, true);
	add_item(suite, "pre", REPORT_ITEM_WAITS, false);
	add_item(suite, "during", REPORT_ITEM_UNKNOWN, true);
	g_ptr_array_add(suite->watched, report_sighting_new(0, 2000000, "pid 7 waits"));
	report_run_find_causes(run);
	g_autofree char *page = write_page(run);

	assert_links_lead_somewhere(page);
	made_assert_has(page, "Before the release <span class=mut>1 of 2 required items are ticked");
	made_assert_has(page, "While it runs <span class=mut>0 of 1 required items are ticked");
	made_assert_has(page, "After it <span class=mut>not asked here: <code>pgassay checklist --phase post</code>");
	assert_int_equal(made_count(page, "<span class=\"t ok\">✓ ticked</span>"), 1);
	assert_int_equal(made_count(page, "<span class=\"t bad\">✗ open</span>"), 1);
	assert_int_equal(made_count(page, "<span class=\"t warn\">○ to be signed</span>"), 1);
	assert_int_equal(made_count(page, "<span class=\"t bad\">? not known</span>"), 1);
	assert_int_equal(made_count(page, "<th scope=row>number<td class=m>0<td class=\"m mut\">1 to 5"), 4);
	made_assert_has(page, "SELECT made_count(*) FROM orders");
	made_assert_has(page, "<td class=num>00:00:00<td class=num>2.0 s<td>pid 7 waits");
}

/* A loop over two scans, of which the second one is the dear one; and the plan before, in which it was none. */
static void
the_page_shows_plans_as_trees(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");
	ReportCase *test_case = report_case_new("shop", "plan", "recent orders",
	                                        (SourcePosition){ .path = "shop.yaml" });

	report_case_set(
	    test_case, REPORT_FAILED,
	    "it costs 3 times as much\nmore of it\nthe plan:\nSeq Scan  (cost=0.00..1.00 rows=1)\nlarge tables");
	report_case_find_plans(test_case, "the plan:\nSeq Scan  (cost=0.00..1.00 rows=1)\n");
	report_case_add_plan(test_case, report_plan_new("before V3"));
	report_plan_add(g_ptr_array_index(test_case->plans, 0), 0, "Index Scan using a on t", NULL)->changed = true;
	ReportPlan *now = report_plan_new(NULL);
	report_plan_add(now, 0, "Nested Loop", NULL);
	report_plan_add(now, 1, "Index Scan using b on t", "Index Cond: (a < 3)");
	ReportPlanNode *scan = report_plan_add(now, 1, "Seq Scan on u", "Filter: (b > 1)");
	scan->costly = scan->changed = true;
	scan->percent = 98;
	scan->cost = 21400000.4;
	scan->rows = 999;
	report_case_add_plan(test_case, now);
	report_suite_add_case(suite, test_case);
	report_run_find_causes(run);
	g_autofree char *page = write_page(run);
	const char *body = strstr(page, "<body>");

	made_assert_has(page, "<span class=num>21,400,000</span><span class=num>999 rows</span>");
	made_assert_has(page, "before V3");
	made_assert_has(page, "Filter: (b &gt; 1)");
	made_assert_has(
	    page, "Seq Scan on u</span> <span class=tag>differs</span> <span class=\"tag f\">costliest: 98 %</span>");
	assert_int_equal(made_count(body, ">costliest"), 1);
	assert_int_equal(made_count(body, "class=\"gone\""), 1);
	assert_int_equal(made_count(body, "<span class=tag>differs</span>"), 2);
	assert_int_equal(made_count(body, "<ol>"), 3);
	assert_int_equal(made_count(body, "</ol>") - made_count(body, "<ol class"), 3);
	/* The text of the details is not there once more. */
	assert_null(strstr(body, "(cost=0.00..1.00"));
	assert_null(strstr(body, "the plan:"));
	made_assert_has(body, "more of it");
	made_assert_has(body, "large tables");
}

static void
add_column(ReportDatabase *database, const char *name, const char *type)
{
	ReportObject *column = report_database_add_object(database, "column", "public", "orders", name);

	column->identity = g_strdup_printf("public.orders.%s", name);
	column->type = g_strdup(type);
}

static void
add_part(ReportDatabase *database, const char *class_name, const char *name, const char *definition)
{
	ReportObject *part = report_database_add_object(database, class_name, "public", "orders", name);

	part->identity = g_strdup_printf("public.orders.%s", name);
	part->definition = g_strdup(definition);
}

static void
the_head_names_what_was_tested(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	g_autofree char *without = write_page(run);

	assert_null(strstr(without, "<dt>change"));
	run->title = g_strdup("<add> at 6c1e0f4d2");
	run->base = g_strdup("main 928c0a9");
	g_autofree char *page = write_page(run);
	made_assert_has(page, ">&lt;add&gt; at 6c1e0f4d2 on main 928c0a9</span>");
	made_assert_has(page, "<dt>change<dd>&lt;add&gt; at 6c1e0f4d2\n");
}

/* The code of a finding is no sentence, and the first colon of the finding need not end one. */
static void
a_finding_has_its_code_in_the_heading(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");
	ReportCase *test_case = report_case_new("shop", "impact", "2_keys.sql", (SourcePosition){ .path = "2.sql" });

	report_case_set(test_case, REPORT_FAILED, "rewrite: holds two tables, in this order: a, b; it waits");
	test_case->kind = REPORT_KIND_DEPLOY;
	report_suite_add_case(suite, test_case);
	report_run_find_causes(run);
	g_autofree char *page = write_page(run);
	made_assert_has(page, "<h3><code>2_keys.sql</code>: rewrite</h3>");
	made_assert_has(page, "<dd>Holds two tables, in this order: a, b; it waits</dl>");
	made_assert_has(page, ">Holds two tables, in this order: a, b; it waits (rewrite)</a>");
}

/* What a column of the table says already, and long names of types, take the room that names and comments need. */
static void
the_schema_is_written_shortly(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");
	ReportDatabase *database = report_database_new("shop", "plain SQL");
	ReportObject *table = report_database_add_object(database, "table", "public", NULL, "orders");

	table->identity = g_strdup("public.orders");
	add_column(database, "at", "timestamp(3) with time zone[]");
	add_column(database, "until", "timestamp without time zone");
	add_column(database, "hour", "time with time zone");
	add_column(database, "code", "character varying(20)");
	add_column(database, "kept", "timescale");
	add_part(database, "primary key", "orders_pkey", "PRIMARY KEY (id)");
	add_part(database, "foreign key", "orders_of_a_customer_fkey", "FOREIGN KEY (c) REFERENCES public.c(id)");
	add_part(database, "index", "orders_i", "UNIQUE (at)");
	report_suite_add_database(suite, database);
	g_autofree char *page = write_page(run);
	made_assert_has(page, "at<td>timestamptz(3)[]<td>");
	made_assert_has(page, "until<td>timestamp<td>");
	made_assert_has(page, "hour<td>timetz<td>");
	made_assert_has(page, "code<td>varchar(20)<td>");
	made_assert_has(page, "kept<td>timescale<td>");
	made_assert_has(page, "orders_pkey<td>(id)");
	made_assert_has(page, "orders_<wbr>of_<wbr>a_<wbr>customer_<wbr>fkey<td>(c) REFERENCES public.c(id)");
	made_assert_has(page, "orders_i<td>UNIQUE (at)");
}

/* A stage stands once among the results of the whole database, with the number of its cases that failed. */
static void
a_stage_of_the_whole_database_stands_once(void **state)
{
	(void)state;
	static const struct {
		const char *stage;
		ReportStatus status;
	} cases[] = {
		{ "query", REPORT_PASSED }, { "query", REPORT_FAILED },  { "again", REPORT_PASSED },
		{ "query", REPORT_FAILED }, { "accept", REPORT_FAILED }, { "query", REPORT_ERRORED },
	};
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");
	ReportDatabase *database = report_database_new("shop", "plain SQL");

	report_database_add_migration(database, "V1", "V1.sql");
	report_suite_add_database(suite, database);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_strdup_printf("case %zu", i);
		ReportCase *test_case = report_case_new("shop", cases[i].stage, name, (SourcePosition){ 0 });
		report_case_set(test_case, cases[i].status, "message %zu", i);
		report_suite_add_case(suite, test_case);
	}
	report_run_find_causes(run);
	g_autofree char *page = write_page(run);
	const char *row = strstr(page, "the whole database");
	assert_non_null(row);
	g_autofree char *cells = g_strndup(row, strcspn(row, "\n"));
	assert_links_lead_somewhere(page);
	made_assert_has(cells, ">✗ query 3</a> <a href");
	made_assert_has(cells, "✓</span> again</a> ");
	made_assert_has(cells, ">✗ accept</a> ");
	assert_null(strstr(strstr(cells, "query") + 1, "query"));
}

static void
the_page_has_no_script_and_needs_nothing_else(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(200, 10, 20, true);
	g_autofree char *page = write_page(run);
	static const char *const not_there[] = { "<script", "javascript:", " style=",  " onclick", "@import",
		                                 "url(",    "http://",     "https://", "<img",     "<link" };

	for (size_t i = 0; i < G_N_ELEMENTS(not_there); i++)
		assert_null(strstr(page, not_there[i]));
	assert_links_lead_somewhere(page);
}

static void
names_that_are_alike_have_ids_of_their_own(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	static const char *const names[] = { "a b", "a-b", "a.b", "a b", "ä", "ö", "", "\xff", "x\" onclick=y" };

	for (guint i = 0; i < 2; i++) {
		ReportSuite *suite = report_run_add_suite(run, "s", NULL, NULL);
		ReportDatabase *database = report_database_new("d", "plain SQL");
		for (size_t j = 0; j < G_N_ELEMENTS(names); j++) {
			report_suite_add_case(suite, report_case_new("d", "forward", names[j], (SourcePosition){ 0 }));
			report_database_add_migration(database, names[j], NULL)->duration = 1;
			report_database_add_object(database, "table", "s", NULL, names[j])->identity = g_strdup(
			    names[j]);
		}
		report_suite_add_database(suite, database);
	}
	g_autofree char *page = write_page(run);
	assert_links_lead_somewhere(page);
	assert_null(strstr(page, " onclick=y>"));
}

static void
hostile_texts_stay_texts(void **state)
{
	(void)state;
	static const char *const hostile[] = { "</pre><script>alert(1)</script>",
		                               "<!--",
		                               "]]>",
		                               "&lt;",
		                               "\"><b>",
		                               "a\nb\x1b[31m",
		                               "\xff\xfe",
		                               "{{style}}",
		                               "'\"" };

	for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
		const char *text = hostile[i];
		g_autoptr(ReportRun) run = report_run_new();
		ReportSuite *suite = report_run_add_suite(run, text, text, text);
		SourcePosition position = { .path = g_intern_string(text), .line = 1 };
		ReportCase *test_case = report_case_new(text, text, text, position);
		report_case_set(test_case, REPORT_FAILED, "%s\n%s\nhint: %s", text, text, text);
		test_case->since = g_strdup(text);
		test_case->expected = g_strdup(text);
		report_case_add_difference(test_case, text, text, text);
		report_case_put_excerpt(test_case, position, 1, 1, text, NULL);
		report_suite_add_case(suite, test_case);
		report_suite_add_property(suite, text, text);
		run->base = g_strdup(text);
		report_run_find_causes(run);
		g_autofree char *page = write_page(run);
		g_autofree char *markdown = made_write("markdown", run);
		assert_null(strstr(page, "<script"));
		assert_int_equal(made_count(page, "<!--"), 0);
		assert_null(strchr(page, '\x1b'));
		assert_true(g_utf8_validate(page, -1, NULL));
		assert_int_equal(made_count(page, "</style>"), 1);
		assert_links_lead_somewhere(page);
		/* In a fence nothing is markup. */
		assert_int_equal(made_count(markdown, "\n<!--"), 0);
		assert_int_equal(made_count(markdown, "<!-- pgassay report -->"), 1);
	}
}

static void
the_filter_counts_shown_cases(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(100, 10, 2, false);
	g_autofree char *page = write_page(run);

	made_assert_has(page, "<label for=fa>all 100</label>");
	made_assert_has(page, "<label for=ff><b class=bad>✗</b> fail 10</label>");
	/* Nothing is new where there is no base. */
	assert_null(strstr(page, "id=fn"));
	g_autoptr(ReportRun) merge = made_run_new(100, 10, 2, true);
	g_autofree char *other = write_page(merge);
	made_assert_has(other, "id=fn");
}

static void
a_page_of_many_cases_stays_small(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(20000, 10, 39, true);
	g_autofree char *page = write_page(run);

	assert_true(strlen(page) < 5 * 1024 * 1024);
	made_assert_has(page, "more, in one line each");
	/* Every case is there all the same. */
	assert_int_equal(made_count(page, "<li id=c-"), 20000);
	assert_links_lead_somewhere(page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_says_all_of_a_failure),
		cmocka_unit_test(the_page_shows_locks_and_who_waits_for_them),
		cmocka_unit_test(a_name_keeps_its_small_letter),
		cmocka_unit_test(the_page_shows_who_may_do_what),
		cmocka_unit_test(the_page_shows_a_checklist_with_its_evidence),
		cmocka_unit_test(the_page_shows_plans_as_trees),
		cmocka_unit_test(the_head_names_what_was_tested),
		cmocka_unit_test(a_finding_has_its_code_in_the_heading),
		cmocka_unit_test(the_schema_is_written_shortly),
		cmocka_unit_test(a_stage_of_the_whole_database_stands_once),
		cmocka_unit_test(the_page_has_no_script_and_needs_nothing_else),
		cmocka_unit_test(names_that_are_alike_have_ids_of_their_own),
		cmocka_unit_test(hostile_texts_stay_texts),
		cmocka_unit_test(the_filter_counts_shown_cases),
		cmocka_unit_test(a_page_of_many_cases_stays_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
