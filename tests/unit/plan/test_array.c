#include "plan/catalog/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
test_elements(void **state G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) elements = plan_array_split("{1,\"a \\\"b\\\" \\\\c\",NULL,\"NULL\",\"\"}");

	assert_non_null(elements);
	assert_int_equal(elements->len, 5);
	assert_string_equal(g_ptr_array_index(elements, 0), "1");
	assert_string_equal(g_ptr_array_index(elements, 1), "a \"b\" \\c");
	assert_null(g_ptr_array_index(elements, 2));
	assert_string_equal(g_ptr_array_index(elements, 3), "NULL");
	assert_string_equal(g_ptr_array_index(elements, 4), "");
	g_autofree char *text = plan_array_join(elements);
	assert_string_equal(text, "{1,\"a \\\"b\\\" \\\\c\",NULL,\"NULL\",\"\"}");
}

static void
test_no_array(void **state G_GNUC_UNUSED)
{
	static const char *const texts[] = { "", "1", "{", "{1", "{1,2", "{1}x", "{\"a}", "{\"a\"b}" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GPtrArray) elements = plan_array_split(texts[i]);
		if (elements != NULL)
			fail_msg("\"%s\" is taken for an array", texts[i]);
	}
	g_autoptr(GPtrArray) empty = plan_array_split("{}");
	assert_int_equal(empty->len, 0);
}

static void
test_parts(void **state G_GNUC_UNUSED)
{
	g_autofree char *head = plan_array_head("{5,6,7}", 2);
	g_autofree char *all = plan_array_head("{5,6,7}", 9);
	g_autofree char *sample = plan_array_sample("{0,1,2,3,4,5,6,7,8,9,10}", 3);
	g_autofree char *few = plan_array_sample("{1,2}", 3);

	assert_string_equal(head, "{5,6}");
	assert_string_equal(all, "{5,6,7}");
	assert_string_equal(sample, "{0,5,10}");
	assert_string_equal(few, "{1,2}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_no_array),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
