/* Which migrations a database has that stands at a version. */
#include "folder.h"

static void
assert_count(const MigrationSet *set, const char *version, int expected)
{
	guint n = 99;
	bool known = migration_set_count_up_to(set, version, &n);

	if (known != (expected >= 0) || (known && n != (guint)expected))
		fail_msg("\"%s\": %d, expected %d", version, known ? (int)n : -1, expected);
}

static void
counts_to_the_version(void **state)
{
	(void)state;
	const FolderFile files[] = { { "V9__a.sql", "SELECT 1" },
		                     { "V10__b.sql", "SELECT 2" },
		                     { "V11.1__c.sql", "SELECT 3" },
		                     { "R__d.sql", "SELECT 4" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ 0 }, NULL);

	assert_count(set, "9", 1);
	assert_count(set, "V10", 2);
	assert_count(set, "V10__b.sql", 2);
	assert_count(set, "V11.1", 3);
	assert_count(set, "V12", -1);
	assert_count(set, "V10.5", -1);
	assert_count(set, "V9.1", -1);
	assert_count(set, "b", -1);
	assert_count(set, "", -1);
}

static void
a_version_before_all_files_stands_for_none(void **state)
{
	(void)state;
	const FolderFile numbered[] = { { "V010__a.sql", "SELECT 1" }, { "V011__b.sql", "SELECT 2" }, { NULL, NULL } };
	const FolderFile stamped[] = { { "20240301_a.sql", "SELECT 1" },
		                       { "20240401_b.sql", "SELECT 2" },
		                       { NULL, NULL } };
	const FolderFile named[] = { { "beta.sql", "SELECT 1" }, { "gamma.sql", "SELECT 2" }, { NULL, NULL } };
	g_autoptr(MigrationSet) first = folder_load(numbered, (MigrationOptions){ 0 }, NULL);
	g_autoptr(MigrationSet) second = folder_load(stamped, (MigrationOptions){ 0 }, NULL);
	g_autoptr(MigrationSet) third = folder_load(named, (MigrationOptions){ 0 }, NULL);

	assert_count(first, "V9", 0);
	assert_count(first, "V009", 0);
	assert_count(first, "9", 0);
	assert_count(first, "0009", 0);
	assert_count(first, "X9", -1);
	assert_count(first, "V010x", -1);
	assert_count(first, "V", -1);
	assert_count(second, "20231231_old", 0);
	assert_count(second, "20240302_c", -1);
	assert_count(third, "alpha", -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_to_the_version),
		cmocka_unit_test(a_version_before_all_files_stands_for_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
