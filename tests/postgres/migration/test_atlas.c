/* Atlas's revisions and transactions. */
#include "support_runner.h"

#include "../../unit/migration/atlas_folder.h"

#define TABLES    RUNNER_TABLES("")
#define REVISIONS "atlas_schema_revisions.atlas_schema_revisions"
#define ROWS                                                                                                           \
	"SELECT coalesce(string_agg(concat_ws(',', version, description, type, applied, total, error, error_stmt, "    \
	"partial_hashes), ' ' ORDER BY version), '') FROM " REVISIONS

static MigrationSet *
load(const FolderFile *files, const char *setting)
{
	GError *error = NULL;
	MigrationSet *set = atlas_folder_load(files, setting, &error);

	support_check(set != NULL, error, "migration_set_load");
	return set;
}

static void
fails_with(MigrationRunner *runner, const char *sqlstate, guint expected)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	GError *error = NULL;
	const Migration *failed = NULL;
	guint applied = 0;
	bool done = migration_runner_migrate(runner, &applied, &failed, &outcome, &error);

	support_check(done, error, "migration_runner_migrate");
	assert_non_null(failed);
	assert_string_equal(outcome.sqlstate, sqlstate);
	assert_int_equal(applied, expected);
}

static void
writes_revisions(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a.sql", "CREATE TABLE a ();\nCREATE TABLE a2 ();" },
		                     { "2_b.sql", "CREATE TABLE b ();" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(files, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, ROWS, "1,a,2,2,2,,,null 2,b,2,1,1,,,null");
	assert_value(session, "SELECT hash FROM " REVISIONS " WHERE version = '2'", runner_migration(set, 1)->checksum);
	assert_value(session, "SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND objid = 2686470616",
	             "1");
	assert_int_equal(runner_migrate(runner), 0);
}

static const FolderFile broken[] = { { "1_a.sql", "CREATE TABLE a ();" },
	                             { "2_b.sql", "CREATE TABLE b ();\nSELECT 1 / 0;\nCREATE TABLE c ();" },
	                             { NULL, NULL } };

static void
a_failure_takes_the_file_back(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(MigrationSet) set = load(broken, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	fails_with(runner, "22012", 1);
	assert_value(session, TABLES, "a");
	assert_value(session, ROWS, "1,a,2,1,1,,,null");
}

static void
a_failure_takes_all_files_back(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(MigrationSet) set = load(broken, "tx-mode=all");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	fails_with(runner, "22012", 0);
	assert_value(session, TABLES, "");
	assert_value(session, ROWS, "");
}

static void
without_a_transaction_it_goes_on_where_it_failed(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile mended[] = { { "1_a.sql", "CREATE TABLE a ();" },
		                      { "2_b.sql", "CREATE TABLE b ();\nSELECT 1;\nCREATE TABLE c ();" },
		                      { NULL, NULL } };
	const FolderFile changed[] = { { "1_a.sql", "CREATE TABLE a ();" },
		                       { "2_b.sql", "CREATE TABLE bb ();\nSELECT 1;\nCREATE TABLE c ();" },
		                       { NULL, NULL } };
	g_autofree char *hash = atlas_hash("CREATE TABLE b ();");
	g_autofree char *row = g_strdup_printf(
	    "1,a,2,1,1,,,null 2,b,2,1,3,pq: division by zero,SELECT 1 / 0;,[\"h1:%s\"]", hash);
	g_autoptr(MigrationSet) set = load(broken, "tx-mode=none");
	MigrationRunner *runner = runner_begin(set, session);

	fails_with(runner, "22012", 1);
	assert_value(session, TABLES, "a b");
	assert_value(session, ROWS, row);
	migration_runner_end(runner);
	g_autoptr(MigrationSet) other = load(changed, "tx-mode=none");
	runner = runner_begin(other, session);
	runner_migrate_refuses(runner, "\"2_b.sql\" was applied in part, and its first 1 statements have changed");
	migration_runner_end(runner);
	g_autoptr(MigrationSet) next = load(mended, "tx-mode=none");
	runner = runner_begin(next, session);
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, TABLES, "a b c");
	assert_value(session, ROWS, "1,a,2,1,1,,,null 2,b,2,3,3,,,null");
	migration_runner_end(runner);
}

static void
concurrently_needs_the_directive(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "1_a.sql", "CREATE TABLE a (i int);" },
		{ "2_i.sql",
		  "-- atlas:txmode none\n\nSET lock_timeout = '9s';\nCREATE INDEX CONCURRENTLY i ON a (i);" },
		{ "3_j.sql", "CREATE INDEX CONCURRENTLY j ON a (i);" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = load(files, NULL);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	fails_with(runner, "25001", 2);
	assert_value(session, ROWS, "1,a,2,1,1,,,null 2,i,2,2,2,,,null");
}

static void
an_empty_database_begins_at_the_checkpoint(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile old[] = { { "1_a.sql", "CREATE TABLE a ();" },
		                   { "2_b.sql", "CREATE TABLE b ();" },
		                   { NULL, NULL } };
	const FolderFile files[] = { old[0],
		                     old[1],
		                     { "3_c.sql", "-- atlas:checkpoint\n\nCREATE TABLE a ();CREATE TABLE b ();" },
		                     { "4_d.sql", "CREATE TABLE d ();" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(files, NULL);
	g_autoptr(MigrationSet) before = load(old, NULL);
	MigrationRunner *runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, ROWS, "3,c,2,2,2,,,null 4,d,2,1,1,,,null");
	migration_runner_end(runner);
	assert_true(db_session_execute(session, "DROP TABLE a, b, d; TRUNCATE " REVISIONS, NULL));
	runner = runner_begin(before, session);
	assert_int_equal(runner_migrate(runner), 2);
	migration_runner_end(runner);
	runner = runner_begin(set, session);
	runner_migrate_refuses(runner, "the history ends at 2, before the checkpoint 3");
	migration_runner_end(runner);
	g_autoptr(MigrationSet) rest = load(files, "checkpoints=false");
	runner = runner_begin(rest, session);
	assert_int_equal(runner_migrate(runner), 1);
	migration_runner_end(runner);
	g_auto(MigrationHistory) history = { 0 };
	assert_true(migration_history_read(set, session, &history, NULL));
	g_autoptr(GPtrArray) problems = migration_history_compare(set, &history);
	assert_int_equal(problems->len, 0);
}

static void
files_out_of_order_and_full_databases_are_refused(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile some[] = { { "1_a.sql", "CREATE TABLE a ();" },
		                    { "3_c.sql", "CREATE TABLE c ();" },
		                    { NULL, NULL } };
	const FolderFile more[] = { some[0], { "2_b.sql", "CREATE TABLE b ();" }, some[1], { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(some, NULL);
	g_autoptr(MigrationSet) dirty = load(some, "allow-dirty=true");
	MigrationRunner *runner = runner_begin(set, session);

	assert_true(db_session_execute(session, "CREATE TABLE old ()", NULL));
	runner_migrate_refuses(runner, "the database is not clean, as Atlas has it: there is \"public.old\"");
	migration_runner_end(runner);
	runner = runner_begin(dirty, session);
	assert_int_equal(runner_migrate(runner), 2);
	migration_runner_end(runner);
	g_autoptr(MigrationSet) linear = load(more, NULL);
	runner = runner_begin(linear, session);
	runner_migrate_refuses(runner, "\"2_b.sql\" was added out of order: the history has the higher version 3");
	migration_runner_end(runner);
	g_autoptr(MigrationSet) skip = load(more, "exec-order=linear-skip");
	runner = runner_begin(skip, session);
	assert_int_equal(runner_migrate(runner), 0);
	migration_runner_end(runner);
	g_autoptr(MigrationSet) loose = load(more, "exec-order=non-linear");
	runner = runner_begin(loose, session);
	assert_int_equal(runner_migrate(runner), 1);
	migration_runner_end(runner);
	assert_value(session, TABLES, "a b c old");
}

static void
a_baseline_is_one_row(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(MigrationSet) set = load(broken, NULL);
	GError *error = NULL;

	assert_true(db_session_execute(session, "CREATE TABLE a ()", NULL));
	g_autoptr(MigrationRunner) runner = migration_runner_begin_baseline(set, session, NULL, "1_a", &error);
	support_check(runner != NULL, error, "migration_runner_begin_baseline");
	assert_value(session, ROWS, "1,a,1,0,0,,,null");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(writes_revisions),
		RUNNER_TEST(a_failure_takes_the_file_back),
		RUNNER_TEST(a_failure_takes_all_files_back),
		RUNNER_TEST(without_a_transaction_it_goes_on_where_it_failed),
		RUNNER_TEST(concurrently_needs_the_directive),
		RUNNER_TEST(an_empty_database_begins_at_the_checkpoint),
		RUNNER_TEST(files_out_of_order_and_full_databases_are_refused),
		RUNNER_TEST(a_baseline_is_one_row),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
