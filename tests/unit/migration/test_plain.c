#include "folder.h"
#include "migration/detect/formats.h"

static const MigrationOptions plain = { .format = "plain" };

static void
reads_versions_ways_back_and_modes(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "0001_init.sql", "SELECT 1;" },
		{ "0001_init.down.sql", "SELECT 2; VACUUM;" },
		{ "20251025_b.sql", "-- Rollback: DROP TABLE b;\nBEGIN; SELECT 1; COMMIT;" },
		{ "20251025_a.sql", "-- Rollback: none, it is data\nCREATE INDEX CONCURRENTLY ON t (a);" },
		{ "0002_x.sql.old", "nonsense '" },
		{ "notes.md", "" },
		{ "sub/0003_y.sql", "" },
		{ ".hidden/0004.sql", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, plain, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *second = g_ptr_array_index(set->migrations, 1);
	const Migration *third = g_ptr_array_index(set->migrations, 2);

	assert_string_equal(names, "0001_init.sql 20251025_a.sql 20251025_b.sql");
	assert_string_equal(first->version, "0001_init");
	assert_null(first->irreversible);
	assert_int_equal(migration_script_scope(first->up), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(migration_script_scope(first->down), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_true(migration_script_fits_transaction(first->up));
	assert_false(migration_script_fits_transaction(first->down));
	assert_string_equal(second->irreversible, "it is data");
	assert_null(second->down);
	assert_int_equal(migration_script_scope(second->up), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_scope(third->up), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_scope(third->down), MIGRATION_SCOPE_TRANSACTION);
	assert_string_equal(set->history_schema, "public");
	assert_string_equal(set->history_table, "schema_migrations");
	assert_int_equal(set->warnings->len, 2);
	assert_true(folder_warns(set, "\"0002_x.sql.old\" is not run"));
	assert_true(folder_warns(set, "the directory \"sub\" is not looked into"));
}

static void
refuses_contradictory_files(void **state)
{
	(void)state;
	const FolderFile both[] = { { "a.sql", "\n-- Rollback: SELECT 1;\nSELECT 1" },
		                    { "a.down.sql", "SELECT 1" },
		                    { NULL, NULL } };
	const FolderFile none[] = { { "a.sql", "-- Rollback: none, x\n" },
		                    { "a.down.sql", "SELECT 1" },
		                    { NULL, NULL } };
	const FolderFile alone[] = { { "a.sql", "" }, { "b.down.sql", "" }, { NULL, NULL } };
	const FolderFile twice[] = { { "a.sql", "" }, { "a.up.sql", "" }, { NULL, NULL } };
	const FolderFile broken[] = { { "a.sql", "SELECT 1;\nSELECT 'x" }, { NULL, NULL } };

	folder_refuses(both, &plain, "a.sql:2:4: \"a.sql\" has a rollback comment, and there is also \"a.down.sql\"");
	folder_refuses(none, &plain, "a.sql:1:4: \"a.sql\" has a rollback comment, and there is also \"a.down.sql\"");
	folder_refuses(alone, &plain, "\"b.down.sql\" takes back a migration that is not there\nhint: add \"b.sql\"");
	folder_refuses(twice, &plain, "\"a.sql\" and \"a.up.sql\" have the same version \"a\"");
	folder_refuses(broken, &plain, "a.sql:2:8: unterminated string");
}

static void
refuses_text_that_no_server_reads(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		gsize length;
		const char *message;
	} cases[] = {
		{ "SELECT 1;\n\\i other.sql\n", 22,
		  "a.sql:2:1: psql commands do not work here: the text goes to the server" },
		{ "SELECT '\xe4';", 11, "a.sql:1:9: the byte 0xe4 is not valid UTF-8 here" },
		{ "SELECT 1;\r\n\0", 12, "a.sql:2:1: the text holds a NUL byte" },
		{ "\xff\xfeS\0", 4, "a.sql\" is UTF-16 text\nhint: save the file as UTF-8" },
		{ "COPY t FROM STDIN; 1\n\\.\n", 24,
		  "a.sql:1:20: there is text between COPY ... FROM STDIN and its data" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "a.sql", "" }, { NULL, NULL } };
		g_autoptr(Folder) folder = folder_new(files);
		g_autofree char *path = g_build_filename(folder, "a.sql", NULL);
		g_autoptr(GError) error = NULL;
		assert_true(g_file_set_contents(path, cases[i].text, (gssize)cases[i].length, NULL));
		assert_null(migration_set_load(&(MigrationOptions){ .directory = folder, .format = "plain" }, &error));
		if (strstr(error->message, cases[i].message) == NULL)
			fail_msg("the error is \"%s\", expected \"%s\"", error->message, cases[i].message);
	}
}

static void
a_byte_order_mark_does_not_count_as_a_column(void **state)
{
	(void)state;
	const FolderFile files[] = { { "a.sql", "\xef\xbb\xbf SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, plain, NULL);
	const Migration *migration = g_ptr_array_index(set->migrations, 0);

	assert_int_equal(migration_script_position(migration->up).column, 2);
}

static void
warns_where_letters_and_numbers_differ(void **state)
{
	(void)state;
	const FolderFile files[] = { { "9_a.sql", "" }, { "10_b.sql", "" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, plain, NULL);

	assert_int_equal(set->warnings->len, 1);
	assert_true(folder_warns(set, "\"10_b.sql\" runs before \"9_a.sql\""));
}

static void
takes_another_history_table(void **state)
{
	(void)state;
	const FolderFile files[] = { { "a.sql", "" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ .history_table = "app.done" }, NULL);
	g_autoptr(MigrationSet) same = folder_load(files, (MigrationOptions){ .history_table = "done" }, NULL);

	assert_string_equal(set->history_schema, "app");
	assert_string_equal(set->history_table, "done");
	assert_string_equal(same->history_schema, "public");
	assert_string_equal(same->history_table, "done");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_versions_ways_back_and_modes),
		cmocka_unit_test(refuses_contradictory_files),
		cmocka_unit_test(refuses_text_that_no_server_reads),
		cmocka_unit_test(a_byte_order_mark_does_not_count_as_a_column),
		cmocka_unit_test(warns_where_letters_and_numbers_differ),
		cmocka_unit_test(takes_another_history_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
