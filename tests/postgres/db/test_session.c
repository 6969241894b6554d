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
		TEST(describe_names_types_and_keeps_refusals_apart),
		TEST(notices_are_kept_until_they_are_taken),
		TEST(a_transaction_is_undone_after_an_interruption_too),
		TEST(a_lost_connection_is_an_error_and_a_state),
		TEST(a_server_that_is_not_there_is_an_environment_error),
		TEST(an_interruption_ends_the_wait_for_a_deaf_server),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
