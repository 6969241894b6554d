/* The observations of whole migrations, as their tools run them. */
#include "../migration/support_runner.h"

#include "impact/observe.h"

static const char *const history_tables[] = { "public.flyway_schema_history", "public.pgassay_migrations",
	                                      "public.schema_migrations", NULL };
static const CatalogExclusions exclusions = { .tables = history_tables };

static const char schema[] =
    "CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text, code text);"
    "CREATE TABLE shop.parts (id bigint PRIMARY KEY, order_id bigint REFERENCES shop.orders (id), note text);"
    "INSERT INTO shop.orders SELECT g, 'n', 'c' || g FROM generate_series(1, 500) g;"
    "INSERT INTO shop.parts SELECT g, g, 'n' FROM generate_series(1, 500) g; CREATE INDEX parts_note ON shop.parts "
    "(note)";

/* Applies the migration, watched. */
static ReportObservation *
observe_apply(void **state, const char *name, const char *sql, const char *format)
{
	SupportDatabase *database = *state;
	const FolderFile files[] = { { name, sql }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, (MigrationOptions){ .format = format });
	g_autoptr(MigrationRunner) runner = runner_begin(set, database->session);
	g_autoptr(ImpactObserver) observer = impact_observer_new(database->database, &exclusions);
	GError *error = NULL;
	bool done = impact_observer_begin(observer, database->session, &error);

	support_check(done, error, "impact_observer_begin");
	migration_runner_set_watch(runner, impact_observer_watch(observer));
	runner_apply(runner, runner_migration(set, 0), MIGRATION_UP);
	migration_runner_set_watch(runner, NULL);
	return impact_observer_end(observer);
}

static ReportObservation *
observe_plain(void **state, const char *sql)
{
	support_execute(support_session(state), schema);
	return observe_apply(state, "1_a.up.sql", sql, "golang-migrate");
}

static const ReportStatement *
observe_statement(const ReportObservation *observation, guint i)
{
	assert_true(i < observation->statements->len);
	return g_ptr_array_index(observation->statements, i);
}

static const ReportTouched *
observe_find(const ReportStatement *statement, const char *name)
{
	for (guint i = 0; i < statement->touched->len; i++) {
		const ReportTouched *touched = g_ptr_array_index(statement->touched, i);
		if (strcmp(touched->name, name) == 0)
			return touched;
	}
	fail_msg("\"%s\" does not touch %s", statement->text, name);
	return NULL;
}

static void
the_window_of_a_lock_goes_to_the_end_of_its_transaction(void **state)
{
	support_execute(support_session(state), schema);
	support_execute(support_session(state), "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, "
	                                        "version text, description text, type text, script text, checksum int,"
	                                        " installed_by text, installed_on timestamp DEFAULT now(), "
	                                        "execution_time int, success boolean)");
	g_autoptr(ReportObservation)
	    observation = observe_apply(state, "V1__a.sql",
	                                "ALTER TABLE shop.orders ADD x int;\n  SELECT pg_sleep(0.05);\n"
	                                "ALTER TABLE shop.orders ALTER note SET NOT NULL",
	                                "flyway");
	const ReportTouched *first = observe_find(observe_statement(observation, 0), "shop.orders");

	assert_int_equal(observation->statements->len, 3);
	assert_int_equal(observe_statement(observation, 2)->position.line, 3);
	assert_int_equal(first->taken, REPORT_LOCK_ACCESS_EXCLUSIVE);
	assert_true(first->until - first->since >= 50000);
	assert_int_equal(observe_statement(observation, 0)->transaction, 1);
	assert_int_equal(observe_statement(observation, 2)->transaction, 1);
}

static void
a_scan_under_a_lock_of_before_knows_that_lock(void **state)
{
	g_autoptr(ReportObservation)
	    observation = observe_plain(state, "ALTER TABLE shop.orders ADD CONSTRAINT c CHECK (id > 0) NOT VALID;"
	                                       "ALTER TABLE shop.orders VALIDATE CONSTRAINT c");
	const ReportTouched *touched = observe_find(observe_statement(observation, 1), "shop.orders");

	assert_int_equal(touched->taken, REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE);
	assert_int_equal(touched->held, REPORT_LOCK_ACCESS_EXCLUSIVE);
	assert_int_equal(touched->scans, 1);
	assert_int_equal(touched->rows_read, 500);
	assert_true(touched->is_named);
}

