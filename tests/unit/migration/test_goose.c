#include "folder.h"

static const MigrationOptions goose = { .format = "goose" };

#define UP    "-- +goose Up\n"
#define DOWN  "-- +goose Down\n"
#define BEGIN "-- +goose StatementBegin\n"
#define END   "-- +goose StatementEnd\n"

static void
reads_versions_as_numbers(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "10_b.sql", UP "SELECT 1;\n" DOWN "SELECT 1;\n" },
		{ "00009_a_b.sql", UP "SELECT 1;\n" DOWN "SELECT 1;\n" },
		{ "20200101000000_c.sql", UP "SELECT 1;\n" },
		{ "11_d.SQL", "" },
		{ "12_d.sql.old", "" },
		{ "notes.md", "" },
		{ "none.go", "" },
		{ "13_x_test.go", "" },
		{ "sub/14_x.sql", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, goose, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);

	assert_string_equal(names, "00009_a_b.sql 10_b.sql 20200101000000_c.sql");
	assert_string_equal(first->version, "9");
	assert_string_equal(first->description, "a_b");
	assert_string_equal(set->history_table, "goose_db_version");
	assert_int_equal(set->warnings->len, 4);
	assert_true(folder_warns(set, "\"11_d.SQL\" is not run"));
	assert_true(folder_warns(set, "\"12_d.sql.old\" is not run"));
	assert_true(folder_warns(set, "\"20200101000000_c.sql\" has no part for its way down: goose takes it back "
	                              "by doing nothing"));
}

static void
cuts_statements_by_lines(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *up;
		const char *down;
	} cases[] = {
		{ UP "SELECT 1;\nSELECT 2; -- x\n" DOWN "SELECT 3;\n", "SELECT 1; | SELECT 2; -- x", "SELECT 3;" },
		{ UP "SELECT 1; SELECT 2;\n\n-- x\nSELECT\n\n-- y;\n3\n;\n",
		  "SELECT 1; SELECT 2; | SELECT\n\n-- y;\n3\n;", "" },
		{ UP "SELECT 'a;\nb';\n", "SELECT 'a; | b';", "" },
		{ UP "SELECT 1;--x\n;\n", "SELECT 1;--x\n;", "" },
		{ UP BEGIN "-- x\nDO $$\nBEGIN;\nEND;\n$$;\n" END "SELECT 1;\n", "DO $$\nBEGIN;\nEND;\n$$; | SELECT 1;",
		  "" },
		{ UP "SELECT\n" BEGIN "1;\n2\n" END, "SELECT\n1;\n2", "" },
		{ "--+goose up --\r\nSELECT\r\n1;\r\n-- +goose DOWN\r\nSELECT 2;", "SELECT\n1;", "SELECT 2;" },
		{ "-- x\n\n" UP DOWN, "", "" },
		{ UP BEGIN END BEGIN "SELECT 1;\n" END BEGIN "-- x\n" END DOWN BEGIN END "\n-- y\n \n", "SELECT 1;",
		  "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "1_a.sql", cases[i].text }, { NULL, NULL } };
		g_autoptr(MigrationSet) set = folder_load(files, goose, NULL);
		const Migration *migration = g_ptr_array_index(set->migrations, 0);
		g_autofree char *up = folder_messages(migration->up);
		g_autofree char *down = migration->down != NULL ? folder_messages(migration->down) : g_strdup("");
		assert_string_equal(up, cases[i].up);
		assert_string_equal(down, cases[i].down);
		assert_int_equal(migration->down_unwritten, migration->down == NULL);
		assert_int_equal(migration_script_scope(migration->up), MIGRATION_SCOPE_TRANSACTION);
	}
}

static void
no_transaction_holds_for_both_directions(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.sql", UP "SELECT 1;\n" DOWN "SELECT 2;\n-- +goose no transaction\n" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, goose, NULL);
	const Migration *migration = g_ptr_array_index(set->migrations, 0);

	assert_int_equal(migration_script_scope(migration->up), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_scope(migration->down), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_position(migration->down).line, 4);
}

static void
tells_an_unwritten_down_from_an_empty_one(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "1_a.sql", UP "SELECT 1;\n" },
		{ "2_b.sql", UP "SELECT 1;\n" DOWN },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, goose, NULL);
	const Migration *unwritten = g_ptr_array_index(set->migrations, 0);
	const Migration *empty = g_ptr_array_index(set->migrations, 1);

	assert_true(unwritten->down_unwritten);
	assert_null(unwritten->down);
	assert_true(folder_warns(set, "\"1_a.sql\" has no part for its way down"));
	assert_false(empty->down_unwritten);
	assert_non_null(empty->down);
	assert_true(folder_warns(set, "\"2_b.sql\" has no statement for its way down"));
}

