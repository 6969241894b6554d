#include "plan/frame/now.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
test_fixed(void **state G_GNUC_UNUSED)
{
	static const struct {
		const char *sql;
		const char *fixed; /* NULL: it asks for no time */
	} rows[] = {
		{ "SELECT now()", "SELECT ('T'::timestamptz::timestamptz)" },
		{ "SELECT NOW ( ) - x", "SELECT ('T'::timestamptz::timestamptz) - x" },
		{ "SELECT current_date, 1", "SELECT ('T'::timestamptz::date), 1" },
		{ "SELECT CURRENT_TIMESTAMP(3) + y", "SELECT ('T'::timestamptz::timestamptz) + y" },
		{ "SELECT localtimestamp", "SELECT ('T'::timestamptz::timestamp)" },
		{ "SELECT t.now, now FROM t", NULL },
		{ "SELECT 'now()', \"now\", $$now()$$ -- now()", NULL },
		{ "SELECT now(1)", NULL },
		{ "SELECT t.current_date FROM t", NULL },
		{ "SELECT 1", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *fixed = plan_now_fix(rows[i].sql, "T");
		if (g_strcmp0(fixed, rows[i].fixed) != 0)
			fail_msg("%s becomes %s", rows[i].sql, fixed != NULL ? fixed : "nothing");
	}
}

/* A value from a suite ends no literal. */
static void
test_quoted(void **state G_GNUC_UNUSED)
{
	g_autofree char *fixed = plan_now_fix("SELECT now()", "x'; DROP");

	assert_string_equal(fixed, "SELECT ('x''; DROP'::timestamptz::timestamptz)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
