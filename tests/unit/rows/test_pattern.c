#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rows/fill/pattern.h"

#include <string.h>

/* Expressions that GLib and PostgreSQL read alike, and how many different samples there are at least. */
static const struct {
	const char *regex;
	guint different;
} understood[] = {
	{ "^[a-z][a-z_]*$", 100 },
	{ "^\\+[1-9][0-9]{6,14}$", 100 },
	{ "^[^@[:space:]]+@[^@[:space:]]+$", 100 },
	{ "^[0-9]+\\.[0-9]+\\.[0-9]+$", 100 },
	{ "^#[0-9a-fA-F]{6}$", 100 },
	{ "^[a-z]{2}(-[A-Z]{2})?$", 100 },
	{ "^[a-z_]+(\\.[a-z_]+)*$", 100 },
	{ "^https?://", 20 },
	{ "^(foo|bar|baz)$", 3 },
	{ "^(a|b(c|d))+$", 5 },
	{ "^\\d{4}-\\d{2}$", 100 },
	{ "^\\w+\\s\\S$", 50 },
	{ "^[]a-]$", 3 },
	{ "^[\\d_]x?$", 10 },
	{ "^(?:ab){2,}$", 3 },
	{ "^a.c$", 30 },
	{ "^żółw$", 1 },
	{ "^$", 1 },
	{ "^[A-Z0-9._%+-]+@[A-Z0-9.-]+\\.[A-Z]{2,}$", 100 },
};

static void
samples_match(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(understood); i++) {
		g_autoptr(GRegex) regex = g_regex_new(understood[i].regex, 0, 0, NULL);
		g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		assert_non_null(regex);
		for (guint seed = 0; seed < 200; seed++) {
			char *sample = rows_pattern_sample(understood[i].regex, seed);
			if (sample == NULL || !g_regex_match(regex, sample, 0, NULL))
				fail_msg("\"%s\" gives \"%s\"", understood[i].regex, sample);
			g_hash_table_add(seen, sample);
		}
		if (g_hash_table_size(seen) < understood[i].different)
			fail_msg("\"%s\" gives %u texts", understood[i].regex, g_hash_table_size(seen));
	}
}

static void
others_are_refused(void **state)
{
	(void)state;
	static const char *const regexes[] = { "(?=a)b", "(?i)a", "[a", "(a",     "a)",    "\\1", "[[:alpha:",
		                               "a{2",    "***:a", "\\", "[^ -~]", "\\mab", "[]" };
	for (gsize i = 0; i < G_N_ELEMENTS(regexes); i++) {
		g_autofree char *sample = rows_pattern_sample(regexes[i], 1);
		if (sample != NULL)
			fail_msg("\"%s\" gives \"%s\"", regexes[i], sample);
	}
}

static void
no_sample_is_endless(void **state)
{
	(void)state;
	g_autofree char *many = rows_pattern_sample("((((a{60}){60}){60}){60}){60}", 1);
	assert_null(many);
	g_autoptr(GString) deep = g_string_new(NULL);
	for (guint i = 0; i < 100; i++)
		g_string_append_c(deep, '(');
	g_autofree char *nested = rows_pattern_sample(deep->str, 1);
	assert_null(nested);
}

static void
like_samples_match(void **state)
{
	(void)state;
	static const char *const cases[][3] = {
		{ "foo%", "foo", "fooa7" },
		{ "%_@%", "a@", "a7a@" },
		{ "100\\%", "100%", "100%" },
		{ "", "", "" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *none = rows_pattern_sample_like(cases[i][0], 0);
		g_autofree char *seven = rows_pattern_sample_like(cases[i][0], 7);
		assert_string_equal(none, cases[i][1]);
		assert_string_equal(seven, cases[i][2]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_match),
		cmocka_unit_test(others_are_refused),
		cmocka_unit_test(no_sample_is_endless),
		cmocka_unit_test(like_samples_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
