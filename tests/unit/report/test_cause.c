#include "report/cause.h"

#include <glib/gstdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static ReportCase *
add_failed(ReportSuite *suite, const char *database, ReportKind kind, const char *name, const char *path,
           const char *message)
{
	SourcePosition position = { .path = path, .line = path != NULL ? 3 : 0 };
	ReportCase *test_case = report_case_new(database, "stage", name, position);

	report_case_set(test_case, REPORT_FAILED, "%s", message);
	test_case->kind = kind;
	report_suite_add_case(suite, test_case);
	return test_case;
}

/* V1 makes a table, V2 changes a policy of it, V3 drops a column of another. */
static ReportRun *
make_run(void)
{
	ReportRun *run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "kb", NULL, "kb.yaml");
	ReportDatabase *database = report_database_new("kb", "plain SQL");

	report_suite_add_case(suite, report_case_new("kb", "forward", "V1", (SourcePosition){ 0 }));
	report_suite_add_database(suite, database);
	ReportMigration *first = report_database_add_migration(database, "V1", "V1.sql");
	report_migration_add_change(first, REPORT_ADDED, "table", "kb.jobs", NULL);
	ReportMigration *second = report_database_add_migration(database, "V2", "V2.sql");
	second->is_new = true;
	report_migration_add_change(second, REPORT_CHANGED, "policy", "kb.jobs.own", "using was true, is false");
	ReportMigration *third = report_database_add_migration(database, "V3", "V3.sql");
	third->is_new = true;
	report_migration_add_change(third, REPORT_REMOVED, "column", "kb.notes.text", NULL);
	ReportObject *sequence = report_database_add_object(database, "sequence", "kb", NULL, "jobs_id_seq");
	sequence->identity = g_strdup("kb.jobs_id_seq");
	sequence->since = g_strdup("V1");
	return run;
}

static void
since_is_the_migration_that_touched_the_object(void **state)
{
	(void)state;
	static const struct {
		const char *message;
		const char *since;
	} cases[] = {
		{ "policy \"kb.jobs.own\": using is \"false\"", "V2" },
		{ "policy \"kb.jobs.other\" is missing", "V1" },
		{ "column \"kb.notes.text\" is missing", "V3" },
		{ "table \"kb.jobs\" has no comment", "V1" },
		{ "sequence \"kb.jobs_id_seq\": increment is \"1\"", "V1" },
		{ "table \"kb.job\" is missing", NULL },
		{ "the query gives other rows than expected", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ReportRun) run = make_run();
		ReportSuite *suite = g_ptr_array_index(run->suites, 0);
		ReportCase *test_case = add_failed(suite, "kb", REPORT_KIND_SCHEMA, "x", "f.yaml", cases[i].message);
		report_run_find_causes(run);
		assert_int_equal(g_strcmp0(test_case->since, cases[i].since), 0);
	}
}

static void
cases_of_one_table_since_one_migration_are_one_cause(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = make_run();
	ReportSuite *suite = g_ptr_array_index(run->suites, 0);

	add_failed(suite, "kb", REPORT_KIND_SCHEMA, "expect", "f.yaml", "policy \"kb.jobs.own\": using is \"false\"");
	add_failed(suite, "kb", REPORT_KIND_DOWN, "V2", "V2.sql", "the down leaves it");
	ReportCase *rows = add_failed(suite, "kb", REPORT_KIND_ACCESS, "rows", "s.yaml", "role sees \"kb.jobs.own\"");
	report_run_find_causes(run);
	g_autoptr(GPtrArray) causes = report_run_causes(run);
	assert_int_equal(causes->len, 2);
	const ReportCause *worst = g_ptr_array_index(causes, 0);
	assert_int_equal(worst->cases->len, 2);
	assert_ptr_equal(worst->first, rows);
	const ReportCause *other = g_ptr_array_index(causes, 1);
	assert_int_equal(other->cases->len, 1);
	assert_string_not_equal(worst->id, other->id);
}

static void
databases_that_share_a_file_fail_for_one_cause(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = make_run();
	ReportSuite *suite = g_ptr_array_index(run->suites, 0);

	add_failed(suite, "api", REPORT_KIND_DEPLOY, "V2", "V2.sql", "it fails");
	add_failed(suite, "worker", REPORT_KIND_DEPLOY, "V2", "V2.sql", "it fails");
	add_failed(suite, "worker", REPORT_KIND_DEPLOY, "V3", "V3.sql", "it fails");
	report_run_find_causes(run);
	g_autoptr(GPtrArray) causes = report_run_causes(run);
	assert_int_equal(causes->len, 2);
}

static ReportCase *
add_errored(ReportSuite *suite, const char *name, const char *path, const char *message)
{
	ReportCase *test_case = add_failed(suite, "kb", REPORT_KIND_ACCESS, name, path, message);

	test_case->status = REPORT_ERRORED;
	return test_case;
}

