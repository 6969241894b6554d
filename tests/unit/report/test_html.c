#include "made_run.h"
#include "report/format/format.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char *
write_as(const char *name, const ReportRun *run)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-page-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "report", NULL);
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	assert_true(report_format_write(report_format_find(name), run, path, &error));
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_unlink(path);
	assert_int_equal(g_rmdir(folder), 0);
	return text;
}

static char *
write_page(const ReportRun *run)
{
	return write_as("html", run);
}

static void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		print_message("there is no: %s\n", part);
	assert_non_null(strstr(text, part));
}

/* As strstr, which looks at all the rest of the page at each call under the sanitizers: for pages of 4 MB. */
static const char *
find(const char *text, const char *part)
{
	for (; *text != '\0'; text++) {
		gsize i = 0;
		while (part[i] != '\0' && text[i] == part[i])
			i++;
		if (part[i] == '\0')
			return text;
	}
	return NULL;
}

static guint
count(const char *text, const char *part)
{
	guint n = 0;

	for (const char *p = text; (p = find(p, part)) != NULL; p += strlen(part))
		n++;
	return n;
}

/* All values of the attribute, as a set; each must be there once where `unique`. */
static GHashTable *
collect(const char *page, const char *attribute, bool unique)
{
	GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (const char *p = page; (p = find(p, attribute)) != NULL;) {
		p += strlen(attribute);
		gsize length = 0;
		while (p[length] != ' ' && p[length] != '>' && p[length] != '"' && p[length] != '\0')
			length++;
		char *value = g_strndup(p, length);
		if (unique && g_hash_table_contains(values, value))
			print_message("twice: %s\n", value);
		assert_false(unique && g_hash_table_contains(values, value));
		g_hash_table_add(values, value);
	}
	return values;
}

static void
assert_links_lead_somewhere(const char *page)
{
	const char *body = strstr(page, "<body>");
	g_autoptr(GHashTable) ids = collect(body, " id=", true);
	g_autoptr(GHashTable) links = collect(body, " href=#", false);
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

	assert_has(page, "<span class=bad>✗ FAIL</span>");
	assert_has(page, "After up and down, the schema is the one from before.");
	assert_has(page, "Index <code>public.t0.i</code> is unexpected");
	assert_has(page, "since <a href=#m-shop0-shop-V0>");
	assert_has(page, "migrations/shop/V1__orders.sql:3:1");
	assert_has(page, "pgassay run suites/shop.yaml --only 'shop/round trip/V1'");
}

/* A run of one migration that is observed; its lock is of that mode. */
static ReportRun *
make_observed(ReportLockMode mode)
{
	ReportRun *run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");
	ReportDatabase *database = report_database_new("shop", "Flyway");
	SourcePosition position = { .path = "V1.sql", .line = 3, .column = 1 };
	ReportCase *test_case = report_case_new("shop", "impact", "V1", position);

	report_database_add_migration(database, "V1", "V1.sql");
	report_suite_add_database(suite, database);
	made_run_observe(test_case);
	const ReportStatement *statement = g_ptr_array_index(test_case->observation->statements, 0);
	ReportTouched *touched = g_ptr_array_index(statement->touched, 0);
	touched->taken = touched->held = mode;
	report_suite_add_case(suite, test_case);
	return run;
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
		g_autoptr(ReportRun) run = make_observed(rows[i].mode);
		g_autofree char *page = write_page(run);
		g_autofree char *link = g_strdup_printf("%s</a></span>", report_lock_name(rows[i].mode));
		assert_links_lead_somewhere(page);
		assert_has(page, "<section id=locks");
		assert_has(page, "not observed: its rows come from the client");
		assert_has(page, "add the column without a default");
		assert_has(page, "grows faster than the rows</span> <span class=mut>4711 rows where");
		assert_has(page,
		           "<code>public.orders</code> as in production, line 3 writes about 2.79 GB of WAL and needs "
		           "about 1.86 GB of free disk");
		assert_has(page,
		           "trial 2\n<tr><td class=\"num mut\">90 ms<th scope=row>an old transaction<td>has read");
		assert_null(strstr(page, "trial 3"));
		assert_int_equal(strstr(page, "class=lw") != NULL, rows[i].waits != NULL);
		assert_int_equal(strstr(page, link) != NULL, rows[i].waits != NULL);
		if (rows[i].waits != NULL)
			assert_has(page, rows[i].waits);
	}
}

