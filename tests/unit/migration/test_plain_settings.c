/* The settings of a suite for plain files. */
#include "folder.h"

/* NAME, VALUE, ..., NULL */
#define SETTINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static GHashTable *
settings_new(const char *const *pairs)
{
	GHashTable *settings = g_hash_table_new(g_str_hash, g_str_equal);

	for (; *pairs != NULL; pairs += 2)
		g_hash_table_insert(settings, (gpointer)pairs[0], (gpointer)pairs[1]);
	return settings;
}

static MigrationSet *
load(const FolderFile *files, const char *const *pairs)
{
	g_autoptr(GHashTable) settings = settings_new(pairs);
	g_autoptr(GError) error = NULL;
	MigrationSet *set = folder_load(files, (MigrationOptions){ .format = "plain", .settings = settings }, &error);

	if (set == NULL)
		fail_msg("%s", error->message);
	return set;
}

static void
refuses(const FolderFile *files, const char *const *pairs, const char *message)
{
	g_autoptr(GHashTable) settings = settings_new(pairs);

	folder_refuses(files, &(MigrationOptions){ .format = "plain", .settings = settings }, message);
}

/* "VERSION=NAME(DOWN'S STATEMENTS)" of each migration. */
static void
assert_migrations(const MigrationSet *set, const char *expected)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		g_string_append_printf(text, "%s%s=%s", i > 0 ? " " : "", migration->version, migration->name);
		if (migration->down != NULL)
			g_string_append_printf(text, "(%u)", migration_script_statements(migration->down)->len);
	}
	assert_string_equal(text->str, expected);
}

static const Migration *
migration_at(const MigrationSet *set, guint i)
{
	assert_true(i < set->migrations->len);
	return g_ptr_array_index(set->migrations, i);
}

/* --- Names ------------------------------------------------------------------------ */

static void
a_pattern_classifies_files(void **state)
{
	(void)state;
	static const struct {
		FolderFile files[6];
		const char *pattern;
		const char *migrations;
	} cases[] = {
		{ { { "V2__b_c.sql", "" }, { "V12__x.sql", "" } },
		  "V(?<version>\\d+)__(?<name>.*)\\.sql",
		  "2=V2__b_c.sql 12=V12__x.sql" },
		{ { { "2024-01-05-add-users.up.sql", "" },
		    { "2024-01-05-add-users.down.sql", "SELECT 1" },
		    { "2024-01-05-b.up.sql", "" } },
		  "(?<version>[-0-9]{10}-.*)\\.(up|(?<down>down))\\.sql",
		  "2024-01-05-add-users=2024-01-05-add-users.up.sql(1) 2024-01-05-b=2024-01-05-b.up.sql" },
		{ { { "001_a/up.sql", "" }, { "001_a/down.sql", "SELECT 1; SELECT 2" }, { "002_b/up.sql", "" } },
		  "(?<version>\\d+)_(?<name>[^/]+)/(up|(?<down>down))\\.sql",
		  "001=001_a/up.sql(2) 002=002_b/up.sql" },
		{ { { "1.sql", "" }, { "rollback/1.sql", "SELECT 1" }, { "2.sql", "" } },
		  "((?<down>rollback)/)?(?<version>[^/]+)\\.sql",
		  "1=1.sql(1) 2=2.sql" },
		{ { { "deploy/x.sql", "" }, { "revert/x.sql", "SELECT 1" } },
		  "(deploy|(?<down>revert))/(?<version>.+)\\.sql",
		  "x=deploy/x.sql(1)" },
		{ { { "up.1", "" }, { "undo.1", "SELECT 1" } },
		  "(?:up|(?P<down>undo))\\.(?P<version>\\d+)",
		  "1=up.1(1)" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(MigrationSet)
		    set = load(cases[i].files, SETTINGS("pattern", cases[i].pattern, "order", "natural"));
		assert_migrations(set, cases[i].migrations);
		assert_int_equal(set->warnings->len, 0);
	}
	g_autoptr(MigrationSet) named = load(cases[0].files, SETTINGS("pattern", cases[0].pattern));
	assert_string_equal(migration_at(named, 0)->description, "x");
	assert_string_equal(migration_at(named, 1)->description, "b_c");
}

static void
files_without_a_match_are_reported(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.sql", "" },        { "x2_b.sql", "" },  { "1_a.sql.bak", "" },
		                     { "seed/1.sql", "" },     { "README.md", "" }, { "draft.sql", "" },
		                     { "old/deep/3.sql", "" }, { NULL, NULL } };
	const char *pattern = "(?<version>\\d+)_.*\\.sql";
	g_autoptr(MigrationSet) set = load(files, SETTINGS("pattern", pattern));
	g_autoptr(MigrationSet) deep = load(files, SETTINGS("pattern", pattern, "recursive", "true"));
	g_autoptr(MigrationSet) some = load(
	    files, SETTINGS("pattern", pattern, "recursive", "true", "ignore", "seed|old/deep|draft\\.sql|.*\\.bak"));

	assert_migrations(set, "1=1_a.sql");
	assert_int_equal(set->ignored->len, 2);
	assert_true(folder_warns(set, "\"x2_b.sql\" is not run: its path does not match the pattern of the suite"));
	assert_true(folder_warns(set, "\"draft.sql\""));
	assert_true(folder_warns(set, "\"1_a.sql.bak\""));
	assert_true(folder_warns(set, "the directory \"seed\" is not looked into"));
	assert_int_equal(set->warnings->len, 5);
	assert_true(folder_warns(deep, "\"seed/1.sql\" is not run"));
	assert_int_equal(deep->ignored->len, 4);
	assert_int_equal(some->ignored->len, 1);
	assert_int_equal(some->warnings->len, 1);
}

