#include "check/fixture/server_condition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static SuiteDocument *
parse(const char *server)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *yaml = g_strdup_printf("server: %s\n", server);
	SuiteDocument *document = suite_document_parse("f.yaml", yaml, &error);

	assert_non_null(document);
	assert_true(
	    suite_shape_check(&check_server_condition_shape, suite_document_root(document), "the condition", &error));
	return document;
}

static void
versions_are_compared(void **state)
{
	(void)state;
	static const struct {
		const char *condition;
		int version;
		bool holds;
	} cases[] = {
		{ "'>= 15'", 150000, true },
		{ "'>= 15'", 149999, false },
		{ "'>=15'", 180001, true },
		{ "'> 15'", 150018, false },
		{ "'> 15'", 160000, true },
		{ "'<= 15'", 150018, true },
		{ "'<= 15'", 160000, false },
		{ "'< 15'", 140000, true },
		{ "'< 15'", 150000, false },
		{ "15", 150018, true },
		{ "15", 160000, false },
		{ "'= 15'", 150001, true },
		{ "'!= 15'", 150001, false },
		{ "'!= 15'", 140001, true },
		{ "15.4", 150004, true },
		{ "15.4", 150005, false },
		{ "'> 15.4'", 150005, true },
		{ "'> 15.4'", 150004, false },
		{ "'< 15.10'", 150009, true },
		{ "'>= 14, < 17'", 160003, true },
		{ "'>= 14, < 17'", 170000, false },
		{ "'>= 14, < 17'", 130000, false },
		{ "' >=  14 ,!=15 '", 150002, false },
		{ "'!= 15.2'", 150002, false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(SuiteDocument) document = parse(cases[i].condition);
		g_autoptr(GError) error = NULL;
		assert_true(check_server_condition_validate(suite_document_root(document), &error));
		if (check_server_condition_holds(suite_document_root(document), cases[i].version) != cases[i].holds)
			fail_msg("%s on %d", cases[i].condition, cases[i].version);
	}
}

static void
invalid_conditions_are_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"''",     "'>='", "newer",  "'>> 15'", "'15 16'", "'>= 15,'",          "'15.'",
		"15.4.1", "-15",  "'~ 15'", "'15, x'", "150018",  "'< 15000000000000'"
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(SuiteDocument) document = parse(wrong[i]);
		g_autoptr(GError) error = NULL;
		if (check_server_condition_validate(suite_document_root(document), &error))
			fail_msg("accepted: %s", wrong[i]);
		assert_true(g_str_has_prefix(error->message, "f.yaml:1:9: \""));
	}
}

static void
the_reason_names_both_versions(void **state)
{
	(void)state;
	g_autoptr(SuiteDocument) document = parse("'>= 15'");
	g_autofree char *reason = check_server_condition_reason(suite_document_root(document), 140002);

	assert_string_equal(reason, "for servers >= 15; this one is 14.2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_compared),
		cmocka_unit_test(invalid_conditions_are_refused),
		cmocka_unit_test(the_reason_names_both_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
