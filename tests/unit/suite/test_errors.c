/* Suites: errors are reported with position and hint. */
#include "suite_support.h"

static void
all_that_is_wrong_is_said_at_once(void **state)
{
	(void)state;
	assert_error("suite: a\nservr: {}\ndatabases: {one: {rows: many}}\n",
	             "suites/a.yaml:2:1: the suite has no key \"servr\"\n"
	             "2 | servr: {}\n"
	             "  | ^\n"
	             "hint: did you mean \"server\"?\n"
	             "suites/a.yaml:3:18: \"one\" needs the key \"migrations\"\n"
	             "3 | databases: {one: {rows: many}}\n"
	             "  |                  ^\n"
	             "hint: the folder of the migrations, relative to the suite\n"
	             "suites/a.yaml:3:25: \"rows\" must be a number, 0 or more, not \"many\"\n"
	             "3 | databases: {one: {rows: many}}\n"
	             "  |                         ^");
}

static void
keys_are_checked_at_every_level(void **state)
{
	(void)state;
	/* Another kind of file, such as a fixture; and a suite whose first key is mistyped. */
	assert_error("title: x\n", "suites/a.yaml:1:1: this file is no suite: it has no key \"suite\"\n"
	                           "1 | title: x\n"
	                           "  | ^\n"
	                           "hint: a suite begins with \"suite: NAME\"; a fixture is named in a suite, under "
	                           "\"expect\"");
	assert_error("suit: x\ndatabases: {one: {migrations: ../migrations/one}}\n",
	             "suites/a.yaml:1:1: the suite has no key \"suit\"\n"
	             "1 | suit: x\n"
	             "  | ^\n"
	             "hint: did you mean \"suite\"?");
	assert_error("suite: a\n", "suites/a.yaml:1:1: the suite needs the key \"databases\"\n"
	                           "1 | suite: a\n"
	                           "  | ^\n"
	                           "hint: the databases, each with its migrations");
	assert_error(ONE "check: []\n", "suites/a.yaml:3:1: the suite has no key \"check\"\n"
	                                "3 | check: []\n"
	                                "  | ^\n"
	                                "hint: did you mean \"checks\"?");
	assert_error(ONE "server: {versions: 15}\n", "suites/a.yaml:3:10: \"server\" has no key \"versions\"\n"
	                                             "3 | server: {versions: 15}\n"
	                                             "  |          ^\n"
	                                             "hint: did you mean \"version\"?");
	assert_error("suite: a\ndatabases: {one: {format: plain}}\n",
	             "suites/a.yaml:2:18: \"one\" needs the key \"migrations\"\n"
	             "2 | databases: {one: {format: plain}}\n"
	             "  |                  ^\n"
	             "hint: the folder of the migrations, relative to the suite");
	assert_error(DATABASE("    exspect: x\n"), "suites/a.yaml:5:5: \"one\" has no key \"exspect\"\n"
	                                           "5 |     exspect: x\n"
	                                           "  |     ^\n"
	                                           "hint: did you mean \"expect\"?");
	assert_error(ONE "checks:\n  - look: {name: n, sqll: x}\n", "suites/a.yaml:4:21: look has no key \"sqll\"\n"
	                                                            "4 |   - look: {name: n, sqll: x}\n"
	                                                            "  |                     ^\n"
	                                                            "hint: did you mean \"sql\"?");
	assert_error(ONE "checks:\n  - look: {sql: x}\n", "suites/a.yaml:4:11: look needs the key \"name\"\n"
	                                                  "4 |   - look: {sql: x}\n"
	                                                  "  |           ^\n"
	                                                  "hint: the case's name");
}

