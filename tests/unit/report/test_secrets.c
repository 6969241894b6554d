#include "report/secrets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
a_secret_is_not_shown(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *shown;
	} cases[] = {
		{ "CREATE ROLE r LOGIN PASSWORD 'x''y' VALID", "CREATE ROLE r LOGIN PASSWORD '***' VALID" },
		{ "ALTER ROLE r ENCRYPTED password 'x'", "ALTER ROLE r ENCRYPTED password '***'" },
		{ "OPTIONS (user 'u', password 'x')", "OPTIONS (user 'u', password '***')" },
		{ "OPTIONS (secret_access_key 'x'", "OPTIONS (secret_access_key '***'" },
		{ "SET app.api_token = 'x';", "SET app.api_token = '***';" },
		{ "SET LOCAL app.secret TO x;", "SET LOCAL app.secret TO '***';" },
		{ "SELECT set_config('app.secret', 'x', false)", "SELECT set_config('app.secret', '***', false)" },
		{ "postgresql://app:x@db/shop", "postgresql://app:***@db/shop" },
		{ "host=db password=x user=app", "host=db password=*** user=app" },
		{ "url?password=x&sslmode=on", "url?password=***&sslmode=on" },
		{ "PASSWORD 'not ended", "PASSWORD '***'" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *shown = report_secrets_hide(cases[i].text);
		g_autofree char *again = report_secrets_hide(shown);
		assert_string_equal(shown, cases[i].shown);
		assert_string_equal(again, shown);
	}
}

static void
what_is_no_secret_stays(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"column \"password_hash\" does not exist",
		"CREATE TABLE tokens (token text NOT NULL DEFAULT 'x')",
		"WHERE token = 'bearer' AND key > 'a'",
		"CREATE INDEX ON users (api_key)",
		"PRIMARY KEY (id)",
		"see https://example.org/a@b",
		"a table \"secrets\" 'x'",
		"",
		"key \xff",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *shown = report_secrets_hide(texts[i]);
		assert_string_equal(shown, texts[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_is_not_shown),
		cmocka_unit_test(what_is_no_secret_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
