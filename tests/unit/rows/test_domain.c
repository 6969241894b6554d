#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rows/precondition/precondition_private.h"

static const struct {
	const char *check;
	const char *column;
	const char *expected;
} rows[] = {
	{ "CHECK ((VALUE > 0))", "a", "CHECK ((a > 0))" },
	{ "CHECK (((VALUE)::text <> 'VALUE'::text))", "\"A b\"", "CHECK (((\"A b\")::text <> 'VALUE'::text))" },
	{ "CHECK ((VALUE <> 'it''s VALUE'::text))", "a", "CHECK ((a <> 'it''s VALUE'::text))" },
	{ "CHECK (\"VALUE\"(VALUE, VALUES1))", "a", "CHECK (\"VALUE\"(a, VALUES1))" },
	{ "CHECK (is_VALUE(value))", "a", "CHECK (is_VALUE(value))" },
	{ "CHECK ((VALUE IS NOT NULL)) NOT VALID", "a", "CHECK ((a IS NOT NULL)) NOT VALID" },
	{ "", "a", "" },
};

static void
the_column_takes_the_place_of_the_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *found = rows_precondition_put_column(rows[i].check, rows[i].column);
		assert_string_equal(found, rows[i].expected);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_column_takes_the_place_of_the_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
