/* The message and the state after a migration that fails. */
#include "support_runner.h"

/* Runs the only migration of the file, which has to fail. */
static MigrationOutcome
run_failing(DbSession *session, const char *name, const char *text)
{
	const FolderFile files[] = { { name, text }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	MigrationOutcome outcome = { 0 };

	runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_IDLE);
	if (!outcome.failed)
		fail_msg("\"%s\" does not fail", text);
	return outcome;
}

/* The details without the folder that the file was in. */
static void
assert_details(const MigrationOutcome *outcome, const char *name, const char *expected)
{
	g_autofree char *path = g_strconcat("/", name, NULL);
	const char *found = strstr(outcome->details, path);

	assert_non_null(found);
	const char *start = found;
	while (start > outcome->details && start[-1] != '\n' && start[-1] != ' ')
		start--;
	g_autofree char *before = g_strndup(outcome->details, (gsize)(start - outcome->details));
	g_autofree char *details = g_strconcat(before, found + 1, NULL);
	assert_string_equal(details, expected);
}

static void
an_error_is_shown_in_full_and_rolled_back(void **state)
{
	DbSession *session = support_session(state);
	g_auto(MigrationOutcome) outcome = run_failing(
	    session, "1_a.sql",
	    "CREATE TABLE t (a int PRIMARY KEY);\n\nINSERT INTO t (a)\n  SELECT z\xc3\xb6, bb FROM t;\n");

	assert_string_equal(outcome.message, "column \"z\xc3\xb6\" does not exist");
	assert_string_equal(outcome.sqlstate, "42703");
	assert_string_equal(outcome.statement, "INSERT INTO t (a)\n  SELECT z\xc3\xb6, bb FROM t");
	assert_int_equal(outcome.position.line, 4);
	assert_int_equal(outcome.position.column, 10);
	assert_true(outcome.duration > 0);
	assert_details(&outcome, "1_a.sql",
	               "ERROR: column \"z\xc3\xb6\" does not exist (SQLSTATE 42703, undefined_column)\n"
	               "1_a.sql:4:10\n"
	               "4 |   SELECT z\xc3\xb6, bb FROM t;\n"
	               "  |          ^");
	assert_value(session, "SELECT to_regclass('t') IS NULL", "t");
	assert_value(session, "SELECT count(*) FROM schema_migrations", "0");
}

static void
detail_hint_and_context_are_there(void **state)
{
	DbSession *session = support_session(state);
	g_auto(MigrationOutcome) outcome = run_failing(
	    session, "1.sql",
	    "DO $$\nBEGIN\n  RAISE EXCEPTION 'no' USING DETAIL = 'the detail', HINT = 'the hint', ERRCODE = "
	    "'P0042';\nEND\n$$;");

	assert_contains(outcome.details, "ERROR: no (SQLSTATE P0042)\ndetail: the detail\nhint: the hint\ncontext: ");
	assert_string_equal(outcome.message, "no");
	assert_int_equal(outcome.position.line, 3);
	assert_int_equal(outcome.position.column, 3);
}

