/* Flyway's way of running migrations, and its schema history. */
#include "support_runner.h"

#define ROWS                                                                                                           \
	"SELECT coalesce(string_agg(concat_ws(',', installed_rank, coalesce(version, '-'), description, type, "        \
	"script, "                                                                                                     \
	"coalesce(checksum::text, '-'), success), '|' ORDER BY installed_rank), '') FROM flyway_schema_history"

static void
writes_the_history_of_flyway(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "V2__b_c.sql", "CREATE TABLE b (id int);" },
		{ "V1_1.sql", "CREATE TABLE a (id int);" },
		{ "sub/V10__${x}.sql", "CREATE TABLE c (id int DEFAULT ${Seed});" },
		{ "R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT ${seed} AS x;" },
		{ "flyway.conf", "flyway.placeholders.seed=42\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 4);
	/* The checksums are CRC-32 of the lines, of R__view.sql with 42 in it. */
	assert_value(session, ROWS,
	             "1,1.1,,SQL,V1_1.sql,-623083431,t|2,2,b c,SQL,V2__b_c.sql,1128195672,t|"
	             "3,10,${x},SQL,sub/V10__${x}.sql,-1011480575,t|4,-,view,SQL,R__view.sql,-946010551,t");
	assert_value(session, "SELECT string_agg(DISTINCT installed_by, ',') = current_user FROM flyway_schema_history",
	             "t");
	assert_value(
	    session,
	    "SELECT bool_and(execution_time >= 0 AND installed_on <= localtimestamp) FROM flyway_schema_history", "t");
	assert_value(session, "SELECT x FROM v", "42");
	assert_int_equal(runner_migrate(runner), 0);
}

static void
a_repeatable_runs_again_when_it_changes(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile first[] = { { "V1__a.sql", "CREATE TABLE t (a int)" },
		                     { "R__a.sql", "CREATE OR REPLACE VIEW a AS SELECT 1 AS x" },
		                     { "R__b.sql", "CREATE OR REPLACE VIEW b AS SELECT '${p}' AS x" },
		                     { "flyway.conf", "flyway.placeholders.p=1" },
		                     { NULL, NULL } };
	const FolderFile second[] = { { "V1__a.sql", "CREATE TABLE t (a int)" },
		                      { "R__a.sql", "CREATE OR REPLACE VIEW a AS SELECT 2 AS x" },
		                      { "R__b.sql", "CREATE OR REPLACE VIEW b AS SELECT '${p}' AS x" },
		                      { "flyway.conf", "flyway.placeholders.p=2" },
		                      { NULL, NULL } };
	g_autoptr(MigrationSet) one = runner_load(first);
	g_autoptr(MigrationSet) two = runner_load(second);
	g_autoptr(MigrationRunner) runner = runner_begin(one, session);

	assert_int_equal(runner_migrate(runner), 3);
	g_clear_pointer(&runner, migration_runner_end);
	runner = runner_begin(two, session);
	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, "SELECT a.x || b.x FROM a, b", "22");
	assert_value(session, "SELECT string_agg(script, ' ' ORDER BY installed_rank) FROM flyway_schema_history",
	             "V1__a.sql R__a.sql R__b.sql R__a.sql R__b.sql");
	assert_int_equal(runner_migrate(runner), 0);
}

static void
takes_migrations_back_and_brings_them_again(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "V1__a.sql", "CREATE TABLE a (id int);" },
		{ "U1__a.sql", "DROP TABLE a;" },
		{ "V2__b.sql", "-- Rollback: DROP TABLE b;\nCREATE TABLE b (id int);" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	runner_apply(runner, runner_migration(set, 1), MIGRATION_DOWN);
	assert_value(session, "SELECT string_agg(script, ' ') FROM flyway_schema_history", "V1__a.sql");
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, ROWS, "1,1,a,SQL,V1__a.sql,-623083431,t|2,1,a,UNDO_SQL,U1__a.sql,1773948957,t");
	assert_value(session, "SELECT to_regclass('a') IS NULL AND to_regclass('b') IS NULL", "t");
	g_autoptr(GHashTable) applied = migration_runner_applied(runner, NULL);
	assert_int_equal(g_hash_table_size(applied), 0);
	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, "SELECT string_agg(script, ' ' ORDER BY installed_rank) FROM flyway_schema_history",
	             "V1__a.sql U1__a.sql V1__a.sql V2__b.sql");
}

