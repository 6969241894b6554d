#include "folder.h"

static const MigrationOptions dbmate = { .format = "dbmate" };

#define UP   "-- migrate:up\n"
#define DOWN "-- migrate:down\n"

/* The text of the script's only message. */
static const char *
text_of(const MigrationScript *script)
{
	const GPtrArray *messages = migration_script_messages(script);

	assert_int_equal(messages->len, 1);
	return ((const MigrationMessage *)g_ptr_array_index(messages, 0))->text->sql;
}

static void
reads_versions_blocks_and_modes(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "20200101_a.sql", "-- About a.\n\n" UP "SELECT 1;\nSELECT 2;\n" DOWN "SELECT 3;\n" },
		{ "20200102.sql", "--migrate:up  x:y transaction:false\r\nVACUUM;\r\n-- \t migrate:down\r\n" },
		{ "20200103_c.sql", UP "VACUUM;\n-- migrate:down transaction:false\nVACUUM;\n" },
		{ "20200104_d.sql", UP "SELECT '\n -- migrate:down\n-- migrate:downs';\n" DOWN },
		{ "readme.sql", "" },
		{ "1.sql.old", "" },
		{ "notes.md", "" },
		{ "sub/1_x.sql", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, dbmate, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *second = g_ptr_array_index(set->migrations, 1);
	const Migration *third = g_ptr_array_index(set->migrations, 2);
	const Migration *fourth = g_ptr_array_index(set->migrations, 3);

	assert_string_equal(names, "20200101_a.sql 20200102.sql 20200103_c.sql 20200104_d.sql");
	assert_string_equal(first->version, "20200101");
	assert_string_equal(first->description, "a");
	assert_string_equal(text_of(first->up), UP "SELECT 1;\nSELECT 2;\n");
	assert_string_equal(text_of(first->down), DOWN "SELECT 3;\n");
	assert_int_equal(migration_script_statements(first->up)->len, 2);
	assert_int_equal(migration_script_position(first->down).line, 7);
	assert_int_equal(migration_script_scope(first->up), MIGRATION_SCOPE_TRANSACTION);
	assert_string_equal(second->description, "");
	assert_int_equal(migration_script_scope(second->up), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_scope(second->down), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(migration_script_scope(third->up), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(migration_script_scope(third->down), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_statements(fourth->down)->len, 0);
	assert_int_equal(set->warnings->len, 5);
	assert_true(folder_warns(set, "\"readme.sql\" is not run: its name is not a number and \".sql\""));
	assert_true(folder_warns(set, "the directory \"sub\" is not looked into"));
	assert_string_equal(set->history_table, "schema_migrations");
	assert_null(set->history_schema);
}

static void
warns_of_probable_mistakes(void **state)
{
	(void)state;
	const FolderFile files[] = { { "10_a.sql", UP DOWN },
		                     { "9_b.sql", UP "SELECT 1;\n" DOWN "-- none\n" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, dbmate, NULL);

	assert_int_equal(set->warnings->len, 3);
	assert_true(
	    folder_warns(set, "\"9_b.sql\" has no statement for its way down: dbmate takes it back by doing nothing"));
	assert_true(folder_warns(set, "\"10_a.sql\" has no statement"));
	assert_true(folder_warns(set, "\"10_a.sql\" runs before \"9_b.sql\""));
}

static void
reports_errors_of_a_file(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "SELECT 1;\n", "1_a.sql:1:1: there is no \"-- migrate:up\" in the file" },
		{ " " UP DOWN, "1_a.sql:1:1: there is no \"-- migrate:up\"" },
		{ "-- MIGRATE:UP\n" DOWN, "1_a.sql:1:1: there is no \"-- migrate:up\"" },
		{ "-- migrate:update\n" DOWN, "1_a.sql:1:1: there is no \"-- migrate:up\"" },
		{ "-- x\n  SELECT 1;\n" UP DOWN,
		  "1_a.sql:2:3: dbmate allows nothing but comments before \"-- migrate:up\"" },
		{ UP "SELECT 1;\n", "1_a.sql:1:1: there is no \"-- migrate:down\" in the file" },
		{ DOWN UP, "1_a.sql:1:1: \"-- migrate:down\" stands before \"-- migrate:up\"" },
		{ UP DOWN UP DOWN, "1_a.sql:3:1: a second \"-- migrate:up\"" },
		{ UP DOWN "\n" DOWN, "1_a.sql:4:1: a second \"-- migrate:down\"" },
		{ "\xef\xbb\xbf" UP DOWN, "1_a.sql:1:1: the file begins with a byte order mark" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "1_a.sql", cases[i].text }, { NULL, NULL } };
		folder_refuses(files, &dbmate, cases[i].message);
	}
}

static void
versions_are_texts(void **state)
{
	(void)state;
	const FolderFile other[] = { { "007_a.sql", UP DOWN }, { "7_a.sql", UP DOWN }, { NULL, NULL } };
	const FolderFile same[] = { { "7_a.sql", UP DOWN }, { "7_b.sql", UP DOWN }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(other, dbmate, NULL);

	assert_int_equal(set->migrations->len, 2);
	folder_refuses(same, &dbmate, "\"7_a.sql\" and \"7_b.sql\" have the same version \"7\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_versions_blocks_and_modes),
		cmocka_unit_test(warns_of_probable_mistakes),
		cmocka_unit_test(reports_errors_of_a_file),
		cmocka_unit_test(versions_are_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
