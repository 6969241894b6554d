#include "report/observation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const SourcePosition nowhere = { 0 };

static void
locks_have_the_names_of_the_manual_and_say_whom_they_block(void **state)
{
	(void)state;
	for (guint mode = 0; mode < REPORT_N_LOCKS; mode++)
		assert_non_null(report_lock_name((ReportLockMode)mode));
	assert_string_equal(report_lock_name(REPORT_LOCK_SHARE_ROW_EXCLUSIVE), "SHARE ROW EXCLUSIVE");
	assert_null(report_lock_blocks(REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE));
	assert_string_equal(report_lock_blocks(REPORT_LOCK_SHARE), "writes");
	assert_string_equal(report_lock_blocks(REPORT_LOCK_EXCLUSIVE), "writes");
	assert_string_equal(report_lock_blocks(REPORT_LOCK_ACCESS_EXCLUSIVE), "reads and writes");
}

static void
a_statement_is_one_line_that_is_not_too_long(void **state)
{
	(void)state;
	g_autoptr(ReportObservation) observation = report_observation_new();
	g_autofree char *long_text = g_strnfill(5000, 'x');
	ReportStatement *statement = report_statement_new(nowhere, " ALTER TABLE t\n\tADD   c int\n");

	g_ptr_array_add(observation->statements, statement);
	assert_string_equal(statement->text, "ALTER TABLE t ADD c int");
	statement = report_statement_new(nowhere, long_text);
	g_ptr_array_add(observation->statements, statement);
	assert_int_equal(strlen(statement->text), 1000);
}

static void
unobserved_statements_are_counted(void **state)
{
	(void)state;
	g_autoptr(ReportObservation) observation = report_observation_new();
	ReportStatement *seen = report_statement_new(nowhere, "SELECT 1");
	ReportStatement *unseen = report_statement_new(nowhere, "VACUUM");

	unseen->unseen = "it runs outside of a transaction";
	g_ptr_array_add(seen->touched, report_touched_new(7, "public.t", 'r'));
	g_ptr_array_add(observation->statements, seen);
	g_ptr_array_add(observation->statements, unseen);
	assert_int_equal(report_observation_count_unseen(observation), 1);
	assert_non_null(report_statement_find(seen, 7));
	assert_null(report_statement_find(seen, 8));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locks_have_the_names_of_the_manual_and_say_whom_they_block),
		cmocka_unit_test(a_statement_is_one_line_that_is_not_too_long),
		cmocka_unit_test(unobserved_statements_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
