#include "support_run.h"

#include "base/error.h"
#include "run/reset/reset.h"
#include "run/stage/stage.h"

static const RunResetOptions impatient = { .lock_timeout = 100 };

static GPtrArray *
drop(DbSession *session)
{
	GError *error = NULL;
	GPtrArray *left = NULL;

	support_check(run_reset_drop(session, &impatient, &left, &error), error, "run_reset_drop");
	return left;
}

/* --- Dropping -------------------------------------------------------------- */

/* Something of most kinds, across schemas, and a schema "public" unlike that of a new database. */
static const char zoo[] =
    "ALTER SCHEMA public RENAME TO \"Odd, \"\"name\"; CREATE SCHEMA other; CREATE TYPE other.mood AS ENUM ('ok');"
    "CREATE DOMAIN other.short AS text CHECK (length(VALUE) < 9);"
    "CREATE TABLE \"Odd, \"\"name\".t (id serial PRIMARY KEY, m other.mood DEFAULT 'ok', s other.short);"
    "CREATE TABLE other.u (t int REFERENCES \"Odd, \"\"name\".t) PARTITION BY LIST (t);"
    "CREATE TABLE other.u1 PARTITION OF other.u DEFAULT; CREATE VIEW other.v AS SELECT * FROM \"Odd, \"\"name\".t;"
    "CREATE MATERIALIZED VIEW other.m AS SELECT * FROM other.v; CREATE SEQUENCE other.numbers;"
    "CREATE FUNCTION other.f() RETURNS other.mood LANGUAGE sql AS $$SELECT 'ok'::other.mood$$;"
    "CREATE FUNCTION other.e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
    "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION other.e();"
    "CREATE AGGREGATE other.total (int) (SFUNC = int4pl, STYPE = int);"
    "CREATE OPERATOR other.@+ (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int);"
    "CREATE COLLATION other.c (LOCALE = 'C'); CREATE TEXT SEARCH CONFIGURATION other.words (COPY = english);"
    "CREATE CAST (other.mood AS int) WITH INOUT;"
    "CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO pg_monitor; COMMENT ON SCHEMA public IS 'changed';";

static const char traces[] =
    "SELECT (SELECT string_agg(concat_ws(' ', nspname, nspacl, pg_get_userbyid(nspowner), obj_description(oid)), ', ')"
    " FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')"
    " || (SELECT count(*) FROM pg_class WHERE oid >= 16384 AND relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE "
    "nspname ~ '^pg_')) || ' ' || (SELECT count(*) FROM pg_proc WHERE oid >= 16384) || ' '"
    " || (SELECT count(*) FROM pg_type WHERE oid >= 16384) || ' ' || (SELECT count(*) FROM pg_event_trigger) || ' '"
    " || (SELECT count(*) FROM pg_extension) || ' ' || (SELECT count(*) FROM pg_operator WHERE oid >= 16384) || ' '"
    " || (SELECT count(*) FROM pg_collation WHERE oid >= 16384) || ' ' || (SELECT count(*) FROM pg_cast WHERE oid >= "
    "16384)";

static void
a_dropped_database_is_like_a_new_one(void **state)
{
	const SupportDatabase *database = *state;
	g_autoptr(SupportDatabase) fresh = support_database(NULL);
	g_autofree char *expected = value(fresh->session, traces);

	support_execute(database->session, zoo);
	g_autofree char *before = value(database->session, traces);
	assert_string_not_equal(before, expected);
	for (int i = 0; i < 2; i++) { /* also when there is nothing to drop */
		g_autoptr(GPtrArray) left = drop(database->session);
		assert_int_equal(left->len, 0);
		expect_text(database->session, traces, expected);
	}
	support_execute(database->session, "DROP SCHEMA public");
	g_ptr_array_unref(drop(database->session));
	expect_text(database->session, traces, expected);
}