static void
types_are_checked(void **state)
{
	(void)state;
	assert_error("suite: [a]\ndatabases: {}\n", "suites/a.yaml:1:8: \"suite\" must be a text, not a list\n"
	                                            "1 | suite: [a]\n"
	                                            "  |        ^");
	assert_error("suite: a\ndatabases: [one]\n",
	             "suites/a.yaml:2:12: \"databases\" must be a mapping of database names, not a list\n"
	             "2 | databases: [one]\n"
	             "  |            ^");
	assert_error("suite: a\ndatabases: {}\n", "suites/a.yaml:2:12: the suite has no database\n"
	                                          "2 | databases: {}\n"
	                                          "  |            ^\n"
	                                          "hint: add a database with its migrations");
	assert_error(DATABASE("    expect:\n      a: b\n"),
	             "suites/a.yaml:6:7: \"expect\" must be a text, or a list of texts, not a mapping\n"
	             "6 |       a: b\n"
	             "  |       ^");
	assert_error(DATABASE("    rollback: dwn\n"),
	             "suites/a.yaml:5:15: \"rollback\" must be down, required, restore or none, not \"dwn\"\n"
	             "5 |     rollback: dwn\n"
	             "  |               ^\n"
	             "hint: did you mean \"down\"? It can be: down, required, restore, none");
	assert_error(DATABASE("    crash: on\n"),
	             "suites/a.yaml:5:12: \"crash\" must be off, each or sample, not \"on\"\n"
	             "5 |     crash: on\n"
	             "  |            ^\n"
	             "hint: it can be: off, each, sample");
	assert_error(DATABASE("    placeholders: {a: [b]}\n"), "suites/a.yaml:5:23: \"a\" must be a text, not a list\n"
	                                                       "5 |     placeholders: {a: [b]}\n"
	                                                       "  |                       ^");
	assert_error(ONE "checks: {}\n", "suites/a.yaml:3:9: \"checks\" must be a list of checks, not a mapping\n"
	                                 "3 | checks: {}\n"
	                                 "  |         ^");
	assert_error(ONE "checks: [look]\n", "suites/a.yaml:3:10: a check must be one kind of check with its mapping\n"
	                                     "3 | checks: [look]\n"
	                                     "  |          ^\n"
	                                     "hint: write it as \"- query: { name: ..., sql: ... }\"");
	assert_error(ONE "checks:\n  - look: {name: n, sql: x}\n    stare: {name: m, sql: x}\n",
	             "suites/a.yaml:4:5: a check must be one kind of check with its mapping\n"
	             "4 |   - look: {name: n, sql: x}\n"
	             "  |     ^\n"
	             "hint: write it as \"- query: { name: ..., sql: ... }\"");
	assert_error(ONE "checks:\n  - look:\n", "suites/a.yaml:4:5: look must be a mapping, not empty\n"
	                                         "4 |   - look:\n"
	                                         "  |     ^\n"
	                                         "hint: write a mapping of its keys: name, database, sql");
}

static void
versions_are_major_versions(void **state)
{
	(void)state;
	assert_error(ONE "server: {version: 15.3}\n",
	             "suites/a.yaml:3:19: \"version\" must be a major version, or a list of them, not \"15.3\"\n"
	             "3 | server: {version: 15.3}\n"
	             "  |                   ^");
	assert_error(ONE "server: {version: \"15\"}\n",
	             "suites/a.yaml:3:19: \"version\" must be a major version, or a list of them, not \"15\"\n"
	             "3 | server: {version: \"15\"}\n"
	             "  |                   ^\n"
	             "hint: in quotes it is a text: write it without them");
	assert_error(ONE "server: {version: [15, 150018]}\n",
	             "suites/a.yaml:3:24: \"150018\" is no version of PostgreSQL that is supported\n"
	             "3 | server: {version: [15, 150018]}\n"
	             "  |                        ^\n"
	             "hint: write the major version, 13 or later");
	assert_error(ONE "server: {version: 9}\n",
	             "suites/a.yaml:3:19: \"9\" is no version of PostgreSQL that is supported\n"
	             "3 | server: {version: 9}\n"
	             "  |                   ^\n"
	             "hint: write the major version, 13 or later");
}

