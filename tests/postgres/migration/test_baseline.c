/* The history on a database that begins with a dump. */
#include "support_runner.h"

#define FLYWAY_ROWS                                                                                                    \
	"SELECT string_agg(concat_ws(',', installed_rank, version, description, type, script, success), '|' "          \
	"ORDER BY installed_rank) FROM flyway_schema_history"

static const FolderFile plain[] = {
	{ "1.sql", "CREATE TABLE a (id int)" },
	{ "2.sql", "CREATE TABLE b (id int)" },
	{ "3.sql", "CREATE TABLE c (id int)" },
	{ NULL, NULL },
};

static const FolderFile flyway[] = {
	{ "V1__a.sql", "CREATE TABLE a (id int)" },
	{ "V2__b.sql", "CREATE TABLE b (id int)" },
	{ "V3__c.sql", "CREATE TABLE c (id int)" },
	{ "R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS x" },
	{ NULL, NULL },
};

static MigrationRunner *
begin(const MigrationSet *set, DbSession *session, const char *version)
{
	GError *error = NULL;
	MigrationRunner *runner = migration_runner_begin_baseline(set, session, NULL, version, &error);

	support_check(runner != NULL, error, "migration_runner_begin_baseline");
	return runner;
}

static void
refuses(const MigrationSet *set, DbSession *session, const char *version, const char *text)
{
	g_autoptr(GError) error = NULL;

	assert_null(migration_runner_begin_baseline(set, session, NULL, version, &error));
	assert_contains(error->message, text);
	/* The lock is given back. */
	assert_value(session, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
	             "0");
}

static void
a_plain_history_gets_a_row_for_each(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(MigrationSet) set = runner_load(plain);

	support_execute(session, "CREATE TABLE a (id int); CREATE TABLE b (id int)");
	g_autoptr(MigrationRunner) runner = begin(set, session, "2");
	assert_value(session, "SELECT string_agg(version, ' ' ORDER BY version) FROM schema_migrations", "1 2");
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, "SELECT to_regclass('c') IS NOT NULL", "t");
}

static void
flyway_gets_its_baseline_row(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(MigrationSet) set = runner_load(flyway);

	support_execute(session, "CREATE TABLE a (id int); CREATE TABLE b (id int)");
	MigrationRunner *runner = begin(set, session, "V2");
	assert_value(session, FLYWAY_ROWS, "1,2,<< Flyway Baseline >>,BASELINE,<< Flyway Baseline >>,t");
	migration_runner_end(runner);
	/* A run as any other goes on from there: the repeatable one is not part of a baseline. */
	runner = runner_begin(set, session);
	assert_int_equal(runner_migrate(runner), 2);
	assert_int_equal(runner_migrate(runner), 0);
	migration_runner_end(runner);
}

static void
flyway_s_own_version_has_to_be_the_same(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile other[] = { { "V1__a.sql", "SELECT 1" },
		                     { "V2__b.sql", "SELECT 2" },
		                     { "flyway.conf", "flyway.baselineOnMigrate=true\nflyway.baselineVersion=1" },
		                     { NULL, NULL } };
	const FolderFile same[] = { { "V1__a.sql", "SELECT 1" },
		                    { "V02__b.sql", "SELECT 2" },
		                    { "flyway.conf", "flyway.baselineOnMigrate=true\nflyway.baselineVersion=2.0\n"
		                                     "flyway.baselineDescription=as found" },
		                    { NULL, NULL } };
	g_autoptr(MigrationSet) wrong = runner_load(other);
	g_autoptr(MigrationSet) right = runner_load(same);

	support_execute(session, "CREATE TABLE a (id int)");
	refuses(wrong, session, "2",
	        "the baseline is \"2\", but Flyway would take 1 (flyway.baselineVersion)\n"
	        "hint: set flyway.baselineVersion=2,");
	g_autoptr(MigrationRunner) runner = begin(right, session, "V02");
	assert_non_null(runner);
	assert_value(session, FLYWAY_ROWS, "1,02,as found,BASELINE,as found,t");
}

static void
files_that_are_gone_need_no_rows(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile late_plain[] = { { "0005_e.sql", "CREATE TABLE e (id int)" }, { NULL, NULL } };
	const FolderFile late_flyway[] = { { "V5__e.sql", "CREATE TABLE e2 (id int)" }, { NULL, NULL } };
	g_autoptr(MigrationSet) first = runner_load(late_plain);
	g_autoptr(MigrationSet) second = runner_load(late_flyway);

	support_execute(session, "CREATE TABLE a (id int)");
	MigrationRunner *runner = begin(first, session, "0004_d");
	assert_value(session, "SELECT count(*) FROM schema_migrations", "0");
	assert_int_equal(runner_migrate(runner), 1);
	migration_runner_end(runner);
	runner = begin(second, session, "V4");
	assert_value(session, FLYWAY_ROWS, "1,4,<< Flyway Baseline >>,BASELINE,<< Flyway Baseline >>,t");
	assert_int_equal(runner_migrate(runner), 1);
	migration_runner_end(runner);
	refuses(second, session, "V6", "there is no migration \"V6\"");
}

static void
a_history_that_the_dump_brings_is_used(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(MigrationSet) set = runner_load(plain);

	support_execute(session, "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY); "
	                         "INSERT INTO schema_migrations VALUES ('0'), ('1'), ('2')");
	MigrationRunner *runner = begin(set, session, "2");
	assert_value(session, "SELECT string_agg(version, ' ' ORDER BY version) FROM schema_migrations", "0 1 2");
	migration_runner_end(runner);
	refuses(set, session, "1",
	        "the baseline is \"1\", but the history says that \"2.sql\" is applied, too\n"
	        "hint: the history came with the dump: is that of another version?");
	support_execute(session, "DELETE FROM schema_migrations WHERE version = '1'");
	refuses(set, session, "2", "the baseline is \"2\", but the history says that \"1.sql\" is not applied");
	/* pg_dump --schema-only brings the table without its rows. */
	support_execute(session, "DELETE FROM schema_migrations");
	runner = begin(set, session, "2");
	assert_value(session, "SELECT string_agg(version, ' ' ORDER BY version) FROM schema_migrations", "1 2");
	migration_runner_end(runner);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_plain_history_gets_a_row_for_each, support_open, support_close),
		cmocka_unit_test_setup_teardown(flyway_gets_its_baseline_row, support_open, support_close),
		cmocka_unit_test_setup_teardown(flyway_s_own_version_has_to_be_the_same, support_open, support_close),
		cmocka_unit_test_setup_teardown(files_that_are_gone_need_no_rows, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_history_that_the_dump_brings_is_used, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
