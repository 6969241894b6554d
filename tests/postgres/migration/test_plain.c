/* Plain SQL files on a server. */
#include "support_runner.h"

#define VERSIONS "SELECT coalesce(string_agg(version, ' ' ORDER BY version), '') FROM public.schema_migrations"
#define TABLES                                                                                                         \
	"SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class WHERE relkind = 'r' AND "        \
	"relnamespace = 'public'::regnamespace AND relname <> 'schema_migrations'"

static void
runs_up_down_and_up_again(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "001_a.sql", "CREATE TABLE a (id int);" },
		{ "001_a.down.sql", "DROP TABLE a;" },
		{ "002_b.sql", "-- Rollback: DROP TABLE b;\n--   DROP FUNCTION f();\nCREATE TABLE b (id int);\n"
		               "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN RETURN 1; END; $f$;" },
		{ "003_c.sql", "CREATE TABLE c (id int);" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	for (guint i = 0; i < 3; i++)
		runner_apply(runner, runner_migration(set, i), MIGRATION_UP);
	assert_value(session, TABLES, "a b c");
	assert_value(session, VERSIONS, "001_a 002_b 003_c");
	runner_apply(runner, runner_migration(set, 1), MIGRATION_DOWN);
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, TABLES, "c");
	assert_value(session, VERSIONS, "003_c");
	assert_value(session, "SELECT count(*) FROM pg_proc WHERE proname = 'f'", "0");
	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, TABLES, "a b c");
	assert_value(session, VERSIONS, "001_a 002_b 003_c");
	assert_int_equal(runner_migrate(runner), 0);
}

static void
a_migration_without_a_way_down_is_refused(void **state)
{
	const FolderFile files[] = { { "a.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, support_session(state));
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GError) error = NULL;

	assert_false(migration_runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN, &outcome, &error));
	assert_contains(error->message, "the migration \"a.sql\" has no way down\nhint: ");
}

static void
says_which_are_applied(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1.sql", "SELECT 1" }, { "2.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	support_execute(session, "INSERT INTO schema_migrations (version) VALUES ('2'), ('of a file that is gone')");
	g_autoptr(GHashTable) applied = migration_runner_applied(runner, NULL);
	assert_int_equal(g_hash_table_size(applied), 1);
	assert_true(g_hash_table_contains(applied, "2.sql"));
	assert_int_equal(runner_migrate(runner), 1);
}

static void
runs_some_statements_without_a_transaction(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1.sql", "CREATE TABLE t (a int);" },
		{ "1.down.sql", "DROP TABLE t" },
		{ "2.sql", "SET lock_timeout = '5s';\nCREATE INDEX CONCURRENTLY i ON t (a);\nVACUUM t;\n" },
		{ "2.down.sql", "DROP INDEX CONCURRENTLY i;" },
		{ "3.sql", "BEGIN;\nCREATE TABLE u (a int);\nROLLBACK;\nBEGIN; CREATE TABLE v (a int); COMMIT;" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 3);
	assert_value(session, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass", "t");
	assert_value(session, TABLES, "t v");
	assert_value(session, VERSIONS, "1 2 3");
	runner_apply(runner, runner_migration(set, 1), MIGRATION_DOWN);
	assert_value(session, "SELECT to_regclass('i') IS NULL", "t");
	assert_value(session, VERSIONS, "1 3");
}

static void
reads_every_kind_of_text(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1.sql", "\xef\xbb\xbf"
		           "CREATE TABLE t (a int, b text);\r\n-- it's a comment; yes\r\nCOPY t FROM STDIN;\r\n"
		           "1\tone;'\r\n2\tz\xc3\xb6lf\r\n\\.\r\nINSERT INTO t VALUES (3, 'line\r\nend');\r\n" },
		{ "2.sql",
		  "COPY t (b, a) FROM stdin WITH (FORMAT csv);\n\"x\"\"; -- y\",4\n\\.\n\nCOPY t FROM STDIN;\n\\.\n" },
		{ "3.sql", "DO $a$ BEGIN EXECUTE $b$ INSERT INTO t VALUES (5, $c$;$c$); $b$; END; $a$;\n"
		           "INSERT INTO t VALUES (6, E'\\'; --'), (7, U&'\\0061;'), (8, 'a' -- b\n ';')" },
		{ "4.sql", "" },
		{ "5.sql", "-- nothing but a comment;\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 5);
	assert_value(session, "SELECT string_agg(a || '=' || b, '|' ORDER BY a) FROM t",
	             "1=one;'|2=z\xc3\xb6lf|3=line\r\nend|4=x\"; -- y|5=;|6='; --|7=a;|8=a;");
	assert_value(session, VERSIONS, "1 2 3 4 5");
}

static void
keeps_the_bodies_of_functions_together(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1.sql", "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC\n  SELECT 1;\n"
		           "  SELECT CASE WHEN a > 1 THEN a * 2 ELSE 0 END;\nEND;\nCREATE TABLE after_it (a int);" },
		{ NULL, NULL },
	};

	if (db_session_server_version(session) < 140000)
		skip();
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, "SELECT f(4)", "8");
	assert_value(session, TABLES, "after_it");
}