static void
files_and_folders_must_exist(void **state)
{
	(void)state;
	assert_error("suite: a\ndatabases: {one: {migrations: ../migrations/on}}\n",
	             "suites/a.yaml:2:31: there is no folder \"migrations/on\"\n"
	             "2 | databases: {one: {migrations: ../migrations/on}}\n"
	             "  |                               ^\n"
	             "hint: paths are relative to the suite's own folder");
	assert_error("suite: a\ndatabases: {one: {migrations: ../tool.conf}}\n",
	             "suites/a.yaml:2:31: there is no folder \"tool.conf\"\n"
	             "2 | databases: {one: {migrations: ../tool.conf}}\n"
	             "  |                               ^\n"
	             "hint: paths are relative to the suite's own folder");
	assert_error("suite: a\ndatabases: {one: {migrations: ''}}\n", "suites/a.yaml:2:31: the path is empty\n"
	                                                               "2 | databases: {one: {migrations: ''}}\n"
	                                                               "  |                               ^\n"
	                                                               "hint: \".\" is the suite's own folder");
	assert_error(DATABASE("    config: ../tool.cfg\n"), "suites/a.yaml:5:13: there is no file \"tool.cfg\"\n"
	                                                    "5 |     config: ../tool.cfg\n"
	                                                    "  |             ^\n"
	                                                    "hint: paths are relative to the suite's own folder");
	assert_error(DATABASE("    expect:\n      - ../fixtures/one.yaml\n      - ../fixtures\n"),
	             "suites/a.yaml:7:9: there is no file \"fixtures\"\n"
	             "7 |       - ../fixtures\n"
	             "  |         ^\n"
	             "hint: paths are relative to the suite's own folder");
	assert_error(ONE "server: {stand_ins: {vector: no.sql}}\n",
	             "suites/a.yaml:3:30: there is no file \"suites/no.sql\"\n"
	             "3 | server: {stand_ins: {vector: no.sql}}\n"
	             "  |                              ^\n"
	             "hint: paths are relative to the suite's own folder");
}

static void
names_are_checked(void **state)
{
	(void)state;
	assert_error("suite: my suite\ndatabases: {one: {migrations: ../migrations/one}}\n",
	             "suites/a.yaml:1:8: \"my suite\" cannot be the name of a suite\n"
	             "1 | suite: my suite\n"
	             "  |        ^\n"
	             "hint: use letters, digits, _ and -");
	assert_error("suite: ''\ndatabases: {one: {migrations: ../migrations/one}}\n",
	             "suites/a.yaml:1:8: \"\" cannot be the name of a suite\n"
	             "1 | suite: ''\n"
	             "  |        ^\n"
	             "hint: use letters, digits, _ and -");
	assert_error("suite: a\ndatabases: {one/two: {migrations: ../migrations/one}}\n",
	             "suites/a.yaml:2:13: \"one/two\" cannot be the name of a database\n"
	             "2 | databases: {one/two: {migrations: ../migrations/one}}\n"
	             "  |             ^\n"
	             "hint: use letters, digits, _ and -");
	assert_error(ONE "checks:\n  - look: {name: n, sql: x}\n  - stare: {name: n, sql: x}\n",
	             "suites/a.yaml:5:19: another check is named \"n\" too\n"
	             "5 |   - stare: {name: n, sql: x}\n"
	             "  |                   ^\n"
	             "hint: give each check a name of its own");
	assert_error(ONE "checks:\n  - look: {name: \"a\\nb\", sql: x}\n",
	             "suites/a.yaml:4:18: the name of a check must be one line that is not empty\n"
	             "4 |   - look: {name: \"a\\nb\", sql: x}\n"
	             "  |                  ^\n"
	             "hint: say in a few words what is checked");
}

