#include "report/secrets.h"

#include "report/result.h"

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
texts_without_secrets_stay(void **state)
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

/* The texts of an observation, of a trial of access and of an item of a checklist are treated like those of a case. */
static void
no_part_of_a_case_shows_a_secret(void **state)
{
	(void)state;
	g_autoptr(ReportRun) run = report_run_new();
	ReportSuite *suite = report_run_add_suite(run, "shop", NULL, NULL);
	ReportCase *test_case = report_case_new("shop", "impact", "V1", (SourcePosition){ 0 });
	ReportStatement *statement = report_statement_new((SourcePosition){ 0 }, "CREATE ROLE r PASSWORD 'x'");
	ReportFinding *finding = report_finding_new("rewrite", (SourcePosition){ 0 });
	ReportAccess *access = report_access_new("public.t", "r");

	finding->message = g_strdup("ALTER ROLE r PASSWORD 'x'");
	access->where = g_strdup("set_config('app.secret', 'x', true) = ''");
	test_case->observation = report_observation_new();
	g_ptr_array_add(test_case->observation->statements, statement);
	g_ptr_array_add(test_case->observation->findings, finding);
	report_case_add_access(test_case, access);
	test_case->item = report_item_new(REPORT_ITEM_OPEN, "http");
	test_case->item->shows = g_strdup("psql postgresql://app:x@db/shop");
	report_item_add_fact(test_case->item, "url", "postgresql://app:x@db/shop", NULL);
	report_suite_add_case(suite, test_case);

	assert_string_equal(statement->text, "CREATE ROLE r PASSWORD '***'");
	assert_string_equal(finding->message, "ALTER ROLE r PASSWORD '***'");
	assert_string_equal(access->where, "set_config('app.secret', '***', true) = ''");
	assert_string_equal(test_case->item->shows, "psql postgresql://app:***@db/shop");
	assert_string_equal(((ReportFact *)g_ptr_array_index(test_case->item->facts, 0))->found,
	                    "postgresql://app:***@db/shop");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_is_not_shown),
		cmocka_unit_test(texts_without_secrets_stay),
		cmocka_unit_test(no_part_of_a_case_shows_a_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