static void
missing_files_are_reported(void **state)
{
	static const struct {
		const char *name;
		const char *text;
		const char *hint;
	} cases[] = {
		{ "1_a.sql", "CREATE TABLE {{ .prefix }}t ();",
		  "hint: another program fills in \"{{ ... }}\" before it runs this file" },
		{ "1_a.sql", "-- +goose Up\nDO $$ BEGIN;\nEND $$;\n",
		  "put \"-- +goose StatementBegin\" before this one" },
		{ "1_a.sql", "-- +migrate Up\nSELECT 'a;\nb';\n",
		  "put \"-- +migrate StatementBegin\" before this one" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(MigrationOutcome) outcome = run_failing(support_session(state), cases[i].name, cases[i].text);
		assert_contains(outcome.details, cases[i].hint);
	}
}

static void
every_error_has_its_place(void **state)
{
	static const struct {
		const char *text;
		guint line;
		guint column;
	} cases[] = {
		{ "SELEKT 1;", 1, 1 },
		{ "SELECT 1;\r\n  -- c\r\n  SELECT 1,;\r\n", 3, 12 },
		{ "\xef\xbb\xbfSELECT x;", 1, 8 },
		{ "SELECT 1;\nCREATE TABLE t (a int", 2, 22 },
		{ "CREATE TABLE t (a int, b int CHECK (b > 0));\nCOPY t FROM STDIN;\n1\t1\n2\tx\n\\.\n", 4, 3 },
		{ "CREATE TABLE t (a int, b int CHECK (b > 0));\nCOPY t FROM STDIN;\n1\t1\n2\t0\n\\.\n", 4, 1 },
		{ "CREATE TABLE t (a int, b int);\n\nCOPY t FROM STDIN;\n1\n\\.\n", 4, 1 },
		{ "SELECT 1; DO $$ BEGIN RAISE 'x'; END $$", 1, 11 + 3 },
		{ "SELECT 1;\nDO LANGUAGE plpgsql $a$\nDECLARE\n  a int;\nBEGIN\n  PERFORM 1;\n  a := 1 / 0;\nEND $a$;",
		  7, 3 },
		{ "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1 / 0;\nEND $$;\n SELECT "
		  "f();",
		  5, 2 },
		{ "SELECT 'a\xc3\xb6\xe2\x82\xac', x;", 1, 15 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(MigrationOutcome) outcome = run_failing(support_session(state), "1.sql", cases[i].text);
		if (outcome.position.line != cases[i].line || outcome.position.column != cases[i].column)
			fail_msg("\"%s\": %s", cases[i].text, outcome.details);
	}
}

static void
a_trigger_s_line_is_not_taken_for_one_of_the_data(void **state)
{
	g_auto(MigrationOutcome)
	    outcome = run_failing(support_session(state), "1.sql",
	                          "CREATE TABLE t (a text);\n"
	                          "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n\n\n"
	                          "  IF NEW.a LIKE '%9%' THEN RAISE 'no'; END IF;\n  RETURN NEW;\nEND $$;\n"
	                          "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();\n"
	                          "COPY t FROM STDIN;\nx\nCOPY t, line 9\n\\.\n");

	assert_int_equal(outcome.position.line, 12);
}

static void
without_a_transaction_changes_stay(void **state)
{
	DbSession *session = support_session(state);
	g_auto(MigrationOutcome) outcome = run_failing(
	    session, "1.sql", "CREATE TABLE t (a int);\nVACUUM t;\nSELECT nothing;\nCREATE TABLE u (a int);");

	assert_int_equal(outcome.position.line, 3);
	assert_value(session, "SELECT to_regclass('t') IS NOT NULL AND to_regclass('u') IS NULL", "t");
	assert_value(session, "SELECT count(*) FROM schema_migrations", "0");
}

/* The server answers COPY TO STDOUT twice, so that it has answered as often as there are statements when the COMMIT
 * that it makes at the end of a message fails: no statement is left to be the one that has, and it is the
 * message. */
static void
the_end_of_a_message_may_fail_after_all_its_statements(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.up.sql", "\nCREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED);\n"
		                                     "COPY t TO STDOUT;\nINSERT INTO t VALUES (1), (1);" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, (MigrationOptions){ .format = "golang-migrate" });
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
	assert_true(outcome.failed);
	assert_string_equal(outcome.sqlstate, "23505");
	assert_int_equal(outcome.position.line, 1);
	assert_value(session, "SELECT to_regclass('t') IS NULL", "t");
}

static void
its_own_transaction_is_rolled_back(void **state)
{
	DbSession *session = support_session(state);
	g_auto(MigrationOutcome) outcome = run_failing(
	    session, "1.sql",
	    "BEGIN; CREATE TABLE t (a int); COMMIT;\nBEGIN; CREATE TABLE u (a int);\nSELECT nothing;\nCOMMIT;");

	assert_int_equal(outcome.position.line, 3);
	assert_value(session, "SELECT to_regclass('t') IS NOT NULL AND to_regclass('u') IS NULL", "t");
}

static void
a_transaction_left_open_is_a_failure(void **state)
{
	DbSession *session = support_session(state);
	g_auto(MigrationOutcome)
	    outcome = run_failing(session, "1.sql", "BEGIN; COMMIT;\n BEGIN;\nCREATE TABLE t (a int);\n");

	assert_string_equal(outcome.message, "the script leaves its transaction open: end it with COMMIT");
	assert_null(outcome.sqlstate);
	assert_int_equal(outcome.position.line, 2);
	assert_int_equal(outcome.position.column, 2);
	assert_value(session, "SELECT to_regclass('t') IS NULL", "t");
	assert_value(session, "SELECT count(*) FROM schema_migrations", "0");
}

static void
a_failure_at_commit_is_one_of_the_script(void **state)
{
	DbSession *session = support_session(state);
	g_auto(MigrationOutcome) outcome = run_failing(
	    session, "1.sql",
	    "\nCREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO t VALUES (1), (1);");

	assert_contains(outcome.details, "at COMMIT: ERROR: duplicate key value violates");
	assert_string_equal(outcome.sqlstate, "23505");
	assert_int_equal(outcome.position.line, 2);
	assert_null(outcome.statement);
	assert_value(session, "SELECT to_regclass('t') IS NULL", "t");
}

static void
a_row_of_the_history_that_cannot_be_written_undoes_the_script(void **state)
{
	DbSession *session = support_session(state);

	support_execute(session, "CREATE TABLE schema_migrations (version varchar(1))");
	g_auto(MigrationOutcome) outcome = run_failing(session, "long_name.sql", "CREATE TABLE t (a int)");
	assert_contains(outcome.details, "while writing the history: ERROR: value too long");
	assert_value(session, "SELECT to_regclass('t') IS NULL", "t");
}

