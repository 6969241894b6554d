/* Prisma's history and its two ways of sending. */
#include "support_runner.h"

#include "migration/history.h"

#define ROWS                                                                                                           \
	"SELECT coalesce(string_agg(migration_name || CASE WHEN rolled_back_at IS NOT NULL THEN '-' "                  \
	"WHEN finished_at IS NULL THEN '!' ELSE '+' END || applied_steps_count, ' ' ORDER BY started_at), '') "        \
	"FROM _prisma_migrations"
#define TABLES                                                                                                         \
	"SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class WHERE relkind = 'r' AND "        \
	"relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'"

static MigrationSet *
load(const FolderFile *files, const char *sending)
{
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	GError *error = NULL;

	g_hash_table_insert(settings, (gpointer) "sending", (gpointer)sending);
	MigrationSet *set = folder_load(files, (MigrationOptions){ .format = "prisma", .settings = settings }, &error);
	support_check(set != NULL, error, "migration_set_load");
	return set;
}

static void
writes_the_rows_that_prisma_writes(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a/migration.sql", "CREATE TABLE a (id int); CREATE TABLE b (id int);" },
		                     { "1_a/down.sql", "DROP TABLE a; DROP TABLE b;" },
		                     { "2_b/migration.sql", "" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(files, "batch");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, ROWS, "1_a+1 2_b+1");
	assert_value(session,
	             "SELECT count(*) FROM _prisma_migrations WHERE length(id) = 36 AND logs IS NULL "
	             "AND started_at <= finished_at",
	             "2");
	assert_int_equal(runner_migrate(runner), 0);
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, TABLES, "");
	assert_value(session, ROWS, "1_a-1 2_b+1");
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, ROWS, "1_a-1 2_b+1 1_a+1");
	assert_value(session, TABLES, "a b");
}

/* The whole file is one message, and a message is a transaction. */
static void
a_batch_is_one_transaction(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a/migration.sql", "CREATE TABLE a (id int);\nSELECT 1 / 0;" },
		                     { "2_b/migration.sql", "CREATE TABLE b (id int);\nSELEC 1;" },
		                     { "3_c/migration.sql", "CREATE TABLE c (id int);\nCOMMIT;\nSELECT 1 / 0;" },
		                     { "4_d/migration.sql", "CREATE INDEX CONCURRENTLY i ON c (id);" },
		                     { "5_e/migration.sql", "SET lock_timeout = '1s';\n"
		                                            "CREATE INDEX CONCURRENTLY j ON c (id);" },
		                     { "6_f/migration.sql", "CREATE TYPE e AS ENUM ('a');" },
		                     { "7_g/migration.sql", "ALTER TYPE e ADD VALUE 'b';\nSELECT 'b'::e;" },
		                     { NULL, NULL } };
	static const char *const sqlstates[] = { "22012", "42601", "22012", NULL, "25001", NULL, "55P04" };
	g_autoptr(MigrationSet) set = load(files, "batch");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	for (guint i = 0; i < G_N_ELEMENTS(sqlstates); i++) {
		g_auto(MigrationOutcome) outcome = { 0 };
		runner_try(runner, runner_migration(set, i), MIGRATION_UP, &outcome);
		if (g_strcmp0(outcome.sqlstate, sqlstates[i]) != 0)
			fail_msg("%s: %s", runner_migration(set, i)->name, outcome.details);
		if (i == 0)
			assert_int_equal(outcome.position.line, 2);
	}
	assert_value(session, TABLES, "c");
	assert_value(session, ROWS, "1_a!0 2_b!0 3_c!0 4_d+1 5_e!0 6_f+1 7_g!0");
	assert_value(session, "SELECT logs FROM _prisma_migrations WHERE migration_name = '1_a'", "division by zero");
}

static void
split_statements_are_on_their_own(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a/migration.sql", "CREATE TABLE a (id int);\nSELECT 1 / 0;" },
		                     { "2_b/migration.sql", "CREATE TABLE b (id int);\nSELEC 1;" },
		                     { "3_c/migration.sql",
		                       "SET lock_timeout = '1s';\nCREATE INDEX CONCURRENTLY i ON b (id);\n"
		                       "CREATE TYPE e AS ENUM ('a');\nALTER TYPE e ADD VALUE 'b';\nSELECT 'b'::e;" },
		                     { "4_d/migration.sql", "CREATE TABLE d (id int);\nDROP INDEX CONCURRENTLY i;" },
		                     { "5_e/migration.sql", "DROP INDEX CONCURRENTLY i;" },
		                     { NULL, NULL } };
	static const char *const sqlstates[] = { "22012", "42601", NULL, "25001", NULL };
	g_autoptr(MigrationSet) set = load(files, "split");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	for (guint i = 0; i < G_N_ELEMENTS(sqlstates); i++) {
		g_auto(MigrationOutcome) outcome = { 0 };
		runner_try(runner, runner_migration(set, i), MIGRATION_UP, &outcome);
		if (g_strcmp0(outcome.sqlstate, sqlstates[i]) != 0)
			fail_msg("%s: %s", runner_migration(set, i)->name, outcome.details);
	}
	assert_value(session, TABLES, "a b");
	assert_value(session, ROWS, "1_a!0 2_b!0 3_c+1 4_d!0 5_e+1");
}

