/* graphile-migrate's history and transactions. */
#include "support_sequence.h"

#define FILENAMES "SELECT coalesce(string_agg(filename, ' ' ORDER BY filename), '') FROM graphile_migrate.migrations"

/* Hashes are the unit test's matter. */
#define FIRST                "--! Previous: -\n--! Hash: sha1:1\n--! AllowInvalidHash\n\n"
#define NEXT(before, number) "--! Previous: sha1:" before "\n--! Hash: sha1:" number "\n--! AllowInvalidHash\n\n"

static void
writes_the_chain(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "000001.sql", FIRST "CREATE TABLE a ();" },
		                     { "000002-b.sql", NEXT("1", "2") "CREATE TABLE b ();" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = sequence_load("graphile-migrate", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session,
	             "SELECT string_agg(concat_ws(',', hash, previous_hash, filename), ' ' ORDER BY filename) FROM "
	             "graphile_migrate.migrations",
	             "sha1:1,000001.sql sha1:2,sha1:1,000002.sql");
	assert_int_equal(runner_migrate(runner), 0);
}

static void
a_file_is_one_message_in_a_transaction_or_without(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1.sql", FIRST "CREATE TABLE a (i int);" },
		{ "2.sql", NEXT("1", "2") "--! no-transaction\nCREATE INDEX CONCURRENTLY i ON a (i);" },
		{ "3.sql", NEXT("2", "3") "CREATE TABLE c (); SELECT 1 / 0;" },
		{ "4.sql", NEXT("3", "4") "COMMIT; CREATE TABLE d (); SELEC 1;" },
		{ "5.sql", NEXT("4", "5") "CREATE INDEX CONCURRENTLY j ON a (i);" },
		{ "6.sql", NEXT("5", "6") "--! no-transaction\nSELECT 1; VACUUM;" },
		{ NULL, NULL },
	};
	static const char *const sqlstates[] = { NULL, NULL, "22012", "42601", "25001", "25001" };
	g_autoptr(MigrationSet) set = sequence_load("graphile-migrate", files, NULL, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	sequence_run(runner, set, sqlstates);
	assert_value(session, FILENAMES, "1.sql 2.sql");
	assert_value(session, RUNNER_TABLES(""), "a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_the_chain, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_file_is_one_message_in_a_transaction_or_without, support_open,
		                                support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
