#include "db/sqlstate.h"

#include "db/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
names_and_states_belong_together(void **state)
{
	(void)state;
	static const struct {
		const char *state;
		const char *name;
	} cases[] = {
		{ "23505", "unique_violation" },
		{ "23503", "foreign_key_violation" },
		{ "42601", "syntax_error" },
		{ "55P04", "unsafe_new_enum_value_usage" },
		{ "22001", "string_data_right_truncation" },
		{ "42501", "insufficient_privilege" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_string_equal(db_sqlstate_name(cases[i].state), cases[i].name);
		assert_string_equal(db_sqlstate_of(cases[i].name), cases[i].state);
	}
}

static void
a_name_of_two_states_gives_the_error_not_the_warning(void **state)
{
	(void)state;
	assert_string_equal(db_sqlstate_name("01004"), "string_data_right_truncation");
	assert_string_equal(db_sqlstate_of("string_data_right_truncation"), "22001");
	assert_string_equal(db_sqlstate_of("null_value_not_allowed"), "22004");
}

#define NAMED(name)                                                                                                    \
	{                                                                                                              \
#name, DB_SQLSTATE_##name                                                                              \
	}

static void
those_looked_for_are_called_as_postgres_calls_them(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *state;
	} cases[] = {
		NAMED(DUPLICATE_PREPARED_STATEMENT),
		NAMED(FEATURE_NOT_SUPPORTED),
		NAMED(FOREIGN_KEY_VIOLATION),
		NAMED(INSUFFICIENT_PRIVILEGE),
		NAMED(INVALID_SCHEMA_NAME),
		NAMED(INVALID_SQL_STATEMENT_NAME),
		NAMED(LOCK_NOT_AVAILABLE),
		NAMED(QUERY_CANCELED),
		NAMED(RESTRICT_VIOLATION),
		NAMED(SYNTAX_ERROR),
		NAMED(UNDEFINED_FILE),
		NAMED(UNDEFINED_FUNCTION),
		NAMED(UNDEFINED_OBJECT),
		NAMED(UNDEFINED_TABLE),
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_ascii_strdown(cases[i].name, -1);
		assert_string_equal(db_sqlstate_of(name), cases[i].state);
	}
}

static void
unknown_names_give_null(void **state)
{
	(void)state;
	assert_null(db_sqlstate_name("99999"));
	assert_null(db_sqlstate_of("unique_violations"));
}

static void
the_list_of_names_ends_and_holds_all(void **state)
{
	(void)state;
	const char *const *names = db_sqlstate_names();
	size_t n = 0;

	while (names[n] != NULL)
		assert_non_null(db_sqlstate_of(names[n++]));
	assert_true(n > 250);
	assert_true(g_strv_contains(names, "check_violation"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_states_belong_together),
		cmocka_unit_test(a_name_of_two_states_gives_the_error_not_the_warning),
		cmocka_unit_test(those_looked_for_are_called_as_postgres_calls_them),
		cmocka_unit_test(unknown_names_give_null),
		cmocka_unit_test(the_list_of_names_ends_and_holds_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