static void
holds_a_lock_while_it_runs(void **state)
{
	SupportDatabase *database = *state;
	const FolderFile files[] = { { "1.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(DbSession) other = scratch_database_connect(database->database, DB_SESSION_MIGRATION, NULL);
	MigrationRunner *runner = runner_begin(set, database->session);
	const char *try_lock = "SELECT pg_try_advisory_lock(31638865638023545)";

	assert_value(other, try_lock, "f");
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(other, try_lock, "f");
	migration_runner_end(runner);
	assert_value(other, try_lock, "t");
}

static void
uses_the_configured_history_table(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1.sql", "SELECT 1" }, { "2.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ .history_table = "app.Done here" }, NULL);
	g_autoptr(GError) error = NULL;

	assert_null(migration_runner_begin(set, session, NULL, &error));
	assert_contains(error->message, "schema \"app\" does not exist");
	support_execute(session, "CREATE SCHEMA app; CREATE TABLE app.\"Done here\" (version bigint, dirty bool); "
	                         "INSERT INTO app.\"Done here\" VALUES (1, false)");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, "SELECT string_agg(version::text, ' ' ORDER BY version) FROM app.\"Done here\"", "1 2");
}

static void
refuses_a_history_table_of_another_shape(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(GError) error = NULL;

	support_execute(session, "CREATE TABLE schema_migrations (id int)");
	assert_null(migration_runner_begin(set, session, NULL, &error));
	assert_contains(error->message,
	                "the history table \"public\".\"schema_migrations\" has no column \"version\"\nhint: ");
	assert_value(session, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
	             "0");
}

static void
runs_within_a_transaction_of_the_caller(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1.sql", "CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED);" },
		{ "2.sql", "INSERT INTO t VALUES (1), (1);" },
		{ "3.sql", "CREATE INDEX CONCURRENTLY i ON t (a);" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) first = { 0 };
	g_auto(MigrationOutcome) second = { 0 };
	g_auto(MigrationOutcome) third = { 0 };
	g_autoptr(GError) error = NULL;

	support_execute(session, "BEGIN");
	assert_true(migration_runner_apply_within(runner, runner_migration(set, 0), MIGRATION_UP, &first, NULL));
	assert_false(first.failed);
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_OPEN);
	assert_value(session, VERSIONS, "1");
	assert_true(migration_runner_apply_within(runner, runner_migration(set, 1), MIGRATION_UP, &second, NULL));
	assert_true(second.failed);
	assert_string_equal(second.sqlstate, "23505");
	assert_null(second.statement);
	assert_contains(second.details, "checking deferred constraints: ERROR: duplicate key value");
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_FAILED);
	support_execute(session, "ROLLBACK");
	assert_value(session, TABLES, "");
	assert_false(migration_runner_apply_within(runner, runner_migration(set, 2), MIGRATION_UP, &third, &error));
	assert_contains(error->message, "\"3.sql\" cannot run inside a transaction");
}

/* Constraints that one script checks at its end are deferred again for the next, and so are those of new tables. */
static void
deferred_constraints_stay_deferred_within_a_transaction(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1.sql", "CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED, b int UNIQUE DEFERRABLE);"
		           "INSERT INTO t VALUES (1, 1), (1, 2); UPDATE t SET a = b;" },
		{ "1.down.sql", "DROP TABLE t;" },
		{ "2.sql", "ALTER TABLE t ADD c int; UPDATE t SET a = 2; UPDATE t SET a = b;" },
		{ "3.sql", "UPDATE t SET b = 3;" },
		{ NULL, NULL },
	};
	static const struct {
		guint migration;
		MigrationDirection direction;
		bool fails;
	} steps[] = { { 0, MIGRATION_UP, false },
		      { 1, MIGRATION_UP, false },
		      { 0, MIGRATION_DOWN, false },
		      { 0, MIGRATION_UP, false },
		      { 2, MIGRATION_UP, true } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	support_execute(session, "BEGIN");
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_auto(MigrationOutcome) outcome = { 0 };
		assert_true(migration_runner_apply_within(runner, runner_migration(set, steps[i].migration),
		                                          steps[i].direction, &outcome, NULL));
		if (outcome.failed != steps[i].fails)
			fail_msg("step %u: %s", (guint)i, outcome.details);
	}
	support_execute(session, "ROLLBACK");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(runs_up_down_and_up_again, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_migration_without_a_way_down_is_refused, support_open, support_close),
		cmocka_unit_test_setup_teardown(says_which_are_applied, support_open, support_close),
		cmocka_unit_test_setup_teardown(runs_some_statements_without_a_transaction, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(reads_every_kind_of_text, support_open, support_close),
		cmocka_unit_test_setup_teardown(keeps_the_bodies_of_functions_together, support_open, support_close),
		cmocka_unit_test_setup_teardown(holds_a_lock_while_it_runs, support_open, support_close),
		cmocka_unit_test_setup_teardown(uses_the_configured_history_table, support_open, support_close),
		cmocka_unit_test_setup_teardown(refuses_a_history_table_of_another_shape, support_open, support_close),
		cmocka_unit_test_setup_teardown(runs_within_a_transaction_of_the_caller, support_open, support_close),
		cmocka_unit_test_setup_teardown(deferred_constraints_stay_deferred_within_a_transaction, support_open,
		                                support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
