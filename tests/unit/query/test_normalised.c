#include "query/normalised.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_fine(void **state G_GNUC_UNUSED)
{
	static const char *const rows[][2] = {
		{ "SELECT a\n  FROM t /* user 4711 */ WHERE b = $1 -- x", "SELECT a FROM t WHERE b = $1" },
		{ "SELECT now() - interval $1, date $2", "SELECT now() - $1::interval, $2::date" },
		{ "SELECT timestamp with time zone $1 AT TIME ZONE $2",
		  "SELECT $1::timestamp with time zone AT TIME ZONE $2" },
		{ "SELECT a::varchar(20), b::numeric(10, 2) FROM t ORDER BY 1, 2 DESC NULLS LAST LIMIT $1",
		  "SELECT a::varchar(20), b::numeric(10, 2) FROM t ORDER BY 1, 2 DESC NULLS LAST LIMIT $1" },
		{ "INSERT INTO t (a) VALUES ($1)", "INSERT INTO t (a) VALUES ($1)" },
		{ "(SELECT $1) UNION SELECT $2", "(SELECT $1) UNION SELECT $2" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = NULL;
		assert_int_equal(query_normalise(rows[i][0], &text), QUERY_NORMALISED_FINE);
		assert_string_equal(text, rows[i][1]);
	}
}

static void
test_values(void **state G_GNUC_UNUSED)
{
	static const char *const rows[] = { "SELECT * FROM t WHERE a = 'secret'",
		                            "SELECT * FROM t WHERE id = 4711",
		                            "INSERT INTO t VALUES ($1, 4711)",
		                            "SELECT $$secret$$",
		                            "SELECT * FROM t LIMIT 5",
		                            "SELECT f(4711)",
		                            "SELECT 'secret" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = NULL;
		if (query_normalise(rows[i], &text) != QUERY_NORMALISED_HAS_VALUES)
			fail_msg("%s", rows[i]);
	}
}

static void
test_others(void **state G_GNUC_UNUSED)
{
	char *text = NULL;

	assert_int_equal(query_normalise("ALTER ROLE a PASSWORD 'x'", &text), QUERY_NORMALISED_NO_QUERY);
	assert_int_equal(query_normalise("", &text), QUERY_NORMALISED_NO_QUERY);
	assert_null(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_fine), cmocka_unit_test(test_values),
		                            cmocka_unit_test(test_others) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