static ReportRun *
make_access(const char *expected)
{
	ReportRun *run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");
	ReportCase *test_case = report_case_new("shop", "row_security", "own rows", (SourcePosition){ 0 });
	ReportAccess *access = report_access_new("public.orders", "app");

	access->cells[REPORT_SELECT].reach = REPORT_REACH_ALL;
	access->cells[REPORT_INSERT].reach = REPORT_REACH_REFUSED;
	access->cells[REPORT_UPDATE].reach = REPORT_REACH_SOME;
	access->cells[REPORT_DELETE].reach = REPORT_REACH_NONE;
	report_case_add_access(test_case, access);
	access = report_access_new("public.orders", "app");
	access->tried = true;
	access->settings = g_strdup("app.user_id = 7");
	access->cells[REPORT_SELECT] = (ReportAccessCell){
		.reach = REPORT_REACH_SOME, .rows = 2, .of = 3, .expected = g_strdup(expected)
	};
	report_case_add_access(test_case, access);
	report_suite_add_case(suite, test_case);
	return run;
}

static void
the_page_shows_who_may_do_what(void **state)
{
	(void)state;
	for (int bad = 0; bad < 2; bad++) {
		g_autoptr(ReportRun) run = make_access(bad == 1 ? "1 row" : NULL);
		g_autofree char *page = write_page(run);
		assert_links_lead_somewhere(page);
		assert_has(page,
		           "<td class=all><i aria-hidden=true>●</i>all<td class=ref><i aria-hidden=true>⊘</i>refused"
		           "<td class=own><i aria-hidden=true>◐</i>by policy<td class=non><i "
		           "aria-hidden=true>○</i>none<td class=\"by mut\">catalog");
		assert_has(page, "with <span class=m>app.user_id = 7");
		assert_has(page, "<i aria-hidden=true>◐</i>2 of 3");
		assert_int_equal(strstr(page, "<section id=access aria-labelledby=h-access data-s=\"f p\">") != NULL,
		                 bad);
		assert_int_equal(strstr(page, "<span class=bad>✗</span> <i aria-hidden=true>◐</i>2 of 3<span "
		                              "class=exp>expected 1 row</span>") != NULL,
		                 bad);
	}
	g_autoptr(ReportRun) without = report_run_new();
	g_autofree char *page = write_page(without);
	g_autofree char *markdown = write_as("markdown", without);
	assert_null(strstr(page, "<section id=access"));
	assert_null(strstr(markdown, "Who may do what"));
	assert_null(strstr(page, "<section id=checklist"));
}

static void
markdown_shows_who_may_do_what(void **state)
{
	(void)state;
	for (int bad = 0; bad < 2; bad++) {
		g_autoptr(ReportRun) run = make_access(bad == 1 ? "1 row" : NULL);
		g_autofree char *text = write_as("markdown", run);
		assert_has(text, "| public.orders | <code>app</code> | all | refused | by policy | none | catalog |\n");
		assert_has(text, bad == 1 ? "with <code>app.user_id = 7</code> | **✗ 2 of 3 rows**, expected 1 row |  |"
		                          : "with <code>app.user_id = 7</code> | 2 of 3 rows |  |");
		assert_int_equal(strstr(text, "</code> (1 not as expected)</summary>") != NULL, bad);
	}
}