static void
folders_are_looked_into_where_the_suite_says_so(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "2024/1_a.sql", "" }, { "2023/1_a.sql", "" }, { "2023/1_a.down.sql", "SELECT 1" }, { NULL, NULL }
	};
	g_autoptr(MigrationSet) set = load(files, SETTINGS("recursive", "true"));

	assert_migrations(set, "2023/1_a=2023/1_a.sql(1) 2024/1_a=2024/1_a.sql");
	refuses(files, SETTINGS("recursive", "false"),
	        "but 3 in its folders: \"2023/1_a.down.sql\"\nhint: give one of the folders");
	refuses(files, SETTINGS("pattern", ".*/(?<version>\\d+)_a(?<down>\\.down)?\\.sql"),
	        "\"2023/1_a.sql\" and \"2024/1_a.sql\" have the same version \"1\"\nhint: keep one of them, or let the "
	        "group \"version\"");
}

static void
refuses_patterns_that_cannot_work(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1.sql", "" }, { "2.undo.sql", "" }, { NULL, NULL } };

	refuses(files, SETTINGS("pattern", "(\\d+)\\.sql"),
	        "the pattern \"(\\d+)\\.sql\" has no group \"version\"\nhint: ");
	refuses(files, SETTINGS("pattern", "(?<version>\\d+"),
	        "the setting \"pattern\" is no regular expression: \"(?<version>\\d+\", at char ");
	refuses(files, SETTINGS("ignore", "*.bak"), "the setting \"ignore\" is no regular expression");
	refuses(files, SETTINGS("down-line", "("), "the setting \"down-line\" is no regular expression");
	refuses(files, SETTINGS("no-transaction", "["), "the setting \"no-transaction\" is no regular expression");
	refuses(files, SETTINGS("pattern", "(?x)(?<version>\\d+)\\.sql # a comment"), "take comments out of it");
	refuses(files, SETTINGS("pattern", "(?<version>\\d+)(?<down>\\.undo)?\\.sql"),
	        "\"2.undo.sql\" takes back a migration that is not there\nhint: add the up of the version \"2\"");
	refuses(files, SETTINGS("pattern", "(?<version>x)"), "there are no plain SQL migrations");
	refuses(files, SETTINGS("patern", "x"), "hint: did you mean \"pattern\"?");
}

/* --- Order ------------------------------------------------------------------------ */

