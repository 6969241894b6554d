/* The memory that results, notices and failures take. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEST(name) cmocka_unit_test_setup_teardown(name, support_open, support_close)

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

/* The address sanitizer keeps freed memory, so the memory in use has no meaning then. */
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
unwanted_rows_take_no_memory(void **state)
{
	static const char *const texts[] = {
		"SELECT repeat('x', 1000) FROM generate_series(1, 100000)",
		"SELECT 1; SELECT repeat('x', 1000) FROM generate_series(1, 100000); SELECT 2",
		"COPY (SELECT repeat('x', 1000) FROM generate_series(1, 100000)) TO STDOUT",
		"DO $$ BEGIN FOR i IN 1..100000 LOOP RAISE NOTICE '%', repeat('x', 1000); END LOOP; END $$",
		"DO $$ BEGIN FOR i IN 1..2 LOOP RAISE NOTICE '%', repeat('x', 50000000); END LOOP; END $$",
		"SELECT 1; SELECT repeat('x', 50000000) FROM generate_series(1, 2)",
		"COPY (SELECT repeat('x', 50000000) FROM generate_series(1, 2)) TO STDOUT",
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
pipeline_results_take_no_memory(void **state)
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
	/* One in the way of which something is large. */
	assert_false(db_session_execute(session,
	                                "DO $$ BEGIN RAISE EXCEPTION 'it is so' USING DETAIL = repeat('x', 50000000), "
	                                "HINT = 'do it', ERRCODE = '23514'; END $$",
	                                NULL));
	assert_string_equal(db_session_diagnostic(session)->message, "it is so");
	assert_in_range(strlen(db_session_diagnostic(session)->detail), 60000, 70000);
	assert_string_equal(db_session_diagnostic(session)->hint, "do it");
	assert_string_equal(db_session_diagnostic(session)->sqlstate, "23514");
}

/* Somebody wants them. */
static void
large_values_are_given_whole(void **state)
{
	DbSession *session = support_session(state);
	g_autoptr(DbResult) rows = NULL;
	g_autofree char *value = db_session_query_value(session, NULL, "SELECT repeat('x', 3000000)", NULL);

	assert_int_equal(strlen(value), 3000000);
	support_execute(session, "SELECT repeat('x', 3000000)");
	assert_true(db_session_execute_rows(session, "SELECT repeat('y', 2000000)", &rows, NULL));
	assert_int_equal(strlen(db_result_value(rows, 0, 0)), 2000000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(unwanted_rows_take_no_memory),
		TEST(pipeline_results_take_no_memory),
		TEST(rows_are_kept_after_others_were_thrown_away),
		TEST(statements_are_counted_whatever_they_give),
		TEST(notices_are_cut_and_counted),
		TEST(a_message_of_a_failure_is_cut),
		TEST(large_values_are_given_whole),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