static void
a_failure_in_a_transaction_leaves_no_trace(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "V1__a.sql", "CREATE TABLE a (id int)" },
		                     { "V2__b.sql", "CREATE TABLE b (id int);\nSELECT ${n};\n" },
		                     { "flyway.conf", "flyway.placeholders.n=nothing_like_this" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	assert_true(migration_runner_migrate(runner, &applied, &failed, &outcome, NULL));
	assert_int_equal(applied, 1);
	assert_ptr_equal(failed, runner_migration(set, 1));
	/* The place is that of the placeholder in the file. */
	assert_int_equal(outcome.position.line, 2);
	assert_int_equal(outcome.position.column, 8);
	assert_string_equal(outcome.statement, "SELECT nothing_like_this");
	assert_value(session, "SELECT to_regclass('b') IS NULL", "t");
	assert_value(session, "SELECT string_agg(script, ' ') FROM flyway_schema_history", "V1__a.sql");
}

static void
a_failure_outside_of_one_is_written_down_and_blocks(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "V1__a.sql", "CREATE TABLE t (id int)" },
		{ "V2__i.sql", "CREATE INDEX CONCURRENTLY i ON t (id);\nCREATE INDEX CONCURRENTLY j ON t (no);" },
		{ NULL, NULL }
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	assert_true(migration_runner_migrate(runner, &applied, &failed, &outcome, NULL));
	assert_ptr_equal(failed, runner_migration(set, 1));
	assert_value(session,
	             "SELECT string_agg(script || success, ' ' ORDER BY installed_rank) FROM flyway_schema_history",
	             "V1__a.sqltrue V2__i.sqlfalse");
	assert_value(session, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass", "t");
	runner_migrate_refuses(runner, "the history says that \"V2__i.sql\" failed\nhint: ");
}

static void
a_repair_takes_the_failure_out_of_the_history(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "V1__t.sql", "CREATE TABLE t (id int)" },
		                     { "V2__i.sql", "CREATE INDEX CONCURRENTLY i ON t (no)" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GError) refusal = NULL;

	runner_apply(runner, runner_migration(set, 0), MIGRATION_UP);
	assert_true(migration_runner_validate(runner, NULL));
	runner_try(runner, runner_migration(set, 1), MIGRATION_UP, &outcome);
	assert_true(outcome.failed);
	assert_false(migration_runner_validate(runner, &refusal));
	assert_contains(refusal->message, "the history says that \"V2__i.sql\" failed");
	assert_string_equal(migration_runner_repair_command(runner), "flyway repair");
	assert_true(migration_runner_repair(runner, runner_migration(set, 1), NULL));
	assert_true(migration_runner_validate(runner, NULL));
	assert_value(session, "SELECT string_agg(script, ' ') FROM flyway_schema_history", "V1__t.sql");
}

