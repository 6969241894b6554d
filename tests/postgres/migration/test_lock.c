/* A run that waits for the tool's lock does not stand in the way of the run that has it. */
#include "support_runner.h"

#include <poll.h>

/* One row a format that takes a lock. */
static const struct {
	const char *format;
	FolderFile files[3];
} histories[] = {
	{ "plain",
	  { { "1.sql", "CREATE TABLE t (a int)" },
	    { "2.sql", "CREATE INDEX CONCURRENTLY i ON t (a)" },
	    { NULL, NULL } } },
	{ "flyway",
	  { { "V1__t.sql", "CREATE TABLE t (a int)" },
	    { "V2__i.sql", "CREATE INDEX CONCURRENTLY i ON t (a)" },
	    { NULL, NULL } } },
	{ "sqlx",
	  { { "1_t.sql", "CREATE TABLE t (a int)" },
	    { "2_i.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a)" },
	    { NULL, NULL } } },
	{ "prisma",
	  { { "1_t/migration.sql", "CREATE TABLE t (a int)" },
	    { "2_i/migration.sql", "CREATE INDEX CONCURRENTLY i ON t (a)" },
	    { NULL, NULL } } },
};

typedef struct {
	const MigrationSet *set;
	DbSession *session;
	GError *error;
	guint applied;
} Second;

static gpointer
run_second(gpointer data)
{
	Second *second = data;
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	g_autoptr(MigrationRunner) runner = migration_runner_begin(second->set, second->session, NULL, &second->error);

	if (runner != NULL)
		migration_runner_migrate(runner, &second->applied, &failed, &outcome, &second->error);
	return NULL;
}

/* Waits until the session has asked for the lock: then it waits in the server, or has learned that the lock is
 * taken. */
static void
wait_until_asked(DbSession *observer, int pid)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM pg_stat_activity WHERE pid = %d "
	                                       "AND query LIKE '%%advisory_lock%%' "
	                                       "AND (state = 'idle' OR wait_event = 'advisory')",
	                                       pid);

	for (gint64 deadline = g_get_monotonic_time() + 20 * G_USEC_PER_SEC; g_get_monotonic_time() < deadline;) {
		g_autofree char *asked = db_session_query_value(observer, NULL, sql, NULL);
		if (g_strcmp0(asked, "1") == 0)
			return;
		poll(NULL, 0, 1);
	}
	fail_msg("the second run does not ask for the lock");
}

static void
waiting_does_not_block_an_index_that_is_built_concurrently(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(histories); i++) {
		g_autoptr(SupportDatabase) database = support_database(NULL);
		g_autoptr(DbSession) other = scratch_database_connect(database->database, DB_SESSION_MIGRATION, NULL);
		g_autoptr(DbSession) observer = scratch_database_connect(database->database, DB_SESSION_INTERNAL, NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(MigrationSet)
		    set = folder_load(histories[i].files, (MigrationOptions){ .format = histories[i].format }, &error);
		assert_non_null(set);
		MigrationRunner *runner = runner_begin(set, database->session);
		Second second = { .set = set, .session = other };
		GThread *thread = g_thread_new("second", run_second, &second);

		wait_until_asked(observer, db_session_backend_pid(other));
		assert_int_equal(runner_migrate(runner), 2);
		migration_runner_end(runner);
		g_thread_join(thread);
		support_check(second.error == NULL, second.error, histories[i].format);
		assert_int_equal(second.applied, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting_does_not_block_an_index_that_is_built_concurrently),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
