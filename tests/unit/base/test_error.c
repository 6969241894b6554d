#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* All of them, put together in this order. The caller frees it. */
static char *
add_all(const char *const *messages)
{
	g_autoptr(GError) error = NULL;

	for (; *messages != NULL; messages++) {
		GError *more = NULL;
		base_error_set(&more, BASE_ERROR_INPUT, NULL, "%s", *messages);
		assert_false(base_error_add(&error, more));
	}
	return g_strdup(error->message);
}

static void
errors_of_a_file_stand_in_the_order_of_its_lines(void **state)
{
	(void)state;
	static const char *const messages[] = {
		"s.yaml:10:9: third\n10 | checks: a\n   |         ^\nhint: x.yaml:1:1: no place",
		"s.yaml:2:20: second",
		"f.yaml:1:1: of another file",
		"s.yaml:2:3: first\n2 | a.yaml:1:1: text\n  | ^",
		NULL,
	};
	g_autofree char *all = add_all(messages);

	assert_string_equal(all, "s.yaml:2:3: first\n2 | a.yaml:1:1: text\n  | ^\n"
	                         "s.yaml:2:20: second\n"
	                         "s.yaml:10:9: third\n10 | checks: a\n   |         ^\nhint: x.yaml:1:1: no place\n"
	                         "f.yaml:1:1: of another file");
}

static void
messages_without_a_position_keep_their_place(void **state)
{
	(void)state;
	static const char *const messages[] = { "no place at all", "s.yaml:2:1: b", "s.yaml:1:1: a", NULL };
	static const char *const more[] = { "s.yaml:2:1: b", "nor here", "s.yaml:1:1: a", NULL };
	g_autofree char *in_front = add_all(messages);
	g_autofree char *between = add_all(more);

	assert_string_equal(in_front, "no place at all\ns.yaml:1:1: a\ns.yaml:2:1: b");
	assert_string_equal(between, "s.yaml:1:1: a\ns.yaml:2:1: b\nnor here");
}

static void
equal_messages_are_kept_once_and_many_are_cut(void **state)
{
	(void)state;
	static const char *const twice[] = { "s.yaml:1:1: a", "s.yaml:1:1: a", NULL };
	g_autofree char *once = add_all(twice);
	g_autofree char *one = g_strnfill(15000, 'a');
	g_autofree char *other = g_strnfill(15000, 'b');
	const char *const much[] = { one, other, "c", "d", NULL };
	g_autofree char *all = add_all(much);

	assert_string_equal(once, "s.yaml:1:1: a");
	assert_int_equal(strlen(all), 2 * 15000 + 1 + strlen("\n... and more"));
	assert_true(g_str_has_suffix(all, "b\n... and more"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_of_a_file_stand_in_the_order_of_its_lines),
		cmocka_unit_test(messages_without_a_position_keep_their_place),
		cmocka_unit_test(equal_messages_are_kept_once_and_many_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
