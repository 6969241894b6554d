#include "migration/runner/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
knows_the_package_of_an_extension(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "pgcrypto", "postgresql-contrib" },
		{ "uuid-ossp", "postgresql-contrib" },
		{ "vector", "postgresql-16-pgvector" },
		{ "postgis_topology", "postgresql-16-postgis-3" },
		{ "pg_cron", "postgresql-16-cron" },
		{ "hypopg", "postgresql-16-hypopg" },
		{ "plpython3u", "postgresql-plpython3-16" },
		{ "plperlu", "postgresql-plperl-16" },
		{ "my-own", NULL },
		{ "x; rm", NULL },
		{ "", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *package = migration_extension_package(cases[i][0], 16);
		if (g_strcmp0(package, cases[i][1]) != 0)
			fail_msg("\"%s\" gives \"%s\"", cases[i][0], package);
	}
}

static void
clearing_makes_it_empty(void **state)
{
	(void)state;
	MigrationOutcome outcome = {
		.failed = true, .message = g_strdup("m"), .sqlstate = g_strdup("42P01"), .duration = 7
	};

	migration_outcome_clear(&outcome);
	assert_false(outcome.failed);
	assert_null(outcome.message);
	assert_null(outcome.sqlstate);
	assert_int_equal(outcome.duration, 0);
	migration_outcome_clear(&outcome);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_package_of_an_extension),
		cmocka_unit_test(clearing_makes_it_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
