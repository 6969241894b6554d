#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rows/fill/values.h"

#include <string.h>

static void
constant_defaults_are_recognised(void **state)
{
	(void)state;
	static const char *const constant[] = {
		"0",
		"false",
		"'-1'::integer",
		"'{}'::jsonb",
		"'pending'::kb.status",
		"'a'::character varying(20)",
		"NULL::text",
		"'now()'::text",
		"(0)::numeric(12,2)",
		"ARRAY['a'::text, 'b'::text]",
		"'CURRENT_USER'::text",
		"1.5",
	};
	static const char *const other[] = {
		"now()",
		"CURRENT_TIMESTAMP",
		"gen_random_uuid()",
		"nextval('s'::regclass)",
		"lower('A'::text)",
		"kb.\"My function\"()",
		"CURRENT_USER",
		"('x'::text || (random())::text)",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(constant); i++)
		if (!rows_values_is_constant(constant[i]))
			fail_msg("%s is constant", constant[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(other); i++)
		if (rows_values_is_constant(other[i]))
			fail_msg("%s is not constant", other[i]);
}

/* One of the values that a check suggests; with "!", none of them. */
static const struct {
	const char *type;
	const char *name;
	char category;
	int modifier;
	const char *check;
	const char *suggested;
} cases[] = {
	{ "text", "text", 'S', -1, "(a = ANY (ARRAY['x'::text, 'y'::text]))", "'y'" },
	{ "text", "text", 'S', -1, "(a = ANY ('{x,y}'::text[]))", "'y'" },
	{ "text", "text", 'S', -1, "(a ~ '^https://'::text)", "'https://'" },
	{ "text", "text", 'S', -1, "((((a)::json -> 'b'::text) ->> 'c'::text))::bigint IS NOT NULL",
	  "'{\"b\": {\"c\": 1}}'" },
	{ "text", "text", 'S', -1, "(((a)::jsonb ->> 'b'::text) <> ((a)::jsonb ->> 'c'::text))",
	  "'{\"b\": 1, \"c\": 1}'" },
	{ "text", "text", 'S', -1, "num_nulls((a)::uuid) >= 0", "'00000000-0000-4000-8000-000000000001'" },
	{ "text", "text", 'S', -1, "num_nulls((a)::integer) >= 0", "'42'" },
	{ "text", "text", 'S', -1, "(a = '{}'::json)", "!'[]'" },
	{ "jsonb", "jsonb", 'U', -1, "((a -> 'b'::text) ->> 'c'::text) IS NOT NULL", "'{\"b\": {\"c\": \"text\"}}'" },
	{ "text", "text", 'S', -1, "(a ~~ 'foo%'::text)", "'foo'" },
	{ "text", "text", 'S', -1, "(char_length(a) = 3)", "'xxx'" },
	{ "character varying", "varchar", 'S', 4 + 2, "((a)::text = 'long'::text)", "'lo'" },
	{ "text", "text", 'S', -1, "((a = 'x'::text) = (at > '2024-01-01'::date))", "!'2024-01-01'" },
	{ "integer", "int4", 'N', -1, "((a >= 10) AND (a <= 20))", "'11'" },
	{ "integer", "int4", 'N', -1, "((a >= 10) AND (a <= 20))", "'20'" },
	{ "integer", "int4", 'N', -1, "(a > '-5'::integer)", "'-4'" },
	{ "integer", "int4", 'N', -1, "(a > (-5))", "'-4'" },
	{ "smallint", "int2", 'N', -1, "(a < 40000)", "!'40000'" },
	{ "integer", "int4", 'N', -1, "(a > 0.5)", "!'0.5'" },
	{ "numeric", "numeric", 'N', 4 + (4 << 16 | 3), "((a >= 0.25) AND (a < 100))", "'0.25'" },
	{ "numeric", "numeric", 'N', 4 + (4 << 16 | 3), "((a >= 0.25) AND (a < 100))", "!'100'" },
	{ "date", "date", 'D', -1, "(a >= '2024-01-01'::date)", "('2024-01-01'::date + interval '1 days')::date" },
	{ "date", "date", 'D', -1, "((s = 'x'::text) OR (a IS NULL))", "!'x'" },
	{ "jsonb", "jsonb", 'U', -1, "(a ? 'name'::text)", "'{\"name\": 1}'" },
	{ "inet", "inet", 'I', -1, "(a << '10.0.0.0/8'::inet)", "'10.0.0.0/8'" },
};

static void
checks_suggest_values(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const RowsType type = { .name = (char *)cases[i].type,
			                .plain_name = (char *)cases[i].name,
			                .own = true,
			                .kind = 'b',
			                .category = cases[i].category };
		g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
		bool wanted = cases[i].suggested[0] != '!';
		bool found = false;
		rows_values_append_suggested(values, &type, cases[i].modifier, cases[i].check, 0);
		for (guint j = 0; j < values->len; j++)
			found |= strcmp(g_ptr_array_index(values, j), cases[i].suggested + (wanted ? 0 : 1)) == 0;
		if (found != wanted)
			fail_msg("%s: %s is %s", cases[i].check, cases[i].suggested, found ? "found" : "missing");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constant_defaults_are_recognised),
		cmocka_unit_test(checks_suggest_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
