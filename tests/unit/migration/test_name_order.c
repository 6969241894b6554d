/* The expected order is that of localeCompare in Node.js 20 (ICU 78). */
#include "folder.h"

#include "migration/name_order.h"

static void
assert_ascending(const char *const *names, guint options)
{
	for (gsize i = 0; names[i + 1] != NULL; i++) {
		if (migration_name_compare(names[i], names[i + 1], options) >= 0)
			fail_msg("\"%s\" should come before \"%s\"", names[i], names[i + 1]);
		if (migration_name_compare(names[i + 1], names[i], options) <= 0)
			fail_msg("\"%s\" should come behind \"%s\"", names[i + 1], names[i]);
	}
}

static void
sorts_as_javascript_does(void **state)
{
	(void)state;
	static const char *const names[] = { " x",
		                             "0_init",
		                             "1_a",
		                             "10_a",
		                             "2024_x",
		                             "20240101000000_a",
		                             "20240101000000_A",
		                             "20240101000000_a_b",
		                             "20240101000000_ab",
		                             "20240101000000_b",
		                             "20240101000000-a",
		                             "20240101000000a",
		                             "9_a",
		                             "a",
		                             "e",
		                             "f",
		                             "x y",
		                             "x_y",
		                             "x-y",
		                             "x.y",
		                             "xy",
		                             "Z",
		                             NULL };

	assert_ascending(names, 0);
	assert_int_equal(migration_name_compare("20240101_a", "20240101_a", 0), 0);
}

static void
every_sign_has_its_place(void **state)
{
	(void)state;
	static const char order[] =
	    " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxX"
	    "yYzZ";

	for (gsize i = 0; order[i + 1] != '\0'; i++) {
		const char a[] = { order[i], '\0' };
		const char b[] = { order[i + 1], '\0' };
		if (migration_name_compare(a, b, 0) >= 0)
			fail_msg("\"%s\" should come before \"%s\"", a, b);
	}
}

static void
numbers_count_where_that_is_asked_for(void **state)
{
	(void)state;
	guint options = MIGRATION_NAME_NUMERIC | MIGRATION_NAME_IGNORE_PUNCTUATION;
	static const char *const names[] = { "1-a.sql", "1_b.sql", "1c", "2", "9_x10", "9-x11", "10_x", NULL };

	assert_ascending(names, options);
	assert_int_equal(migration_name_compare("0001_a-b", "1-ab", options), 0);
	assert_true(migration_name_compare("2_a", "10_a", 0) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_as_javascript_does),
		cmocka_unit_test(every_sign_has_its_place),
		cmocka_unit_test(numbers_count_where_that_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