/* Unexpected rights stay when there are too many rows. */
static void
markdown_leaves_rows_of_access_out_and_says_so(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = make_access("1 row");
	const ReportSuite *suite = g_ptr_array_index(run->suites, 0);

	for (guint i = 0; i < 500; i++) {
		g_autofree char *table = g_strdup_printf("public.a%03u", i);
		ReportAccess *access = report_access_new(table, "app");
		access->cells[REPORT_SELECT].reach = REPORT_REACH_ALL;
		report_case_add_access(g_ptr_array_index(suite->cases, 0), access);
	}
	g_autofree char *text = write_as("markdown", run);
	assert_has(text, "expected 1 row");
	assert_has(text, "more rows, in the other reports");
	assert_true(strlen(text) < 9000);
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
	test_case->item->shows = g_strdup("SELECT count(*) FROM orders");
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
	assert_has(page, "Before the release <span class=mut>1 of 2 required items are ticked");
	assert_has(page, "While it runs <span class=mut>0 of 1 required items are ticked");
	assert_has(page, "After it <span class=mut>not asked here: <code>pgassay checklist --phase post</code>");
	assert_int_equal(count(page, "<span class=\"t ok\">✓ ticked</span>"), 1);
	assert_int_equal(count(page, "<span class=\"t bad\">✗ open</span>"), 1);
	assert_int_equal(count(page, "<span class=\"t warn\">○ to be signed</span>"), 1);
	assert_int_equal(count(page, "<span class=\"t bad\">? not known</span>"), 1);
	assert_int_equal(count(page, "<th scope=row>number<td class=m>0<td class=\"m mut\">1 to 5"), 4);
	assert_has(page, "SELECT count(*) FROM orders");
	assert_has(page, "<td class=num>00:00:00<td class=num>2.0 s<td>pid 7 waits");
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
	report_case_add_plan(test_case, now);
	report_suite_add_case(suite, test_case);
	report_run_find_causes(run);
	g_autofree char *page = write_page(run);
	const char *body = strstr(page, "<body>");

	assert_has(page, "before V3");
	assert_has(page, "Filter: (b &gt; 1)");
	assert_has(page,
	           "Seq Scan on u</span> <span class=tag>differs</span> <span class=\"tag f\">costliest: 98 %</span>");
	assert_int_equal(count(body, ">costliest"), 1);
	assert_int_equal(count(body, "class=\"gone\""), 1);
	assert_int_equal(count(body, "<span class=tag>differs</span>"), 2);
	assert_int_equal(count(body, "<ol>"), 3);
	assert_int_equal(count(body, "</ol>") - count(body, "<ol class"), 3);
	/* The text of the details is not there once more. */
	assert_null(strstr(body, "(cost=0.00..1.00"));
	assert_null(strstr(body, "the plan:"));
	assert_has(body, "more of it");
	assert_has(body, "large tables");
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
		g_autofree char *markdown = write_as("markdown", run);
		assert_null(strstr(page, "<script"));
		assert_int_equal(count(page, "<!--"), 0);
		assert_null(strchr(page, '\x1b'));
		assert_true(g_utf8_validate(page, -1, NULL));
		assert_int_equal(count(page, "</style>"), 1);
		assert_links_lead_somewhere(page);
		/* In a fence nothing is markup. */
		assert_int_equal(count(markdown, "\n<!--"), 0);
		assert_int_equal(count(markdown, "<!-- pgassay report -->"), 1);
	}
}

static void
the_filter_counts_shown_cases(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(100, 10, 2, false);
	g_autofree char *page = write_page(run);

	assert_has(page, "<label for=fa>all 100</label>");
	assert_has(page, "<label for=ff><b class=bad>✗</b> fail 10</label>");
	/* Nothing is new where there is no base. */
	assert_null(strstr(page, "id=fn"));
	g_autoptr(ReportRun) merge = made_run_new(100, 10, 2, true);
	g_autofree char *other = write_page(merge);
	assert_has(other, "id=fn");
}

