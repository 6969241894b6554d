#include "checklist/json/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
keeps_the_size_of_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double number;
	} cases[] = {
		{ "7", 7 },
		{ "-7", -7 },
		{ "1.5", 1.5 },
		{ "9223372036854775807", 9223372036854775807.0 },
		{ "9223372036854775808", 9223372036854775808.0 },
		{ "-9223372036854775809", -9223372036854775809.0 },
		{ "18446744073709551615", 18446744073709551615.0 },
		{ "123456789012345678901234567890", 1.2345678901234568e29 },
		{ "123456789012345678901234567890.5", 1.2345678901234568e29 },
		{ "12345678901234567890e2", 1.2345678901234568e21 },
		{ "0.12345678901234567890123", 0.12345678901234568 },
		{ "1e-12345678901234567890", 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *problem = NULL;
		g_autofree char *text = g_strdup_printf("{\"a \\\" 99999999999999999999\": [%s]}", cases[i].text);
		g_autoptr(JsonNode) node = checklist_json_parse(text, strlen(text), &problem);
		if (node == NULL)
			fail_msg("%s: %s", text, problem);
		JsonArray *array = json_object_get_array_member(json_node_get_object(node),
		                                                "a \" 99999999999999999999");
		assert_non_null(array);
		double found = json_array_get_double_element(array, 0);
		if (found < cases[i].number || found > cases[i].number)
			fail_msg("%s is %.17g", cases[i].text, found);
	}
}

static void
says_why_it_is_none(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *problem;
	} cases[] = {
		{ "", "it is empty" },
		{ "<html>", "it cannot be parsed" },
		{ "{\"a\": \"\xff\"}", "it is not UTF-8" },
		{ "[99999999999999999999", "it cannot be parsed" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *problem = NULL;
		assert_null(checklist_json_parse(cases[i].text, strlen(cases[i].text), &problem));
		assert_string_equal(problem, cases[i].problem);
	}
}

static void
refuses_what_is_too_deep(void **state)
{
	(void)state;
	g_autofree char *problem = NULL;
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < 10000; i++)
		g_string_append_c(text, '[');
	assert_null(checklist_json_parse(text->str, text->len, &problem));
	assert_string_equal(problem, "it has more than 200 levels");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_size_of_numbers),
		cmocka_unit_test(says_why_it_is_none),
		cmocka_unit_test(refuses_what_is_too_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