/* As on large tables, the check of the new key goes through both indexes; a look for single rows does not. */
static void
a_key_that_is_checked_by_indexes_reads_all_rows(void **state)
{
	g_autoptr(ReportObservation)
	    observation = observe_plain(state, "CREATE INDEX parts_order ON shop.parts (order_id);"
	                                       "ALTER TABLE shop.parts ADD CONSTRAINT k FOREIGN KEY (order_id)"
	                                       " REFERENCES shop.orders (id);"
	                                       "UPDATE shop.orders SET note = 'o' WHERE id = 10");
	const ReportTouched *parts = observe_find(observe_statement(observation, 1), "shop.parts");
	const ReportTouched *one = observe_find(observe_statement(observation, 2), "shop.orders");

	assert_int_equal(parts->taken, REPORT_LOCK_SHARE_ROW_EXCLUSIVE);
	assert_int_equal(parts->rows_read, 500);
	assert_true(parts->scans > 0);
	assert_int_equal(one->rows_read, 0);
}

static void
dropped_and_renamed_relations_have_their_old_names(void **state)
{
	g_autoptr(ReportObservation)
	    observation = observe_plain(state, "DROP TABLE shop.parts; ALTER TABLE shop.orders ADD x int; COMMIT;"
	                                       "ALTER TABLE shop.orders RENAME TO sales");
	const ReportTouched *dropped = observe_find(observe_statement(observation, 0), "shop.parts");
	const ReportTouched *other = observe_find(observe_statement(observation, 0), "shop.orders");
	const ReportTouched *renamed = observe_find(observe_statement(observation, 2), "shop.orders");

	assert_true(dropped->was_dropped);
	assert_true(dropped->is_named);
	assert_int_equal(other->taken, REPORT_LOCK_ACCESS_EXCLUSIVE);
	assert_false(other->is_named);
	assert_int_equal(renamed->taken, REPORT_LOCK_ACCESS_EXCLUSIVE);
	assert_true(renamed->is_named);
}

static void
a_table_of_the_script_itself_is_nobodys_business(void **state)
{
	g_autoptr(ReportObservation)
	    observation = observe_plain(state, "CREATE TABLE shop.fresh (a int); INSERT INTO shop.fresh VALUES (1);"
	                                       "ALTER TABLE shop.fresh ADD b int DEFAULT random()::int;"
	                                       "CREATE INDEX ON shop.fresh (b); DROP TABLE shop.fresh");

	for (guint i = 0; i < observation->statements->len; i++)
		assert_int_equal(observe_statement(observation, i)->touched->len, 0);
}

static void
the_history_of_the_tool_is_left_out(void **state)
{
	g_autoptr(ReportObservation) observation = observe_plain(state, "ALTER TABLE schema_migrations ADD x int");

	assert_int_equal(observe_statement(observation, 0)->touched->len, 0);
}

/* --- Outside of a transaction ------------------------------------------------------- */

typedef struct {
	const char *sql;
	const char *table;
	ReportLockMode taken;
	guint indexes;
	bool rewritten;
} Outside;

static const Outside outside[] = {
	{ "CREATE INDEX CONCURRENTLY o_note ON shop.orders (note)", "shop.orders", REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE,
	  1, false },
	{ "DROP INDEX CONCURRENTLY shop.parts_note", "shop.parts", REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE, 0, false },
	{ "REINDEX TABLE CONCURRENTLY shop.orders", "shop.orders", REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE, 1, false },
	{ "VACUUM FULL shop.orders", "shop.orders", REPORT_LOCK_ACCESS_EXCLUSIVE, 1, true },
	{ "VACUUM shop.orders", "shop.orders", REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE, 0, false },
	{ "VACUUM shop.parts, shop.orders", "shop.orders", REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE, 0, false },
	{ "VACUUM shop.orders, shop.parts", "shop.parts", REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE, 0, false },
	{ "CREATE INDEX CONCURRENTLY IF NOT EXISTS parts_note ON shop.parts (note)", "shop.parts",
	  REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE, 0, false },
	{ NULL, NULL, 0, 0, false },
};

