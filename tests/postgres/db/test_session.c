#include "support.h"

#include "base/error.h"
#include "base/interrupt.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
a_refused_statement_is_diagnosed(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(GError) error = NULL;

	support_execute(session, "CREATE TABLE public.t (a int CONSTRAINT positive CHECK (a > 0))");
	assert_false(db_session_execute(session, "INSERT INTO public.t VALUES (-1)", &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATABASE));
	assert_non_null(strstr(error->message, "SQLSTATE 23514"));
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);
	assert_string_equal(diagnostic->sqlstate, "23514");
	assert_string_equal(diagnostic->constraint, "positive");
	assert_int_equal(diagnostic->position, 0);
	support_execute(session, "SELECT 1");
	assert_null(db_session_diagnostic(session));
}

static void
a_position_counts_characters(void **state)
{
	DbSession *session = support_session(state);

	assert_false(db_session_execute(session, "SELECT '\xc3\xb6', nothing", NULL));
	assert_int_equal(db_session_diagnostic(session)->position, 13);
}

static void
the_last_rows_of_a_batch_are_given(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(GError) error = NULL;
	g_autoptr(DbResult) rows = NULL;
	g_autoptr(DbResult) none = NULL;

	support_check(
	    db_session_execute_rows(session, "SELECT 1; SELECT 2, NULL::text; SET work_mem = '5MB'", &rows, &error),
	    error, "batch");
	assert_int_equal(db_result_rows(rows), 1);
	assert_string_equal(db_result_value(rows, 0, 0), "2");
	assert_null(db_result_value(rows, 0, 1));
	assert_int_equal(db_result_column_type(rows, 0), DB_TYPE_INT);
	assert_true(db_session_execute_rows(session, "SET work_mem = '6MB'", &none, NULL));
	assert_null(none);
}

static void
the_failed_statement_of_a_batch_is_found(void **state)
{
	static const struct {
		const char *statements[3];
		guint failed;
		guint position;
		const char *message;
	} cases[] = {
		{ { "SELECT 1", "SELECT '\xc3\xb6', nothing -- a comment", "SELECT 1" },
		  1,
		  13,
		  "column \"nothing\" does not exist" },
		{ { "SELECT 1", "SELECT 1", "SELECT 1/0" }, 2, 0, "division by zero" },
		{ { "SELECT 1/0", "SELECT 1", "SELECT 1" }, 0, 0, "division by zero" },
		{ { "SELECT 1", "SELECT (1", "SELECT 1/0" }, 1, 10, "syntax error at end of input" },
		{ { "SELECT 1", "SELECT 1", "SELEKT 1" }, 2, 1, "syntax error at or near \"SELEKT\"" },
	};
	DbSession *session = support_session(state);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		guint failed = 9;
		support_execute(session, "BEGIN");
		assert_false(db_session_execute_batch(session, 3, cases[i].statements, &failed, &error));
		assert_non_null(strstr(error->message, cases[i].message));
		assert_string_equal(db_session_diagnostic(session)->message, cases[i].message);
		assert_int_equal(failed, cases[i].failed);
		assert_int_equal(db_session_diagnostic(session)->position, cases[i].position);
		assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_FAILED);
		support_execute(session, "ROLLBACK");
	}
	static const char *const right[] = { "CREATE TABLE public.t (a int)", "INSERT INTO public.t VALUES (1) -- one",
		                             "SELECT a FROM public.t" };
	guint failed;
	assert_true(db_session_execute_batch(session, 3, right, &failed, NULL));
	assert_null(db_session_diagnostic(session));
}

static void
a_session_can_be_made_new(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(GError) error = NULL;

	support_execute(session, "CREATE ROLE a_role; SET search_path = nothing; SET ROLE a_role");
	support_execute(session, "CREATE TEMP TABLE t (); PREPARE p AS SELECT 1");
	support_execute(session, "SELECT pg_advisory_lock(7)");
	support_execute(session, "BEGIN");
	support_check(db_session_reset(session, &error), error, "reset");
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_OPEN);
	support_execute(session, "COMMIT");
	g_autofree char *found = db_session_query_value(
	    session, NULL,
	    "SELECT current_setting('search_path') || ' ' || (current_user = session_user)::text || ' ' || "
	    "(SELECT count(*) FROM pg_prepared_statements) || ' ' || (SELECT count(*) FROM pg_class WHERE relname = "
	    "'t') || "
	    "' ' || (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')",
	    NULL);
	assert_string_equal(found, "\"$user\", public true 0 0 1");
	support_execute(session, "DROP ROLE a_role");
}