/* The server names no schema. */
static void
errors_of_the_server_lead_to_the_migration(void **state)
{
	(void)state;
	static const struct {
		const char *message;
		const char *since;
	} cases[] = {
		{ "the setup failed: column \"text\" of relation \"notes\" does not exist\nSQLSTATE: 42703", "V3" },
		{ "the statement failed\nERROR: column n.text does not exist\nSQLSTATE: 42703", "V3" },
		{ "the statement failed\nERROR: column \"text\" does not exist", "V3" },
		{ "the statement failed\nERROR: null value in column \"due\" of relation \"notes\" violates not-null "
		  "constraint",
		  "V4" },
		/* Another table, a name that only ends so, a column that is there, another error. */
		{ "the setup failed: column \"text\" of relation \"jobs\" does not exist", NULL },
		{ "the setup failed: column \"xt\" of relation \"notes\" does not exist", NULL },
		{ "the setup failed: column \"due\" of relation \"notes\" does not exist", NULL },
		{ "the setup failed: value too long for column \"text\" of relation \"notes\"", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ReportRun) run = make_run();
		ReportSuite *suite = g_ptr_array_index(run->suites, 0);
		ReportDatabase *database = g_ptr_array_index(suite->databases, 0);
		ReportMigration *fourth = report_database_add_migration(database, "V4", "V4.sql");
		report_migration_add_change(fourth, REPORT_ADDED, "column", "kb.notes.due", NULL);
		ReportCase *test_case = add_failed(suite, "kb", REPORT_KIND_ACCESS, "x", "s.yaml", cases[i].message);
		report_run_find_causes(run);
		if (g_strcmp0(test_case->since, cases[i].since) != 0)
			fail_msg("%s: since %s", cases[i].message, test_case->since);
	}
}

/* Ten setups that stumble over one dropped column are one fault, and a failure says more of it than they do. */
static void
checks_that_one_error_stops_are_one_cause(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = make_run();
	ReportSuite *suite = g_ptr_array_index(run->suites, 0);
	const char *dropped = "the setup failed: column \"text\" of relation \"notes\" does not exist";
	const char *unknown = "the setup failed: relation \"never\" does not exist";

	add_errored(suite, "a", "a.yaml", dropped);
	add_errored(suite, "b", "b.yaml", dropped);
	ReportCase *failed = add_failed(suite, "kb", REPORT_KIND_SCHEMA, "c", "c.yaml",
	                                "column \"kb.notes.text\" is missing");
	add_errored(suite, "d", "d.yaml", unknown);
	add_errored(suite, "e", "e.yaml", unknown);
	add_errored(suite, "f", "f.yaml", "the setup failed: syntax error at or near \"SELEC\"");
	add_errored(suite, "g", "g.yaml", "the setup failed: syntax error at or near \"SELEC\"");
	report_run_find_causes(run);
	g_autoptr(GPtrArray) causes = report_run_causes(run);
	assert_int_equal(causes->len, 4);
	const ReportCause *first = g_ptr_array_index(causes, 0);
	assert_int_equal(first->cases->len, 3);
	assert_ptr_equal(first->first, failed);
	const ReportCause *second = g_ptr_array_index(causes, 1);
	assert_int_equal(second->cases->len, 2);
}

static ReportCase *
add_item(ReportSuite *suite, const char *name, ReportItemState state, bool required)
{
	ReportCase *test_case = report_case_new(NULL, "pre", name, (SourcePosition){ 0 });
	ReportStatus bad = required ? REPORT_FAILED : REPORT_SKIPPED;

	report_case_set(test_case, state == REPORT_ITEM_TICKED ? REPORT_PASSED : bad, "seen");
	test_case->item = report_item_new(state, "query");
	test_case->item->required = required;
	report_suite_add_case(suite, test_case);
	return test_case;
}

static void
the_verdict_of_a_checklist_is_about_a_release(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, "shop.yaml");

	add_item(suite, "a", REPORT_ITEM_TICKED, true);
	add_item(suite, "b", REPORT_ITEM_OPEN, false);
	g_autofree char *one = report_run_verdict(run);
	assert_string_equal(one, "The required item is ticked");
	add_item(suite, "d", REPORT_ITEM_TICKED, true);
	g_autofree char *ticked = report_run_verdict(run);
	assert_string_equal(ticked, "All 2 required items are ticked");
	add_item(suite, "c", REPORT_ITEM_WAITS, true);
	g_autofree char *open = report_run_verdict(run);
	assert_string_equal(open, "Do not release: 1 of 3 required items is open");
	/* Another failure is not an item. */
	ReportCase *other = report_case_new("shop", "forward", "V1", (SourcePosition){ 0 });
	report_case_set(other, REPORT_FAILED, "fails");
	report_suite_add_case(suite, other);
	g_autofree char *both = report_run_verdict(run);
	assert_string_equal(both, "2 faults in 2 cases");
}