static void
another_session_sees_what_runs_outside_of_a_transaction(void **state)
{
	DbSession *session = support_session(state);

	for (const Outside *test = outside; test->sql != NULL; test++) {
		g_autoptr(ReportObservation) observation = observe_plain(state, test->sql);
		const ReportStatement *statement = observe_statement(observation, 0);
		const ReportTouched *touched = observe_find(statement, test->table);
		assert_int_equal(statement->transaction, 0);
		assert_null(statement->unseen);
		if (touched->held != test->taken || touched->was_rewritten != test->rewritten)
			fail_msg("%s: %s", test->sql, report_lock_name(touched->held));
		assert_true(touched->indexes_built >= test->indexes);
		support_execute(session, "DROP SCHEMA shop CASCADE; DROP TABLE schema_migrations");
	}
}

/* The first step locks both like VACUUM; the second one the partition alone, once nobody reads it. */
static void
every_step_of_a_statement_is_seen(void **state)
{
	DbSession *session = support_session(state);

	if (db_session_server_version(session) < 140000)
		skip();
	support_execute(session, "CREATE SCHEMA part; CREATE TABLE part.whole (a int) PARTITION BY LIST (a);"
	                         "CREATE TABLE part.one PARTITION OF part.whole FOR VALUES IN (1)");
	g_autoptr(ReportObservation)
	    observation = observe_plain(state, "ALTER TABLE part.whole DETACH PARTITION part.one CONCURRENTLY");
	const ReportStatement *statement = observe_statement(observation, 0);

	assert_int_equal(observe_find(statement, "part.whole")->held, REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE);
	assert_int_equal(observe_find(statement, "part.one")->held, REPORT_LOCK_ACCESS_EXCLUSIVE);
}

/* It waits for our locks; the script's lock_timeout is for those of others. */
static void
our_locks_are_no_reason_for_a_timeout(void **state)
{
	DbSession *session = support_session(state);

	support_execute(session, "SET lock_timeout = '1ms'");
	g_autoptr(ReportObservation) observation = observe_plain(state, "DROP INDEX CONCURRENTLY shop.parts_note");
	g_autofree char *after = db_session_query_value(session, NULL, "SELECT current_setting('lock_timeout')", NULL);

	assert_string_equal(observe_statement(observation, 0)->lock_timeout, "1ms");
	assert_string_equal(after, "1ms");
}

/* --- Concurrent statements, and limits of a script ------------------------------- */

static void
set_transaction_stays_the_first_statement(void **state)
{
	g_autoptr(ReportObservation)
	    observation = observe_plain(state, "BEGIN; SET LOCAL lock_timeout = '2s'; SET TRANSACTION ISOLATION LEVEL "
	                                       "SERIALIZABLE; ALTER TABLE shop.orders ADD x int; COMMIT");

	assert_int_equal(observation->statements->len, 1);
	assert_string_equal(observe_statement(observation, 0)->lock_timeout, "2s");
	observe_find(observe_statement(observation, 0), "shop.orders");
}

static void
rolled_back_statements_have_no_effect(void **state)
{
	g_autoptr(ReportObservation)
	    observation = observe_plain(state, "BEGIN; CREATE TABLE shop.gone (); ROLLBACK; DEALLOCATE ALL;"
	                                       "ALTER TABLE shop.orders ADD x int DEFAULT random()::int");
	const ReportTouched *touched = observe_find(observe_statement(observation, 2), "shop.orders");

	assert_true(touched->was_rewritten);
	assert_int_equal(touched->indexes_built, 1);
}

static void
rows_and_bytes_are_counted(void **state)
{
	g_autoptr(ReportObservation) observation = observe_plain(
	    state, "UPDATE shop.orders SET note = repeat('x', 500); DELETE FROM shop.parts");
	const ReportTouched *updated = observe_find(observe_statement(observation, 0), "shop.orders");
	const ReportTouched *deleted = observe_find(observe_statement(observation, 1), "shop.parts");

	assert_int_equal(updated->rows_updated, 500);
	assert_true(updated->bytes_written > 250000);
	assert_true(updated->bytes > updated->bytes_written);
	assert_int_equal(deleted->rows_deleted, 500);
	assert_int_equal(updated->held, REPORT_LOCK_ROW_EXCLUSIVE);
	assert_true(observe_statement(observation, 0)->wal_bytes > 250000);
}

