#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rows/fill/members.h"

/* Statements that write, and the first object for the column "data"; NULL: there is none. */
static const struct {
	const char *statement;
	const char *object;
} rows[] = {
	{ "UPDATE t SET a = data ->> 'phone'", "'{\"phone\": \"one\"}'" },
	{ "UPDATE t SET data = t.data - 'phone' WHERE data ? 'fax'", "'{\"fax\": \"one\", \"phone\": \"one\"}'" },
	{ "UPDATE t SET n = (data->>'size')::int, data = data - 'size'", "'{\"size\": 1}'" },
	{ "UPDATE t SET d = (\"data\"::jsonb->>'since')::timestamptz", "'{\"since\": \"2024-02-29 12:00:00Z\"}'" },
	{ "UPDATE t SET a = coalesce(data->>'Name', '')", "'{\"Name\": \"one\"}'" },
	/* Of a type that has no values here, or an argument of a function. */
	{ "UPDATE t SET s = (data->>'state')::job_state", NULL },
	{ "UPDATE t SET d = to_date(data->>'day', 'DD.MM.YYYY')", NULL },
	{ "UPDATE t SET a = data -> 'list' ->> 0", NULL },
	{ "UPDATE t SET a = metadata ->> 'phone', b = data2 - 'x'", NULL },
	{ "UPDATE t SET a = data", NULL },
};

static void
members_of_a_statement(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(RowsMembers) members = rows_members_new("data");
		rows_members_learn(members, rows[i].statement, true);
		rows_members_append(members, values);
		if (rows[i].object == NULL)
			assert_int_equal(values->len, 0);
		else
			assert_string_equal(g_ptr_array_index(values, 0), rows[i].object);
	}
}

/* A cast of any statement decides, and one that only reads asks for nothing. */
static void
statements_together(void **state)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(RowsMembers) members = rows_members_new("data");

	(void)state;
	rows_members_learn(members, "CREATE VIEW v AS SELECT (data->>'size')::bigint, data->>'name' FROM t", false);
	rows_members_append(members, values);
	assert_int_equal(values->len, 0);
	rows_members_learn(members, "UPDATE t SET data = data - 'size'", true);
	rows_members_append(members, values);
	assert_string_equal(g_ptr_array_index(values, 0), "'{\"size\": 1}'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_of_a_statement),
		cmocka_unit_test(statements_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
