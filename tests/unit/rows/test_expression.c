#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rows/state/expression.h"

/* Each constant as "operator value type", joined by "; ": an array's value in braces, a number's type "#". */
static const struct {
	const char *expression;
	const char *constants;
} cases[] = {
	{ "a > 5", "> 5 #" },
	{ "(a >= 0)", ">= 0 #" },
	{ "((a >= (-3)) AND (a <= 12.5))", "- -3 #; <= 12.5 #" },
	{ "a = '-3'::integer", "= -3 integer" },
	{ "(role = ANY (ARRAY['user'::text, 'it''s'::text]))", "= user text; = it's text" },
	{ "((role)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
	  "= a character varying; = b character varying" },
	{ "(role = ANY ('{a,b}'::text[]))", "= {a,b} text[]" },
	{ "(name ~ '^[a-z]+$'::text)", "~ ^[a-z]+$ text" },
	{ "(name ~ E'^\\\\d+$'::text)", "~ ^\\d+$ text" },
	{ "(name ~~ 'foo%'::text)", "~~ foo% text" },
	{ "(name ~ similar_to_escape('(a|b)'::text))", "similar_to_escape (a|b) text" },
	{ "(m = 'sad'::kb.mood)", "= sad kb.mood" },
	{ "(m = 'sad'::\"Odd s\".\"My mood\")", "= sad Odd s.My mood" },
	{ "(at >= '2024-01-01 00:00:00+00'::timestamp with time zone)",
	  ">= 2024-01-01 00:00:00+00 timestamp with time zone" },
	{ "(n = (1)::numeric(10,2))", "= 1 #" },
	{ "(jsonb_typeof(e) = 'object'::text)", "= object text" },
	{ "(char_length(a) <= 1000)", "<= 1000 #" },
	{ "(a = '(1,2)'::numeric(10,2))", "= (1,2) numeric" },
	{ "('it is open", " it is open -" },
	{ "", "" },
};

static void
constants_are_found(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) constants = rows_expression_constants(cases[i].expression);
		g_autoptr(GString) text = g_string_new(NULL);
		for (guint j = 0; j < constants->len; j++) {
			const RowsConstant *constant = g_ptr_array_index(constants, j);
			const char *type = constant->type != NULL ? constant->type : "-";
			g_string_append_printf(text, "%s%s %s %s%s", j > 0 ? "; " : "", constant->op, constant->text,
			                       constant->is_number ? "#" : type, constant->is_array ? "[]" : "");
		}
		assert_string_equal(text->str, cases[i].constants);
	}
}

static void
names_are_found(void **state)
{
	(void)state;
	assert_true(rows_expression_mentions("(a > b)", "b"));
	assert_true(rows_expression_mentions("(\"Odd \"\"c\" > 1)", "Odd \"c"));
	assert_false(rows_expression_mentions("(ab > 'b')", "b"));
	assert_false(rows_expression_mentions("(a = 'x\"b\"'::text)", "b"));
}

static void
value_is_replaced(void **state)
{
	(void)state;
	g_autofree char *one = rows_expression_replace_value("((VALUE > 0) AND (VALUE <> 'VALUE'::text))", "\"c\"");
	assert_string_equal(one, "((\"c\" > 0) AND (\"c\" <> 'VALUE'::text))");
	g_autofree char *none = rows_expression_replace_value("f(\"VALUE\")", "c");
	assert_string_equal(none, "f(\"VALUE\")");
}

static void
texts_are_quoted(void **state)
{
	(void)state;
	static const char *const literals[][2] = {
		{ "", "''" }, { "a", "'a'" }, { "it's", "'it''s'" }, { "a\\b'c", "E'a\\\\b''c'" }, { "\"", "'\"'" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(literals); i++) {
		g_autofree char *quoted = rows_literal(literals[i][0]);
		assert_string_equal(quoted, literals[i][1]);
	}
	g_autofree char *name = rows_identifier("Odd \"n\\'");
	assert_string_equal(name, "\"Odd \"\"n\\'\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constants_are_found),
		cmocka_unit_test(names_are_found),
		cmocka_unit_test(value_is_replaced),
		cmocka_unit_test(texts_are_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
