#include "check/kind/condition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
a_name_or_a_state_is_a_condition(void **state)
{
	(void)state;
	assert_string_equal(check_condition_state("unique_violation"), "23505");
	assert_string_equal(check_condition_state("23505"), "23505");
	assert_null(check_condition_state("no_such_condition"));
}

/* From PostgreSQL 18 on, ON DELETE RESTRICT has an SQLSTATE of its own. */
static void
a_foreign_key_may_be_restricted(void **state)
{
	(void)state;
	assert_true(check_condition_is("23505", "23505"));
	assert_true(check_condition_is("23503", "23001"));
	assert_false(check_condition_is("23001", "23503"));
	assert_false(check_condition_is("23505", "23001"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_or_a_state_is_a_condition),
		cmocka_unit_test(a_foreign_key_may_be_restricted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
