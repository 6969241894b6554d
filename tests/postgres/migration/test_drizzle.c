/* Drizzle's history, and its one transaction around everything. */
#include "support_runner.h"

#include "migration/history.h"

#define ENTRY(idx, when, tag) "{ \"idx\": " #idx ", \"when\": " #when ", \"tag\": \"" tag "\" }"
#define JOURNAL(entries)                                                                                               \
	{                                                                                                              \
		"meta/_journal.json", "{ \"dialect\": \"postgresql\", \"entries\": [" entries "] }"                    \
	}
#define TABLES                                                                                                         \
	"SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class WHERE relkind = 'r' AND "        \
	"relnamespace = 'public'::regnamespace"
#define TIMES "SELECT coalesce(string_agg(created_at::text, ' ' ORDER BY id), '') FROM drizzle.__drizzle_migrations"

/* Runs the pending migrations and expects the migration to fail with the SQLSTATE. */
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
	assert_int_equal(applied, 0);
}

static void
everything_is_one_transaction(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		JOURNAL(ENTRY(0, 1, "0000_a") "," ENTRY(1, 2, "0001_b")),
		{ "0000_a.sql", "CREATE TABLE a (id int);" },
		{ "0001_b.sql", "-- nothing but a comment\n--> statement-breakpoint\nCREATE TABLE b (id int);\n"
		                "--> statement-breakpoint\nSELECT 1;\nSELEC 2;" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	migrate_fails(runner, "0001_b", "42601");
	assert_value(session, TABLES, "");
	assert_value(session, TIMES, "");
	runner_apply(runner, runner_migration(set, 0), MIGRATION_UP);
	assert_value(session, TIMES, "1");
}

static void
a_value_cannot_be_used_in_the_run_that_adds_it(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		JOURNAL(ENTRY(0, 1, "0000_a") "," ENTRY(1, 2, "0001_b") "," ENTRY(2, 3, "0002_c")),
		{ "0000_a.sql", "CREATE TYPE e AS ENUM ('a');" },
		{ "0001_b.sql", "ALTER TYPE e ADD VALUE 'b';" },
		{ "0002_c.sql", "CREATE TABLE t (e e DEFAULT 'b');" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	runner_apply(runner, runner_migration(set, 0), MIGRATION_UP);
	migrate_fails(runner, "0002_c", "55P04");
	runner_apply(runner, runner_migration(set, 1), MIGRATION_UP);
	assert_int_equal(runner_migrate(runner), 1);
}

static void
an_index_cannot_be_built_concurrently(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		JOURNAL(ENTRY(0, 1, "0000_a") "," ENTRY(1, 2, "0001_b")),
		{ "0000_a.sql", "CREATE TABLE a (id int);" },
		{ "0001_b.sql", "CREATE INDEX CONCURRENTLY i ON a (id);" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	runner_apply(runner, runner_migration(set, 0), MIGRATION_UP);
	migrate_fails(runner, "0001_b", "25001");
}

static void
a_late_entry_is_passed_over(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile before[] = { JOURNAL(ENTRY(0, 3, "0000_a")),
		                      { "0000_a.sql", "CREATE TABLE a ();" },
		                      { NULL, NULL } };
	const FolderFile after[] = {
		JOURNAL(ENTRY(0, 3, "0000_a") "," ENTRY(1, 2, "0001_b") "," ENTRY(2, 4, "0002_c")),
		{ "0000_a.sql", "CREATE TABLE a ();" },
		{ "0001_b.sql", "CREATE TABLE b ();" },
		{ "0002_c.sql", "CREATE TABLE c ();" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) first = runner_load(before);
	g_autoptr(MigrationSet) second = runner_load(after);
	MigrationRunner *runner = runner_begin(first, session);

	assert_int_equal(runner_migrate(runner), 1);
	migration_runner_end(runner);
	runner = runner_begin(second, session);
	assert_int_equal(runner_migrate(runner), 1);
	migration_runner_end(runner);
	assert_value(session, TABLES, "a c");
	assert_value(session, TIMES, "3 4");
}

static void
folders_go_by_their_names(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile before[] = { { "20240102000000_b/migration.sql", "CREATE TABLE b ();" },
		                      { "20240102000000_b/snapshot.json", "{}" },
		                      { NULL, NULL } };
	const FolderFile after[] = { { "20240101000000_a/migration.sql", "CREATE TABLE a ();" },
		                     { "20240102000000_b/migration.sql", "CREATE TABLE edited ();" },
		                     { "20240102000000_b/snapshot.json", "{}" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) first = runner_load(before);
	g_autoptr(MigrationSet) second = runner_load(after);
	g_auto(MigrationHistory) history = { 0 };
	MigrationRunner *runner = runner_begin(first, session);

	assert_int_equal(runner_migrate(runner), 1);
	migration_runner_end(runner);
	assert_true(migration_history_read(second, session, &history, NULL));
	g_autoptr(GPtrArray) problems = migration_history_compare(second, &history);
	assert_int_equal(problems->len, 2);
	assert_int_equal(((const MigrationHistoryProblem *)g_ptr_array_index(problems, 0))->kind,
	                 MIGRATION_HISTORY_PENDING);
	assert_int_equal(((const MigrationHistoryProblem *)g_ptr_array_index(problems, 1))->kind,
	                 MIGRATION_HISTORY_EDITED);
	runner = runner_begin(second, session);
	assert_int_equal(runner_migrate(runner), 1);
	migration_runner_end(runner);
	assert_value(session, TABLES, "a b");
	assert_value(session,
	             "SELECT string_agg(name || '=' || created_at, ' ' ORDER BY id) FROM drizzle.__drizzle_migrations",
	             "20240102000000_b=1704153600000 20240101000000_a=1704067200000");
}

static void
refuses_an_old_table_for_folders(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "20240101000000_a/migration.sql", "SELECT 1" },
		                     { "20240101000000_a/snapshot.json", "{}" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(GError) error = NULL;

	support_execute(session,
	                "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, "
	                "hash text NOT NULL, created_at bigint)");
	assert_null(migration_runner_begin(set, session, NULL, &error));
	assert_contains(error->message, "has no column \"name\": it is of a time before folders");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_is_one_transaction, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_value_cannot_be_used_in_the_run_that_adds_it, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(an_index_cannot_be_built_concurrently, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_late_entry_is_passed_over, support_open, support_close),
		cmocka_unit_test_setup_teardown(folders_go_by_their_names, support_open, support_close),
		cmocka_unit_test_setup_teardown(refuses_an_old_table_for_folders, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
