/* tern's files on a server. */
#include "support_runner.h"

#define BORDER  "\n---- create above / drop below ----\n"
#define NO      "---- tern: disable-tx ----\n"
#define VERSION "SELECT version FROM public.schema_version"
#define TABLES  RUNNER_TABLES("schema_version")

static const MigrationOptions tern = { .format = "tern" };

static void
runs_up_down_and_up_again(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a.sql",
		  "CREATE TABLE a (id int);\nCREATE TABLE a2 (id int);" BORDER "DROP TABLE a2;\nDROP TABLE a;" },
		{ "2_b.sql", NO "SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON a (id);" BORDER NO
		                "DROP INDEX CONCURRENTLY i;" },
		{ "3_c.sql", "SELECT 1" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	assert_int_equal(runner_migrate(runner), 3);
	assert_value(session, TABLES, "a a2");
	assert_value(session, VERSION, "3");
	assert_false(migration_runner_apply(runner, runner_migration(set, 2), MIGRATION_DOWN, &outcome, NULL));
	support_execute(session, "UPDATE schema_version SET version = 2");
	runner_apply(runner, runner_migration(set, 1), MIGRATION_DOWN);
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, TABLES, "");
	assert_value(session, VERSION, "0");
	assert_int_equal(runner_migrate(runner), 3);
}

/* The state after a migration that fails, and the message. */
static void
leaves_what_its_transactions_leave(void **state)
{
	DbSession *session = support_session(state);
	const RunnerFailures failures = {
		.file = "1_x.sql",
		.options = tern,
		.tables = TABLES,
		.history = VERSION,
		.clean = "DROP TABLE IF EXISTS a",
	};
	static const RunnerFailure list[] = {
		{ "CREATE TABLE a (id int);\nSELECT no;\n", "1_x.sql:2:8", "", "0" },
		{ "CREATE TABLE a (id int);\nCOMMIT;\nSELEC 1;\n", "1_x.sql:3:1", "", "0" },
		{ "CREATE TABLE a (id int);\nCOMMIT;\nSELECT no;\n", "1_x.sql:3:8", "a", "0" },
		{ "CREATE INDEX CONCURRENTLY i ON pg_class (oid);\n", "cannot run inside a transaction block", "",
		  "0" },
		{ NO "CREATE TABLE a (id int);\nSELEC 1;\n", "1_x.sql:3:1", "a", "0" },
		{ "ALTER TYPE e ADD VALUE 'b';\nCREATE TABLE a (e e DEFAULT 'b');\n", "unsafe use of new value", "",
		  "0" },
		{ NULL, NULL, NULL, NULL },
	};

	support_execute(session, "CREATE TYPE e AS ENUM ('a')");
	runner_all_fail(session, &failures, list);
}

static void
settings_do_not_reach_the_next_script(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.sql", "CREATE SCHEMA app;\nSET search_path = app;\nCOMMIT;" },
		                     { "2_b.sql", "CREATE TABLE b (id int);" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, tern);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, TABLES, "b");
}

static void
a_version_without_a_file_stops_it(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.sql", "SELECT no" }, { "2_b.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, tern);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationHistory) history = { 0 };

	support_execute(session, "UPDATE schema_version SET version = 1");
	assert_true(migration_history_read(set, session, &history, NULL));
	assert_int_equal(history.rows->len, 1);
	assert_int_equal(runner_migrate(runner), 1);
	support_execute(session, "UPDATE schema_version SET version = 3");
	runner_migrate_refuses(runner, "the history has the version 3, but there are only 2 files");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(runs_up_down_and_up_again),
		RUNNER_TEST(leaves_what_its_transactions_leave),
		RUNNER_TEST(settings_do_not_reach_the_next_script),
		RUNNER_TEST(a_version_without_a_file_stops_it),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