static void
a_rollback_comment_fails_at_its_own_place(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1.sql",
		  "-- Adds a table.\n-- Rollback: DROP TABLE t;\n--   DROP TABLE tt;\n\nCREATE TABLE t (a int);" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_apply(runner, runner_migration(set, 0), MIGRATION_UP);
	runner_try(runner, runner_migration(set, 0), MIGRATION_DOWN, &outcome);
	assert_true(outcome.failed);
	assert_string_equal(outcome.sqlstate, "42P01");
	assert_int_equal(outcome.position.line, 3);
	assert_int_equal(outcome.position.column, 6);
	assert_value(session, "SELECT count(*) FROM schema_migrations", "1");
	assert_value(session, "SELECT to_regclass('t') IS NOT NULL", "t");
}

static void
stops_at_the_first_failure(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1.sql", "CREATE TABLE a (a int)" },
		{ "2.sql", "CREATE TABLE b (a int); SELECT nothing" },
		{ "3.sql", "CREATE TABLE c (a int)" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	assert_true(migration_runner_migrate(runner, &applied, &failed, &outcome, NULL));
	assert_int_equal(applied, 1);
	assert_ptr_equal(failed, runner_migration(set, 1));
	assert_true(outcome.failed);
	assert_value(session, "SELECT string_agg(version, ' ') FROM schema_migrations", "1");
	assert_value(session, "SELECT to_regclass('b') IS NULL AND to_regclass('c') IS NULL", "t");
}

static void
notices_are_kept(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1.sql", "DROP TABLE IF EXISTS nothing; DO $$ BEGIN RAISE WARNING 'careful'; END $$" }, { NULL, NULL }
	};
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
	assert_false(outcome.failed);
	assert_contains(outcome.notices, "table \"nothing\" does not exist, skipping");
	assert_contains(outcome.notices, "careful");
}

static void
a_lost_connection_is_no_failure_of_the_script(void **state)
{
	SupportDatabase *database = *state;
	const FolderFile files[] = { { "1.sql", "SELECT 1;\nSELECT pg_terminate_backend(pg_backend_pid());" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, database->session);
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GError) error = NULL;

	assert_false(migration_runner_apply(runner, runner_migration(set, 0), MIGRATION_UP, &outcome, &error));
	assert_non_null(error);
	assert_false(outcome.failed);
}

/* Each tool has its own way. */
static void
the_way_out_of_a_transaction_is_the_tool_s(void **state)
{
	DbSession *session = support_session(state);
	static const struct {
		const char *name;
		const char *text;
		const char *hint;
	} cases[] = {
		{ "1_a.sql",
		  "-- migrate:up\nCREATE TABLE t (a int); CREATE INDEX CONCURRENTLY ON t (a);\n-- migrate:down\n",
		  "outside of a transaction; with dbmate, begin the part with \"-- migrate:up transaction:false\"" },
		{ "1_a.sql", "-- +goose Up\nCREATE TABLE t (a int);\nVACUUM t;\n",
		  "outside of a transaction; with goose, write \"-- +goose NO TRANSACTION\"" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(MigrationOutcome) outcome = run_failing(session, cases[i].name, cases[i].text);
		assert_string_equal(outcome.sqlstate, "25001");
		assert_contains(outcome.details, cases[i].hint);
	}
}

/* A name that is not found after the head of a dump is there, but not in the path. */
static void
a_search_path_that_a_file_empties_is_named(void **state)
{
	DbSession *session = support_session(state);
	g_auto(MigrationOutcome) emptied = run_failing(
	    session, "1_dump.sql",
	    "CREATE TABLE t (a int);\nSELECT set_config('search_path', '', false);\nSELECT * FROM t;\n");
	g_auto(MigrationOutcome) missing = run_failing(session, "1_b.sql", "SELECT * FROM not_there;\n");

	assert_contains(emptied.details, "\"1_dump.sql\" empties the search_path");
	assert_null(strstr(missing.details, "search_path"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_error_is_shown_in_full_and_rolled_back, support_open, support_close),
		cmocka_unit_test_setup_teardown(detail_hint_and_context_are_there, support_open, support_close),
		cmocka_unit_test_setup_teardown(missing_files_are_reported, support_open, support_close),
		cmocka_unit_test_setup_teardown(every_error_has_its_place, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_trigger_s_line_is_not_taken_for_one_of_the_data, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(without_a_transaction_changes_stay, support_open, support_close),
		cmocka_unit_test_setup_teardown(the_end_of_a_message_may_fail_after_all_its_statements, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(its_own_transaction_is_rolled_back, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_transaction_left_open_is_a_failure, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_failure_at_commit_is_one_of_the_script, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_row_of_the_history_that_cannot_be_written_undoes_the_script,
		                                support_open, support_close),
		cmocka_unit_test_setup_teardown(a_rollback_comment_fails_at_its_own_place, support_open, support_close),
		cmocka_unit_test_setup_teardown(the_way_out_of_a_transaction_is_the_tool_s, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(a_search_path_that_a_file_empties_is_named, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(stops_at_the_first_failure, support_open, support_close),
		cmocka_unit_test_setup_teardown(notices_are_kept, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_lost_connection_is_no_failure_of_the_script, support_open,
		                                support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
