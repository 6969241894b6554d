/* Pipelines, prepared statements, and COPY. */
#include "support.h"

#include "base/error.h"

#include <string.h>

#define TEST(name) cmocka_unit_test_setup_teardown(name, support_open, support_close)

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
	/* The server's answer may or may not have arrived by then. */
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pipeline_gives_every_result),
		TEST(a_pipeline_prepares_its_statements_once),
		TEST(prepared_statements_that_others_took_are_made_again),
		TEST(a_failed_pipeline_gives_none_and_undoes_all),
		TEST(a_copy_does_not_hang_a_pipeline),
		TEST(copy_takes_data_of_any_size),
		TEST(copy_that_is_refused_leaves_the_session_usable),
		TEST(copy_to_standard_output_does_not_block),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