static void
files_run_in_the_order_of_the_suite(void **state)
{
	(void)state;
	const FolderFile files[] = { { "b/10_x.sql", "" },  { "b/9_x.sql", "" },    { "a/11_x.sql", "" },
		                     { "b/009_y.sql", "" }, { "a/7.10_x.sql", "" }, { "a/7.9_x.sql", "" },
		                     { NULL, NULL } };
	const char *pattern = "[ab]/(?<version>[\\d.]+)_.*\\.sql";
	g_autoptr(MigrationSet) by_name = load(files, SETTINGS("pattern", pattern));
	g_autoptr(MigrationSet) by_number = load(files, SETTINGS("pattern", pattern, "order", "number"));
	g_autoptr(MigrationSet) by_nature = load(files, SETTINGS("pattern", pattern, "order", "natural"));
	g_autofree char *names = folder_names(by_name);
	g_autofree char *numbers = folder_names(by_number);
	g_autofree char *natural = folder_names(by_nature);

	assert_string_equal(names, "a/11_x.sql a/7.10_x.sql a/7.9_x.sql b/009_y.sql b/10_x.sql b/9_x.sql");
	assert_true(
	    folder_warns(by_name, "\"a/11_x.sql\" runs before \"a/7.10_x.sql\": file names are compared letter"));
	assert_string_equal(numbers, "a/7.9_x.sql a/7.10_x.sql b/009_y.sql b/9_x.sql b/10_x.sql a/11_x.sql");
	assert_string_equal(natural, "a/7.9_x.sql a/7.10_x.sql a/11_x.sql b/9_x.sql b/009_y.sql b/10_x.sql");
	assert_int_equal(by_number->warnings->len, 0);
	assert_int_equal(by_nature->warnings->len, 0);
	refuses(files, SETTINGS("pattern", "(?<version>.*)\\.sql", "recursive", "true", "order", "number"),
	        "the version \"a/11_x\" of \"a/11_x.sql\" is no number\nhint: ");
}

static void
a_file_may_list_the_migrations(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "a.sql", "" },
		{ "b.up.sql", "" },
		{ "c.sql", "" },
		{ "d.sql", "" },
		{ "all.sql",
		  "-- in this order\n\n\\set ON_ERROR_STOP on\n\\i ./d.sql\r\n  \\ir  a.sql\n# b next\nb\n" },
		{ NULL, NULL },
	};
	const FolderFile wrong[] = { { "a.sql", "" }, { "wrong.txt", "a\nzz.sql\n" }, { NULL, NULL } };
	const FolderFile twice[] = { { "a.sql", "" }, { "twice.txt", "a\n\n  a.sql\n" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(files, SETTINGS("order", "all.sql"));
	g_autofree char *names = folder_names(set);

	assert_string_equal(names, "d.sql a.sql b.up.sql");
	assert_int_equal(set->ignored->len, 1);
	assert_true(folder_warns(set, "\"c.sql\" is not run: \"all.sql\" does not list it"));
	refuses(wrong, SETTINGS("order", "wrong.txt"), "wrong.txt:2:1: there is no migration \"zz.sql\"");
	refuses(twice, SETTINGS("order", "twice.txt"), "twice.txt:3:3: \"a.sql\" is listed twice");
	refuses(wrong, SETTINGS("order", "numbr"), "the order \"numbr\" is not known, and there is no file \"");
}

/* --- Files ------------------------------------------------------------------------ */

static void
a_line_begins_the_way_down(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "1.sql", "\xef\xbb\xbf-- up\r\nSELECT 1;\r\n-- @DOWN\r\nSELECT 2;\r\nSELECT 3;\r\n" },
		{ "2.sql", "SELECT 1;\n-- @DOWN" },
		{ "3.sql", "SELECT 1;\n" },
		{ "3.down.sql", "SELECT 2;" },
		{ NULL, NULL },
	};
	const FolderFile twice[] = { { "1.sql", "SELECT 1;\n-- @DOWN\n-- @DOWN\n" }, { NULL, NULL } };
	const FolderFile both[] = { { "1.sql", "SELECT 1;\n-- @DOWN\nSELECT 2" },
		                    { "1.down.sql", "SELECT 2" },
		                    { NULL, NULL } };
	const FolderFile comment[] = { { "1.sql", "-- Rollback: SELECT 2;\nSELECT 1;\n-- @DOWN\nSELECT 2" },
		                       { NULL, NULL } };
	const FolderFile broken[] = { { "1.sql", "SELECT 1;\n-- @DOWN\nSELECT 'x" }, { NULL, NULL } };
	const char *const *settings = SETTINGS("down-line", "^-- @DOWN$");
	g_autoptr(MigrationSet) set = load(files, settings);
	const MigrationScript *down = migration_at(set, 0)->down;
	const MigrationStatement *statement = g_ptr_array_index(migration_script_statements(down), 1);

	assert_migrations(set, "1=1.sql(2) 2=2.sql(0) 3=3.sql(1)");
	assert_int_equal(migration_script_statements(migration_at(set, 0)->up)->len, 1);
	assert_string_equal(statement->sql, "SELECT 3");
	assert_int_equal(base_source_position(migration_script_source(down), statement->offset).line, 5);
	refuses(twice, settings, "1.sql:3:1: a second line begins the way down");
	refuses(both, settings, "\"1.sql\" has a part for the way down, and there is also \"1.down.sql\"");
	refuses(comment, settings, "1.sql:1:4: \"1.sql\" has a rollback comment, and a part for the way down, too");
	refuses(broken, settings, "1.sql:3:8: unterminated string");
}