static void
names_are_not_empty_and_not_given_twice(void **state)
{
	(void)state;
	assert_error(ONE "server: {extensions: [a, '']}\n", "suites/a.yaml:3:26: the name of the extension is empty\n"
	                                                    "3 | server: {extensions: [a, '']}\n"
	                                                    "  |                          ^");
	assert_error(ONE "server: {roles: ['']}\n", "suites/a.yaml:3:18: the name of the role is empty\n"
	                                            "3 | server: {roles: ['']}\n"
	                                            "  |                  ^");
	assert_error(DATABASE("    expect: [../fixtures/one.yaml, ../fixtures/../fixtures/one.yaml]\n"),
	             "suites/a.yaml:5:36: the fixture \"fixtures/one.yaml\" is listed twice\n"
	             "5 |     expect: [../fixtures/one.yaml, ../fixtures/../fixtures/one.yaml]\n"
	             "  |                                    ^\n"
	             "hint: remove one of the two");
	assert_error(ONE "databases: {two: {migrations: ../migrations/two}}\n",
	             "suites/a.yaml:3:1: key \"databases\" stands here twice\n"
	             "3 | databases: {two: {migrations: ../migrations/two}}\n"
	             "  | ^\n"
	             "hint: remove one of the two");
	assert_error(
	    "suite: a\ndatabases:\n  one: {migrations: ../migrations/one}\n  one: {migrations: ../migrations/two}\n",
	    "suites/a.yaml:4:3: key \"one\" stands here twice\n"
	    "4 |   one: {migrations: ../migrations/two}\n"
	    "  |   ^\n"
	    "hint: remove one of the two");
}

static void
history_tables_are_tables(void **state)
{
	(void)state;
	static const char *const bad[] = { "", ".", "a.", ".b", "a.b.c" };

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *text = g_strdup_printf(DATABASE("    history_table: '%s'\n"), bad[i]);
		g_autofree char *message = g_strdup_printf("suites/a.yaml:5:20: \"%s\" is not a table's name\n"
		                                           "5 |     history_table: '%s'\n"
		                                           "  |                    ^\n"
		                                           "hint: write \"table\" or \"schema.table\"",
		                                           bad[i], bad[i]);
		assert_error(text, message);
	}
	g_autoptr(Suite) suite = load(DATABASE("    history_table: history\n"));
	assert_string_equal(suite_find_database(suite, "one")->migrations.history_table, "history");
}

static void
resets_are_a_number_or_a_truth(void **state)
{
	static const struct {
		const char *text;
		guint resets;
	} rows[] = { { "true", 3 }, { "false", 0 }, { "0", 0 }, { "1", 1 }, { "1000", 1000 } };

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf(DATABASE("    reset: %s\n"), rows[i].text);
		g_autoptr(Suite) suite = load(text);
		assert_int_equal(suite_find_database(suite, "one")->resets, rows[i].resets);
	}
	g_autoptr(Suite) without = load(ONE);
	assert_int_equal(suite_find_database(without, "one")->resets, 0);
	assert_error(DATABASE("    reset: 1001\n"), "suites/a.yaml:5:12: more than 1000 resets are not supported\n"
	                                            "5 |     reset: 1001\n"
	                                            "  |            ^\n"
	                                            "hint: 3 are enough for most databases");
	assert_error(DATABASE("    reset: often\n"),
	             "suites/a.yaml:5:12: \"reset\" must be true, false, or a number, 0 or more, not \"often\"\n"
	             "5 |     reset: often\n"
	             "  |            ^");
	assert_error(DATABASE("    reset: -1\n"),
	             "suites/a.yaml:5:12: \"reset\" must be true, false, or a number, 0 or more, not \"-1\"\n"
	             "5 |     reset: -1\n"
	             "  |            ^");
}