static void
a_failed_row_blocks_the_next_run(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a/migration.sql", "CREATE TABLE a (id int);" },
		                     { "2_b/migration.sql", "CREATE TABLE b (id int);" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(files, "batch");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);

	support_execute(session,
	                "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', '', '1_a')");
	runner_migrate_refuses(runner, "the history says that \"1_a\" failed");
	assert_value(session, TABLES, "");
	support_execute(session, "UPDATE _prisma_migrations SET rolled_back_at = now()");
	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, ROWS, "1_a-0 1_a+1 2_b+1");
}

static void
a_schema_with_tables_is_refused(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a/migration.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(files, "batch");
	g_autoptr(GError) error = NULL;

	support_execute(session, "CREATE TABLE old (id int)");
	assert_null(migration_runner_begin(set, session, NULL, &error));
	assert_contains(error->message, "the schema \"public\" is not empty (table \"old\")");
	assert_value(session, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
	             "0");
	g_autoptr(MigrationRunner) runner = migration_runner_begin_baseline(set, session, NULL, "1_a", NULL);
	assert_non_null(runner);
	assert_value(session, ROWS, "1_a+1");
}

static void
works_in_the_schema_of_its_history(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1_a/migration.sql", "CREATE TABLE a (id int); SET search_path = pg_catalog;" },
		                     { "2_b/migration.sql", "CREATE TABLE public.b AS SELECT current_schema() AS c" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet)
	    set = folder_load(files, (MigrationOptions){ .history_table = "app._prisma_migrations" }, NULL);
	MigrationRunner *runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_value(session, "SELECT to_regclass('app.a') IS NOT NULL", "t");
	assert_value(session, "SELECT c FROM public.b", "pg_catalog");
	migration_runner_end(runner);
	assert_value(session, "SHOW search_path", "\"$user\", public");
}

static void
reads_every_form_of_a_checksum(void **state)
{
	DbSession *session = support_session(state);
	/* The SHA-256 of "SELECT 1\n" has bytes below 16. */
	const FolderFile files[] = { { "1_a/migration.sql", "SELECT 1\n" }, { "2_b/migration.sql", "SELECT 2\r\n" },
		                     { "3_c/migration.sql", "SELECT 3\n" }, { "4_d/migration.sql", "SELECT 4\n" },
		                     { "5_e/migration.sql", "SELECT 5\n" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(files, "batch");
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationHistory) history = { 0 };

	assert_int_equal(runner_migrate(runner), 5);
	support_execute(session,
	                "UPDATE _prisma_migrations SET checksum = encode(sha256('SELECT 2\\012'), 'hex') "
	                "WHERE migration_name = '2_b';"
	                "UPDATE _prisma_migrations SET checksum = encode(sha256('SELECT 3\\015\\012'), 'hex') "
	                "WHERE migration_name = '3_c';"
	                "UPDATE _prisma_migrations SET checksum = (SELECT string_agg(to_hex(get_byte(sha256("
	                "'SELECT 1\\012'), i)), '' ORDER BY i) FROM generate_series(0, 31) i) "
	                "WHERE migration_name = '1_a';"
	                "UPDATE _prisma_migrations SET checksum = encode(sha256('other'), 'hex') "
	                "WHERE migration_name = '5_e';"
	                "UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '4_d';"
	                "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, rolled_back_at) "
	                "VALUES ('x', 'x', '1_a', now(), now()), ('y', 'y', 'gone', now(), NULL)");
	assert_value(session,
	             "SELECT length(checksum) < 64 FROM _prisma_migrations WHERE migration_name = '1_a' "
	             "AND rolled_back_at IS NULL",
	             "t");
	assert_true(migration_history_read(set, session, &history, NULL));
	g_autoptr(GPtrArray) problems = migration_history_compare(set, &history);
	g_autoptr(GString) found = g_string_new(NULL);
	for (guint i = 0; i < problems->len; i++) {
		const MigrationHistoryProblem *problem = g_ptr_array_index(problems, i);
		g_string_append_printf(found, "%s %s;", problem->name, migration_history_problem_name(problem->kind));
	}
	assert_string_equal(found->str, "4_d failed;5_e edited;gone no such file;");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_the_rows_that_prisma_writes, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_batch_is_one_transaction, support_open, support_close),
		cmocka_unit_test_setup_teardown(split_statements_are_on_their_own, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_failed_row_blocks_the_next_run, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_schema_with_tables_is_refused, support_open, support_close),
		cmocka_unit_test_setup_teardown(works_in_the_schema_of_its_history, support_open, support_close),
		cmocka_unit_test_setup_teardown(reads_every_form_of_a_checksum, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
