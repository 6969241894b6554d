/* refinery's history and transactions. */
#include "support_sequence.h"

#define TABLES   RUNNER_TABLES("refinery_schema_history")
#define VERSIONS "SELECT coalesce(string_agg(version::text, ' ' ORDER BY version), '') FROM refinery_schema_history"

static void
writes_its_rows(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "V002__the_two.sql", "CREATE TABLE a ();" },
		                     { "U1__one.sql", "" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = sequence_load("refinery", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(
	    session,
	    "SELECT name || ' ' || (applied_on::timestamptz BETWEEN now() - interval '1 minute' AND "
	    "clock_timestamp()) || ' ' || (applied_on ~ '^[-0-9]{10}T[0-9:.]+Z$') FROM refinery_schema_history "
	    "WHERE version = 2",
	    "the_two true true");
	assert_value(session,
	             "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM "
	             "pg_attribute WHERE attrelid = 'refinery_schema_history'::regclass AND attnum > 0",
	             "version integer, name character varying(255), applied_on character varying(255), checksum "
	             "character varying(255)");
	assert_int_equal(runner_migrate(runner), 0);
	assert_problems(set, session, "");
	support_execute(session, "UPDATE refinery_schema_history SET checksum = '1' WHERE version = 2");
	assert_problems(set, session, "edited V002__the_two.sql");
}

static void
a_file_is_one_message_in_a_transaction(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "V1__a.sql", "CREATE TABLE a (i int);" },
		{ "V2__b.sql", "CREATE TABLE b (); SELECT 1 / 0;" },
		{ "V3__c.sql", "COMMIT; CREATE TABLE c (); SELEC 1;" },
		{ "V4__d.sql", "CREATE TABLE d (); COMMIT; SELECT 1 / 0;" },
		{ "V5__e.sql", "CREATE INDEX CONCURRENTLY e ON a (i);" },
		{ "V6__f.sql", "CREATE TABLE f (); COMMIT; CREATE TABLE g ()" },
		/* The script is committed before its row. */
		{ "V7__h.sql", "CREATE TABLE h (); SET search_path = pg_catalog" },
		{ NULL, NULL },
	};
	static const char *const sqlstates[] = { NULL, "22012", "42601", "22012", "25001", NULL, "42P01" };
	g_autoptr(MigrationSet) set = sequence_load("refinery", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	sequence_run(runner, set, sqlstates);
	support_execute(session, "RESET search_path");
	assert_value(session, TABLES, "a d f g h");
	assert_value(session, VERSIONS, "1 6");
}

static void
a_group_is_one_transaction(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "V1__a.sql", "CREATE TABLE a ();" },
		                     { "V2__b.sql", "CREATE TABLE b (); SELECT 1 / 0;" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) grouped = sequence_load("refinery", files, "grouped", "true");
	g_autoptr(MigrationSet) single = sequence_load("refinery", files, NULL, NULL);
	const MigrationSet *const sets[] = { grouped, single };
	static const char *const left[] = { "", "a" };

	for (gsize i = 0; i < G_N_ELEMENTS(sets); i++) {
		g_autoptr(MigrationRunner) runner = runner_begin(sets[i], session);
		g_auto(MigrationOutcome) outcome = { 0 };
		GError *error = NULL;
		const Migration *failed = NULL;
		guint applied = 0;
		support_check(migration_runner_migrate(runner, &applied, &failed, &outcome, &error), error, "migrate");
		assert_string_equal(failed->name, "V2__b.sql");
		assert_value(session, TABLES, left[i]);
		assert_value(session, VERSIONS, i == 0 ? "" : "1");
	}
}

static void
refuses_a_history_that_does_not_fit(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "V1__a.sql", "SELECT 1" }, { "V3__c.sql", "SELECT 1" }, { NULL, NULL } };
	const FolderFile late[] = { { "V1__a.sql", "SELECT 1" },
		                    { "V2__b.sql", "CREATE TABLE b ()" },
		                    { "V3__c.sql", "SELECT 1" },
		                    { NULL, NULL } };
	const FolderFile unversioned[] = { { "V1__a.sql", "SELECT 1" },
		                           { "U2__b.sql", "CREATE TABLE b ()" },
		                           { "V3__c.sql", "SELECT 1" },
		                           { NULL, NULL } };
	g_autoptr(MigrationSet) set = sequence_load("refinery", files, NULL, NULL);
	g_autoptr(MigrationSet) with_v = sequence_load("refinery", late, NULL, NULL);
	g_autoptr(MigrationSet) lenient = sequence_load("refinery", late, "abort-missing", "false");
	g_autoptr(MigrationSet) with_u = sequence_load("refinery", unversioned, NULL, NULL);
	g_autoptr(MigrationSet) careless = sequence_load("refinery", files, "abort-divergent", "false");
	MigrationRunner *runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	migration_runner_end(runner);
	runner = runner_begin(with_v, session);
	runner_migrate_refuses(runner, "\"V2__b.sql\" is not applied, but version 3 is");
	migration_runner_end(runner);
	/* Without the error, it is never run. */
	runner = runner_begin(lenient, session);
	assert_int_equal(runner_migrate(runner), 0);
	assert_value(session, TABLES, "");
	migration_runner_end(runner);
	runner = runner_begin(with_u, session);
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, TABLES, "b");
	assert_problems(with_u, session, "");
	migration_runner_end(runner);
	runner = runner_begin(set, session);
	runner_migrate_refuses(runner, "the history has version 2, but there is no such file");
	support_execute(session, "DELETE FROM refinery_schema_history WHERE version = 2;"
	                         "UPDATE refinery_schema_history SET name = 'z' WHERE version = 1");
	runner_migrate_refuses(runner, "\"V1__a.sql\" was changed after it was applied");
	migration_runner_end(runner);
	runner = runner_begin(careless, session);
	assert_int_equal(runner_migrate(runner), 0);
	migration_runner_end(runner);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(writes_its_rows),
		RUNNER_TEST(a_file_is_one_message_in_a_transaction),
		RUNNER_TEST(a_group_is_one_transaction),
		RUNNER_TEST(refuses_a_history_that_does_not_fit),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
