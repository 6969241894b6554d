#include "folder.h"

static const MigrationOptions legacy = { .format = "node-pg-migrate" };

static MigrationSet *
load_pairs(const FolderFile *files, GError **error)
{
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);

	g_hash_table_insert(settings, (gpointer) "loader", (gpointer) "sql");
	return folder_load(files, (MigrationOptions){ .format = "node-pg-migrate", .settings = settings }, error);
}

static const char *
text_of(const MigrationScript *script)
{
	return ((const MigrationMessage *)g_ptr_array_index(migration_script_messages(script), 0))->text->sql;
}

static void
sorts_by_numbers_of_three_kinds(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "20240131120000000_time.sql", "SELECT 1" },
		{ "1706702399999_before.sql", "SELECT 1" },
		{ "1706702400001-after.sql", "SELECT 1" },
		{ "0002_b.sql", "SELECT 1" },
		{ "2-a.sql", "SELECT 1" },
		{ "10_c.sql", "SELECT 1" },
		{ "sub/1_x.sql", "SELECT 1" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, legacy, NULL);
	g_autofree char *names = folder_names(set);

	assert_string_equal(names, "2-a 0002_b 10_c 1706702399999_before 20240131120000000_time 1706702400001-after");
	assert_true(folder_warns(set, "\"20240131120000000_time\" runs before \"1706702400001-after\""));
	assert_true(folder_warns(set, "\"sub\""));
	assert_string_equal(((const Migration *)g_ptr_array_index(set->migrations, 0))->description, "a");
	assert_string_equal(g_hash_table_lookup(set->settings, "group"), "true");
	assert_string_equal(set->history_schema, "public");
	assert_string_equal(set->history_table, "pgmigrations");
}

static void
cuts_sections(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "1_a.sql", "SELECT 0;\n--- UP  Migration\nSELECT 1; SELECT 2;\n -- - down migration\nSELECT 3;\n" },
		{ "2_b.sql", "-- Down Migration\nSELECT 3;\n-- Up Migration\nSELECT 1;" },
		{ "3_c.sql", "SELECT 1;" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ 0 }, NULL);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *second = g_ptr_array_index(set->migrations, 1);
	const Migration *third = g_ptr_array_index(set->migrations, 2);

	assert_string_equal(migration_set_format_name(set), "node-pg-migrate");
	assert_string_equal(text_of(first->up), "--- UP  Migration\nSELECT 1; SELECT 2;\n");
	assert_string_equal(text_of(first->down), " -- - down migration\nSELECT 3;\n");
	assert_string_equal(text_of(second->up), "-- Up Migration\nSELECT 1;");
	assert_string_equal(text_of(second->down), "-- Down Migration\nSELECT 3;\n");
	assert_null(third->down);
}

static void
the_other_loader_reads_pairs(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "1_a.up.sql", "-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;" },
		{ "1_a.down.sql", "SELECT 3;" },
		{ "2_b.sql", "-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;" },
		{ "3_c.up.sql", "SELECT 1;" },
		{ "3_c.down.sql", "" },
		{ NULL, NULL },
	};
	const FolderFile both[] = { { "1_a.sql", "" }, { "1_a.up.sql", "" }, { NULL, NULL } };
	const FolderFile mixed[] = { { "1_a.down.sql", "" }, { "1_a.sql", "" }, { NULL, NULL } };
	const FolderFile alone[] = { { "1_a.down.sql", "" }, { NULL, NULL } };
	const FolderFile *const wrong[] = { both, mixed, alone };
	g_autoptr(MigrationSet) set = load_pairs(files, NULL);
	g_autofree char *names = folder_names(set);

	assert_string_equal(names, "1_a 2_b 3_c");
	assert_non_null(strstr(text_of(((const Migration *)g_ptr_array_index(set->migrations, 0))->up), "SELECT 2"));
	assert_string_equal(text_of(((const Migration *)g_ptr_array_index(set->migrations, 0))->down), "SELECT 3;");
	assert_non_null(((const Migration *)g_ptr_array_index(set->migrations, 1))->down);
	assert_null(((const Migration *)g_ptr_array_index(set->migrations, 2))->down);
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(load_pairs(wrong[i], &error));
		assert_non_null(strstr(error->message, i < 2 ? "are the same migration" : "takes back a migration"));
	}
}

static void
refuses_files_that_would_fail(void **state)
{
	(void)state;
	const FolderFile pair[] = { { "1_a.up.sql", "" }, { "1_a.down.sql", "" }, { NULL, NULL } };
	const FolderFile no_up[] = { { "1_a.sql", "SELECT 1;\n\n-- Down Migration\nSELECT 2;" }, { NULL, NULL } };
	const FolderFile code[] = { { "1_a.sql", "" }, { "2_b.js", "" }, { NULL, NULL } };
	const FolderFile word[] = { { "1_a.sql", "" }, { "README.md", "" }, { NULL, NULL } };
	const FolderFile time[] = { { "20241332000000000_a.sql", "" }, { NULL, NULL } };
	const FolderFile mark[] = { { "1_a.sql", "\xef\xbb\xbf-- Up Migration\n" }, { NULL, NULL } };

	folder_refuses(pair, &legacy, "1_a.down.sql\" would run as a migration of its own");
	folder_refuses(no_up, &legacy,
	               "1_a.sql:3:1: the file has a way down, but does not say where its way up begins");
	folder_refuses(code, &legacy, "2_b.js\" is no SQL file: node-pg-migrate runs it as code");
	folder_refuses(word, &legacy, "README.md\" does not begin with a number");
	folder_refuses(time, &legacy, "20241332000000000_a.sql\" does not begin with a time");
	folder_refuses(mark, &legacy, "1_a.sql:1:1: the file begins with a byte order mark");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_by_numbers_of_three_kinds),
		cmocka_unit_test(cuts_sections),
		cmocka_unit_test(the_other_loader_reads_pairs),
		cmocka_unit_test(refuses_files_that_would_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