/* RESET ROLE alone would leave it: a migration that acts as another user does so to its end only. */
static void
a_new_session_is_that_of_its_own_user(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(GError) error = NULL;

	support_execute(session, "CREATE ROLE another");
	g_autofree char *own = db_session_query_value(session, NULL, "SELECT session_user", NULL);
	support_execute(session, "SET SESSION AUTHORIZATION another");
	support_execute(session, "BEGIN");
	support_check(db_session_reset(session, &error), error, "reset");
	support_execute(session, "COMMIT");
	g_autofree char *now = db_session_query_value(session, NULL, "SELECT session_user", NULL);
	assert_string_equal(now, own);
	support_execute(session, "DROP ROLE another");
}

static void
parameters_are_values_not_sql(void **state)
{
	g_autofree char *value = db_session_query_value(support_session(state), NULL, "SELECT $1::text || $2::text",
	                                                "'; DROP", " TABLE x; --", NULL);

	assert_string_equal(value, "'; DROP TABLE x; --");
}

static void
a_query_for_one_value_refuses_other_shapes(void **state)
{
	g_autoptr(GError) error = NULL;

	assert_null(db_session_query_value(support_session(state), &error, "SELECT generate_series(1, 2)", NULL));
	assert_non_null(strstr(error->message, "expected one value, found 2 rows"));
}

static void
a_pipeline_gives_every_result(void **state)
{
	static const char *const statements[] = { "SELECT 1", "CREATE TABLE public.p ()",
		                                  "SELECT 'x' UNION SELECT 'y'" };
	DbResult *results[3] = { NULL };
	g_autoptr(GError) error = NULL;

	support_check(db_session_pipeline(support_session(state), 3, statements, results, &error), error, "pipeline");
	assert_string_equal(db_result_value(results[0], 0, 0), "1");
	assert_int_equal(db_result_columns(results[1]), 0);
	assert_int_equal(db_result_rows(results[2]), 2);
	for (size_t i = 0; i < G_N_ELEMENTS(results); i++)
		db_result_free(results[i]);
}

static const DbPrepared one = { "pgassay_one", "SELECT 1" };
static const DbPrepared twice = { "pgassay_twice", "SELECT $1::int * 2" };

static void
a_pipeline_prepares_its_statements_once(void **state)
{
	static const DbRequest requests[] = {
		{ .prepared = &one },
		{ .sql = "SELECT 2" },
		{ .prepared = &twice, .parameter = "4" },
		{ .prepared = &twice, .parameter = "5" },
	};
	static const char *const expected[] = { "1", "2", "8", "10" };
	DbSession *session = support_session(state);
	g_autoptr(GError) error = NULL;

	for (int run = 0; run < 2; run++) {
		DbResult *results[4] = { NULL };
		support_check(db_session_pipeline_requests(session, 4, requests, results, &error), error, "pipeline");
		for (size_t i = 0; i < G_N_ELEMENTS(results); i++) {
			assert_string_equal(db_result_value(results[i], 0, 0), expected[i]);
			db_result_free(results[i]);
		}
	}
	g_autofree char *count = db_session_query_value(session, NULL, "SELECT count(*) FROM pg_prepared_statements",
	                                                NULL);
	assert_string_equal(count, "2");
}

