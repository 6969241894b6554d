/* sql-migrate's files on a server. */
#include "support_runner.h"

#define UP       "-- +migrate Up\n"
#define DOWN     "-- +migrate Down\n"
#define NO       "-- +migrate Up notransaction\n"
#define VERSIONS "SELECT coalesce(string_agg(id, ' ' ORDER BY applied_at), '') FROM public.gorp_migrations"
#define TABLES   RUNNER_TABLES("gorp_migrations")

static void
runs_up_down_and_up_again(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a.sql",
		  UP "CREATE TABLE a (id int);\nCREATE TABLE a2 (id int);\n" DOWN "DROP TABLE a2;\nDROP TABLE a;\n" },
		{ "2_b.sql", NO "SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON a (id);\n"
		                "-- +migrate Down notransaction\nDROP INDEX CONCURRENTLY i;\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, TABLES, "a a2");
	assert_value(session, VERSIONS, "1_a.sql 2_b.sql");
	assert_int_equal(runner_migrate(runner), 0);
	runner_apply(runner, runner_migration(set, 1), MIGRATION_DOWN);
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, TABLES, "");
	assert_value(session, VERSIONS, "");
	assert_int_equal(runner_migrate(runner), 2);
}

/* The state after a migration that fails, and the message. */
static void
leaves_what_its_transactions_leave(void **state)
{
	DbSession *session = support_session(state);
	const RunnerFailures failures = {
		.file = "1_x.sql",
		.tables = TABLES,
		.history = VERSIONS,
		.clean = "DROP TABLE IF EXISTS a, b; TRUNCATE gorp_migrations",
	};
	static const RunnerFailure list[] = {
		{ UP "CREATE TABLE a (id int);\nSELECT no;\n", "1_x.sql:3:8", "", "" },
		{ UP "CREATE TABLE a (id int);\nSELEC 1;\n", "1_x.sql:3:1", "", "" },
		{ UP "CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\n",
		  "at COMMIT: unexpected transaction status idle", "a b", "1_x.sql" },
		{ UP "CREATE INDEX CONCURRENTLY i ON pg_class (oid);\n", "cannot run inside a transaction block", "",
		  "" },
		{ NO "CREATE TABLE a (id int);\nSELEC 1;\n", "1_x.sql:3:1", "a", "" },
		{ UP "ALTER TYPE e ADD VALUE 'b';\nCREATE TABLE a (e e DEFAULT 'b');\n", "unsafe use of new value", "",
		  "" },
		{ NULL, NULL, NULL, NULL },
	};

	support_execute(session, "CREATE TYPE e AS ENUM ('a')");
	runner_all_fail(session, &failures, list);
}

static void
rows_without_a_file_stop_it(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.sql", UP "SELECT 1;\n" }, { "3_c.sql", UP "SELECT 1;\n" }, { NULL, NULL } };
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(settings, (gpointer) "ignore-unknown", (gpointer) "true");
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationSet) ignores = runner_load_as(files, (MigrationOptions){ .settings = settings });
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_autoptr(MigrationRunner) ignoring = runner_begin(ignores, session);

	support_execute(session, "INSERT INTO gorp_migrations VALUES ('2_b.sql', now())");
	runner_migrate_refuses(runner, "the history has \"2_b.sql\", but there is no such file");
	runner_migrate_refuses(ignoring, "the last migration of the history, \"2_b.sql\", has no file");
	support_execute(session, "INSERT INTO gorp_migrations VALUES ('3_c.sql', now())");
	assert_int_equal(runner_migrate(ignoring), 1);
	assert_value(session, "SELECT count(*) FROM gorp_migrations WHERE id = '1_a.sql'", "1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(runs_up_down_and_up_again),
		RUNNER_TEST(leaves_what_its_transactions_leave),
		RUNNER_TEST(rows_without_a_file_stop_it),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
