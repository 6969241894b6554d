/* The history of a database that is not ours, held against the files. */
#include "support_runner.h"

#include "migration/format.h"
#include "migration/history.h"

static void
migrate(const MigrationSet *set, DbSession *session)
{
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	runner_migrate(runner);
}

static void
there_may_be_no_history(void **state)
{
	const FolderFile files[] = { { "1.sql", "CREATE TABLE a ();" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_auto(MigrationHistory) history = { 0 };
	GError *error = NULL;
	bool done = migration_history_read(set, support_session(state), &history, &error);

	support_check(done, error, "migration_history_read");
	assert_false(history.exists);
	g_autoptr(GPtrArray) found = migration_history_compare(set, &history);
	assert_int_equal(found->len, 1);
}

static void
plain_histories_are_read(void **state)
{
	const FolderFile files[] = {
		{ "02.sql", "SELECT 1;" }, { "10.sql", "SELECT 1;" }, { "11.sql", "SELECT 1;" }, { NULL, NULL }
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	DbSession *session = support_session(state);

	support_execute(session, "CREATE TABLE schema_migrations (version text PRIMARY KEY, "
	                         "applied_at timestamptz NOT NULL DEFAULT now())");
	assert_problems(set, session, "pending 02.sql, pending 10.sql, pending 11.sql");
	support_execute(session, "INSERT INTO schema_migrations (version) VALUES ('02'), ('10')");
	assert_problems(set, session, "pending 11.sql");
	support_execute(session,
	                "INSERT INTO schema_migrations VALUES ('11', now() - interval '1 hour'), ('9', now())");
	assert_problems(set, session, "out of order 02.sql, out of order 10.sql, no such file 9");
	support_execute(session, "DELETE FROM schema_migrations WHERE version IN ('9', '10')");
	support_execute(session, "ALTER TABLE schema_migrations DROP COLUMN applied_at");
	assert_problems(set, session, "out of order 10.sql");
}

static void
flyway_histories_are_read(void **state)
{
	const FolderFile files[] = { { "V1__a.sql", "CREATE TABLE a ();" },
		                     { "V2__b.sql", "CREATE TABLE b ();" },
		                     { "V3__c.sql", "CREATE TABLE c ();" },
		                     { "R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS x;" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	DbSession *session = support_session(state);

	migrate(set, session);
	assert_problems(set, session, "");
	support_execute(session,
	                "UPDATE flyway_schema_history SET checksum = 1 WHERE version = '2' OR version IS NULL");
	assert_problems(set, session, "edited V2__b.sql, pending R__v.sql");
	support_execute(session, "UPDATE flyway_schema_history SET success = false WHERE version = '3'");
	assert_problems(set, session, "edited V2__b.sql, failed V3__c.sql, pending R__v.sql");
	support_execute(session, "DELETE FROM flyway_schema_history WHERE version IN ('2', '3') OR version IS NULL");
	assert_problems(set, session, "pending V2__b.sql, pending V3__c.sql, pending R__v.sql");
	support_execute(session,
	                "INSERT INTO flyway_schema_history SELECT 9, '2.5', description, type, 'V2_5__x.sql', 7, "
	                "installed_by, now(), 1, true FROM flyway_schema_history WHERE version = '1'; "
	                "INSERT INTO flyway_schema_history SELECT 10, '3', description, type, script, NULL, "
	                "installed_by, now(), 1, true FROM flyway_schema_history WHERE version = '1'");
	assert_problems(set, session, "out of order V2__b.sql, pending R__v.sql, no such file V2_5__x.sql");
}

static void
flyway_s_baseline_replaces_earlier_versions(void **state)
{
	const FolderFile files[] = { { "V1__a.sql", "CREATE TABLE a ();" },
		                     { "V2__b.sql", "CREATE TABLE b ();" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	DbSession *session = support_session(state);

	migrate(set, session);
	support_execute(
	    session,
	    "DELETE FROM flyway_schema_history; INSERT INTO flyway_schema_history VALUES "
	    "(1, '1', '<< Flyway Baseline >>', 'BASELINE', '<< Flyway Baseline >>', NULL, 'x', now(), 0, true)");
	assert_problems(set, session, "pending V2__b.sql");
}

static void
unreadable_history_is_an_error(void **state)
{
	const FolderFile files[] = { { "1.sql", "CREATE TABLE a ();" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	DbSession *session = support_session(state);
	g_auto(MigrationHistory) history = { 0 };
	g_autoptr(GError) error = NULL;

	migrate(set, session);
	support_execute(session, "SET ROLE pg_monitor");
	assert_false(migration_history_read(set, session, &history, &error));
	assert_contains(error->message, "permission denied for table schema_migrations");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(there_may_be_no_history, support_open, support_close),
		cmocka_unit_test_setup_teardown(plain_histories_are_read, support_open, support_close),
		cmocka_unit_test_setup_teardown(flyway_histories_are_read, support_open, support_close),
		cmocka_unit_test_setup_teardown(flyway_s_baseline_replaces_earlier_versions, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(unreadable_history_is_an_error, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
