#include "folder.h"

static const MigrationOptions sql_migrate = { .format = "sql-migrate" };

#define UP    "-- +migrate Up\n"
#define DOWN  "-- +migrate Down\n"
#define BEGIN "-- +migrate StatementBegin\n"
#define END   "-- +migrate StatementEnd\n"

static void
puts_numbers_before_letters(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "b.sql", UP "SELECT 1;\n" },       { "10_b.sql", UP "SELECT 1;\n" },
		{ "9_b.sql", UP "SELECT 1;\n" },     { "09_a.sql", UP "SELECT 1;\n" },
		{ "a.sql", UP "SELECT 1;\n" },       { "1_a.sql.old", "" },
		{ "sub/1_a.sql", UP "SELECT 1;\n" }, { NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, sql_migrate, NULL);
	g_autofree char *names = folder_names(set);

	assert_string_equal(names, "09_a.sql 9_b.sql 10_b.sql a.sql b.sql");
	assert_string_equal(((const Migration *)g_ptr_array_index(set->migrations, 0))->version, "09_a.sql");
	assert_string_equal(set->history_table, "gorp_migrations");
	assert_true(folder_warns(set, "\"1_a.sql.old\" is not run"));
	assert_true(folder_warns(set, "the directory \"sub\" is not looked into"));
	assert_true(folder_warns(set, "\"a.sql\" has no part for its way down: sql-migrate takes it back"));
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
		{ "x\n" UP "SELECT 1;\nSELECT 2; -- x\n" DOWN "SELECT 3;", "SELECT 1 | SELECT 2; -- x", "SELECT 3" },
		{ UP "SELECT 1; SELECT 2;\n\nSELECT\n-- y;\n\n3\n;\n-- end\n", "SELECT 1; SELECT 2 | SELECT\n\n3\n",
		  "" },
		{ UP "SELECT 'a;\nb';\n", "SELECT 'a | b'", "" },
		{ UP BEGIN "DO $$\n-- x\n--y\nEND;\n$$;\n" END "SELECT 1;\n", "DO $$\n--y\nEND;\n$$ | SELECT 1", "" },
		{ UP "SELECT 1;\n" DOWN "SELECT 2;\n" UP "SELECT 3;\r\n" DOWN "SELECT\r\n4;\r\n", "SELECT 1 | SELECT 3",
		  "SELECT 2 | SELECT\n4" },
		{ UP "-- +other\nSELECT 1;\n", "SELECT 1", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "1_a.sql", cases[i].text }, { NULL, NULL } };
		g_autoptr(MigrationSet) set = folder_load(files, sql_migrate, NULL);
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
each_direction_has_its_transaction(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.sql", "-- +migrate Up  notransaction\nSELECT 1;\n" DOWN "SELECT 2;\n" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, sql_migrate, NULL);
	const Migration *migration = g_ptr_array_index(set->migrations, 0);

	assert_int_equal(migration_script_scope(migration->up), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_scope(migration->down), MIGRATION_SCOPE_TRANSACTION);
}

static void
reports_errors_of_a_file(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "SELECT 1;\n", "1_a.sql:1:1: there is no \"-- +migrate Up\" in the file" },
		{ UP "SELECT 1;\n\n SELECT 2\n", "1_a.sql:4:2: sql-migrate finds no end of this statement" },
		{ UP "SELECT 1\n" DOWN, "1_a.sql:2:1: sql-migrate finds no end of this statement" },
		{ UP "SELECT 1;\n--end\n", "1_a.sql:3:1: sql-migrate finds no end of this statement" },
		{ UP BEGIN "SELECT 1;\n", "1_a.sql:2:1: this statement has no end" },
		{ UP END, "1_a.sql:2:1: \"-- +migrate StatementEnd\" means nothing here" },
		{ BEGIN UP, "1_a.sql:1:1: \"-- +migrate StatementBegin\" means nothing here" },
		{ UP "-- +migrate down\n", "1_a.sql:2:1: sql-migrate does not know the command \"down\"" },
		{ "-- +migrate Up NoTransaction\n",
		  "1_a.sql:1:1: sql-migrate silently ignores the unknown option \"NoTransaction\"" },
		{ UP "--+migrate Down\n", "1_a.sql:2:1: sql-migrate does not take this line for a command" },
		{ UP "  -- +migrate Down\n", "1_a.sql:2:1: sql-migrate does not take this line for a command" },
		{ "\xef\xbb\xbf" UP, "1_a.sql:1:1: the file begins with a byte order mark" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "1_a.sql", cases[i].text }, { NULL, NULL } };
		folder_refuses(files, &sql_migrate, cases[i].message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_numbers_before_letters),
		cmocka_unit_test(cuts_statements_by_lines),
		cmocka_unit_test(each_direction_has_its_transaction),
		cmocka_unit_test(reports_errors_of_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
