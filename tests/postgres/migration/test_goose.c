/* goose's files on a server. */
#include "support_runner.h"

#define UP       "-- +goose Up\n"
#define DOWN     "-- +goose Down\n"
#define NO       "-- +goose NO TRANSACTION\n"
#define VERSIONS "SELECT string_agg(version_id || ' ' || is_applied, ' ' ORDER BY id) FROM public.goose_db_version"
#define TABLES   RUNNER_TABLES("goose_db_version")

static void
runs_up_down_and_up_again(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "00001_a.sql",
		  UP "CREATE TABLE a (id int);\nCREATE TABLE a2 (id int);\n" DOWN "DROP TABLE a2;\nDROP TABLE a;\n" },
		{ "00002_b.sql", NO UP "SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON a (id);\n" DOWN
		                       "DROP INDEX CONCURRENTLY i;\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, TABLES, "a a2");
	assert_value(session, VERSIONS, "0 true 1 true 2 true");
	assert_int_equal(runner_migrate(runner), 0);
	runner_apply(runner, runner_migration(set, 1), MIGRATION_DOWN);
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, TABLES, "");
	assert_value(session, VERSIONS, "0 true");
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
		.clean = "DROP TABLE IF EXISTS a, b",
	};
	static const RunnerFailure list[] = {
		{ UP "CREATE TABLE a (id int);\nSELECT no;\nCREATE TABLE b (id int);\n", "1_x.sql:3:8", "", "0 true" },
		{ UP "CREATE TABLE a (id int);\nSELEC 1;\n", "1_x.sql:3:1", "", "0 true" },
		{ UP "CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\nSELECT no;\n", "1_x.sql:5:8", "a b",
		  "0 true" },
		{ UP "CREATE INDEX CONCURRENTLY i ON pg_class (oid);\n", "cannot run inside a transaction block", "",
		  "0 true" },
		{ NO UP "CREATE TABLE a (id int);\nSELEC 1;\n", "1_x.sql:4:1", "a", "0 true" },
		{ NO UP "CREATE TABLE a (id int); SELEC 1;\n", "1_x.sql:3:26", "", "0 true" },
		{ NO UP "CREATE TABLE a (id int); SELECT no;\n", "1_x.sql:3:33", "", "0 true" },
		{ UP "ALTER TYPE e ADD VALUE 'b';\nCREATE TABLE a (e e DEFAULT 'b');\n", "unsafe use of new value", "",
		  "0 true" },
		{ NULL, NULL, NULL, NULL },
	};

	support_execute(session, "CREATE TYPE e AS ENUM ('a')");
	runner_all_fail(session, &failures, list);
}

static void
a_commit_inside_does_not_fail(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_x.sql", UP "CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\n" },
		                     { "2_x.sql", NO UP "CREATE TYPE e AS ENUM ('a');\nALTER TYPE e ADD VALUE 'b';\n"
		                                        "CREATE TABLE c (e e DEFAULT 'b');\n" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, TABLES, "a b c");
	assert_value(session, VERSIONS, "0 true 1 true 2 true");
}

static void
late_migrations_are_refused_unless_they_are_allowed(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.sql", UP "SELECT 1;\n" }, { "2_b.sql", UP "SELECT 1;\n" }, { NULL, NULL } };
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(settings, (gpointer) "allow-missing", (gpointer) "true");
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationSet) allowed = runner_load_as(files, (MigrationOptions){ .settings = settings });
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_autoptr(MigrationRunner) allowed_runner = runner_begin(allowed, session);
	g_auto(MigrationHistory) history = { 0 };

	support_execute(session, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (2, true)");
	assert_true(migration_history_read(set, session, &history, NULL));
	g_autoptr(GPtrArray) problems = migration_history_compare(set, &history);
	assert_int_equal(problems->len, 1);
	assert_int_equal(((MigrationHistoryProblem *)g_ptr_array_index(problems, 0))->kind,
	                 MIGRATION_HISTORY_OUT_OF_ORDER);
	runner_migrate_refuses(runner, "\"1_a.sql\" is not applied, but the history has the higher version 2");
	assert_int_equal(runner_migrate(allowed_runner), 1);
	assert_value(session, VERSIONS, "0 true 2 true 1 true");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(runs_up_down_and_up_again),
		RUNNER_TEST(leaves_what_its_transactions_leave),
		RUNNER_TEST(a_commit_inside_does_not_fail),
		RUNNER_TEST(late_migrations_are_refused_unless_they_are_allowed),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
