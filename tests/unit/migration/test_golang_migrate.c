#include "folder.h"

static const MigrationOptions golang_migrate = { .format = "golang-migrate" };

static guint
count_messages(const MigrationScript *script)
{
	return migration_script_messages(script)->len;
}

static void
reads_names_as_the_tool_does(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "10_b.up.sql", "SELECT 1; SELECT 2;" },
		{ "10_b.down.sql", "SELECT 3;" },
		{ "000009_.up.sql", "SELECT 1;" },
		{ "88_other.down.sql", "SELECT 1;" },
		{ "088_title.up.sql", "SELECT 1;" },
		{ "89_x.up.down.up.sql.bak", "SELECT 1;" },
		{ "90_y.down.pgsql", "SELECT 1;" },
		{ "91_z.up.sql", " \n\t" },
		{ "1_a.sql", "" },
		{ "1.up.sql", "" },
		{ "x_1.up.sql", "" },
		{ "9223372036854775808_x.up.sql", "" },
		{ "notes.md", "" },
		{ "sub/1_x.up.sql", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, golang_migrate, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *second = g_ptr_array_index(set->migrations, 1);
	const Migration *third = g_ptr_array_index(set->migrations, 2);
	const Migration *fourth = g_ptr_array_index(set->migrations, 3);
	const Migration *fifth = g_ptr_array_index(set->migrations, 4);
	const Migration *sixth = g_ptr_array_index(set->migrations, 5);

	assert_string_equal(names, "000009_.up.sql 10_b.up.sql 088_title.up.sql 89_x.up.down.up.sql.bak "
	                           "90_y.down.pgsql 91_z.up.sql");
	assert_string_equal(first->version, "9");
	assert_string_equal(first->description, "");
	assert_int_equal(count_messages(first->down), 0);
	assert_int_equal(count_messages(second->up), 1);
	assert_int_equal(migration_script_statements(second->up)->len, 2);
	assert_int_equal(migration_script_scope(second->up), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_scope(second->down), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_string_equal(third->version, "88");
	assert_int_equal(count_messages(third->down), 1);
	assert_string_equal(fourth->description, "x.up.down");
	assert_int_equal(count_messages(fifth->up), 0);
	assert_int_equal(count_messages(fifth->down), 1);
	assert_int_equal(count_messages(sixth->up), 0);
	assert_string_equal(set->history_table, "schema_migrations");
	assert_true(folder_warns(set, "\"1_a.sql\" is not run: its name is not like 1_title.up.sql"));
	assert_true(folder_warns(set, "\"1.up.sql\" is not run"));
	assert_true(folder_warns(set, "\"x_1.up.sql\" is not run"));
	assert_true(folder_warns(set, "\"9223372036854775808_x.up.sql\" is not run"));
	assert_true(folder_warns(set, "the directory \"sub\" is not looked into"));
	assert_true(folder_warns(set, "\"000009_.up.sql\" has no statement for its way down"));
	assert_true(folder_warns(set, "\"90_y.down.pgsql\" has no statement"));
}

static void
no_down_at_all_is_no_way_back(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.up.sql", "SELECT 1" }, { "2_b.up.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, golang_migrate, NULL);

	for (guint i = 0; i < 2; i++)
		assert_null(((const Migration *)g_ptr_array_index(set->migrations, i))->down);
	assert_int_equal(set->warnings->len, 0);
}

static void
cuts_at_every_semicolon_if_configured(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a.up.sql", "SELECT 1;\nSELECT 'a;b';\n-- x;\n" },
		                     { "1_a.down.sql", "SELECT 1" },
		                     { NULL, NULL } };
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(settings, (gpointer) "x-multi-statement", (gpointer) "true");
	g_autoptr(MigrationSet)
	    set = folder_load(files, (MigrationOptions){ .format = "golang-migrate", .settings = settings }, NULL);
	const Migration *migration = g_ptr_array_index(set->migrations, 0);
	static const char *const expected[] = { "SELECT 1;", "\nSELECT 'a;", "b';", "\n-- x;" };

	assert_int_equal(count_messages(migration->up), G_N_ELEMENTS(expected));
	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		const MigrationMessage *message = g_ptr_array_index(migration_script_messages(migration->up), i);
		assert_string_equal(message->text->sql, expected[i]);
	}
	assert_int_equal(count_messages(migration->down), 1);
}

static void
refuses_files_that_the_tool_cannot_run(void **state)
{
	(void)state;
	const FolderFile same[] = { { "1_a.up.sql", "" }, { "01_b.up.sql", "" }, { NULL, NULL } };
	const FolderFile backup[] = { { "1_a.up.sql", "" }, { "1_a.up.sql~", "" }, { NULL, NULL } };
	const FolderFile mark[] = { { "1_a.up.sql", "\xef\xbb\xbfSELECT 1" }, { NULL, NULL } };
	const FolderFile none[] = { { "1_a.sql", "" }, { NULL, NULL } };

	folder_refuses(same, &golang_migrate, "have the same version \"1\"\nhint: keep one of them");
	folder_refuses(backup, &golang_migrate, "and \"1_a.up.sql~\" have the same version \"1\"");
	folder_refuses(mark, &golang_migrate, "1_a.up.sql:1:1: the file begins with a byte order mark");
	folder_refuses(none, &golang_migrate, "there are no golang-migrate migrations in");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_names_as_the_tool_does),
		cmocka_unit_test(no_down_at_all_is_no_way_back),
		cmocka_unit_test(cuts_at_every_semicolon_if_configured),
		cmocka_unit_test(refuses_files_that_the_tool_cannot_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