static void
concurrently_runs_alone_and_is_refused_in_a_transaction(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "V1__a.sql", "CREATE TABLE t (id int)" },
		                     { "V2__i.sql", "CREATE INDEX CONCURRENTLY i ON t (id);" },
		                     { "V3__j.sql", "SELECT 1;\n CREATE INDEX CONCURRENTLY j ON t (id);" },
		                     { "V3__j.sql.conf", "executeInTransaction=true" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_apply(runner, runner_migration(set, 0), MIGRATION_UP);
	runner_apply(runner, runner_migration(set, 1), MIGRATION_UP);
	assert_value(session, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass", "t");
	runner_try(runner, runner_migration(set, 2), MIGRATION_UP, &outcome);
	assert_true(outcome.failed);
	assert_string_equal(outcome.sqlstate, "25001");
	assert_contains(outcome.message, "cannot run inside a transaction block");
	assert_int_equal(outcome.position.line, 2);
	assert_int_equal(outcome.position.column, 2);
	assert_value(session, "SELECT to_regclass('j') IS NULL", "t");
}

static void
a_commit_in_a_script_is_warned_of(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "V1__a.sql",
		                       "CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\nSELECT no;" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
	assert_true(outcome.failed);
	assert_contains(outcome.notices, "V1__a.sql:2:1: this statement ended the transaction around the script");
	assert_value(session, "SELECT to_regclass('a') IS NOT NULL", "t");
}

static void
a_group_is_one_transaction(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile bad[] = { { "V1__a.sql", "CREATE TABLE a (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)" },
		                   { "V2__b.sql", "INSERT INTO a VALUES (1), (1)" },
		                   { "flyway.conf", "flyway.group=true" },
		                   { NULL, NULL } };
	const FolderFile good[] = { { "V1__a.sql", "CREATE TABLE a (xid xid8 DEFAULT pg_current_xact_id())" },
		                    { "V2__b.sql", "INSERT INTO a DEFAULT VALUES" },
		                    { "V3__c.sql", "INSERT INTO a DEFAULT VALUES" },
		                    { "flyway.conf", "flyway.group=true" },
		                    { NULL, NULL } };
	const FolderFile mixed[] = { { "V1__a.sql", "SELECT 1" },
		                     { "V2__b.sql", "VACUUM" },
		                     { "flyway.conf", "flyway.group=true" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) bad_set = runner_load(bad);
	g_autoptr(MigrationSet) good_set = runner_load(good);
	g_autoptr(MigrationSet) mixed_set = runner_load(mixed);
	g_autoptr(MigrationRunner) runner = runner_begin(bad_set, session);
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 7;

	assert_true(migration_runner_migrate(runner, &applied, &failed, &outcome, NULL));
	assert_int_equal(applied, 0);
	assert_ptr_equal(failed, runner_migration(bad_set, 1));
	assert_contains(outcome.details, "at COMMIT: ERROR: duplicate key");
	assert_value(session, "SELECT to_regclass('a') IS NULL", "t");
	assert_value(session, ROWS, "");
	g_clear_pointer(&runner, migration_runner_end);
	runner = runner_begin(mixed_set, session);
	runner_migrate_refuses(runner, "\"V2__b.sql\" runs outside of a transaction and \"V1__a.sql\" inside of one");
	g_clear_pointer(&runner, migration_runner_end);
	runner = runner_begin(good_set, session);
	assert_int_equal(runner_migrate(runner), 3);
	assert_value(session, "SELECT count(DISTINCT xid::text) || '/' || count(*) FROM a", "1/2");
	assert_value(session, "SELECT count(*) FROM flyway_schema_history WHERE success", "3");
}

static void
a_script_s_settings_do_not_reach_the_next(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "V1__a.sql",
		                       "CREATE SCHEMA other; SET search_path = other; SET ROLE pg_monitor;" },
		                     { "V2__b.sql", "CREATE TABLE b AS SELECT current_user::text AS who;" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	MigrationRunner *runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, "SELECT who = current_user FROM public.b", "t");
	migration_runner_end(runner);
	assert_value(session, "SELECT current_setting('search_path')", "\"$user\", public");
}

static void
makes_its_schemas_and_says_so(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "V1__a.sql", "CREATE TABLE a (id int)" },
		                     { "flyway.conf", "flyway.schemas=app,Other\nflyway.table=h" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session,
	             "SELECT string_agg(concat_ws(',', installed_rank, version, type, script), '|' ORDER BY "
	             "installed_rank) FROM app.h",
	             "0,SCHEMA,\"app\",\"Other\"|1,1,SQL,V1__a.sql");
	assert_value(session, "SELECT to_regclass('app.a') IS NOT NULL AND to_regnamespace('\"Other\"') IS NOT NULL",
	             "t");
}

static void
begins_on_a_schema_that_is_not_empty_only_with_a_baseline(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile plain[] = { { "V1__a.sql", "CREATE TABLE a (id int)" }, { NULL, NULL } };
	const FolderFile baseline[] = { { "V1__a.sql", "CREATE TABLE a (id int)" },
		                        { "V2__b.sql", "CREATE TABLE b (id int)" },
		                        { "flyway.conf", "flyway.baselineOnMigrate=true" },
		                        { NULL, NULL } };
	g_autoptr(MigrationSet) first = runner_load(plain);
	g_autoptr(MigrationSet) second = runner_load(baseline);
	g_autoptr(GError) error = NULL;

	support_execute(session, "CREATE TABLE old (id int)");
	assert_null(migration_runner_begin(first, session, NULL, &error));
	assert_contains(error->message, "the schema \"public\" is not empty and has no schema history table");
	assert_value(session, "SELECT to_regclass('flyway_schema_history') IS NULL", "t");
	g_autoptr(MigrationRunner) runner = runner_begin(second, session);
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session,
	             "SELECT string_agg(concat_ws(',', installed_rank, version, description, type, script), '|' "
	             "ORDER BY installed_rank) FROM flyway_schema_history",
	             "1,1,<< Flyway Baseline >>,BASELINE,<< Flyway Baseline >>|2,2,b,SQL,V2__b.sql");
}

