#include "plan/judge/timing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
test_times(void **state G_GNUC_UNUSED)
{
	g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(gint64));

	for (gint64 i = 100; i > 0; i--)
		g_array_append_val(runs, i);
	PlanTimes times = plan_times_of(runs);
	assert_int_equal(times.n, 100);
	assert_true(times.median > 50.4 && times.median < 50.6);
	assert_true(times.p95 == 95);
	assert_true(times.min == 1);
	assert_true(times.spread > 0.97 && times.spread < 0.99);
	g_array_set_size(runs, 1);
	times = plan_times_of(runs);
	assert_true(times.median == 1 && times.p95 == 1 && times.spread == 0);
}

/* Each function is known by its own values, and by such as are a tenth off. */
static void
test_growth(void **state G_GNUC_UNUSED)
{
	const double sizes[] = { 1000, 4000, 16000 };
	static const struct {
		PlanGrowth growth;
		double values[3];
	} cases[] = {
		{ PLAN_GROWTH_CONSTANT, { 7, 7.5, 7 } },   { PLAN_GROWTH_LOGARITHMIC, { 6.9, 8.3, 9.9 } },
		{ PLAN_GROWTH_LINEAR, { 20, 76, 320 } },   { PLAN_GROWTH_N_LOG_N, { 690, 3318, 15490 } },
		{ PLAN_GROWTH_QUADRATIC, { 3, 50, 760 } },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		double error = 1;
		PlanGrowth found = plan_growth_fit(3, sizes, cases[i].values, &error);
		if (found != cases[i].growth || error > 0.1)
			fail_msg("%s is taken for %s, off by %f", plan_growth_name(cases[i].growth),
			         plan_growth_name(found), error);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_times), cmocka_unit_test(test_growth) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