static void
prepared_statements_that_others_took_are_made_again(void **state)
{
	static const DbRequest requests[] = { { .prepared = &one }, { .prepared = &twice, .parameter = "4" } };
	static const char *const meddling[] = { "DEALLOCATE ALL", "DEALLOCATE pgassay_twice" };
	DbSession *session = support_session(state);
	DbResult *results[2] = { NULL };
	g_autoptr(GError) error = NULL;

	/* A name that is taken. */
	support_execute(session, "PREPARE pgassay_one AS SELECT 7");
	for (size_t i = 0; i <= G_N_ELEMENTS(meddling); i++) {
		support_execute(session, "BEGIN");
		assert_false(db_session_pipeline_requests(session, 2, requests, results, NULL));
		assert_true(db_session_lacks_prepared(session));
		support_execute(session, "ROLLBACK");
		support_check(db_session_forget_prepared(session, &error), error, "forget");
		support_check(db_session_pipeline_requests(session, 2, requests, results, &error), error, "pipeline");
		assert_string_equal(db_result_value(results[0], 0, 0), "1");
		assert_string_equal(db_result_value(results[1], 0, 0), "8");
		db_result_free(results[0]);
		db_result_free(results[1]);
		if (i < G_N_ELEMENTS(meddling))
			support_execute(session, meddling[i]);
	}
	/* Outside of a transaction nobody has to know. */
	support_execute(session, "DEALLOCATE ALL");
	support_check(db_session_pipeline_requests(session, 1, requests, results, &error), error, "pipeline");
	assert_string_equal(db_result_value(results[0], 0, 0), "1");
	db_result_free(results[0]);
}

static void
a_failed_pipeline_gives_none_and_undoes_all(void **state)
{
	static const char *const statements[] = { "CREATE TABLE public.p ()", "SELECT nothing", "SELECT 1" };
	DbSession *session = support_session(state);
	DbResult *results[3] = { NULL };

	assert_false(db_session_pipeline(session, 3, statements, results, NULL));
	assert_null(results[0]);
	assert_string_equal(db_session_diagnostic(session)->sqlstate, "42703");
	g_autofree char *table = db_session_query_value(session, NULL, "SELECT to_regclass('public.p')::text", NULL);
	assert_string_equal(table, "");
}

static void
a_copy_does_not_hang_a_pipeline(void **state)
{
	static const char *const out[] = { "COPY (VALUES (1), (2)) TO STDOUT", "SELECT 1" };
	static const char *const in[] = { "CREATE TABLE public.p (i int)", "COPY public.p FROM STDIN", "SELECT 1" };
	DbSession *session = support_session(state);
	g_autoptr(GError) error = NULL;
	guint failed = 0;

	assert_true(db_session_execute_pipeline(session, 2, out, &failed, NULL));
	assert_false(db_session_execute_pipeline(session, 3, in, &failed, &error));
	/* What the server says to it has arrived by then, or not. */
	assert_non_null(error);
}

static void
copy_takes_data_of_any_size(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(GString) data = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < 100000; i++)
		g_string_append_printf(data, "%d\n", i);
	support_execute(session, "CREATE TABLE public.c (a int)");
	support_check(db_session_copy_in(session, "COPY public.c FROM STDIN", data->str, data->len, &error), error,
	              "copy");
	g_autofree char *sum = db_session_query_value(session, NULL, "SELECT sum(a)::text FROM public.c", NULL);
	assert_string_equal(sum, "4999950000");
}

static void
copy_that_is_refused_leaves_the_session_usable(void **state)
{
	DbSession *session = support_session(state);

	support_execute(session, "CREATE TABLE public.c (a int)");
	assert_false(db_session_copy_in(session, "COPY public.c FROM STDIN", "1\nx\n", 4, NULL));
	assert_string_equal(db_session_diagnostic(session)->sqlstate, "22P02");
	assert_false(db_session_copy_in(session, "COPY public.missing FROM STDIN", "1\n", 2, NULL));
	assert_string_equal(db_session_diagnostic(session)->sqlstate, "42P01");
	assert_false(db_session_copy_in(session, "SELECT 1", "1\n", 2, NULL));
	/* A COPY that nobody feeds fails instead of waiting for ever. */
	assert_false(db_session_execute(session, "COPY public.c FROM STDIN", NULL));
	support_execute(session, "SELECT 1");
}

