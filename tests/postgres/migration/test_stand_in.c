/* Stand-ins for extensions that the server lacks. */
#include "support_runner.h"

static const char vec_sql[] = "CREATE TYPE vec AS (x float8[]);\n"
			      "CREATE TABLE vec_settings (a int);\n"
			      "CREATE FUNCTION dims(vec) RETURNS int LANGUAGE sql AS 'SELECT cardinality($1.x)';\n";

typedef struct {
	MigrationSet *set;
	GHashTable *sources;
	MigrationStandIns stand_ins;
	MigrationRunner *runner;
} Fixture;

static void
fixture_clear(Fixture *fixture)
{
	migration_runner_end(fixture->runner);
	migration_set_free(fixture->set);
	g_hash_table_unref(fixture->sources);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

/* A runner with two migrations, and the text that stands in for the extension "vec". */
static void
fixture_open(Fixture *fixture, DbSession *session, const char *stand_in, const char *first, const char *second)
{
	const FolderFile files[] = { { "1.sql", first }, { "2.sql", second }, { NULL, NULL } };
	GError *error = NULL;

	fixture->set = runner_load(files);
	fixture->sources = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)base_source_unref);
	g_hash_table_insert(fixture->sources, (gpointer) "vec", base_source_new("stand_ins/vec.sql", stand_in, -1));
	fixture->stand_ins.sources = fixture->sources;
	fixture->runner = migration_runner_begin(fixture->set, session, &fixture->stand_ins, &error);
	support_check(fixture->runner != NULL, error, "migration_runner_begin");
}

static void
runs_in_the_place_of_create_extension(void **state)
{
	DbSession *session = support_session(state);
	g_auto(Fixture) fixture = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };

	fixture_open(&fixture, session, vec_sql, "CREATE EXTENSION vec;\nCREATE TABLE t (a vec);",
	             "DROP EXTENSION vec CASCADE;");
	runner_try(fixture.runner, runner_migration(fixture.set, 0), MIGRATION_UP, &outcome);
	if (outcome.failed)
		fail_msg("%s", outcome.details);
	assert_contains(outcome.notices, "STAND-IN: \"stand_ins/vec.sql\" ran in the place of CREATE EXTENSION vec");
	assert_value(session,
	             "SELECT extnamespace::regnamespace || ' ' || extversion FROM pg_extension WHERE extname = 'vec'",
	             "public 0-stand-in");
	/* The table is a member; its row type, array type and TOAST table belong to it. */
	assert_value(
	    session,
	    "SELECT string_agg(pg_describe_object(classid, objid, 0), '|' ORDER BY pg_describe_object(classid, objid, "
	    "0)) "
	    "FROM pg_depend WHERE deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'vec')",
	    "function dims(vec)|table vec_settings|type vec");
	assert_value(session, "SELECT dims(ROW('{1,2}'::float8[])::vec)", "2");
	runner_apply(fixture.runner, runner_migration(fixture.set, 1), MIGRATION_UP);
	assert_value(session, "SELECT to_regtype('vec') IS NULL AND to_regclass('vec_settings') IS NULL", "t");
	assert_value(
	    session,
	    "SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped "
	    "UNION ALL SELECT 'none' LIMIT 1",
	    "none");
}

static void
meets_one_that_exists_as_the_server_does(void **state)
{
	DbSession *session = support_session(state);
	g_auto(Fixture) fixture = { 0 };
	g_auto(MigrationOutcome) again = { 0 };
	g_auto(MigrationOutcome) twice = { 0 };

	fixture_open(&fixture, session, vec_sql, "CREATE EXTENSION vec; CREATE EXTENSION IF NOT EXISTS vec;",
	             "SELECT 1;\nCREATE EXTENSION vec;");
	runner_try(fixture.runner, runner_migration(fixture.set, 0), MIGRATION_UP, &again);
	if (again.failed)
		fail_msg("%s", again.details);
	assert_contains(again.notices, "extension \"vec\" already exists, skipping");
	runner_try(fixture.runner, runner_migration(fixture.set, 1), MIGRATION_UP, &twice);
	assert_true(twice.failed);
	assert_string_equal(twice.message, "extension \"vec\" already exists");
	assert_string_equal(twice.sqlstate, "42710");
	assert_int_equal(twice.position.line, 2);
}

static void
goes_into_the_schema_of_the_statement(void **state)
{
	DbSession *session = support_session(state);
	g_auto(Fixture) fixture = { 0 };

	fixture_open(
	    &fixture, session, vec_sql,
	    "CREATE SCHEMA \"Ext\"; CREATE EXTENSION IF NOT EXISTS vec WITH SCHEMA \"Ext\"; CREATE TABLE t (a int);",
	    "CREATE TABLE u (a \"Ext\".vec)");
	assert_int_equal(runner_migrate(fixture.runner), 2);
	assert_value(session, "SELECT to_regtype('\"Ext\".vec') IS NOT NULL AND to_regclass('public.t') IS NOT NULL",
	             "t");
	assert_value(session, "SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'vec'", "\"Ext\"");
	assert_value(session, "SHOW search_path", "\"$user\", public");
}

