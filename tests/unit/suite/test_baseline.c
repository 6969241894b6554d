/* Where a database begins. */
#include "suite_support.h"

static const SuiteBaseline *
baseline_of(const Suite *suite)
{
	return suite_find_database(suite, "one")->baseline;
}

static void
without_the_key_there_is_none(void **state)
{
	(void)state;
	g_autoptr(Suite) suite = load(ONE);

	assert_null(baseline_of(suite));
}

static void
a_dump_is_verified_unless_the_suite_says_no(void **state)
{
	(void)state;
	g_autoptr(Suite) first = load(DATABASE("    baseline: {version: 0001_a, schema: ../fixtures/stand-in.sql}\n"));

	assert_string_equal(baseline_of(first)->version, "0001_a");
	assert_string_equal(baseline_of(first)->schema, "fixtures/stand-in.sql");
	assert_true(baseline_of(first)->verify);
	assert_int_equal(suite_node_position(baseline_of(first)->node).column, 25);
	g_autoptr(Suite)
	    second = load(DATABASE("    baseline: {version: 1, schema: ../fixtures/stand-in.sql, verify: false}\n"));
	assert_string_equal(baseline_of(second)->version, "1");
	assert_false(baseline_of(second)->verify);
}

static void
without_a_dump_the_migrations_make_it(void **state)
{
	(void)state;
	g_autoptr(Suite) suite = load(DATABASE("    baseline: {version: 0001_a}\n"));

	assert_null(baseline_of(suite)->schema);
}

static void
without_a_version_it_is_what_comes_before_the_migrations(void **state)
{
	(void)state;
	g_autoptr(Suite) suite = load(DATABASE("    baseline: {schema: ../fixtures/stand-in.sql}\n"));

	assert_null(baseline_of(suite)->version);
	assert_non_null(baseline_of(suite)->schema);
	assert_false(baseline_of(suite)->verify);
}

static void
invalid_baselines_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ DATABASE("    baseline: 0001_a\n"),
		  "suites/a.yaml:5:15: \"baseline\" must be a mapping, not \"0001_a\"\n"
		  "5 |     baseline: 0001_a\n"
		  "  |               ^\n"
		  "hint: write a mapping of its keys: version, schema, verify" },
		{ DATABASE("    baseline: {}\n"),
		  "suites/a.yaml:5:15: the baseline is empty\n"
		  "5 |     baseline: {}\n"
		  "  |               ^\n"
		  "hint: give the last migration that it has as \"version\", or what there is before the first one as "
		  "\"schema\"" },
		{ DATABASE("    baseline: {schema: ../fixtures/stand-in.sql, verify: true}\n"),
		  "suites/a.yaml:5:58: there are no migrations to compare the schema with\n"
		  "5 |     baseline: {schema: ../fixtures/stand-in.sql, verify: true}\n"
		  "  |                                                          ^\n"
		  "hint: name the last of them as \"version\", or take \"verify\" out" },
		{ DATABASE("    baseline: {version: 1, schema: none.sql}\n"),
		  "suites/a.yaml:5:36: there is no file \"suites/none.sql\"\n"
		  "5 |     baseline: {version: 1, schema: none.sql}\n"
		  "  |                                    ^\n"
		  "hint: paths are relative to the suite's own folder" },
		{ DATABASE("    baseline: {version: 1, verify: false}\n"),
		  "suites/a.yaml:5:36: there is no dump to be verified\n"
		  "5 |     baseline: {version: 1, verify: false}\n"
		  "  |                                    ^\n"
		  "hint: give the dump as \"schema\", or take \"verify\" out" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_error(cases[i].text, cases[i].message);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_the_key_there_is_none),
		TEST(a_dump_is_verified_unless_the_suite_says_no),
		TEST(without_a_dump_the_migrations_make_it),
		TEST(without_a_version_it_is_what_comes_before_the_migrations),
		TEST(invalid_baselines_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
