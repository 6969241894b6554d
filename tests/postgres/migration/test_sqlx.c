/* sqlx's history and transactions. */
#include "support_sequence.h"

#define VERSIONS "SELECT coalesce(string_agg(version::text, ' ' ORDER BY version), '') FROM _sqlx_migrations"
#define TABLES   RUNNER_TABLES("_sqlx_migrations")

static void
writes_its_rows(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "0001_the_users.up.sql", "CREATE TABLE a ();" },
		                     { "0001_the_users.down.sql", "DROP TABLE a;" },
		                     { "2_b.sql", "" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = sequence_load("sqlx", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session,
	             "SELECT description || ' ' || success || ' ' || (checksum = sha384('CREATE TABLE a ();')) FROM "
	             "_sqlx_migrations WHERE version = 1",
	             "the users true true");
	assert_int_equal(runner_migrate(runner), 0);
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, VERSIONS, "2");
	assert_value(session, TABLES, "");
	assert_int_equal(runner_migrate(runner), 1);
}

static void
a_file_is_one_message_in_a_transaction_or_without(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a.sql", "CREATE TABLE a (i int);" },
		{ "2_b.sql", "CREATE TABLE b (); SELECT 1 / 0;" },
		{ "3_c.sql", "COMMIT; CREATE TABLE c (); SELEC 1;" },
		{ "4_d.sql", "CREATE TABLE d (); COMMIT; SELECT 1 / 0;" },
		{ "5_e.sql", "CREATE INDEX CONCURRENTLY e ON a (i);" },
		{ "6_f.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY f ON a (i);" },
		{ "7_g.sql", "-- no-transaction\nSELECT 1; CREATE INDEX CONCURRENTLY g ON a (i);" },
		{ "8_h.sql", "-- no-transaction\nCREATE TABLE h (); SELECT 1 / 0;" },
		{ NULL, NULL },
	};
	static const char *const sqlstates[] = { NULL, "22012", "42601", "22012", "25001", NULL, "25001", "22012" };
	g_autoptr(MigrationSet) set = sequence_load("sqlx", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	sequence_run(runner, set, sqlstates);
	assert_value(session, TABLES, "a d");
	assert_value(session, VERSIONS, "1 6");
}

static void
refuses_a_history_that_does_not_fit(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.sql", "SELECT 1" }, { "2_b.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = sequence_load("sqlx", files, NULL, NULL);
	g_autoptr(MigrationSet) lenient = sequence_load("sqlx", files, "ignore-missing", "true");
	MigrationRunner *runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	support_execute(session, "UPDATE _sqlx_migrations SET checksum = '' WHERE version = 2");
	runner_migrate_refuses(runner, "\"2_b.sql\" was changed after it was applied");
	support_execute(session, "DELETE FROM _sqlx_migrations WHERE version = 2;"
	                         "INSERT INTO _sqlx_migrations VALUES (3, 'c', now(), true, '', 0)");
	runner_migrate_refuses(runner, "the history has version 3, but there is no such file");
	migration_runner_end(runner);
	runner = runner_begin(lenient, session);
	assert_int_equal(runner_migrate(runner), 1);
	support_execute(session, "UPDATE _sqlx_migrations SET success = false WHERE version = 3");
	runner_migrate_refuses(runner, "the history says that version 3 failed");
	migration_runner_end(runner);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_its_rows, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_file_is_one_message_in_a_transaction_or_without, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(refuses_a_history_that_does_not_fit, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