static void
copy_to_standard_output_does_not_block(void **state)
{
	support_execute(support_session(state), "COPY (SELECT generate_series(1, 1000)) TO STDOUT");
	support_execute(support_session(state), "SELECT 1");
}

static void
describe_names_types_and_keeps_refusals_apart(void **state)
{
	static const char *const statements[] = { "SELECT NULL::varchar(255)", "SELECT NULL::nonsense",
		                                  "SELECT NULL::numeric(10, 2)[]" };
	char *types[3];
	char *errors[3];
	g_autoptr(GError) error = NULL;

	support_check(db_session_describe(support_session(state), 3, statements, types, errors, &error), error,
	              "describe");
	assert_string_equal(types[0], "character varying(255)");
	assert_null(errors[0]);
	assert_null(types[1]);
	assert_string_equal(errors[1], "type \"nonsense\" does not exist");
	assert_string_equal(types[2], "numeric(10,2)[]");
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		g_free(types[i]);
		g_free(errors[i]);
	}
}

static void
notices_are_kept_until_they_are_taken(void **state)
{
	DbSession *session = support_session(state);

	support_execute(session, "DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$");
	g_autofree char *notices = db_session_take_notices(session);
	assert_string_equal(notices, "NOTICE: one\nWARNING: two\n");
	assert_null(db_session_take_notices(session));
}

/* In a process of its own, because an interruption is for good. */
static int
undo_after_an_interruption(const ScratchDatabase *database)
{
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_MIGRATION, NULL);

	base_interrupt_install();
	if (session == NULL || !db_session_execute(session, "BEGIN; CREATE TABLE t (a int)", NULL))
		return 1;
	raise(SIGINT);
	if (db_session_execute(session, "COMMIT", NULL) || db_session_transaction_state(session) != DB_TRANSACTION_OPEN)
		return 2;
	db_session_run_cleanup(session, "ROLLBACK");
	if (db_session_transaction_state(session) != DB_TRANSACTION_IDLE)
		return 3;
	/* Only that call was let through. */
	return db_session_execute(session, "SELECT 1", NULL) ? 4 : 0;
}

static void
a_transaction_is_undone_after_an_interruption_too(void **state)
{
	const SupportDatabase *database = *state;
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(undo_after_an_interruption(database->database));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
a_lost_connection_is_an_error_and_a_state(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(SupportDatabase) other = support_database(NULL);
	g_autofree char *kill = g_strdup_printf("SELECT pg_terminate_backend(%d)", db_session_backend_pid(session));
	g_autoptr(GError) error = NULL;

	support_execute(other->session, kill);
	/* pg_terminate_backend does not wait: the session may live for a statement or two. */
	while (db_session_execute(session, "SELECT pg_sleep(0.01)", NULL))
		;
	assert_false(db_session_execute(session, "SELECT 1", &error));
	assert_non_null(strstr(error->message, "lost the connection"));
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_LOST);
}