static void
names_of_other_things_must_be_known(void **state)
{
	(void)state;
	assert_error(DATABASE("    format: flywey\n"), "suites/a.yaml:5:13: there is no migration format \"flywey\"\n"
	                                               "5 |     format: flywey\n"
	                                               "  |             ^\n"
	                                               "hint: did you mean \"flyway\"?");
	assert_error(ONE "checks:\n  - lok: {name: n, sql: x}\n",
	             "suites/a.yaml:4:5: there is no kind of check \"lok\"\n"
	             "4 |   - lok: {name: n, sql: x}\n"
	             "  |     ^\n"
	             "hint: did you mean \"look\"?");
	assert_error(ONE "checks:\n  - inspect: {name: n, sql: x}\n",
	             "suites/a.yaml:4:5: there is no kind of check \"inspect\"\n"
	             "4 |   - inspect: {name: n, sql: x}\n"
	             "  |     ^\n"
	             "hint: there are: look, stare, guess, pair");
	assert_error(ONE "checks:\n  - look: {name: n, sql: DROP x}\n", "suites/a.yaml:4:26: a look must not drop\n"
	                                                                "4 |   - look: {name: n, sql: DROP x}\n"
	                                                                "  |                          ^\n"
	                                                                "hint: look, do not touch");
	assert_error(TWO "checks:\n  - look: {name: n, sql: x}\n",
	             "suites/a.yaml:4:11: check \"n\" needs the key \"database\"\n"
	             "4 |   - look: {name: n, sql: x}\n"
	             "  |           ^\n"
	             "hint: the databases are: one, two");
	assert_error(ONE "checks:\n  - look: {name: n, database: two, sql: x}\n",
	             "suites/a.yaml:4:31: the suite has no database \"two\"\n"
	             "4 |   - look: {name: n, database: two, sql: x}\n"
	             "  |                               ^\n"
	             "hint: the databases are: one");
}

static void
a_suite_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;

	assert_null(suite_load("suites/none.yaml", kinds, &error));
	assert_string_equal(error->message, "could not read \"suites/none.yaml\": No such file or directory");
	suite_free(NULL);
}

static void
mutated_suites_load_or_fail_with_an_error(void **state)
{
	(void)state;
	static const char *const pieces[] = { "[",  "]",   "{",  "}",  ": ",   "- ", ",", "x",
		                              "\"", "one", "\n", "  ", "null", "*a", "15" };
	const char *whole = TWO
	    "server: {version: [15], extensions: [a], stand_ins: {vector: ../fixtures/stand-in.sql}}\n"
	    "checks:\n  - look: {name: n, database: one, sql: x}\n  - stare: {name: m, database: two, sql: y}\n";
	g_autoptr(GRand) random = g_rand_new_with_seed(7);
	guint loaded = 0;

	for (guint i = 0; i < 1000; i++) {
		g_autoptr(GString) text = g_string_new(whole);
		g_autoptr(GError) error = NULL;
		gssize place = g_rand_int_range(random, 0, (gint32)text->len - 3);
		if (i % 2 == 0)
			g_string_erase(text, place, g_rand_int_range(random, 1, 4));
		g_string_insert(text, place,
		                i % 4 == 0 ? "" : pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
		write_file("suites/a.yaml", text->str);
		g_autoptr(Suite) suite = suite_load("suites/a.yaml", kinds, &error);
		assert_true((suite != NULL) == (error == NULL));
		loaded += suite != NULL;
	}
	assert_in_range(loaded, 20, 900);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_that_is_wrong_is_said_at_once),
		TEST(keys_are_checked_at_every_level),
		TEST(types_are_checked),
		TEST(versions_are_major_versions),
		TEST(files_and_folders_must_exist),
		TEST(names_are_checked),
		TEST(names_are_not_empty_and_not_given_twice),
		TEST(history_tables_are_tables),
		TEST(resets_are_a_number_or_a_truth),
		TEST(names_of_other_things_must_be_known),
		TEST(a_suite_that_is_not_there_is_an_error),
		TEST(mutated_suites_load_or_fail_with_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