static void
the_verdict_is_one_sentence(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = make_run();
	ReportSuite *suite = g_ptr_array_index(run->suites, 0);
	g_autofree char *good = report_run_verdict(run);
	assert_string_equal(good, "No fault found in 1 case");

	run->base = g_strdup("main 3f2c1a9");
	g_autofree char *merge = report_run_verdict(run);
	assert_string_equal(merge, "2 new migrations, no fault found");
	add_failed(suite, "kb", REPORT_KIND_SCHEMA, "x", "f.yaml", "policy \"kb.jobs.own\": using is \"false\"");
	report_run_find_causes(run);
	g_autofree char *one = report_run_verdict(run);
	assert_string_equal(one, "Do not merge: 1 of 2 new migrations has a fault");
	add_failed(suite, "kb", REPORT_KIND_SCHEMA, "y", "f.yaml", "column \"kb.notes.text\" is missing");
	report_run_find_causes(run);
	g_autofree char *all = report_run_verdict(run);
	assert_string_equal(all, "Do not merge: both new migrations have a fault");
	g_clear_pointer(&run->base, g_free);
	g_autofree char *faults = report_run_verdict(run);
	assert_string_equal(faults, "2 faults in 2 cases");
}

static void
a_hash_follows_from_the_texts_alone(void **state)
{
	(void)state;
	const char *none[] = { NULL };
	const char *one[] = { "a" };
	const char *two[] = { "foo", "bar" };
	g_autofree char *of_none = report_hash(none, 1);
	g_autofree char *of_one = report_hash(one, 1);
	g_autofree char *of_two = report_hash(two, 2);

	/* As the authors of the function have it. */
	assert_string_equal(of_none, "811c9dc5");
	assert_string_equal(of_one, "e40c292c");
	assert_string_equal(of_two, "bf9cf968");
}

static void
a_hint_comes_from_the_details(void **state)
{
	(void)state;
	g_autoptr(ReportCase) test_case = report_case_new(NULL, "s", "n", (SourcePosition){ 0 });

	report_case_set(test_case, REPORT_FAILED, "it fails\nhint: do this\nmore\nhint: or that");
	assert_string_equal(test_case->hint, "do this\nor that");
	report_case_set(test_case, REPORT_FAILED, "it fails\nhint: do this\nmore\nhint: or that\nhint: do this");
	assert_string_equal(test_case->hint, "do this\nor that");
	report_case_set(test_case, REPORT_FAILED, "it fails\nno hint: here");
	assert_null(test_case->hint);
}

static void
an_excerpt_is_the_lines_around_the_place(void **state)
{
	(void)state;
	static const struct {
		guint line;
		guint n_marked;
		guint first;
		const char *text;
	} cases[] = {
		{ 1, 1, 1, "one\ntwo\nthree" },
		{ 4, 1, 2, "two\nthree\nfour\nfive" },
		{ 2, 2, 1, "one\ntwo\nthree\nfour\nfive" },
		{ 5, 1, 3, "three\nfour\nfive" },
		{ 6, 1, 0, NULL },
		{ 0, 1, 0, NULL },
	};
	g_autofree char *folder = g_dir_make_tmp("pgassay-cause-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "x.sql", NULL);

	assert_true(g_file_set_contents(path, "one\ntwo\nthree\nfour\nfive\n", -1, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(ReportCase) test_case = report_case_new(NULL, "s", "n", (SourcePosition){ 0 });
		SourcePosition position = { .path = g_intern_string(path), .line = cases[i].line };
		report_case_add_excerpt(test_case, position, cases[i].n_marked, NULL);
		assert_int_equal(test_case->excerpts != NULL, cases[i].text != NULL);
		if (cases[i].text == NULL)
			continue;
		const ReportExcerpt *excerpt = g_ptr_array_index(test_case->excerpts, 0);
		assert_string_equal(excerpt->text, cases[i].text);
		assert_int_equal(excerpt->first_line, cases[i].first);
	}
	g_remove(path);
	g_rmdir(folder);
}

static void
a_command_is_quoted_for_a_shell(void **state)
{
	(void)state;
	const char *plain[] = { "pgassay", "run", "suites/kb.yaml", NULL };
	const char *odd[] = { "pgassay", "--only", "kb/round trip/it's *", "", NULL };
	g_autofree char *simple = report_command_line(plain);
	g_autofree char *quoted = report_command_line(odd);

	assert_string_equal(simple, "pgassay run suites/kb.yaml");
	assert_string_equal(quoted, "pgassay --only 'kb/round trip/it'\\''s *' ''");
	assert_null(report_command_line(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(since_is_the_migration_that_touched_the_object),
		cmocka_unit_test(cases_of_one_table_since_one_migration_are_one_cause),
		cmocka_unit_test(errors_of_the_server_lead_to_the_migration),
		cmocka_unit_test(checks_that_one_error_stops_are_one_cause),
		cmocka_unit_test(databases_that_share_a_file_fail_for_one_cause),
		cmocka_unit_test(the_verdict_is_one_sentence),
		cmocka_unit_test(the_verdict_of_a_checklist_is_about_a_release),
		cmocka_unit_test(a_hash_follows_from_the_texts_alone),
		cmocka_unit_test(a_hint_comes_from_the_details),
		cmocka_unit_test(an_excerpt_is_the_lines_around_the_place),
		cmocka_unit_test(a_command_is_quoted_for_a_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