static void
assert_modes(const FolderFile *files, const char *const *pairs, const char *expected)
{
	g_autoptr(MigrationSet) set = load(files, pairs);
	g_autoptr(GString) modes = g_string_new(NULL);

	for (guint i = 0; i < set->migrations->len; i++) {
		const MigrationScript *up = migration_at(set, i)->up;
		bool whole = migration_script_statements(up)->len > migration_script_messages(up)->len;
		bool alone = migration_script_scope(up) == MIGRATION_SCOPE_AUTOCOMMIT;
		g_string_append_c(modes, alone ? (whole ? 'S' : 'A') : whole ? 'X' : 'T');
	}
	assert_string_equal(modes->str, expected);
}

static void
transactions_are_those_of_the_suite(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "1.sql", "SELECT 1; SELECT 2" },
		{ "2.sql", "SELECT 1; CREATE INDEX CONCURRENTLY i ON t (a)" },
		{ "3.sql", "-- bare\nSELECT 1; SELECT 2" },
		{ "4.sql", "BEGIN; SELECT 1; COMMIT" },
		{ NULL, NULL },
	};

	assert_modes(files, SETTINGS("transaction", "auto"), "TATA");
	assert_modes(files, SETTINGS("transaction", "file"), "TTTT");
	assert_modes(files, SETTINGS("transaction", "none"), "AAAA");
	assert_modes(files, SETTINGS("transaction", "all"), "TTTT");
	assert_modes(files, SETTINGS("no-transaction", "^-- bare"), "TTAT");
	assert_modes(files, SETTINGS("transaction", "file", "no-transaction", "^-- bare"), "TTAT");
	assert_modes(files, SETTINGS("send", "file"), "XSXS");
	assert_modes(files, SETTINGS("send", "file", "transaction", "none"), "SSSS");
	refuses(files, SETTINGS("transaction", "all", "no-transaction", "x"),
	        "\"no-transaction\" leaves files outside");
	refuses(files, SETTINGS("transaction", "each"), "hint: there are: auto, file, all, none");
	refuses(files, SETTINGS("send", "x"), "\"x\" is no value of the setting \"send\"");
}

/* --- The history ------------------------------------------------------------------ */

