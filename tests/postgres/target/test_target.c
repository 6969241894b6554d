#include "run/support_run.h"

#include "base/error.h"
#include "target/target.h"

static DbSession *
open_session(const SupportDatabase *database, const char *more)
{
	GError *error = NULL;
	DbSession *session = connect_with(database->database, more, &error);

	support_check(session != NULL, error, more);
	return session;
}

static Target
read_target(DbSession *session)
{
	GError *error = NULL;
	Target target = { 0 };

	support_check(target_read(session, "host=here", &target, &error), error, "target_read");
	return target;
}

static void
expect_judgement(DbSession *session, const char *expected)
{
	g_auto(Target) target = read_target(session);
	g_autoptr(GError) error = NULL;
	g_autofree char *reason = NULL;
	const char *found = target_judge(&target, &reason, &error) ? reason : error->message;

	if (strstr(found, expected) == NULL)
		fail_msg("expected %s\nfound %s", expected, found);
}

/* Runs a statement with each %s replaced by the database's own name. */
static void
execute_on(const SupportDatabase *database, const char *format)
{
	g_auto(GStrv) parts = g_strsplit(format, "%s", -1);
	g_autofree char *sql = g_strjoinv(scratch_database_name(database->database), parts);

	support_execute(database->session, sql);
}

static void
facts_come_from_the_server(void **state)
{
	const SupportDatabase *database = *state;
	g_autoptr(DbSession) session = open_session(database, "");
	g_auto(Target) target = read_target(session);

	assert_string_equal(target.database, scratch_database_name(database->database));
	assert_string_equal(target.quoted, target.database);
	assert_string_equal(target.server, "host=here");
	assert_string_equal(target.host, db_session_host(session));
	assert_int_equal(target.host[0], '/');
	expect_text(session, "SELECT session_user", target.user);
	assert_true(target.scratch && target.local);
	assert_false(target.pooled || target.template || target.recovery || target.archiving);
	assert_null(target.mark);
	assert_null(target.slots);
	assert_null(target.subscriptions);
	assert_int_equal(target.standbys, 0);
}

static void
a_mark_is_the_databases_own(void **state)
{
	const SupportDatabase *database = *state;
	g_autoptr(DbSession) pretender = open_session(database, "options='-c pgassay.resettable=on'");

	execute_on(database, "COMMENT ON DATABASE %s IS NULL");
	expect_judgement(pretender, "its server, which is on this machine");
	execute_on(database, "ALTER DATABASE %s SET pgassay.resettable = 'off'");
	expect_judgement(pretender, "it is marked with pgassay.resettable = off");
	execute_on(database, "ALTER DATABASE %s SET pgassay.resettable = 'o=n'");
	expect_judgement(pretender, "is \"o=n\", which is neither on nor off");
	execute_on(database, "ALTER DATABASE %s SET pgassay.resettable = 'on'");
	expect_judgement(pretender, "its mark pgassay.resettable = on");
	execute_on(database, "ALTER DATABASE %s RESET pgassay.resettable");
	execute_on(database, "ALTER ROLE CURRENT_USER SET pgassay.resettable = 'off'");
	execute_on(database, "ALTER ROLE CURRENT_USER IN DATABASE %s SET pgassay.resettable = 'off'");
	expect_judgement(pretender, "its server, which is on this machine");
	execute_on(database, "ALTER ROLE CURRENT_USER RESET ALL; ALTER ROLE CURRENT_USER IN DATABASE %s RESET ALL");
}

static void
signs_of_production_are_seen(void **state)
{
	const SupportDatabase *database = *state;
	g_autoptr(DbSession) session = open_session(database, "");

	execute_on(database, "COMMENT ON DATABASE %s IS NULL");
	execute_on(database, "SELECT pg_create_physical_replication_slot('standby_1')");
	expect_judgement(session, "it has replication slots (standby_1)");
	execute_on(database, "SELECT pg_drop_replication_slot('standby_1')");
	execute_on(database, "ALTER DATABASE %s IS_TEMPLATE true");
	expect_judgement(session, "it is a template");
	execute_on(database, "ALTER DATABASE %s IS_TEMPLATE false");
	execute_on(database,
	           "CREATE SUBSCRIPTION feed CONNECTION 'host=/nowhere' PUBLICATION p WITH (connect = false)");
	expect_judgement(session, "subscriptions write into it: feed");
	execute_on(database, "ALTER SUBSCRIPTION feed SET (slot_name = NONE)");
	execute_on(database, "DROP SUBSCRIPTION feed");
	expect_judgement(session, "its server, which is on this machine");
}

