#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const keys[] = { "columns", "policies", "foreign_keys", "indexes", "pk", NULL };

static void
finds_the_key_that_was_meant(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		const char *meant;
	} cases[] = {
		{ "colums", "columns" },
		{ "polices", "policies" },
		{ "foreign_key", "foreign_keys" },
		{ "foreignkeys", "foreign_keys" },
		{ "INDEXES", "indexes" },
		{ "indxees", "indexes" },
		{ "fk", "pk" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_string_equal(base_nearest(cases[i].word, keys), cases[i].meant);
}

static void
gives_nothing_for_a_word_that_is_like_none(void **state)
{
	(void)state;
	const char *const none[] = { NULL };

	assert_null(base_nearest("tablespace_options", keys));
	assert_null(base_nearest("xyz", keys));
	assert_null(base_nearest("anything", none));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_key_that_was_meant),
		cmocka_unit_test(gives_nothing_for_a_word_that_is_like_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