static void
temporary_files_are_counted(void **state)
{
	if (db_session_server_version(support_session(state)) < 150000)
		skip();
	g_autoptr(ReportObservation)
	    observation = observe_plain(state, "SET work_mem = '64kB';"
	                                       "SELECT count(*) FROM (SELECT g FROM generate_series(1, 100000) g "
	                                       "ORDER BY g % 1000, g) s");

	assert_true(observation->temporary_bytes > 1000000);
}

/* Writes into the log. */
typedef struct {
	ScratchDatabase *database;
	gint n;    /* atomic: how often it has */
	gint stop; /* atomic */
} ObserveWriter;

static gpointer
observe_write(gpointer data)
{
	ObserveWriter *writer = data;
	g_autoptr(DbSession) session = scratch_database_connect(writer->database, DB_SESSION_INTERNAL, NULL);

	bool done = session != NULL && db_session_execute(session, "CREATE TABLE public.beside (t text)", NULL);

	do {
		done = done && db_session_execute(session,
		                                  "INSERT INTO public.beside SELECT repeat('x', 1000) FROM "
		                                  "generate_series(1, 100)",
		                                  NULL);
		g_atomic_int_inc(&writer->n);
	} while (done && !g_atomic_int_get(&writer->stop));
	return NULL;
}

/* Applies the migration while another session writes, with a log that knows whose records there are. */
static ReportObservation *
observe_beside(void **state, const char *sql)
{
	SupportDatabase *database = *state;
	const FolderFile files[] = { { "1_a.up.sql", sql }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = runner_load_as(files, (MigrationOptions){ .format = "golang-migrate" });
	g_autoptr(MigrationRunner) runner = runner_begin(set, database->session);
	g_autoptr(ImpactObserver) observer = impact_observer_new(database->database, &exclusions);
	GError *error = NULL;
	g_autoptr(ImpactWal) log = impact_wal_open(support_server(), &error);

	support_check(error == NULL, error, "impact_wal_open");
	impact_observer_set_wal(observer, log);
	support_check(impact_observer_begin(observer, database->session, &error), error, "impact_observer_begin");
	migration_runner_set_watch(runner, impact_observer_watch(observer));
	runner_apply(runner, runner_migration(set, 0), MIGRATION_UP);
	migration_runner_set_watch(runner, NULL);
	return impact_observer_end(observer);
}

static void
the_log_of_others_is_not_counted(void **state)
{
	DbSession *session = support_session(state);
	static const char sql[] = "ALTER TABLE shop.orders ADD x int; SELECT pg_sleep(0.3)";

	if (db_session_server_version(session) < 150000)
		skip();
	support_execute(session, schema);
	ObserveWriter writer = { .database = ((SupportDatabase *)*state)->database };
	GThread *thread = g_thread_new("writer", observe_write, &writer);
	while (g_atomic_int_get(&writer.n) == 0)
		g_thread_yield();
	g_autoptr(ReportObservation) observation = observe_beside(state, sql);
	g_atomic_int_set(&writer.stop, 1);
	g_thread_join(thread);

	gint64 own = observe_statement(observation, 0)->wal_bytes;
	if (own < 100 || own > 20000 || observe_statement(observation, 1)->wal_bytes != 0)
		fail_msg("%" G_GINT64_FORMAT " and %" G_GINT64_FORMAT " bytes", own,
		         observe_statement(observation, 1)->wal_bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNER_TEST(the_window_of_a_lock_goes_to_the_end_of_its_transaction),
		RUNNER_TEST(a_scan_under_a_lock_of_before_knows_that_lock),
		RUNNER_TEST(a_key_that_is_checked_by_indexes_reads_all_rows),
		RUNNER_TEST(dropped_and_renamed_relations_have_their_old_names),
		RUNNER_TEST(a_table_of_the_script_itself_is_nobodys_business),
		RUNNER_TEST(the_history_of_the_tool_is_left_out),
		RUNNER_TEST(another_session_sees_what_runs_outside_of_a_transaction),
		RUNNER_TEST(every_step_of_a_statement_is_seen),
		RUNNER_TEST(our_locks_are_no_reason_for_a_timeout),
		RUNNER_TEST(set_transaction_stays_the_first_statement),
		RUNNER_TEST(rolled_back_statements_have_no_effect),
		RUNNER_TEST(rows_and_bytes_are_counted),
		RUNNER_TEST(temporary_files_are_counted),
		RUNNER_TEST(the_log_of_others_is_not_counted),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