static void
a_page_of_many_cases_stays_small(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(20000, 10, 39, true);
	g_autofree char *page = write_page(run);

	assert_true(strlen(page) < 5 * 1024 * 1024);
	assert_has(page, "more, in one line each");
	/* Every case is there all the same. */
	assert_int_equal(count(page, "<li id=c-"), 20000);
	assert_links_lead_somewhere(page);
}

/* For a new migration: its lock, findings that do not fail, trials; for another one nothing of that. */
static void
markdown_shows_the_impact_of_a_new_migration(void **state)
{
	(void)state;
	for (int is_new = 0; is_new < 2; is_new++) {
		g_autoptr(ReportRun) run = make_observed(REPORT_LOCK_ACCESS_EXCLUSIVE);
		const ReportSuite *suite = g_ptr_array_index(run->suites, 0);
		const ReportDatabase *database = g_ptr_array_index(suite->databases, 0);
		((ReportMigration *)g_ptr_array_index(database->migrations, 0))->is_new = is_new == 1;
		g_autofree char *text = write_as("markdown", run);
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
	g_autofree char *text = write_as("markdown", run);
	g_autofree char *all = write_as("markdown", small);

	assert_true(strlen(text) <= 60000);
	assert_has(text, "left out here");
	assert_int_equal(count(text, "<details"), count(text, "</details>"));
	assert_int_equal(count(text, "```") % 2, 0);
	assert_has(text, "this comment is updated in place");
	assert_null(strstr(all, "left out here"));
	assert_has(all, "| new migration |");
}

static void
annotations_count_those_that_github_hides(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(200, 10, 3, true);
	g_autofree char *text = write_as("github", run);

	assert_int_equal(count(text, "::error "), 10);
	assert_has(text, "10 more cases are not shown here");
	/* A line each: a line feed in a text would end the annotation. */
	assert_int_equal(count(text, "\n"), 11);
	assert_has(text, "file=migrations/shop/V1__orders.sql,line=3,col=1,title=");
}

static void
fingerprints_stay_when_lines_move_and_differ_for_two_cases(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = made_run_new(200, 10, 3, true);
	g_autofree char *before = write_as("gitlab-codequality", run);
	g_autoptr(GHashTable) first = collect(before, "\"fingerprint\":\"", true);

	assert_int_equal(g_hash_table_size(first), 20);
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++)
			((ReportCase *)g_ptr_array_index(suite->cases, j))->position.line += 7;
	}
	g_autofree char *after = write_as("gitlab-codequality", run);
	g_autoptr(GHashTable) second = collect(after, "\"fingerprint\":\"", true);
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
		g_autofree char *text = write_as(formats[i], run);
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
		cmocka_unit_test(the_page_says_all_of_a_failure),
		cmocka_unit_test(the_page_shows_locks_and_who_waits_for_them),
		cmocka_unit_test(the_page_shows_who_may_do_what),
		cmocka_unit_test(the_page_shows_a_checklist_with_its_evidence),
		cmocka_unit_test(the_page_shows_plans_as_trees),
		cmocka_unit_test(the_page_has_no_script_and_needs_nothing_else),
		cmocka_unit_test(names_that_are_alike_have_ids_of_their_own),
		cmocka_unit_test(hostile_texts_stay_texts),
		cmocka_unit_test(the_filter_counts_shown_cases),
		cmocka_unit_test(a_page_of_many_cases_stays_small),
		cmocka_unit_test(markdown_shows_who_may_do_what),
		cmocka_unit_test(markdown_leaves_rows_of_access_out_and_says_so),
		cmocka_unit_test(markdown_shows_the_impact_of_a_new_migration),
		cmocka_unit_test(markdown_keeps_to_its_budget_and_says_so),
		cmocka_unit_test(annotations_count_those_that_github_hides),
		cmocka_unit_test(fingerprints_stay_when_lines_move_and_differ_for_two_cases),
		cmocka_unit_test(every_format_says_all_of_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
