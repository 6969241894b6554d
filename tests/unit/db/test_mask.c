#include "db/mask.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
passwords_are_masked_and_nothing_else(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "postgresql://bob:secret@host/db", "postgresql://bob:***@host/db" },
		{ "there is no \"postgrsql://bob:s:e/c@r et@host/db\"", "there is no \"postgrsql://bob:***@host/db\"" },
		{ "postgres:/bob:secret@host", "postgres:/bob:***@host" },
		{ "postgresql://bob%3Asecret@host", "postgresql://bob:***@host" },
		{ "postgresql://bob:secret", "postgresql://bob:***" },
		{ "bob:secret@host/db", "bob:***@host/db" },
		{ "host=h password=secret user=bob", "host=h password=*** user=bob" },
		{ "host=h password = 'se cr\\'et' user=bob", "host=h password = *** user=bob" },
		{ "host=h paswrd=secret user=bob", "host=h paswrd=*** user=bob" },
		{ "jdbc:postgresql://h/db?user=bob&password=secret&ssl=on",
		  "jdbc:postgresql://h/db?user=bob&password=***&ssl=***" },
		{ "PGPASSWORD=secret", "PGPASSWORD=***" },
		/* As they are. */
		{ "postgresql://host:5432/db", "postgresql://host:5432/db" },
		{ "postgresql://[::1]:5432/db", "postgresql://[::1]:5432/db" },
		{ "postgresql://bob@host:5432/db", "postgresql://bob@host:5432/db" },
		{ "there is no \"suite.yaml:shop@V002\"", "there is no \"suite.yaml:shop@V002\"" },
		{ "migrations/1_a.sql:4:6: syntax error at or near \"@\"",
		  "migrations/1_a.sql:4:6: syntax error at or near \"@\"" },
		{ "could not connect to the server (host=/tmp port=5432 user=bob): no",
		  "could not connect to the server (host=/tmp port=5432 user=bob): no" },
		{ "\"a\" fails: x = 3, y = 'z'", "\"a\" fails: x = 3, y = 'z'" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *masked = db_mask(rows[i][0]);
		assert_string_equal(masked, rows[i][1]);
	}
}

static void
bytes_that_are_no_text_are_masked_too(void **state)
{
	(void)state;
	g_autofree char *masked = db_mask("postgresql://bob:\xff\xfe@host");

	assert_string_equal(masked, "postgresql://bob:***@host");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_are_masked_and_nothing_else),
		cmocka_unit_test(bytes_that_are_no_text_are_masked_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
