#include "folder.h"

static const MigrationOptions sqlx = { .format = "sqlx" };

static void
reads_simple_files_and_pairs(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "0010_last_one.up.sql", "SELECT 1; SELECT 2;" },
		{ "0010_last_one.down.sql", "-- no-transaction\nSELECT 3;" },
		{ "2_b.sql", "hello" },
		{ "+3_c.sql", "\n-- no-transaction\nVACUUM;" },
		{ "4_d.sql", "-- no-transaction\nVACUUM;" },
		{ "notes.sql", "" },
		{ "5_e.sql.bak", "" },
		{ "sub/6_f.sql", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, sqlx, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *last = g_ptr_array_index(set->migrations, 3);

	assert_string_equal(names, "2_b.sql +3_c.sql 4_d.sql 0010_last_one.up.sql");
	assert_string_equal(first->version, "2");
	assert_string_equal(first->checksum, "59e1748777448c69de6b800d7a33bbfb9ff1b463e44354c3"
	                                     "553bcdb9c666fa90125a3c79f90397bdf5f6a13de828684f");
	assert_null(first->down);
	assert_string_equal(last->version, "10");
	assert_string_equal(last->description, "last one");
	assert_int_equal(migration_script_scope(last->up), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(migration_script_messages(last->up)->len, 1);
	assert_int_equal(migration_script_scope(last->down), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_scope(((const Migration *)g_ptr_array_index(set->migrations, 1))->up),
	                 MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(migration_script_scope(((const Migration *)g_ptr_array_index(set->migrations, 2))->up),
	                 MIGRATION_SCOPE_AUTOCOMMIT);
	assert_true(folder_warns(set, "+3_c.sql:2:1: \"-- no-transaction\" is not seen"));
	assert_true(folder_warns(set, "\"notes.sql\" is not run"));
	assert_true(folder_warns(set, "\"5_e.sql.bak\" is not run"));
	assert_true(folder_warns(set, "\"sub\""));
	assert_int_equal(set->warnings->len, 4);
	assert_string_equal(set->history_table, "_sqlx_migrations");
	assert_null(set->history_schema);
}

static void
refuses_the_same_as_sqlx(void **state)
{
	(void)state;
	const FolderFile word[] = { { "x_a.sql", "" }, { NULL, NULL } };
	const FolderFile large[] = { { "9223372036854775808_a.sql", "" }, { NULL, NULL } };
	const FolderFile same[] = { { "1_a.sql", "" }, { "01_b.up.sql", "" }, { NULL, NULL } };
	const FolderFile downs[] = {
		{ "1_a.up.sql", "" }, { "1_a.down.sql", "" }, { "1_b.down.sql", "" }, { NULL, NULL }
	};
	const FolderFile mark[] = { { "1_a.sql", "\xef\xbb\xbf-- no-transaction\n" }, { NULL, NULL } };

	folder_refuses(word, &sqlx, "x_a.sql\" is no number: sqlx stops at it");
	folder_refuses(large, &sqlx, "the version \"9223372036854775808\"");
	folder_refuses(same, &sqlx, "\"01_b.up.sql\"");
	folder_refuses(downs, &sqlx, "the version 1 has two ways down");
	folder_refuses(mark, &sqlx, "1_a.sql:1:1: the file begins with a byte order mark, which sqlx takes");
}

static void
passes_over_a_down_without_its_up(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "0_z.down.sql", "" }, { "1_a.sql", "" }, { "2_b.down.sql", "" }, { NULL, NULL }
	};
	g_autoptr(MigrationSet) set = folder_load(files, sqlx, NULL);
	g_autofree char *names = folder_names(set);

	assert_string_equal(names, "1_a.sql");
	assert_null(((const Migration *)g_ptr_array_index(set->migrations, 0))->down);
	assert_int_equal(set->ignored->len, 2);
	assert_true(folder_warns(set, "\"2_b.down.sql\" is not run: it takes back a migration that is not there"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_simple_files_and_pairs),
		cmocka_unit_test(refuses_the_same_as_sqlx),
		cmocka_unit_test(passes_over_a_down_without_its_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
