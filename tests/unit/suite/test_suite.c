/* Suites: the loaded values. */
#include "suite_support.h"

static void
a_small_suite_has_its_defaults(void **state)
{
	(void)state;
	g_autoptr(Suite) suite = load(ONE);
	const SuiteDatabase *database = suite_find_database(suite, "one");

	assert_string_equal(suite->name, "a");
	assert_null(suite->title);
	assert_string_equal(suite->path, "suites/a.yaml");
	assert_int_equal(suite->versions->len, 0);
	assert_int_equal(suite->databases->len, 1);
	assert_int_equal(suite->checks->len, 0);
	assert_non_null(database);
	assert_null(suite_find_database(suite, "two"));
	assert_string_equal(database->migrations.directory, "migrations/one");
	assert_null(database->migrations.format);
	assert_null(database->migrations.config);
	assert_null(database->migrations.history_table);
	assert_null(database->migrations.placeholders);
	assert_int_equal(database->rollback, SUITE_ROLLBACK_DOWN);
	assert_int_equal(database->crash, SUITE_CRASH_OFF);
	assert_int_equal(database->fixtures->len, 0);
	assert_int_equal(suite_node_position(database->migrations_node).line, 2);
}

static void
every_key_is_loaded(void **state)
{
	(void)state;
	g_autoptr(Suite)
	    suite = load("suite: big\n"
	                 "title: The big one\n"
	                 "server:\n"
	                 "  version: [17, 15]\n"
	                 "  extensions: [pgcrypto, pg_trgm]\n"
	                 "  roles: [app]\n"
	                 "  stand_ins: {vector: ../fixtures/stand-in.sql}\n"
	                 "databases:\n"
	                 "  one:\n"
	                 "    migrations: ../migrations/one\n"
	                 "    format: flyway\n"
	                 "    config: ../tool.conf\n"
	                 "    history_table: ops.history\n"
	                 "    placeholders: {owner: app, empty: ''}\n"
	                 "    expect: [../fixtures/one.yaml, ../fixtures/more.yaml]\n"
	                 "    rollback: required\n"
	                 "    crash: each\n"
	                 "  two: {migrations: ../migrations/two, expect: ../fixtures/one.yaml, rollback: none, "
	                 "crash: sample}\n"
	                 "checks:\n"
	                 "  - look: {name: first, database: two, sql: SELECT 1}\n"
	                 "  - stare: {name: second, database: one, sql: SELECT 2}\n");
	const SuiteDatabase *one = suite_find_database(suite, "one");
	const SuiteDatabase *two = suite_find_database(suite, "two");
	const SuiteFile *stand_in = g_hash_table_lookup(suite->stand_ins, "vector");
	const SuiteFile *fixture = g_ptr_array_index(one->fixtures, 1);
	const SuiteCheck *first = g_ptr_array_index(suite->checks, 0);
	const SuiteCheck *second = g_ptr_array_index(suite->checks, 1);

	assert_string_equal(suite->title, "The big one");
	assert_int_equal(suite->versions->len, 2);
	assert_int_equal(g_array_index(suite->versions, guint, 0), 17);
	assert_string_equal(g_ptr_array_index(suite->extensions, 1), "pg_trgm");
	assert_string_equal(g_ptr_array_index(suite->roles, 0), "app");
	assert_string_equal(stand_in->path, "fixtures/stand-in.sql");
	assert_string_equal(one->migrations.format, "flyway");
	assert_string_equal(one->migrations.config, "tool.conf");
	assert_string_equal(one->migrations.history_table, "ops.history");
	assert_string_equal(g_hash_table_lookup(one->migrations.placeholders, "owner"), "app");
	assert_string_equal(g_hash_table_lookup(one->migrations.placeholders, "empty"), "");
	assert_int_equal(one->rollback, SUITE_ROLLBACK_REQUIRED);
	assert_string_equal(fixture->path, "fixtures/more.yaml");
	assert_int_equal(suite_node_position(fixture->node).line, 15);
	assert_int_equal(two->rollback, SUITE_ROLLBACK_NONE);
	assert_int_equal(one->crash, SUITE_CRASH_EACH);
	assert_int_equal(two->crash, SUITE_CRASH_SAMPLE);
	assert_int_equal(two->fixtures->len, 1);
	assert_ptr_equal(first->kind, &look_kind);
	assert_ptr_equal(first->database, two);
	assert_string_equal(first->name, "first");
	assert_string_equal(suite_node_get_text(first->node, "sql"), "SELECT 1");
	assert_ptr_equal(second->kind, &stare_kind);
	assert_ptr_equal(second->database, one);
}

static void
a_check_may_be_named_by_what_it_is(void **state)
{
	(void)state;
	g_autoptr(Suite) suite = load(ONE "checks:\n  - guess: {sql: x}\n  - guess: {sql: x, name: other}\n");

	assert_string_equal(((SuiteCheck *)g_ptr_array_index(suite->checks, 0))->name, "guess x");
	assert_string_equal(((SuiteCheck *)g_ptr_array_index(suite->checks, 1))->name, "other");
	assert_error(ONE "checks:\n  - guess: {sql: x}\n  - guess: {sql: x}\n",
	             "suites/a.yaml:5:12: another check is named \"guess x\" too\n"
	             "5 |   - guess: {sql: x}\n"
	             "  |            ^\n"
	             "hint: give each check a name of its own");
}

