#include "folder.h"
#include "migration/detect/formats.h"

#include <unistd.h>

static const MigrationOptions prisma = { .format = "prisma" };

static MigrationSet *
load_split(const FolderFile *files)
{
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GError) error = NULL;

	g_hash_table_insert(settings, (gpointer) "sending", (gpointer) "split");
	MigrationSet *set = folder_load(files, (MigrationOptions){ .format = "prisma", .settings = settings }, &error);
	if (set == NULL)
		fail_msg("%s", error->message);
	return set;
}

static guint
count_messages(const MigrationSet *set, guint i)
{
	return migration_script_messages(((const Migration *)g_ptr_array_index(set->migrations, i))->up)->len;
}

static void
reads_directories_in_its_order(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "migration_lock.toml", "# by Prisma\nprovider = \"postgresql\"\n" },
		{ "20240101000000_users/migration.sql", "SELECT 1; SELECT 2;" },
		{ "20240102000000_boards/migration.sql", "SELECT 1;" },
		{ "20240102000000_boards/down.sql", "SELECT 2;" },
		{ "2024010100000012_x/migration.sql", "" },
		{ "0_init/migration.sql", "hello" },
		{ "stray.sql", "SELECT 1;" },
		{ "README.md", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, prisma, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *last = g_ptr_array_index(set->migrations, 3);

	assert_string_equal(names, "0_init 20240101000000_users 2024010100000012_x 20240102000000_boards");
	assert_string_equal(first->version, "0_init");
	assert_string_equal(first->description, "init");
	assert_string_equal(first->checksum, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
	assert_null(first->down);
	assert_non_null(last->down);
	assert_int_equal(migration_script_scope(first->up), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(count_messages(set, 1), 1);
	assert_int_equal(count_messages(set, 2), 0);
	assert_string_equal(set->history_schema, "public");
	assert_string_equal(set->history_table, "_prisma_migrations");
	assert_true(folder_warns(set, "\"stray.sql\" is not run"));
	assert_true(folder_warns(set, "\"20240101000000_users\" runs before \"2024010100000012_x\""));
	assert_true(folder_warns(set, "\"down.sql\" is taken as the way down"));
	assert_int_equal(set->warnings->len, 3);
}

static void
splits_as_far_as_prisma_can(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "1_a/migration.sql", "CREATE TABLE t (a int);\nCREATE INDEX CONCURRENTLY i ON t (a);" },
		{ "2_b/migration.sql", "SELECT 1;\nDROP INDEX CONCURRENTLY i;" },
		{ "3_c/migration.sql", "DROP INDEX CONCURRENTLY i;" },
		{ "4_d/migration.sql", "DO $$ BEGIN NULL; END $$; SELECT 1;" },
		{ "5_e/migration.sql", "SELECT 1; DOCUMENT;" },
		{ "6_f/migration.sql", "SELECT 1; SET CONSTRAINTS ALL DEFERRED;" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = load_split(files);

	assert_int_equal(count_messages(set, 0), 2);
	assert_int_equal(count_messages(set, 1), 1);
	assert_int_equal(count_messages(set, 2), 1);
	assert_int_equal(count_messages(set, 3), 1);
	assert_int_equal(count_messages(set, 4), 2);
	assert_int_equal(count_messages(set, 5), 1);
	assert_int_equal(set->warnings->len, 3);
	assert_true(
	    folder_warns(set, "migration.sql:2:1: Prisma's splitter does not know DROP INDEX CONCURRENTLY, so"));
	assert_true(folder_warns(set, "migration.sql:1:1: Prisma's splitter does not know DO"));
}

static void
refuses_the_same_as_prisma(void **state)
{
	(void)state;
	const FolderFile mysql[] = { { "migration_lock.toml", "# x\nprovider = \"mysql\"" },
		                     { "1_a/migration.sql", "SELECT 1" },
		                     { NULL, NULL } };
	const FolderFile missing[] = { { "1_a/migration.sql", "SELECT 1" }, { "2_b/notes.md", "" }, { NULL, NULL } };
	const FolderFile mark[] = { { "1_a/migration.sql", "\xef\xbb\xbfSELECT 1" }, { NULL, NULL } };
	const FolderFile none[] = { { "1_a.sql", "SELECT 1" }, { NULL, NULL } };

	folder_refuses(mysql, &prisma, "migration_lock.toml:2:1: the provider is \"mysql\", not \"postgresql\"");
	folder_refuses(missing, &prisma, "there is no \"migration.sql\" in ");
	folder_refuses(mark, &prisma,
	               "migration.sql:1:1: the file begins with a byte order mark, which Prisma takes for text");
	folder_refuses(none, &prisma, "hint: \"1_a.sql\" is not run: a migration is a directory");
	folder_refuses(none, &(MigrationOptions){ .format = "prisma", .config = "x" },
	               "prisma migrations have no configuration file");
}

static void
does_not_follow_links(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1_a/migration.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(Folder) folder = folder_new(files);
	g_autofree char *link_path = g_build_filename(folder, "2_b", NULL);

	assert_int_equal(symlink("1_a", link_path), 0);
	g_autoptr(MigrationSet)
	    set = migration_set_load(&(MigrationOptions){ .directory = folder, .format = "prisma" }, NULL);
	assert_int_equal(set->migrations->len, 1);
	assert_true(folder_warns(set, "\"2_b\" is not run: Prisma does not follow symbolic links"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_directories_in_its_order),
		cmocka_unit_test(splits_as_far_as_prisma_can),
		cmocka_unit_test(refuses_the_same_as_prisma),
		cmocka_unit_test(does_not_follow_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
