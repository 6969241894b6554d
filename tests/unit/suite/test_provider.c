#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "suite/provider.h"

#include <string.h>

static void
every_provider_is_found_by_its_name(void **state)
{
	(void)state;

	for (guint i = 0; suite_provider_names[i] != NULL; i++) {
		const SuiteProvider *provider = suite_provider_find(suite_provider_names[i]);
		assert_non_null(provider);
		assert_string_equal(provider->name, suite_provider_names[i]);
		assert_non_null(strstr(provider->attributes, "CREATEROLE"));
	}
	assert_null(suite_provider_find("heroku"));
}

static void
allowed_rights_are_recognised_by_the_refusal(void **state)
{
	static const struct {
		const char *message;
		bool rds;
		bool azure;
	} refusals[] = {
		{ "permission denied to create event trigger \"e\"", true, false },
		{ "permission denied to set parameter \"session_replication_role\"", true, false },
		{ "permission denied to set parameter \"log_min_duration_statement\"", false, false },
		{ "permission denied to create extension \"postgis\"", true, true },
		{ "permission denied to create extension \"post\"", false, false },
		{ "permission denied to create extension \"file_fdw\"", false, false },
		{ "must be superuser to create FOR ALL TABLES publication", true, false },
		{ "permission denied for schema x", false, false },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
		const char *message = refusals[i].message;
		assert_int_equal(suite_provider_allows(suite_provider_find("rds"), message), refusals[i].rds);
		assert_int_equal(suite_provider_allows(suite_provider_find("azure"), message), refusals[i].azure);
		assert_false(suite_provider_allows(NULL, message));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_provider_is_found_by_its_name),
		cmocka_unit_test(allowed_rights_are_recognised_by_the_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