static void
a_check_may_be_about_several_databases(void **state)
{
	(void)state;
	g_autoptr(Suite) suite = load(TWO "checks:\n  - pair: {name: n, databases: [two, one]}\n");
	const SuiteCheck *check = g_ptr_array_index(suite->checks, 0);

	assert_int_equal(check->databases->len, 2);
	assert_ptr_equal(g_ptr_array_index(check->databases, 0), suite_find_database(suite, "two"));
	/* It runs where the last of them is, whatever the order of its list. */
	assert_ptr_equal(check->database, suite_find_database(suite, "two"));
	assert_error(TWO "checks:\n  - pair: {name: n, databases: [two]}\n",
	             "suites/a.yaml:4:32: a check of several databases needs two or more\n"
	             "4 |   - pair: {name: n, databases: [two]}\n"
	             "  |                                ^");
	assert_error(TWO "checks:\n  - pair: {name: n, databases: [two, two]}\n",
	             "suites/a.yaml:4:38: database \"two\" is listed twice\n"
	             "4 |   - pair: {name: n, databases: [two, two]}\n"
	             "  |                                      ^\n"
	             "hint: remove one of the two");
	assert_error(TWO "checks:\n  - pair: {name: n, databases: [two, three]}\n",
	             "suites/a.yaml:4:38: the suite has no database \"three\"\n"
	             "4 |   - pair: {name: n, databases: [two, three]}\n"
	             "  |                                      ^\n"
	             "hint: the databases are: one, two");
}

static void
versions_have_two_forms(void **state)
{
	(void)state;
	g_autoptr(Suite) one = load(ONE "server: {version: 15}\n");
	g_autoptr(Suite) some = load(ONE "server: {version: [15, 16, 17]}\n");
	g_autoptr(Suite) none = load(ONE "server: {version: []}\n");

	assert_int_equal(one->versions->len, 1);
	assert_int_equal(g_array_index(one->versions, guint, 0), 15);
	assert_int_equal(some->versions->len, 3);
	assert_int_equal(g_array_index(some->versions, guint, 2), 17);
	assert_int_equal(none->versions->len, 0);
}

static void
every_word_for_the_rollback_is_understood(void **state)
{
	(void)state;
	static const struct {
		const char *key;
		SuiteRollback rollback;
	} words[] = { { "", SUITE_ROLLBACK_DOWN },
		      { "    rollback: down\n", SUITE_ROLLBACK_DOWN },
		      { "    rollback: required\n", SUITE_ROLLBACK_REQUIRED },
		      { "    rollback: restore\n", SUITE_ROLLBACK_RESTORE },
		      { "    rollback: none\n", SUITE_ROLLBACK_NONE } };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		g_autofree char *text = g_strconcat(DATABASE(""), words[i].key, NULL);
		g_autoptr(Suite) suite = load(text);
		assert_int_equal(suite_find_database(suite, "one")->rollback, words[i].rollback);
	}
}

static void
checks_of_a_suite_with_one_database_need_not_name_it(void **state)
{
	(void)state;
	g_autoptr(Suite) suite = load(ONE "checks:\n  - look: {name: n, sql: SELECT 1}\n");
	const SuiteCheck *check = g_ptr_array_index(suite->checks, 0);

	assert_ptr_equal(check->database, suite_find_database(suite, "one"));
}

static void
anchors_and_merge_keys_work_in_suites(void **state)
{
	(void)state;
	g_autoptr(Suite) suite = load("suite: a\n"
	                              "databases:\n"
	                              "  one: &all\n"
	                              "    migrations: ../migrations/one\n"
	                              "    rollback: required\n"
	                              "  two:\n"
	                              "    <<: *all\n"
	                              "    migrations: ../migrations/two\n");

	assert_string_equal(suite_find_database(suite, "two")->migrations.directory, "migrations/two");
	assert_int_equal(suite_find_database(suite, "two")->rollback, SUITE_ROLLBACK_REQUIRED);
}

static void
fixtures_stand_at_migrations(void **state)
{
	(void)state;
	g_autoptr(Suite) suite = load(DATABASE("    at: {1: ../fixtures/one.yaml, 0002_b: [../fixtures/more.yaml, "
	                                       "../fixtures/one.yaml]}\n"));
	const SuiteDatabase *one = suite_find_database(suite, "one");
	const SuiteData *first = g_ptr_array_index(one->at, 0);
	const SuiteData *second = g_ptr_array_index(one->at, 1);

	assert_int_equal(one->at->len, 3);
	assert_string_equal(first->migration, "1");
	assert_string_equal(first->path, "fixtures/one.yaml");
	assert_string_equal(second->migration, "0002_b");
	assert_string_equal(second->path, "fixtures/more.yaml");
	assert_error(DATABASE("    at: {1: ../fixtures/two.yaml}\n"),
	             "suites/a.yaml:5:13: there is no file \"fixtures/two.yaml\"\n"
	             "5 |     at: {1: ../fixtures/two.yaml}\n"
	             "  |             ^\n"
	             "hint: paths are relative to the suite's own folder");
	assert_error(DATABASE("    at: {1: []}\n"), "suites/a.yaml:5:13: \"1\" names no file\n"
	                                            "5 |     at: {1: []}\n"
	                                            "  |             ^\n"
	                                            "hint: name a file, or remove the migration");
	assert_error(DATABASE("    at: ../fixtures/one.yaml\n"),
	             "suites/a.yaml:5:9: \"at\" must be a mapping of migrations to fixtures, not "
	             "\"../fixtures/one.yaml\"\n"
	             "5 |     at: ../fixtures/one.yaml\n"
	             "  |         ^");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_small_suite_has_its_defaults),
		TEST(every_key_is_loaded),
		TEST(a_check_may_be_named_by_what_it_is),
		TEST(a_check_may_be_about_several_databases),
		TEST(versions_have_two_forms),
		TEST(every_word_for_the_rollback_is_understood),
		TEST(checks_of_a_suite_with_one_database_need_not_name_it),
		TEST(anchors_and_merge_keys_work_in_suites),
		TEST(fixtures_stand_at_migrations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
