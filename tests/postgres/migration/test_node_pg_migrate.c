/* node-pg-migrate's history and transactions. */
#include "support_sequence.h"

#define NAMES  "SELECT coalesce(string_agg(name, ' ' ORDER BY id), '') FROM pgmigrations"
#define TABLES RUNNER_TABLES("pgmigrations")

static void
migrate_fails(MigrationRunner *runner, const char *name, const char *sqlstate)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	assert_true(migration_runner_migrate(runner, &applied, &failed, &outcome, NULL));
	assert_non_null(failed);
	assert_string_equal(failed->name, name);
	assert_string_equal(outcome.sqlstate, sqlstate);
}

static void
goes_up_and_down(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.sql",
		                       "-- Up Migration\nCREATE TABLE a ();\n-- Down Migration\nDROP TABLE a;" },
		                     { "2_b.sql", "CREATE TABLE b ();" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = sequence_load("node-pg-migrate", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, NAMES, "1_a 2_b");
	assert_int_equal(runner_migrate(runner), 0);
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, TABLES, "b");
	runner_migrate_refuses(runner, "\"1_a\" comes before \"2_b\", which has been run already");
}

static void
everything_is_one_transaction_by_default(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.sql", "CREATE TABLE a ();" },
		                     { "2_b.sql", "CREATE TABLE b ();\nSELEC 1;" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) all = sequence_load("node-pg-migrate", files, NULL, NULL);
	g_autoptr(MigrationSet) each = sequence_load("node-pg-migrate", files, "single-transaction", "false");
	MigrationRunner *runner = runner_begin(all, session);

	migrate_fails(runner, "2_b", "42601");
	assert_value(session, TABLES, "");
	assert_value(session, NAMES, "");
	migration_runner_end(runner);
	runner = runner_begin(each, session);
	migrate_fails(runner, "2_b", "42601");
	assert_value(session, TABLES, "a");
	assert_value(session, NAMES, "1_a");
	migration_runner_end(runner);
}

static void
each_file_is_one_message(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a.sql", "CREATE TABLE a (i int);" },
		{ "2_b.sql", "CREATE TABLE b (); SELECT 1 / 0;" },
		{ "3_c.sql", "CREATE INDEX CONCURRENTLY i ON a (i);" },
		{ "4_d.sql", "COMMIT; CREATE TABLE d (); SELEC 1;" },
		{ "5_e.sql", "CREATE TYPE e AS ENUM ('a');" },
		{ "6_f.sql", "ALTER TYPE e ADD VALUE 'b'; SELECT 'b'::e;" },
		{ NULL, NULL },
	};
	static const char *const sqlstates[] = { NULL, "22012", "25001", "42601", NULL, "55P04" };
	g_autoptr(MigrationSet) set = sequence_load("node-pg-migrate", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	sequence_run(runner, set, sqlstates);
	assert_value(session, TABLES, "a");
	assert_value(session, NAMES, "1_a 5_e");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(goes_up_and_down, support_open, support_close),
		cmocka_unit_test_setup_teardown(everything_is_one_transaction_by_default, support_open, support_close),
		cmocka_unit_test_setup_teardown(each_file_is_one_message, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
