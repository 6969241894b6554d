/* Diesel's history and transactions. */
#include "support_sequence.h"

#define VERSIONS "SELECT coalesce(string_agg(version, ' ' ORDER BY version), '') FROM __diesel_schema_migrations"
#define TABLES   RUNNER_TABLES("__diesel_schema_migrations")

static void
writes_its_rows(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "2020-01-01-000000_a/up.sql", "CREATE TABLE a ();" },
		                     { "2020-01-01-000000_a/down.sql", "DROP TABLE a;" },
		                     { "2_b/up.sql", "SELECT 1" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = sequence_load("diesel", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	runner_apply(runner, runner_migration(set, 0), MIGRATION_UP);
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, VERSIONS, "2 20200101000000");
	assert_int_equal(runner_migrate(runner), 0);
	runner_apply(runner, runner_migration(set, 1), MIGRATION_DOWN);
	assert_value(session, VERSIONS, "2");
	assert_value(session, TABLES, "");
}

static void
a_file_is_one_message_in_a_transaction_or_without(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a/up.sql", "CREATE TABLE a (i int);" },
		{ "2_b/up.sql", "CREATE TABLE b (); SELECT 1 / 0;" },
		{ "3_c/up.sql", "COMMIT; CREATE TABLE c (); SELEC 1;" },
		{ "4_d/up.sql", "CREATE TABLE d (); COMMIT; SELECT 1;" },
		{ "5_e/up.sql", "CREATE INDEX CONCURRENTLY e ON a (i);" },
		{ "6_f/up.sql", "CREATE INDEX CONCURRENTLY f ON a (i);" },
		{ "6_f/metadata.toml", "run_in_transaction = false" },
		{ "7_g/up.sql", "SELECT 1; CREATE INDEX CONCURRENTLY g ON a (i);" },
		{ "7_g/metadata.toml", "run_in_transaction = false" },
		{ NULL, NULL },
	};
	static const char *const sqlstates[] = { NULL, "22012", "42601", "", "25001", NULL, "25001" };
	g_autoptr(MigrationSet) set = sequence_load("diesel", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	sequence_run(runner, set, sqlstates);
	assert_value(session, TABLES, "a d");
	assert_value(session, VERSIONS, "1 4 6");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_its_rows, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_file_is_one_message_in_a_transaction_or_without, support_open,
		                                support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