static void
a_standby_is_seen(void **state)
{
	const SupportDatabase *database = *state;
	g_autoptr(DbSession) session = open_session(database, "");
	g_autoptr(DbSession) standby = open_session(database, "replication=database");

	assert_int_not_equal(db_session_backend_pid(standby), db_session_backend_pid(session));
	expect_judgement(session, "1 standby or backup connections");
}

static void
contents_are_counted(void **state)
{
	const SupportDatabase *database = *state;
	g_autoptr(DbSession) session = open_session(database, "");
	g_auto(TargetContents) contents = { 0 };
	GError *error = NULL;

	support_execute(
	    database->session,
	    "CREATE SCHEMA \"Odd, name\"; CREATE TABLE \"Odd, name\".\"T\" (a int); INSERT INTO \"Odd, name\".\"T\" "
	    "SELECT generate_series(1, 3); CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 "
	    "PARTITION OF p DEFAULT; INSERT INTO p VALUES (1), (2); CREATE TABLE locked (); CREATE VIEW v AS "
	    "SELECT 1 AS one");
	support_execute(database->session, "BEGIN; LOCK TABLE locked");
	support_check(target_names(session, &contents, &error), error, "names");
	support_check(target_count(session, &contents, &error), error, "count");
	assert_string_equal(contents.schemas, "\"Odd, name\", public");
	assert_null(contents.extensions);
	assert_int_equal(contents.n_tables, 4);
	assert_int_equal(contents.n_rows, 5);
	assert_int_equal(contents.n_uncounted, 1);
	assert_false(contents.more_rows);
	expect_text(session, "SHOW lock_timeout", "0");
}

/* --- Needs of a suite ------------------------------------------------------------ */

static void
free_file(gpointer data)
{
	SuiteFile *file = data;

	g_free(file->path);
	g_free(file);
}

/* A suite that needs nothing; the tests add to it. */
static Suite *
bare_suite(void)
{
	Suite *suite = g_new0(Suite, 1);

	suite->name = g_strdup("bare");
	suite->versions = g_array_new(FALSE, FALSE, sizeof(guint));
	suite->extensions = g_ptr_array_new_with_free_func(g_free);
	suite->roles = g_ptr_array_new_with_free_func(g_free);
	suite->stand_ins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_file);
	return suite;
}

static void
bare_suite_free(Suite *suite)
{
	g_free(suite->name);
	g_array_unref(suite->versions);
	g_ptr_array_unref(suite->extensions);
	g_ptr_array_unref(suite->roles);
	g_hash_table_unref(suite->stand_ins);
	g_free(suite);
}

static void
expect_prepared(const SupportDatabase *database, const Suite *suite, const char *problem, guint stand_ins)
{
	MigrationStandIns found = { 0 };
	g_autoptr(GError) error = NULL;
	bool done = target_prepare(database->session, suite, &found, &error);

	if (done != (problem == NULL))
		fail_msg("%s", done ? "no error" : error->message);
	if (problem != NULL && strstr(error->message, problem) == NULL)
		fail_msg("expected %s, found %s", problem, error->message);
	if (done)
		assert_int_equal(g_hash_table_size(found.sources), stand_ins);
	g_clear_pointer(&found.sources, g_hash_table_unref);
}

static void
needs_of_a_suite_are_checked(void **state)
{
	const SupportDatabase *database = *state;
	Suite *suite = bare_suite();
	const guint none = 9;
	const guint major = (guint)db_session_server_version(database->session) / 10000;
	g_autofree char *path = NULL;
	int file = g_file_open_tmp("pgassay-test-XXXXXX", &path, NULL);

	g_close(file, NULL);
	expect_prepared(database, suite, NULL, 0);
	g_array_append_val(suite->versions, none);
	expect_prepared(database, suite, "no version that suite \"bare\" is for", 0);
	g_array_append_val(suite->versions, major);
	g_ptr_array_add(suite->extensions, g_strdup("plpgsql"));
	expect_prepared(database, suite, NULL, 0);
	g_ptr_array_add(suite->extensions, g_strdup("nowhere"));
	expect_prepared(database, suite, "needs the extension \"nowhere\"", 0);
	SuiteFile *stand_in = g_new0(SuiteFile, 1);
	stand_in->path = g_strdup(path);
	g_hash_table_insert(suite->stand_ins, g_strdup("nowhere"), stand_in);
	expect_prepared(database, suite, NULL, 1);
	g_ptr_array_add(suite->roles, g_strdup("nobody_at_all"));
	expect_prepared(database, suite, "needs the role \"nobody_at_all\"", 0);
	bare_suite_free(suite);
	g_unlink(path);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(facts_come_from_the_server), TEST(a_mark_is_the_databases_own), TEST(signs_of_production_are_seen),
		TEST(a_standby_is_seen),          TEST(contents_are_counted),        TEST(needs_of_a_suite_are_checked),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
