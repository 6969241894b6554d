/* Plain SQL files as the settings of a suite say, on a server. */
#include "support_sequence.h"

#define TABLES RUNNER_TABLES("schema_migrations")

/* Runs the pending migrations; true when it fails. */
static bool
migrate(DbSession *session, const FolderFile *files, const char *setting, const char *value)
{
	g_autoptr(MigrationSet) set = sequence_load("plain", files, setting, value);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };
	GError *error = NULL;
	const Migration *failed = NULL;
	guint applied = 0;
	bool done = migration_runner_migrate(runner, &applied, &failed, &outcome, &error);

	support_check(done, error, "migration_runner_migrate");
	return failed != NULL;
}

static void
a_failure_leaves_what_the_transactions_leave(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1.sql", "CREATE TABLE a (i int);" },
		                     { "2.sql", "CREATE TABLE b (); SELECT no;" },
		                     { NULL, NULL } };
	const FolderFile index[] = { { "1.sql", "CREATE TABLE a (i int);" },
		                     { "2.sql", "-- bare\nCREATE INDEX CONCURRENTLY i ON a (i);" },
		                     { NULL, NULL } };
	static const struct {
		const char *setting;
		const char *value;
		const char *left;       /* by the file that fails */
		const char *with_index; /* by the other directory: "a i" where the index is there */
	} cases[] = {
		{ "transaction", "auto", "a", "a i" },    { "transaction", "file", "a", "a" },
		{ "transaction", "all", "", "" },         { "transaction", "none", "a b", "a i" },
		{ "no-transaction", "bare", "a", "a i" }, { "no-transaction", "naked", "a", "a" },
		{ "send", "file", "a", "a i" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_true(migrate(session, files, cases[i].setting, cases[i].value));
		assert_value(session, TABLES, cases[i].left);
		support_execute(session, "DROP TABLE IF EXISTS a, b, schema_migrations");
		assert_int_equal(migrate(session, index, cases[i].setting, cases[i].value),
		                 strcmp(cases[i].with_index, "a i") != 0);
		assert_value(session,
		             "SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class WHERE "
		             "relname IN ('a', 'i')",
		             cases[i].with_index);
		support_execute(session, "DROP TABLE IF EXISTS a, schema_migrations");
	}
}

/* The server reads a message as a whole before it runs anything of it. */
static void
messages_show_in_a_failure(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1.sql", "COMMIT; CREATE TABLE a (); SELEC 1;" }, { NULL, NULL } };

	assert_true(migrate(session, files, "send", "file"));
	assert_value(session, TABLES, "");
	assert_true(migrate(session, files, "send", "statements"));
	assert_value(session, TABLES, "a");
}

static void
the_history_has_the_columns_of_the_suite(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = {
		{ "007_a's.sql", "hello" }, { "007_a's.down.sql", "" }, { "010_b.sql", "-- nothing" }, { NULL, NULL }
	};
	const FolderFile first[] = { { "007_a's.sql", "-- changed" }, { "010_b.sql", "-- nothing" }, { NULL, NULL } };
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(settings, (gpointer) "pattern",
	                    (gpointer) "(?<version>\\d+)_(?<name>.+?)(?<down>\\.down)?\\.sql");
	g_hash_table_insert(settings, (gpointer) "history",
	                    (gpointer) "Id bigint = version, script = file, label = name, sum char(32) = md5, "
	                               "ok boolean = true, at timestamptz = clock_timestamp()");
	const MigrationOptions options = { .format = "plain", .settings = settings, .history_table = "public.done" };
	g_autoptr(MigrationSet) set = runner_load_as(files, options);
	g_autoptr(MigrationSet) changed = runner_load_as(first, options);
	g_autoptr(MigrationRunner) runner = runner_begin(set, session);
	g_auto(MigrationOutcome) outcome = { 0 };

	runner_try(runner, runner_migration(set, 0), MIGRATION_UP, &outcome);
	assert_string_equal(outcome.sqlstate, "42601");
	runner_apply(runner, runner_migration(set, 1), MIGRATION_UP);
	assert_value(session, "SELECT \"Id\" || script || label || sum || ok FROM done",
	             "10010_b.sqlb1c97e62d8b0ca572b167f98d6015706atrue");
	g_autoptr(GHashTable) applied = migration_runner_applied(runner, NULL);
	assert_true(g_hash_table_contains(applied, "010_b.sql"));
	support_execute(session, "INSERT INTO done SELECT 7, '', '', md5('hello'), true, now() - interval '1 day'");
	assert_int_equal(runner_migrate(runner), 0);
	assert_problems(set, session, "");
	assert_problems(changed, session, "edited 007_a's.sql");
	support_execute(session, "UPDATE done SET at = now() + interval '1 day' WHERE \"Id\" = 7");
	assert_problems(set, session, "out of order 007_a's.sql");
	runner_apply(runner, runner_migration(set, 0), MIGRATION_DOWN);
	assert_value(session, "SELECT string_agg(\"Id\"::text, ' ') FROM done", "10");
	assert_problems(set, session, "out of order 007_a's.sql");
}

static void
a_table_that_is_there_is_taken_as_it_is(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1.sql", "SELECT 1" }, { "2.sql", "SELECT 1" }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = sequence_load("plain", files, "history", "script = file");
	g_autoptr(GError) error = NULL;

	support_execute(session, "CREATE TABLE schema_migrations (script text NOT NULL, note text DEFAULT 'x');"
	                         "INSERT INTO schema_migrations VALUES ('1.sql')");
	MigrationRunner *runner = runner_begin(set, session);
	assert_int_equal(runner_migrate(runner), 1);
	assert_value(session, "SELECT string_agg(script || note, ' ' ORDER BY script) FROM schema_migrations",
	             "1.sqlx 2.sqlx");
	migration_runner_end(runner);
	support_execute(session, "ALTER TABLE schema_migrations RENAME script TO file");
	assert_null(migration_runner_begin(set, session, NULL, &error));
	assert_contains(error->message,
	                "has no column \"script\"\nhint: name the runner's table with \"history_table\" "
	                "and its columns with the setting \"history\"");
}

static void
a_runner_without_a_history_leaves_none_in_the_way(void **state)
{
	DbSession *session = support_session(state);
	const FolderFile files[] = { { "1.sql", "CREATE TABLE schema_migrations (anything int);" },
		                     { "2.sql", "SELECT 1" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = sequence_load("plain", files, "history", "none");
	MigrationRunner *runner = runner_begin(set, session);

	assert_int_equal(runner_migrate(runner), 2);
	assert_int_equal(runner_migrate(runner), 0);
	migration_runner_end(runner);
	runner = runner_begin(set, session);
	assert_int_equal(runner_migrate(runner), 0);
	migration_runner_end(runner);
	assert_value(session, "SELECT string_agg(version, ' ' ORDER BY version) FROM pgassay_history.applied", "1 2");
	assert_false(migration_history_is_known(set));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(a_failure_leaves_what_the_transactions_leave),
		RUNNER_TEST(messages_show_in_a_failure),
		RUNNER_TEST(the_history_has_the_columns_of_the_suite),
		RUNNER_TEST(a_table_that_is_there_is_taken_as_it_is),
		RUNNER_TEST(a_runner_without_a_history_leaves_none_in_the_way),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
