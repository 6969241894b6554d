#include "folder.h"

static const MigrationOptions drizzle = { .format = "drizzle" };

#define ENTRY(idx, when, tag)                                                                                          \
	"{ \"idx\": " #idx ", \"version\": \"7\", \"when\": " #when ", \"tag\": \"" tag "\", \"breakpoints\": true }"
#define JOURNAL(entries) "{ \"version\": \"7\", \"dialect\": \"postgresql\",\n\"entries\": [\n" entries "\n] }\n"

static void
reads_the_journal(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "meta/_journal.json",
		  JOURNAL(ENTRY(0, 1700000000000, "0000_users") ",\n" ENTRY(1, 1700000002000, "0001_boards")) },
		{ "meta/0000_snapshot.json", "{}" },
		{ "0001_boards.sql",
		  "SELECT 1; SELECT 2;\n--> statement-breakpoint\n\n--> statement-breakpoint\nSELECT 3" },
		{ "0000_users.sql", "hello" },
		{ "0002_forgotten.sql", "SELECT 1;" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ 0 }, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *second = g_ptr_array_index(set->migrations, 1);
	const GPtrArray *messages = migration_script_messages(second->up);

	assert_string_equal(migration_set_format_name(set), "drizzle");
	assert_string_equal(names, "0000_users 0001_boards");
	assert_string_equal(first->version, "1700000000000");
	assert_string_equal(first->checksum, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
	assert_int_equal(messages->len, 2);
	assert_int_equal(((const MigrationMessage *)g_ptr_array_index(messages, 0))->statements->len, 2);
	assert_int_equal(migration_script_scope(second->up), MIGRATION_SCOPE_TRANSACTION);
	assert_string_equal(g_hash_table_lookup(set->settings, "group"), "true");
	assert_string_equal(set->history_schema, "drizzle");
	assert_string_equal(set->history_table, "__drizzle_migrations");
	assert_int_equal(set->warnings->len, 1);
	assert_true(folder_warns(set, "\"0002_forgotten.sql\" is not run: it is not in meta/_journal.json"));
}

static void
warns_of_a_journal_that_loses_migrations(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "meta/_journal.json",
		  JOURNAL(ENTRY(0, 3000, "0000_a") ",\n" ENTRY(1, 2000, "0001_b") ",\n" ENTRY(
		      2, 2500, "0001_c") ",\n" ENTRY(5, 4000, "0005_d") ",\n" ENTRY(6, 5000, "0006_e")) },
		{ "0000_a.sql", "" },
		{ "0001_b.sql", "" },
		{ "0001_c.sql", "" },
		{ "0005_d.sql", "" },
		{ "0006_e.sql", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, drizzle, NULL);

	assert_int_equal(set->warnings->len, 4);
	assert_true(folder_warns(set, "\"0001_b\" is not run where the entries before it are applied already"));
	assert_true(folder_warns(set, "\"0001_c\" is not run where"));
	assert_true(folder_warns(set, "\"0001_c\" has the \"idx\" 2"));
	assert_true(folder_warns(set, "\"0005_d\" is entry 3 of the journal, but its \"idx\" is another number"));
}

static void
reads_folders(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "20240101000000_users/migration.sql", "SELECT 1" },
		{ "20240101000000_users/snapshot.json", "{}" },
		{ "20240101000000_Users/migration.sql", "SELECT 1" },
		{ "20231231235959_first/migration.sql", "SELECT 1" },
		{ "20240102000000_empty/snapshot.json", "{}" },
		{ "0000_old.sql", "SELECT 1" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ 0 }, NULL);
	g_autofree char *names = folder_names(set);

	assert_string_equal(migration_set_format_name(set), "drizzle");
	assert_string_equal(names, "20231231235959_first 20240101000000_users 20240101000000_Users");
	assert_string_equal(((const Migration *)g_ptr_array_index(set->migrations, 0))->version,
	                    "20231231235959_first");
	assert_int_equal(set->warnings->len, 3);
	assert_true(folder_warns(set, "\"0000_old.sql\" is not run"));
	assert_true(folder_warns(set, "\"20240102000000_empty\" is not run"));
	assert_true(folder_warns(set, "\"20240101000000_users\" runs before \"20240101000000_Users\""));
}

static void
shows_the_position_of_errors(void **state)
{
	(void)state;
	const FolderFile missing[] = { { "meta/_journal.json", JOURNAL(ENTRY(0, 1, "0000_a")) }, { NULL, NULL } };
	const FolderFile twice[] = { { "meta/_journal.json",
		                       JOURNAL(ENTRY(0, 1, "0000_a") ",\n" ENTRY(1, 2, "0000_a")) },
		                     { "0000_a.sql", "" },
		                     { NULL, NULL } };
	const FolderFile broken[] = { { "meta/_journal.json", "{ \"entries\": [\n<<<<<<< HEAD\n" }, { NULL, NULL } };
	const FolderFile no_list[] = { { "meta/_journal.json", "{}" }, { NULL, NULL } };
	const FolderFile no_time[] = { { "meta/_journal.json", JOURNAL("{ \"tag\": \"0000_a\" }") }, { NULL, NULL } };
	const FolderFile mysql[] = { { "meta/_journal.json", "{\n\"dialect\": \"mysql\", \"entries\": [] }" },
		                     { NULL, NULL } };
	const FolderFile name[] = { { "first/migration.sql", "" }, { NULL, NULL } };
	const FolderFile month[] = { { "20241301000000_a/migration.sql", "" }, { NULL, NULL } };
	const FolderFile mark[] = { { "20241201000000_a/migration.sql", "\xef\xbb\xbfSELECT 1" }, { NULL, NULL } };

	folder_refuses(missing, &drizzle, "_journal.json:3:47: there is no file of this entry of the journal");
	folder_refuses(twice, &drizzle, "_journal.json:3:47: the tag stands in the journal twice");
	folder_refuses(broken, &drizzle, "_journal.json:2:");
	folder_refuses(no_list, &drizzle, "_journal.json:1:1: the journal has no list \"entries\"");
	folder_refuses(no_time, &drizzle, "_journal.json:3:10: an entry needs a \"tag\" and a number \"when\"");
	folder_refuses(mysql, &drizzle, "_journal.json:2:1: the dialect is not \"postgresql\"");
	folder_refuses(name, &drizzle, "first\" does not begin with a time");
	folder_refuses(month, &drizzle, "20241301000000_a\" does not begin with a time");
	folder_refuses(mark, &drizzle,
	               "migration.sql:1:1: the file begins with a byte order mark, which Drizzle takes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_journal),
		cmocka_unit_test(warns_of_a_journal_that_loses_migrations),
		cmocka_unit_test(reads_folders),
		cmocka_unit_test(shows_the_position_of_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