static void
refuses_to_go_on_from_a_history_that_does_not_fit(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile first[] = { { "V1__a.sql", "SELECT 1" }, { "V3__c.sql", "SELECT 3" }, { NULL, NULL } };
	const FolderFile edited[] = { { "V1__a.sql", "SELECT 11" }, { "V3__c.sql", "SELECT 3" }, { NULL, NULL } };
	const FolderFile renamed[] = { { "V1__b.sql", "SELECT 1" }, { "V3__c.sql", "SELECT 3" }, { NULL, NULL } };
	const FolderFile missing[] = { { "V3__c.sql", "SELECT 3" }, { NULL, NULL } };
	const FolderFile late[] = {
		{ "V1__a.sql", "SELECT 1" }, { "V2__b.sql", "SELECT 2" }, { "V3__c.sql", "SELECT 3" }, { NULL, NULL }
	};
	const FolderFile out_of_order[] = { { "V1__a.sql", "SELECT 1" },
		                            { "V2__b.sql", "SELECT 2" },
		                            { "V3__c.sql", "SELECT 3" },
		                            { "flyway.conf", "flyway.outOfOrder=true" },
		                            { NULL, NULL } };
	static const char *const messages[] = {
		"\"V1__a.sql\" was changed after it was applied: its checksum was 1719613851 and is ",
		"\"V1__b.sql\" was renamed after it was applied: its description was \"a\" and is \"b\"",
		"the history has \"V1__a.sql\", but there is no such file",
		"\"V2__b.sql\" is not applied, but the higher version 3 is",
	};
	const FolderFile *const refused[] = { edited, renamed, missing, late };
	g_autoptr(MigrationSet) set = runner_load(first);
	g_autoptr(MigrationSet) allowed = runner_load(out_of_order);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(MigrationSet) other = runner_load(refused[i]);
		g_clear_pointer(&runner, migration_runner_end);
		runner = runner_begin(other, session);
		runner_migrate_refuses(runner, messages[i]);
		g_clear_pointer(&runner, migration_runner_end);
	}
	runner = runner_begin(allowed, session);
	assert_int_equal(runner_migrate(runner), 1);
}

static void
holds_the_lock_of_flyway(void **state)
{
	SupportDatabase *database = *state;
	const FolderFile files[] = { { "V1__a.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(DbSession) other = scratch_database_connect(database->database, DB_SESSION_MIGRATION, NULL);
	MigrationRunner *runner = runner_begin(set, database->session);
	const char *held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
			   "(SELECT oid FROM pg_database WHERE datname = current_database())";

	assert_value(other, held, "1");
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(other, held, "1");
	migration_runner_end(runner);
	assert_value(other, held, "0");
}

/* A table that somebody else made may hold NULLs where Flyway's does not. */
static void
reads_a_history_that_flyway_did_not_make(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "V1__a.sql", "SELECT 1" }, { "V2__b.sql", "SELECT 2" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);

	support_execute(session,
	                "CREATE TABLE flyway_schema_history (installed_rank int, version text, description text, "
	                "type text, script text, checksum int, installed_by text, execution_time int, "
	                "success bool); "
	                "INSERT INTO flyway_schema_history (installed_rank, version, success) VALUES (1, '1', true); "
	                "INSERT INTO flyway_schema_history (installed_rank, success) VALUES (2, true)");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	assert_int_equal(runner_migrate(runner), 1);
	support_execute(session, "INSERT INTO flyway_schema_history (installed_rank, version) VALUES (9, '9')");
	runner_migrate_refuses(runner, "the history says that \"\" failed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_the_history_of_flyway, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_repeatable_runs_again_when_it_changes, support_open, support_close),
		cmocka_unit_test_setup_teardown(takes_migrations_back_and_brings_them_again, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(a_failure_in_a_transaction_leaves_no_trace, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(a_failure_outside_of_one_is_written_down_and_blocks, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(a_repair_takes_the_failure_out_of_the_history, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(concurrently_runs_alone_and_is_refused_in_a_transaction, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(a_commit_in_a_script_is_warned_of, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_group_is_one_transaction, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_script_s_settings_do_not_reach_the_next, support_open, support_close),
		cmocka_unit_test_setup_teardown(makes_its_schemas_and_says_so, support_open, support_close),
		cmocka_unit_test_setup_teardown(begins_on_a_schema_that_is_not_empty_only_with_a_baseline, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(refuses_to_go_on_from_a_history_that_does_not_fit, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(reads_a_history_that_flyway_did_not_make, support_open, support_close),
		cmocka_unit_test_setup_teardown(holds_the_lock_of_flyway, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
