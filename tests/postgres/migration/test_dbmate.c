/* dbmate's files on a server. */
#include "support_runner.h"

#define UP       "-- migrate:up\n"
#define DOWN     "-- migrate:down\n"
#define VERSIONS "SELECT coalesce(string_agg(version, ' ' ORDER BY version), '') FROM public.schema_migrations"
#define TABLES   RUNNER_TABLES("schema_migrations")

static void
runs_up_down_and_up_again(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a.sql",
		  UP "CREATE TABLE a (id int);\nCREATE TABLE a2 (id int);\n" DOWN "DROP TABLE a;\nDROP TABLE a2;\n" },
		{ "2_b.sql", "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON a (id);\n"
		             "-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY i;\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, TABLES, "a a2");
	assert_value(session, VERSIONS, "1 2");
	assert_int_equal(runner_migrate(runner), 0);
	runner_apply(runner, runner_migration(set, 1), MIGRATION_DOWN);
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, TABLES, "");
	assert_value(session, VERSIONS, "");
	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session,
	             "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull, ', ') "
	             "FROM pg_attribute WHERE attrelid = 'schema_migrations'::regclass AND attnum > 0",
	             "version character varying true");
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
		.clean = "DROP TABLE IF EXISTS a, b; TRUNCATE schema_migrations",
	};
	static const RunnerFailure list[] = {
		{ UP "CREATE TABLE a (id int);\nSELECT no;\nCREATE TABLE b (id int);\n" DOWN, "1_x.sql:3:8", "", "" },
		{ UP "CREATE TABLE a (id int);\nSELEC 1;\n" DOWN, "1_x.sql:3:1", "", "" },
		{ UP "CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\n" DOWN,
		  "at COMMIT: unexpected transaction status idle: the script has ended the transaction itself", "a b",
		  "1" },
		{ UP "CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\nSELECT no;\n" DOWN, "1_x.sql:5:8",
		  "a", "" },
		{ UP "CREATE INDEX CONCURRENTLY i ON pg_class (oid);\n" DOWN, "cannot run inside a transaction block",
		  "", "" },
		{ "-- migrate:up transaction:false\nCREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a "
		  "(id);\n" DOWN,
		  "cannot run inside a transaction block", "", "" },
		{ "-- migrate:up transaction:false\nCREATE TABLE a (id int);\nSELECT no;\n" DOWN, "1_x.sql:3:8", "",
		  "" },
		{ "-- migrate:up transaction:false\nBEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nSELECT no;\n" DOWN,
		  "1_x.sql:5:8", "a", "" },
		{ UP "CREATE TYPE e AS ENUM ('a');\nALTER TYPE e ADD VALUE 'b';\nCOMMIT;\nBEGIN;\n"
		     "ALTER TYPE e ADD VALUE 'c';\nCREATE TABLE a (e e DEFAULT 'c');\n" DOWN,
		  "unsafe use of new value", "", "" },
		{ NULL, NULL, NULL, NULL },
	};

	runner_all_fail(session, &failures, list);
}

static void
a_script_can_end_its_transaction_and_begin_another(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_x.sql", UP "CREATE TYPE e AS ENUM ('a');\nCOMMIT;\nBEGIN;\nALTER TYPE e ADD VALUE 'b';\nCOMMIT;\n"
		                "BEGIN;\nCREATE TABLE a (e e DEFAULT 'b');\n" DOWN },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, TABLES, "a");
}

/* As with dbmate, which asks for the current schema before each row. */
static void
the_history_moves_with_the_search_path(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_x.sql", UP "CREATE SCHEMA app; SET search_path = app;\n" DOWN },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
	assert_true(outcome.failed);
	assert_contains(outcome.details, "while writing the history: ERROR: relation \"app.schema_migrations\"");
	assert_value(session, "SELECT count(*) FROM pg_namespace WHERE nspname = 'app'", "0");
}

static void
makes_the_schema_of_its_history(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_x.sql", UP "SELECT 1;\n" DOWN }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, (MigrationOptions){ .history_table = "app.done" });
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, "SELECT version FROM app.done", "1");
}

static void
late_migrations_run_unless_it_is_strict(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.sql", UP "SELECT 1;\n" DOWN },
		                     { "2_b.sql", UP "SELECT 1;\n" DOWN },
		                     { NULL, NULL } };
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(settings, (gpointer) "strict", (gpointer) "true");
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationSet) strict = runner_load_as(files, (MigrationOptions){ .settings = settings });
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_autoptr(MigrationRunner) strict_runner = runner_begin(strict, session);
	g_auto(MigrationHistory) history = { 0 };

	support_execute(session, "INSERT INTO schema_migrations VALUES ('2'), ('3')");
	runner_migrate_refuses(strict_runner, "\"1_a.sql\" is not applied, but \"2_b.sql\" is");
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, VERSIONS, "1 2 3");
	assert_true(migration_history_read(set, session, &history, NULL));
	g_autoptr(GPtrArray) problems = migration_history_compare(set, &history);
	assert_int_equal(problems->len, 1);
	assert_int_equal(((MigrationHistoryProblem *)g_ptr_array_index(problems, 0))->kind, MIGRATION_HISTORY_NO_FILE);
	assert_string_equal(((MigrationHistoryProblem *)g_ptr_array_index(problems, 0))->name, "3");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(runs_up_down_and_up_again),
		RUNNER_TEST(leaves_what_its_transactions_leave),
		RUNNER_TEST(a_script_can_end_its_transaction_and_begin_another),
		RUNNER_TEST(the_history_moves_with_the_search_path),
		RUNNER_TEST(makes_the_schema_of_its_history),
		RUNNER_TEST(late_migrations_run_unless_it_is_strict),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
