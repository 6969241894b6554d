#include "check/fixture/difference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
check_text(const char *expected, const char *found, const char *shown)
{
	g_autofree char *text = check_difference_text("body", expected, found);

	assert_string_equal(text, shown);
}

static void
short_texts_are_a_sentence(void **state)
{
	(void)state;
	check_text("a", "b", "body is \"b\", expected \"a\"");
}

static void
lines_that_changed_are_shown_with_their_words(void **state)
{
	(void)state;
	check_text("BEGIN\n  RETURN old_total + 1;\nEND", "BEGIN\n  RETURN new_total + 1;\nEND",
	           "body differs (- expected, + there):\n  BEGIN\n"
	           "-   RETURN old_total + 1;\n           ^^^^^^^^^\n"
	           "+   RETURN new_total + 1;\n           ^^^^^^^^^\n  END");
	check_text("a\nb", "a\nb\nc", "body differs (- expected, + there):\n  a\n  b\n+ c");
	/* Where nothing is alike, marks say nothing. */
	check_text("one\n", "two\nthree\n", "body differs (- expected, + there):\n- one\n+ two\n+ three");
	check_text("x\nalpha\n", "x\nomega\n", "body differs (- expected, + there):\n  x\n- alpha\n+ omega");
}

static void
no_line_is_too_long(void **state)
{
	g_autofree char *start = g_strnfill(300, 'a');
	g_autofree char *end = g_strnfill(300, 'z');
	g_autofree char *expected = g_strconcat(start, " one ", end, NULL);
	g_autofree char *found = g_strconcat(start, " two ", end, NULL);
	g_autofree char *text = check_difference_text("using", expected, found);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	(void)state;
	assert_int_equal(g_strv_length(lines), 5);
	for (gsize i = 0; lines[i] != NULL; i++)
		assert_true(strlen(lines[i]) <= 200);
	assert_non_null(strstr(lines[1], " one "));
	assert_non_null(strstr(lines[3], " two "));
	assert_int_equal(strcspn(lines[2], "^"), strstr(lines[1], "one") - lines[1]);
	assert_int_equal(strcspn(lines[4], "^"), strstr(lines[3], "two") - lines[3]);
	assert_int_equal(strlen(lines[2]), strcspn(lines[2], "^") + 3);
}

static void
characters_of_several_bytes_stay_whole(void **state)
{
	g_autoptr(GString) expected = g_string_new(NULL);

	(void)state;
	for (int i = 0; i < 200; i++)
		g_string_append(expected, "ä€ ");
	g_autofree char *found = g_strconcat(expected->str, "ö", expected->str, NULL);
	g_autofree char *text = check_difference_text("comment", expected->str, found);
	g_autofree char *cut = check_difference_shorten(expected->str);
	assert_true(g_utf8_validate(text, -1, NULL));
	assert_true(g_utf8_validate(cut, -1, NULL));
}

static void
many_lines_end(void **state)
{
	g_autoptr(GString) found = g_string_new(NULL);

	(void)state;
	for (int i = 0; i < 500; i++)
		g_string_append_printf(found, "line %d\n", i);
	g_autofree char *text = check_difference_text("body", "x", found->str);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	assert_true(g_strv_length(lines) < 60);
	assert_non_null(strstr(text, " lines more"));
}

static void
sets_show_unexpected_and_missing_items(void **state)
{
	static const char *const expected[] = { "app=insert+select", "other=select" };
	static const char *const found[] = { "other=select", "reader=select" };
	g_autoptr(GPtrArray) a = g_ptr_array_new();
	g_autoptr(GPtrArray) b = g_ptr_array_new();

	(void)state;
	for (gsize i = 0; i < 2; i++) {
		g_ptr_array_add(a, (gpointer)expected[i]);
		g_ptr_array_add(b, (gpointer)found[i]);
	}
	g_autofree char *always = check_difference_set("privileges", a, b, true);
	g_autofree char *sentence = check_difference_set("roles", a, b, false);
	assert_string_equal(always, "privileges: + reader=select, - app=insert+select");
	assert_string_equal(
	    sentence, "roles is \"[other=select, reader=select]\", expected \"[app=insert+select, other=select]\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_texts_are_a_sentence),
		cmocka_unit_test(lines_that_changed_are_shown_with_their_words),
		cmocka_unit_test(no_line_is_too_long),
		cmocka_unit_test(characters_of_several_bytes_stay_whole),
		cmocka_unit_test(many_lines_end),
		cmocka_unit_test(sets_show_unexpected_and_missing_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
