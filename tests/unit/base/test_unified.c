/* Differences of texts as diff -u shows them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/unified.h"

#include <string.h>

static void
assert_unified(const char *before, const char *after, const char *expected)
{
	g_autofree char *found = base_unified("f", before, after);

	assert_string_equal(found, expected);
}

static void
changes_have_their_surroundings(void **state)
{
	(void)state;
	assert_unified("a\nb\n", "a\nb\n", "");
	assert_unified("a\n", "b\n", "--- f\n+++ f\n@@ -1,1 +1,1 @@\n-a\n+b\n");
	assert_unified("", "a\n", "--- f\n+++ f\n@@ -0,0 +1,1 @@\n+a\n");
	assert_unified("a\n", "", "--- f\n+++ f\n@@ -1,1 +0,0 @@\n-a\n");
	assert_unified("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nx\n5\n6\n",
	               "--- f\n+++ f\n@@ -2,5 +2,6 @@\n 2\n 3\n 4\n+x\n 5\n 6\n");
}

/* Six lines between two changes: one hunk; seven: two. */
static void
near_changes_are_shown_together(void **state)
{
	(void)state;
	assert_unified("x\n1\n2\n3\n4\n5\n6\ny\n", "1\n2\n3\n4\n5\n6\nz\n",
	               "--- f\n+++ f\n@@ -1,8 +1,7 @@\n-x\n 1\n 2\n 3\n 4\n 5\n 6\n-y\n+z\n");
	assert_unified("x\n1\n2\n3\n4\n5\n6\n7\ny\n", "1\n2\n3\n4\n5\n6\n7\nz\n",
	               "--- f\n+++ f\n@@ -1,4 +1,3 @@\n-x\n 1\n 2\n 3\n@@ -6,4 +5,4 @@\n 5\n 6\n 7\n-y\n+z\n");
}

static void
texts_that_have_nothing_in_common_are_one_change(void **state)
{
	g_autoptr(GString) before = g_string_new(NULL);
	g_autoptr(GString) after = g_string_new(NULL);

	(void)state;
	for (int i = 0; i < 3000; i++) {
		g_string_append_printf(before, "a%d\n", i);
		g_string_append_printf(after, "b%d\n", i);
	}
	g_autofree char *found = base_unified("f", before->str, after->str);
	assert_non_null(strstr(found, "@@ -1,3000 +1,3000 @@\n-a0\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_have_their_surroundings),
		cmocka_unit_test(near_changes_are_shown_together),
		cmocka_unit_test(texts_that_have_nothing_in_common_are_one_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
