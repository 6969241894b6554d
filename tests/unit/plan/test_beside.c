#include "plan/judge/beside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_marks(void **state G_GNUC_UNUSED)
{
	g_autofree char *text = plan_beside("before", "Limit\n  Sort\n    Seq\nend\n", "after",
	                                    "Limit\n  Index\nend\nmore\n");

	assert_string_equal(text, "before    after\n"
	                          "Limit     Limit\n"
	                          "  Sort  |   Index\n"
	                          "    Seq <\n"
	                          "end       end\n"
	                          "        > more\n");
}

static void
test_empty(void **state G_GNUC_UNUSED)
{
	g_autofree char *text = plan_beside("a", "", "b", "x\n");
	g_autofree char *same = plan_beside("a", "\xc3\xa4\n", "b", "\xc3\xa4\n");

	assert_string_equal(text, "a   b\n  > x\n");
	assert_string_equal(same, "a   b\n\xc3\xa4   \xc3\xa4\n");
}

/* Lines that are too wide for two columns are printed below each other, uncut. */
static void
test_wide(void **state G_GNUC_UNUSED)
{
	char line[121];
	g_autofree char *left = NULL;

	memset(line, 'x', 120);
	line[120] = '\0';
	left = g_strdup_printf("same\n%s\n", line);
	g_autofree char *text = plan_beside("before", left, "after",
	                                    "same\nother long enough to make it wider than 160\n");
	g_autofree char *expected = g_strdup_printf("before:\n  same\n- %s\nafter:\n  same\n"
	                                            "+ other long enough to make it wider than 160\n",
	                                            line);
	assert_string_equal(text, expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
