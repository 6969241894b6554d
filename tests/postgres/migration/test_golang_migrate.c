/* golang-migrate's files on a server. */
#include "support_runner.h"

#define VERSION "SELECT coalesce((SELECT version || ' ' || dirty FROM public.schema_migrations), '')"
#define TABLES  RUNNER_TABLES("schema_migrations")

static const MigrationOptions golang_migrate = { .format = "golang-migrate" };

static void
runs_up_down_and_up_again(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a.up.sql", "CREATE TABLE a (id int);\nCREATE TABLE a2 (id int);" },
		{ "1_a.down.sql", "DROP TABLE a2;\nDROP TABLE a;" },
		{ "3_b.up.sql", "CREATE INDEX CONCURRENTLY i ON a (id);" },
		{ "3_b.down.sql", "DROP INDEX CONCURRENTLY i" },
		{ "4_c.up.sql", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load_as(files, golang_migrate);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_value(session, VERSION, "");
	assert_int_equal(runner_migrate(runner), 3);
	assert_value(session, TABLES, "a a2");
	assert_value(session, VERSION, "4 false");
	runner_apply(runner, runner_migration(set, 2), MIGRATION_DOWN);
	runner_apply(runner, runner_migration(set, 1), MIGRATION_DOWN);
	assert_value(session, VERSION, "1 false");
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, VERSION, "");
	assert_value(session, TABLES, "");
	assert_int_equal(runner_migrate(runner), 3);
}

/* The state after a migration that fails, and the message. */
static void
leaves_what_the_server_leaves(void **state)
{
	DbSession *session = support_session(state);
	static const struct {
		const char *text;
		const char *left;
		const char *message;
	} cases[] = {
		{ "CREATE TABLE a (id int);\nSELECT no;\n", "", "7_x.up.sql:2:8" },
		{ "CREATE TABLE a (id int);\nCOMMIT;\nSELEC;\n", "", "7_x.up.sql:3:1" },
		{ "BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nSELECT no;\n", "a", "7_x.up.sql:4:8" },
		{ "BEGIN;\nCREATE TABLE a (id int);\n", "", "the script leaves its transaction open" },
		{ "SELECT 1;\nCREATE INDEX CONCURRENTLY i ON pg_class (oid);\n", "",
		  "cannot run inside a transaction block" },
		{ "ALTER TYPE e ADD VALUE 'b';\nCREATE TABLE a (e e DEFAULT 'b');\n", "", "unsafe use of new value" },
	};

	support_execute(session, "CREATE TYPE e AS ENUM ('a')");
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "7_x.up.sql", cases[i].text }, { NULL, NULL } };
		g_autoptr(MigrationSet) set = runner_load_as(files, golang_migrate);
		g_autoptr(MigrationRunner) runner = runner_begin(set, session);
		g_auto(MigrationOutcome) outcome = { 0 };
		runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
		assert_true(outcome.failed);
		assert_contains(outcome.details, cases[i].message);
		assert_value(session, TABLES, cases[i].left);
		assert_value(session, VERSION, "7 true");
		runner_migrate_refuses(runner, "the history says that version 7 is dirty");
		support_execute(session, "DROP TABLE IF EXISTS a; TRUNCATE schema_migrations");
	}
}

static void
a_first_down_that_fails_leaves_minus_one(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.up.sql", "SELECT 1" }, { "1_a.down.sql", "SELECT no" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, golang_migrate);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_apply(runner, runner_migration(set, 0), MIGRATION_UP);
	runner_try(runner, runner_migration(set, 0), MIGRATION_DOWN, &outcome);
	assert_true(outcome.failed);
	assert_value(session, VERSION, "-1 true");
}

static void
with_multi_statement_each_statement_is_alone(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.up.sql", "CREATE TABLE a (id int);\nSET lock_timeout = '1s';\n"
		                                     "CREATE INDEX CONCURRENTLY i ON a (id);\n" },
		                     { "2_b.up.sql", "CREATE TABLE b (id int); SELECT no;" },
		                     { NULL, NULL } };
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(settings, (gpointer) "x-multi-statement", (gpointer) "true");
	g_autoptr(MigrationSet)
	    set = runner_load_as(files, (MigrationOptions){ .format = "golang-migrate", .settings = settings });
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_apply(runner, runner_migration(set, 0), MIGRATION_UP);
	runner_try(runner, runner_migration(set, 1), MIGRATION_UP, &outcome);
	assert_true(outcome.failed);
	assert_value(session, TABLES, "a b");
	assert_value(session, VERSION, "2 true");
}

static void
everything_up_to_the_version_counts_as_applied(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.up.sql", "SELECT no" },
		                     { "2_b.up.sql", "SELECT no" },
		                     { "3_c.up.sql", "SELECT 1" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, golang_migrate);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationHistory) history = { 0 };

	support_execute(session, "INSERT INTO schema_migrations VALUES (2, false)");
	assert_true(migration_history_read(set, session, &history, NULL));
	assert_int_equal(history.rows->len, 2);
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, VERSION, "3 false");
	support_execute(session, "UPDATE schema_migrations SET version = 9");
	runner_migrate_refuses(runner, "the history has the version 9, but there is no such file");
}

/* The key is the tool's own: crc32 of schema, table and database, times its salt. */
static void
holds_the_lock_of_the_tool(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.up.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, golang_migrate);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	static const char locks[] = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND "
				    "pid = pg_backend_pid()";

	assert_value(session, locks, "1");
	migration_runner_end(g_steal_pointer(&runner));
	assert_value(session, locks, "0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(runs_up_down_and_up_again),
		RUNNER_TEST(leaves_what_the_server_leaves),
		RUNNER_TEST(a_first_down_that_fails_leaves_minus_one),
		RUNNER_TEST(with_multi_statement_each_statement_is_alone),
		RUNNER_TEST(everything_up_to_the_version_counts_as_applied),
		RUNNER_TEST(holds_the_lock_of_the_tool),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