static void
objects_without_a_schema_are_reported(void **state)
{
	const SupportDatabase *database = *state;
	static const char *const expected[] = {
		"1 large object",     "cast (integer AS oidvector)", "default privileges of the role",
		"foreign server far", "foreign-data wrapper w",      "publication p",
		"setting work_mem"
	};

	support_execute(database->session,
	                "CREATE PUBLICATION p FOR ALL TABLES; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far "
	                "FOREIGN DATA WRAPPER w; CREATE CAST (int AS oidvector) WITH INOUT; "
	                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC");
	support_execute(database->session, "SELECT lo_create(0)");
	g_autofree char *set = g_strdup_printf(
	    "ALTER DATABASE %s SET work_mem = '8MB'; ALTER DATABASE %s SET pgassay.resettable "
	    "= 'on'",
	    scratch_database_name(database->database), scratch_database_name(database->database));
	support_execute(database->session, set);
	g_autoptr(GPtrArray) left = drop(database->session);
	assert_int_equal(left->len, G_N_ELEMENTS(expected));
	for (guint i = 0; i < left->len; i++)
		if (!g_str_has_prefix(g_ptr_array_index(left, i), expected[i]))
			fail_msg("expected %s, found %s", expected[i], (char *)g_ptr_array_index(left, i));
}

/* --- Other users ----------------------------------------------------------- */

static DbSession *
connect_as(const SupportDatabase *database, const char *user)
{
	g_autofree char *more = g_strdup_printf("user=%s", user);
	GError *error = NULL;
	DbSession *session = connect_with(database->database, more, &error);

	support_check(session != NULL, error, more);
	return session;
}

static void
the_owner_of_the_database_can_reset_it(void **state)
{
	const SupportDatabase *database = *state;
	const char *name = scratch_database_name(database->database);
	g_autoptr(SupportDatabase) fresh = support_database(NULL);
	bool own_public = db_session_server_version(database->session) < 150000;
	g_autofree char *setup = g_strdup_printf(
	    "CREATE ROLE reset_owner LOGIN; ALTER DATABASE %s OWNER TO reset_owner;"
	    "ALTER DATABASE %s SET default_transaction_read_only = on;"
	    "ALTER DATABASE %s SET statement_timeout = 150",
	    name, name, name);

	support_execute(database->session, setup);
	if (own_public)
		support_execute(database->session, "ALTER SCHEMA public OWNER TO reset_owner");
	g_autoptr(DbSession) owner = connect_as(database, "reset_owner");
	/* Dropping them takes longer than the database's own statement_timeout. */
	support_execute(owner, "SET statement_timeout = 0");
	support_execute(owner, "SET transaction_read_only = off; CREATE SCHEMA mine; "
	                       "DO $$ BEGIN FOR i IN 1..900 LOOP "
	                       "EXECUTE 'CREATE TABLE mine.t' || i || ' (id int PRIMARY KEY)'; END LOOP; END $$; "
	                       "SET statement_timeout = 150");
	g_autoptr(GPtrArray) left = drop(owner);
	expect_text(database->session, "SELECT count(*) FROM pg_namespace WHERE nspname = 'mine'", "0");
	const char *public =
	    "SELECT concat_ws(' ', nspacl, pg_get_userbyid(nspowner), obj_description(oid)) FROM pg_namespace "
	    "WHERE nspname = 'public'";
	g_autofree char *expected = value(fresh->session, public);
	if (own_public) {
		assert_true(g_str_has_prefix(g_ptr_array_index(left, 0), "the owner of schema public ("));
		expect_text(database->session,
		            "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'public'",
		            "reset_owner");
	} else {
		expect_text(database->session, public, expected);
	}
	g_autofree char *back = g_strdup_printf(
	    "ALTER DATABASE %s OWNER TO CURRENT_USER; REASSIGN OWNED BY reset_owner TO "
	    "CURRENT_USER; DROP OWNED BY reset_owner; DROP ROLE reset_owner",
	    name);
	g_clear_pointer(&owner, db_session_close);
	support_execute(database->session, back);
}

static void
others_cannot(void **state)
{
	const SupportDatabase *database = *state;
	g_autoptr(GPtrArray) left = NULL;
	g_autoptr(GError) error = NULL;

	support_execute(database->session, "CREATE ROLE reset_guest LOGIN; CREATE TABLE t ()");
	g_autoptr(DbSession) guest = connect_as(database, "reset_guest");
	assert_false(run_reset_drop(guest, &impatient, &left, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_true(g_str_has_prefix(error->message, "nothing was dropped: must be owner of schema public"));
	g_clear_error(&error);
	assert_false(run_reset_end_others(guest, &error));
	assert_non_null(strstr(error->message, "could not end the session pid "));
	assert_non_null(strstr(error->message, "hint: end it by hand"));
	expect_text(database->session, "SELECT count(*) FROM pg_class WHERE relname = 't'", "1");
	g_clear_pointer(&guest, db_session_close);
	support_execute(database->session, "DROP ROLE reset_guest");
}

/* --- Other sessions -------------------------------------------------------- */

static void
a_session_that_holds_a_lock_is_named_and_can_be_ended(void **state)
{
	const SupportDatabase *database = *state;
	GError *error = NULL;
	GPtrArray *left = NULL;
	DbSession *other = connect_with(database->database, "", &error);

	support_check(other != NULL, error, "other");
	error = NULL;
	support_execute(database->session, "CREATE TABLE t ()");
	support_execute(other, "BEGIN; SELECT FROM public.t");
	g_autofree char *who = g_strdup_printf("held by pid %d, application \"pgassay\", user \"",
	                                       db_session_backend_pid(other));
	assert_false(run_reset_drop(database->session, &impatient, &left, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_non_null(strstr(error->message, "are locked, and were for 100 ms"));
	assert_non_null(strstr(error->message, who));
	assert_non_null(strstr(error->message, "idle in transaction: public.t\nhint: nothing was dropped"));
	g_clear_error(&error);
	assert_int_equal(db_session_transaction_state(database->session), DB_TRANSACTION_IDLE);
	expect_text(database->session, "SELECT count(*) FROM pg_class WHERE relname = 't'", "1");

	g_autoptr(GPtrArray) others = run_reset_others(database->session, &error);
	assert_int_equal(others->len, 1);
	assert_non_null(strstr(g_ptr_array_index(others, 0), "idle in transaction"));
	support_check(run_reset_end_others(database->session, &error), error, "end");
	assert_false(db_session_execute(other, "SELECT 1", NULL));
	g_ptr_array_unref(drop(database->session));
	expect_text(database->session, "SELECT count(*) FROM pg_class WHERE relname = 't'", "0");
	db_session_close(other);
}

typedef struct {
	DbSession *session;
	GAsyncQueue *lines;
	bool got;
} Waiter;

static void
on_line(const char *line, void *data)
{
	g_async_queue_push(data, g_strdup(line));
}

static gpointer
wait_for_lock(gpointer data)
{
	Waiter *waiter = data;
	const RunResetOptions options = { .show = on_line, .data = waiter->lines };

	waiter->got = run_reset_lock(waiter->session, &options, NULL);
	on_line("got it", waiter->lines);
	return NULL;
}

static void
two_resets_take_turns(void **state)
{
	const SupportDatabase *database = *state;
	GError *error = NULL;
	DbSession *first = connect_with(database->database, "", &error);
	Waiter second = { .session = connect_with(database->database, "", &error),
		          .lines = g_async_queue_new_full(g_free) };

	support_check(first != NULL && second.session != NULL, error, "sessions");
	error = NULL;
	support_check(run_reset_lock(first, &impatient, &error), error, "first");
	GThread *thread = g_thread_new("second", wait_for_lock, &second);
	g_autofree char *line = g_async_queue_pop(second.lines);
	g_autofree char *who = g_strdup_printf(
	    "waiting for another reset of this database (pid %d, application \"pgassay\"",
	    db_session_backend_pid(first));
	if (!g_str_has_prefix(line, who))
		fail_msg("%s", line);
	/* The first one ends all sessions but those of resets. */
	g_clear_pointer(&((SupportDatabase *)*state)->session, db_session_close);
	support_check(run_reset_end_others(first, &error), error, "end");
	assert_int_equal(g_async_queue_length(second.lines), 0);
	/* A waiting reset has no snapshot for which this would wait. */
	support_execute(first, "CREATE TABLE public.t (a int)");
	support_execute(first, "CREATE INDEX CONCURRENTLY t_a ON public.t (a)");
	db_session_close(first);
	g_autofree char *last = g_async_queue_pop(second.lines);
	g_thread_join(thread);
	assert_string_equal(last, "got it");
	assert_true(second.got);
	db_session_close(second.session);
	g_async_queue_unref(second.lines);
}

/* --- Building -------------------------------------------------------------- */

static void
a_migration_that_fails_leaves_the_database_where_it_is(void **state)
{
	const SupportDatabase *database = *state;
	static const char *const texts[] = { "CREATE TABLE a ();", "CREATE TABLE b ();\nCREATE TABLE a ();",
		                             "SELECT 1;", NULL };
	g_autoptr(MigrationSet) set = load_migrations(texts);
	const RunJob job = { .set = set };
	g_autoptr(GError) error = NULL;
	RunResetBuilt built = { 0 };

	assert_false(run_reset_rebuild(database->session, &job, NULL, false, &built, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_MIGRATION));
	assert_true(g_str_has_prefix(error->message,
	                             "migration \"2.sql\" failed, with 1 of 3 applied: relation \"a\" already exists"));
	assert_non_null(strstr(error->message, "/2.sql:2:"));
	expect_text(database->session,
	            "SELECT string_agg(relname, ' ' ORDER BY 1) FROM pg_class WHERE relname IN ('a', 'b')", "a");
}

/* --- The stage ------------------------------------------------------------- */

typedef struct {
	const char *migrations[4];
	const char *problem;   /* what the case says when it fails; NULL: it passes */
	const char *output[3]; /* what its output says */
} Row;

static const Row rows[] = {
	{ { "CREATE TABLE t (a int)" },
	  NULL,
	  { "reset 2, with the schemas dropped: the prepared statement on public.t says: relation \"public.t\" does "
	    "not exist",
	    "reset 2, after the rebuild: the prepared statement on public.t works",
	    "names it; with --end-sessions it is ended, and says: terminating connection due to administrator "
	    "command" } },
	/* The same name is another type after the reset. */
	{ { "CREATE TABLE a (a int); CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (a mood)" },
	  NULL,
	  { "after the rebuild: the prepared statement on public.t says: cached plan must not change result type",
	    "prepared again after DISCARD ALL, it works; so does the idle session" } },
	{ { "SELECT 1" }, NULL, { "there is no table", "so does the idle session" } },
	{ { "CREATE SCHEMA s; CREATE EXTENSION IF NOT EXISTS plpgsql; CREATE TABLE s.t ()" },
	  NULL,
	  { "statement on s.t works" } },
	/* A name by chance. */
	{ { "CREATE TABLE t ()", "DO $$ BEGIN EXECUTE format('CREATE TABLE u_%s ()', md5(random()::text)); END $$" },
	  "after reset 1 of 2, the migrations build another schema than at first\nhint: does a migration depend on" },
	/* Objects outside of the schemas: a publication, a large object, a setting of the database. */
	{ { "CREATE TABLE t ()", "CREATE PUBLICATION p" },
	  "after reset 1, the migrations fail: migration \"2.sql\" failed, with 1 of 2 applied: publication \"p\" "
	  "already exists" },
	{ { "CREATE PUBLICATION p" }, "left from before, because it belongs to no schema: publication p" },
	{ { "DO $$ BEGIN EXECUTE format('CREATE TABLE t_%s ()', (SELECT count(*) FROM pg_largeobject_metadata)); "
	    "PERFORM "
	    "lo_create(0); END $$" },
	  "table \"public.t_0\" is missing" },
	{ { "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = late, public', current_database()); END "
	    "$$; CREATE "
	    "SCHEMA late; CREATE TABLE t ()" },
	  "table \"late.t\" is unexpected" },
};

static void
take_case(ReportCase *test_case, void *data)
{
	*(ReportCase **)data = test_case;
}

static void
ignore_progress(const char *what, void *data)
{
	(void)what;
	(void)data;
}

static ReportCase *
run(const char *const *texts, guint resets, bool forward_failed)
{
	const char *const excluded[] = { "public.schema_migrations", NULL };
	g_autoptr(MigrationSet) set = load_migrations(texts);
	g_autoptr(SupportDatabase) empty = support_database(NULL);
	const SuiteDatabase database = { .name = (char *)"shop", .resets = resets };
	const RunJob job = { .database = &database,
		             .set = set,
		             .history = (char *)"public.schema_migrations",
		             .exclusions = { .tables = excluded } };
	ReportCase *found = NULL;
	GError *error = NULL;
	g_autoptr(RunHealth) health = run_health_new();
	RunStage stage = { .kind = run_stage_kinds(),
		           .job = &job,
		           .server = support_server(),
		           .health = health,
		           .history = run_progress_new(),
		           .listener = { .data = &found, .on_case = take_case, .on_progress = ignore_progress } };
	g_autoptr(CatalogSnapshot) end = catalog_snapshot_read(empty->session, NULL, NULL);

	stage.workspace = (CheckWorkspace){
		.server = stage.server, .set = set, .stand_ins = &stage.stand_ins, .exclusions = &job.exclusions
	};
	run_progress_end(stage.history, forward_failed ? NULL : end);
	assert_true(run_reset_stage_is_wanted(&job));
	bool done = run_reset_stage(&stage, &error);
	check_workspace_close(&stage.workspace);
	run_progress_free(stage.history);
	support_check(done, error, texts[0]);
	assert_non_null(found);
	assert_string_equal(found->stage, "reset");
	return found;
}

static void
the_stage_reports_the_effects_of_a_reset(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Row *row = &rows[i];
		g_autoptr(ReportCase) found = run(row->migrations, 2, false);
		g_autofree char *text = g_strconcat(found->message != NULL ? found->message : "", "\n", found->details,
		                                    NULL);
		assert_string_equal(found->name, "2 resets give the same schema");
		if ((found->status == REPORT_PASSED) != (row->problem == NULL))
			fail_msg("row %zu: %s", i, text);
		if (row->problem != NULL && strstr(text, row->problem) == NULL)
			fail_msg("row %zu: expected %s\nfound %s", i, row->problem, text);
		for (gsize k = 0; k < G_N_ELEMENTS(row->output) && row->output[k] != NULL; k++)
			if (strstr(found->notes, row->output[k]) == NULL)
				fail_msg("row %zu: expected %s\nfound %s", i, row->output[k], found->notes);
	}
}

static void
it_is_skipped_when_a_migration_fails(void **state)
{
	static const char *const texts[] = { "SELECT 1", NULL };
	g_autoptr(ReportCase) found = run(texts, 1, true);

	(void)state;
	assert_int_equal(found->status, REPORT_SKIPPED);
	assert_string_equal(found->name, "1 reset gives the same schema");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_dropped_database_is_like_a_new_one),
		TEST(objects_without_a_schema_are_reported),
		TEST(the_owner_of_the_database_can_reset_it),
		TEST(others_cannot),
		TEST(a_session_that_holds_a_lock_is_named_and_can_be_ended),
		TEST(two_resets_take_turns),
		TEST(a_migration_that_fails_leaves_the_database_where_it_is),
		cmocka_unit_test(the_stage_reports_the_effects_of_a_reset),
		cmocka_unit_test(it_is_skipped_when_a_migration_fails),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