static void
a_server_that_is_not_there_is_an_environment_error(void **state)
{
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_socket("/nonexistent", 5432, "postgres");
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(db_session_open(endpoint, "postgres", DB_SESSION_INTERNAL, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_non_null(strstr(error->message, "/nonexistent"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, support_open, support_close)

/* --- Memory --------------------------------------------------------------- */

/* The most memory that this process has had since its peak was forgotten, in kilobytes. */
static gint64
peak_memory(void)
{
	g_autofree char *text = NULL;

	assert_true(g_file_get_contents("/proc/self/status", &text, NULL, NULL));
	return g_ascii_strtoll(strstr(text, "VmHWM:") + strlen("VmHWM:"), NULL, 10);
}

static void
forget_peak(void)
{
	FILE *file = fopen("/proc/self/clear_refs", "we");

	assert_non_null(file);
	fputs("5", file);
	fclose(file);
}

#define MEGABYTES(n) ((gint64)1024 * (n))

/* The address sanitizer keeps what is freed: how much memory is used says nothing then. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEPS_FREED_MEMORY true
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define KEEPS_FREED_MEMORY true
#endif
#ifndef KEEPS_FREED_MEMORY
#define KEEPS_FREED_MEMORY false
#endif

/* Each gives some 100 MB. */
static void
what_nobody_wants_takes_no_memory(void **state)
{
	static const char *const texts[] = {
		"SELECT repeat('x', 1000) FROM generate_series(1, 100000)",
		"SELECT 1; SELECT repeat('x', 1000) FROM generate_series(1, 100000); SELECT 2",
		"COPY (SELECT repeat('x', 1000) FROM generate_series(1, 100000)) TO STDOUT",
		"DO $$ BEGIN FOR i IN 1..100000 LOOP RAISE NOTICE '%', repeat('x', 1000); END LOOP; END $$",
	};
	DbSession *session = support_session(state);

	if (KEEPS_FREED_MEMORY)
		skip();
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		forget_peak();
		gint64 before = peak_memory();
		support_execute(session, texts[i]);
		if (peak_memory() - before > MEGABYTES(20))
			fail_msg("%s: %d MB", texts[i], (int)((peak_memory() - before) / 1024));
		g_free(db_session_take_notices(session));
	}
}

static void
what_a_pipeline_gives_takes_no_memory(void **state)
{
	static const char *const texts[] = {
		"SELECT 1",
		"SELECT repeat('x', 1000) FROM generate_series(1, 100000)",
		"CREATE TABLE t AS SELECT generate_series(1, 3)",
		"SELECT repeat('x', 1000) FROM generate_series(1, 100000)",
	};
	DbSession *session = support_session(state);

	if (KEEPS_FREED_MEMORY)
		skip();
	guint failed = 0;

	forget_peak();
	gint64 before = peak_memory();
	support_check(db_session_execute_pipeline(session, G_N_ELEMENTS(texts), texts, &failed, NULL), NULL,
	              "pipeline");
	assert_true(peak_memory() - before < MEGABYTES(20));
	assert_int_equal(db_session_statements_done(session), G_N_ELEMENTS(texts));
}

/* libpq goes on reading row by row in a pipeline. */
static void
rows_are_kept_after_others_were_thrown_away(void **state)
{
	DbSession *session = support_session(state);
	static const char *const texts[] = { "SELECT generate_series(1, 3)", "SELECT generate_series(1, 2)" };
	DbResult *results[2] = { NULL, NULL };
	guint failed = 0;

	for (int i = 0; i < 2; i++) {
		if (i == 0)
			support_execute(session, "SELECT 1");
		else
			assert_true(db_session_execute_pipeline(session, 2, texts, &failed, NULL));
		support_check(db_session_pipeline(session, 2, texts, results, NULL), NULL, "pipeline");
		assert_int_equal(db_result_rows(results[0]), 3);
		assert_int_equal(db_result_rows(results[1]), 2);
		db_result_free(results[0]);
		db_result_free(results[1]);
		g_autoptr(DbResult) rows = db_session_query(session, NULL, texts[0], NULL);
		assert_int_equal(db_result_rows(rows), 3);
	}
}

static void
statements_are_counted_whatever_they_give(void **state)
{
	DbSession *session = support_session(state);

	support_execute(session, "SELECT generate_series(1, 5); CREATE TABLE t (); SELECT 1 WHERE false");
	assert_int_equal(db_session_statements_done(session), 3);
	assert_int_equal(db_session_affected(session), 0);
	support_execute(session, "SELECT generate_series(1, 5)");
	assert_int_equal(db_session_affected(session), 5);
	assert_false(db_session_execute(session, "SELECT generate_series(1, 5); SELECT 1 / 0", NULL));
	assert_int_equal(db_session_statements_done(session), 1);
}

static void
notices_are_cut_and_counted(void **state)
{
	DbSession *session = support_session(state);

	support_execute(session, "DO $$ BEGIN FOR i IN 1..100000 LOOP RAISE NOTICE '%', repeat('x', 100); END LOOP;"
	                         " RAISE WARNING 'at the end'; END $$");
	g_autofree char *notices = db_session_take_notices(session);
	assert_in_range(strlen(notices), 256 * 1024, 300 * 1024);
	assert_non_null(strstr(notices, "\nWARNING: at the end\n"));
	assert_true(g_str_has_suffix(notices, " more, which are left out\n"));
	support_execute(session, "DO $$ BEGIN RAISE NOTICE '%', repeat('\u00e4', 1000000); END $$");
	g_autofree char *long_one = db_session_take_notices(session);
	assert_in_range(strlen(long_one), 60000, 70000);
	assert_true(g_utf8_validate(long_one, -1, NULL));
	assert_true(g_str_has_suffix(long_one, "...\n"));
}

static void
a_message_of_a_failure_is_cut(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(GError) error = NULL;

	assert_false(db_session_execute(session, "DO $$ BEGIN RAISE '%', repeat('\u00e4', 1000000); END $$", &error));
	assert_in_range(strlen(error->message), 60000, 70000);
	assert_true(g_utf8_validate(error->message, -1, NULL));
	assert_string_equal(db_session_diagnostic(session)->sqlstate, "P0001");
}

/* --- A server that does not answer ------------------------------------------ */

static void
stop_postmaster_of(const DbSession *session, int number)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", db_session_backend_pid(session));
	g_autofree char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	assert_int_equal(kill((pid_t)strtol(strrchr(text, ')') + 4, NULL, 10), number), 0);
	assert_int_equal(kill(db_session_backend_pid(session), number), 0);
}

static void
raise_interrupt(int number)
{
	(void)number;
	raise(SIGINT);
}

/* In a process of its own, as an interruption is for good. The server is deaf: neither the statement nor the request to
 * cancel it is ever answered. */
static void
an_interruption_ends_the_wait_for_a_deaf_server(void **state)
{
	int status = -1;
	g_autoptr(SupportDatabase) deaf = support_database(NULL);
	DbSession *session = deaf->session;
	gint64 start = g_get_monotonic_time();

	(void)state;
	stop_postmaster_of(session, SIGSTOP);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		base_interrupt_install();
		alarm(1);
		signal(SIGALRM, raise_interrupt);
		g_autoptr(GError) error = NULL;
		bool done = db_session_execute(session, "SELECT pg_sleep(1000)", &error);
		_exit(!done && g_error_matches(error, BASE_ERROR, BASE_ERROR_INTERRUPTED) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	stop_postmaster_of(session, SIGCONT);
	assert_int_equal(status, 0);
	assert_true(g_get_monotonic_time() - start < 20 * G_USEC_PER_SEC);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_refused_statement_is_diagnosed),
		TEST(a_position_counts_characters),
		TEST(the_last_rows_of_a_batch_are_given),
		TEST(the_failed_statement_of_a_batch_is_found),
		TEST(a_session_can_be_made_new),
		TEST(a_new_session_is_that_of_its_own_user),
		TEST(parameters_are_values_not_sql),
		TEST(a_query_for_one_value_refuses_other_shapes),
		TEST(a_pipeline_gives_every_result),
		TEST(a_pipeline_prepares_its_statements_once),
		TEST(prepared_statements_that_others_took_are_made_again),
		TEST(a_failed_pipeline_gives_none_and_undoes_all),
		TEST(a_copy_does_not_hang_a_pipeline),
		TEST(copy_takes_data_of_any_size),
		TEST(copy_that_is_refused_leaves_the_session_usable),
		TEST(copy_to_standard_output_does_not_block),
		TEST(describe_names_types_and_keeps_refusals_apart),
		TEST(notices_are_kept_until_they_are_taken),
		TEST(a_transaction_is_undone_after_an_interruption_too),
		TEST(a_lost_connection_is_an_error_and_a_state),
		TEST(a_server_that_is_not_there_is_an_environment_error),
		TEST(what_nobody_wants_takes_no_memory),
		TEST(what_a_pipeline_gives_takes_no_memory),
		TEST(rows_are_kept_after_others_were_thrown_away),
		TEST(statements_are_counted_whatever_they_give),
		TEST(notices_are_cut_and_counted),
		TEST(a_message_of_a_failure_is_cut),
		TEST(an_interruption_ends_the_wait_for_a_deaf_server),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