static void
the_suite_configures_the_history(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1.sql", "hello" }, { NULL, NULL } };
	g_autoptr(MigrationSet) none = load(files, SETTINGS("history", "none"));
	g_autoptr(MigrationSet) md5 = load(files, SETTINGS("history", "id = version, sum char(32) = md5"));
	g_autoptr(GHashTable) settings = settings_new(SETTINGS("history", "none"));

	assert_true(none->without_history);
	assert_true(none->history_is_schema);
	assert_string_equal(none->history_schema, "pgassay_history");
	assert_null(migration_at(none, 0)->checksum);
	assert_string_equal(md5->history_table, "schema_migrations");
	assert_string_equal(migration_at(md5, 0)->checksum, "5d41402abc4b2a76b9719d911017c592");
	refuses(files, SETTINGS("history", "name = name, at timestamptz = now()"),
	        "no column of the setting \"history\" tells the migrations apart");
	refuses(files, SETTINGS("history", "id = version, x"), "a column that is not NAME = VALUE: \"x\"\nhint: ");
	refuses(files, SETTINGS("history", "id = version, = file"), "a column that is not NAME = VALUE: \"= file\"");
	refuses(files, SETTINGS("history", "id = "), "a column that is not NAME = VALUE: \"id =\"");
	folder_refuses(
	    files, &(MigrationOptions){ .format = "plain", .settings = settings, .history_table = "done" },
	    "\"history: none\" says that the runner has no history table, and \"history_table\" is \"done\"");
}

/* --- Suggestions ------------------------------------------------------------------- */

static void
proposes_settings(void **state)
{
	(void)state;
	static const struct {
		FolderFile files[6];
		const char *names;
		const char *suggestion; /* "": none */
	} cases[] = {
		{ { { "1_a.sql", "" }, { "10_c.sql", "" }, { "9_b.sql", "" } },
		  "1_a.sql 9_b.sql 10_c.sql",
		  "the numbers in the names have another order" },
		{ { { "step9.sql", "" }, { "step10.sql", "" } }, "step9.sql step10.sql", "the numbers in the names" },
		{ { { "09_a.sql", "" }, { "10_b.sql", "" } }, "09_a.sql 10_b.sql", "" },
		{ { { "10_b.sql", "" }, { "9_a.sql", "" }, { "users.sql", "" } }, "10_b.sql 9_a.sql users.sql", "" },
		{ { { "001_a/up.sql", "" }, { "001_a/down.sql", "" }, { "002_b/up.sql", "" } },
		  "001_a/up.sql 002_b/up.sql",
		  "each migration is a folder with up.sql" },
		{ { { "9/up.sql", "" }, { "10/up.sql", "" } }, "9/up.sql 10/up.sql", "up.sql, and the numbers" },
		{ { { "deploy/a.sql", "" }, { "revert/a.sql", "" }, { "deploy/b.sql", "" } },
		  "deploy/a.sql deploy/b.sql",
		  "the ups are in deploy/" },
		{ { { "up/1.sql", "" }, { "down/1.sql", "" } }, "up/1.sql", "the ups are in up/" },
		{ { { "1.sql", "" }, { "rollback/1.sql", "" } }, "1.sql", "the downs are in a folder of their own" },
		{ { { "2023/1.sql", "" }, { "2024/1.sql", "" } }, "2023/1.sql 2024/1.sql", "all files are in folders" },
		{ { { "1.sql", "" }, { "seed/1.sql", "" } }, "1.sql", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		const MigrationOptions options = { .format = "plain", .suggest = true };
		g_autoptr(MigrationSet) set = folder_load(cases[i].files, options, &error);
		if (set == NULL)
			fail_msg("%s", error->message);
		g_autofree char *names = folder_names(set);
		assert_string_equal(names, cases[i].names);
		assert_int_equal(g_hash_table_size(set->suggested) > 0, *cases[i].suggestion != '\0');
		if (strstr(set->suggestion, cases[i].suggestion) == NULL)
			fail_msg("\"%s\" is not \"%s\"", set->suggestion, cases[i].suggestion);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_classifies_files),
		cmocka_unit_test(files_without_a_match_are_reported),
		cmocka_unit_test(folders_are_looked_into_where_the_suite_says_so),
		cmocka_unit_test(refuses_patterns_that_cannot_work),
		cmocka_unit_test(files_run_in_the_order_of_the_suite),
		cmocka_unit_test(a_file_may_list_the_migrations),
		cmocka_unit_test(a_line_begins_the_way_down),
		cmocka_unit_test(transactions_are_those_of_the_suite),
		cmocka_unit_test(the_suite_configures_the_history),
		cmocka_unit_test(proposes_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
