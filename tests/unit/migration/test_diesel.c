#include "folder.h"

static const MigrationOptions diesel = { .format = "diesel" };

static MigrationScope
mode_of(const MigrationSet *set, guint i)
{
	return migration_script_scope(((const Migration *)g_ptr_array_index(set->migrations, i))->up);
}

static void
reads_directories(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "2015-12-19-180527_create_users/up.sql", "SELECT 1; SELECT 2;" },
		{ "2015-12-19-180527_create_users/down.sql", "SELECT 3;" },
		{ "00000000000000_diesel_initial_setup/up.sql", "SELECT 1;" },
		{ "20200101_b/up.sql", "VACUUM" },
		{ "20200101_b/metadata.toml", "run_in_transaction = false # why\n" },
		{ "20200102_c/up.sql", "VACUUM" },
		{ "20200102_c/metadata.toml", "other = 1\n" },
		{ "20200103_d/up.sql", "SELECT 1" },
		{ "20200103_d/metadata.toml", "run_in_transaction = = false" },
		{ "20200104_e/up.sql", "SELECT 1" },
		{ "20200104_e/metadata.toml", "run_in_transaction = true" },
		{ "stray.sql", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, diesel, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *second = g_ptr_array_index(set->migrations, 1);

	assert_string_equal(names, "00000000000000_diesel_initial_setup 2015-12-19-180527_create_users 20200101_b "
	                           "20200102_c 20200103_d 20200104_e");
	assert_string_equal(second->version, "20151219180527");
	assert_string_equal(second->description, "create_users");
	assert_non_null(second->down);
	assert_int_equal(migration_script_messages(second->up)->len, 1);
	assert_int_equal(mode_of(set, 1), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(mode_of(set, 2), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(mode_of(set, 3), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(mode_of(set, 4), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(mode_of(set, 5), MIGRATION_SCOPE_TRANSACTION);
	assert_true(folder_warns(set, "metadata.toml\" does not say \"run_in_transaction\""));
	assert_true(folder_warns(set, "metadata.toml\" cannot be read, so that Diesel passes it over"));
	assert_true(folder_warns(set, "\"stray.sql\" is not run"));
	assert_string_equal(set->history_table, "__diesel_schema_migrations");
}

static void
refuses_the_same_as_diesel(void **state)
{
	(void)state;
	const FolderFile no_up[] = { { "1_a/up.sql", "SELECT 1" }, { "2_b/down.sql", "SELECT 1" }, { NULL, NULL } };
	const FolderFile empty[] = { { "1_a/up.sql", "" }, { NULL, NULL } };
	const FolderFile same[] = { { "1-2_a/up.sql", "SELECT 1" }, { "12_b/up.sql", "SELECT 1" }, { NULL, NULL } };
	const FolderFile name[] = { { "123456789012345678901234567890123456789012345678901/up.sql", "SELECT 1" },
		                    { NULL, NULL } };
	const FolderFile mark[] = { { "1_a/up.sql", "\xef\xbb\xbfSELECT 1" }, { NULL, NULL } };

	folder_refuses(no_up, &diesel, "there is no \"up.sql\" in ");
	folder_refuses(empty, &diesel, "up.sql\" holds no statement: Diesel fails on it");
	folder_refuses(same, &diesel, "\"12_b\"");
	folder_refuses(name, &diesel, "has more than 50 characters");
	folder_refuses(mark, &diesel, "up.sql:1:1: the file begins with a byte order mark, which Diesel takes");
}

static void
a_down_without_a_statement_is_none(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a/up.sql", "SELECT 1" }, { "1_a/down.sql", "-- none\n" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, diesel, NULL);
	const MigrationIgnoredFile *passed = g_ptr_array_index(set->ignored, 0);

	assert_null(((const Migration *)g_ptr_array_index(set->migrations, 0))->down);
	assert_string_equal(passed->name, "1_a/down.sql");
	assert_true(folder_warns(set, "\"1_a/down.sql\" holds no statement, and Diesel fails on it: say \"SELECT 1\""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_directories),
		cmocka_unit_test(refuses_the_same_as_diesel),
		cmocka_unit_test(a_down_without_a_statement_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