static void
is_a_transaction_of_its_own_where_there_is_none(void **state)
{
	DbSession *session = support_session(state);
	g_auto(Fixture) fixture = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };

	fixture_open(&fixture, session, "CREATE TABLE half (a int);\nSELECT nothing;", "CREATE EXTENSION vec; VACUUM",
	             "SELECT 1");
	runner_try(fixture.runner, runner_migration(fixture.set, 0), MIGRATION_UP, &outcome);
	assert_true(outcome.failed);
	assert_string_equal(outcome.position.path, "stand_ins/vec.sql");
	assert_int_equal(outcome.position.line, 2);
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_IDLE);
	assert_value(session, "SELECT to_regclass('half') IS NULL", "t");
	assert_value(session, "SELECT count(*) FROM pg_extension WHERE extname = 'vec'", "0");
}

static void
a_missing_extension_names_its_package(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1.sql", "CREATE EXTENSION IF NOT EXISTS pgassaynosuch;" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autofree char *package = g_strdup_printf(
	    "hint: install the Debian package postgresql-%d-pgassaynosuch, or give a "
	    "file with a stand-in for \"pgassaynosuch\"",
	    db_session_server_version(session) / 10000);

	runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
	assert_true(outcome.failed);
	assert_contains(outcome.details, package);
}

/* The stand-ins that the runner gets are those of extensions that the server lacks; one that it has runs for real. */
static void
an_extension_that_is_there_is_the_real_one(void **state)
{
	DbSession *session = support_session(state);
	g_auto(Fixture) fixture = { 0 };
	bool has = false;

	assert_true(scratch_server_has_extension(support_server(), "vector", &has, NULL));
	fixture_open(&fixture, session, vec_sql,
	             has ? "CREATE EXTENSION vector" : "CREATE EXTENSION plpgsql SCHEMA nowhere", "SELECT 1");
	g_auto(MigrationOutcome) outcome = { 0 };
	runner_try(fixture.runner, runner_migration(fixture.set, 0), MIGRATION_UP, &outcome);
	assert_int_equal(outcome.failed, !has);
	assert_value(session, "SELECT count(*) FROM pg_extension WHERE extversion = '0-stand-in'", "0");
}

static void
a_stand_in_that_cannot_be_split_stops_the_run(void **state)
{
	const FolderFile files[] = { { "1.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load(files);
	g_autoptr(Source) source = base_source_new("vec.sql", "SELECT 'x", -1);
	g_autoptr(GHashTable) sources = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GError) error = NULL;
	const MigrationStandIns stand_ins = { .sources = sources };

	g_hash_table_insert(sources, (gpointer) "vec", source);
	assert_null(migration_runner_begin(set, support_session(state), &stand_ins, &error));
	assert_contains(error->message, "vec.sql:1:8: unterminated string");
}

/* A tool that sends a whole file has the statement within its message. */
static void
an_extension_that_is_missing_has_its_package(void **state)
{
	const FolderFile files[] = {
		{ "1_a.up.sql", "-- Vectors.\nSELECT 1;\nCREATE EXTENSION no_such_one;\nSELECT 2;\n" }, { NULL, NULL }
	};
	DbSession *session = support_session(state);
	g_autoptr(MigrationSet) set = runner_load_as(files, (MigrationOptions){ .format = "golang-migrate" });
	g_autoptr(MigrationRunner) runner = migration_runner_begin(set, session, NULL, NULL);
	g_auto(MigrationOutcome) outcome = { 0 };

	assert_non_null(runner);
	runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
	assert_true(outcome.failed);
	if (db_session_server_version(session) >= 150000)
		assert_contains(outcome.details, "give a file with a stand-in for \"no_such_one\" under \"stand_ins\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(runs_in_the_place_of_create_extension, support_open, support_close),
		cmocka_unit_test_setup_teardown(meets_one_that_exists_as_the_server_does, support_open, support_close),
		cmocka_unit_test_setup_teardown(goes_into_the_schema_of_the_statement, support_open, support_close),
		cmocka_unit_test_setup_teardown(is_a_transaction_of_its_own_where_there_is_none, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(a_missing_extension_names_its_package, support_open, support_close),
		cmocka_unit_test_setup_teardown(an_extension_that_is_there_is_the_real_one, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(a_stand_in_that_cannot_be_split_stops_the_run, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(an_extension_that_is_missing_has_its_package, support_open,
		                                support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