static void
replaces_variables_if_configured(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "1_a.sql", UP "SELECT $A;\n-- +goose ENVSUB ON\nSELECT '$A ${B} ${C:-d e} ${B:-f} ${B-g} ${C-h} $$ "
		                "\\$ \\\\ $(x)';\n"
		                "-- +goose ENVSUB OFF\nSELECT $$x$$;\n" },
		{ NULL, NULL },
	};
	g_autoptr(GHashTable) placeholders = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(placeholders, (gpointer) "A", (gpointer) "a");
	g_hash_table_insert(placeholders, (gpointer) "B", (gpointer) "");
	g_autoptr(MigrationSet)
	    set = folder_load(files, (MigrationOptions){ .format = "goose", .placeholders = placeholders }, NULL);
	g_autofree char *up = folder_messages(((const Migration *)g_ptr_array_index(set->migrations, 0))->up);

	assert_string_equal(up, "SELECT $A; | SELECT 'a  d e f  h $ $ \\\\ $(x)'; | SELECT $$x$$;");
}

static void
reports_errors_of_a_file(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "", "1_a.sql:1:1: there is no \"-- +goose Up\" in the file" },
		{ "-- x\n  SELECT 1;\n" UP, "1_a.sql:2:3: goose allows nothing but comments before \"-- +goose Up\"" },
		{ DOWN UP, "1_a.sql:1:1: \"-- +goose Down\" stands before \"-- +goose Up\"" },
		{ UP UP, "1_a.sql:2:1: a second \"-- +goose Up\"" },
		{ UP DOWN UP, "1_a.sql:3:1: a second \"-- +goose Up\"" },
		{ UP DOWN DOWN, "1_a.sql:3:1: a second \"-- +goose Down\"" },
		{ UP "-- +goose begin\n", "1_a.sql:2:1: \"begin\" is no annotation of goose" },
		{ UP " -- +goose Down\n", "1_a.sql:2:1: white space before an annotation" },
		{ UP "-- +goose Down +goose\n", "1_a.sql:2:1: more than one annotation" },
		{ UP "SELECT 1;\n\nSELECT\n2\n", "1_a.sql:4:1: goose finds no end of this statement" },
		{ UP "SELECT 1\n" DOWN, "1_a.sql:2:1: goose finds no end of this statement" },
		{ UP DOWN "SELECT 1\n", "1_a.sql:3:1: goose finds no end of this statement" },
		{ UP BEGIN "SELECT 1;\n", "1_a.sql:2:1: this statement has no end" },
		{ UP BEGIN DOWN, "1_a.sql:3:1: \"-- +goose Down\" stands in a statement" },
		{ UP BEGIN BEGIN, "1_a.sql:3:1: \"-- +goose StatementBegin\" may not stand here" },
		{ BEGIN UP, "1_a.sql:1:1: \"-- +goose StatementBegin\" may not stand here" },
		{ UP END, "1_a.sql:2:1: \"-- +goose StatementEnd\" without a beginning" },
		{ UP BEGIN "-- x\n" END "\n-- x\nSELECT 1;\n",
		  "1_a.sql:2:1: there is no statement between this line and its end" },
		{ "-- +goose ENVSUB ON\n" UP "SELECT ${X};\n", "1_a.sql:3:8: no value for the variable \"X\"" },
		{ "-- +goose ENVSUB ON\n" UP "SELECT $1;\n", "1_a.sql:3:8: this is no variable that goose replaces" },
		{ "-- +goose ENVSUB ON\n" UP "SELECT ${X:1:2};\n", "1_a.sql:3:8: this way of writing a variable" },
		{ "\xef\xbb\xbf" UP, "1_a.sql:1:1: the file begins with a byte order mark" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "1_a.sql", cases[i].text }, { NULL, NULL } };
		folder_refuses(files, &goose, cases[i].message);
	}
}

static void
reports_errors_of_names(void **state)
{
	(void)state;
	static const struct {
		FolderFile files[3];
		const char *message;
	} cases[] = {
		{ { { "a.sql", UP } }, "goose stops at \"a.sql\"" },
		{ { { "1a_b.sql", UP } }, "goose stops at \"1a_b.sql\"" },
		{ { { "0_a.sql", UP } }, "goose stops at \"0_a.sql\"" },
		{ { { "9223372036854775808_a.sql", UP } }, "goose stops at" },
		{ { { "1_a.sql", UP }, { "001_b.sql", UP } },
		  "\"001_b.sql\" and \"1_a.sql\" have the same version \"1\"" },
		{ { { "1_a.go", "" } }, "the migration \"1_a.go\" is code" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		folder_refuses(cases[i].files, &goose, cases[i].message);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_versions_as_numbers),
		cmocka_unit_test(cuts_statements_by_lines),
		cmocka_unit_test(no_transaction_holds_for_both_directions),
		cmocka_unit_test(tells_an_unwritten_down_from_an_empty_one),
		cmocka_unit_test(replaces_variables_if_configured),
		cmocka_unit_test(reports_errors_of_a_file),
		cmocka_unit_test(reports_errors_of_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
