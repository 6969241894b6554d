#include "migration/text/lexer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The tokens as "W:word" (word), "I:" (quoted identifier), "S:" (string), "N:" (number) and the symbol itself, joined
 * with blanks; "!" and the problem where one does not end. */
static char *
tokens_of(const char *text)
{
	static const char *const letters[] = { [MIGRATION_TOKEN_WORD] = "W:",
		                               [MIGRATION_TOKEN_QUOTED] = "I:",
		                               [MIGRATION_TOKEN_STRING] = "S:",
		                               [MIGRATION_TOKEN_NUMBER] = "N:",
		                               [MIGRATION_TOKEN_SYMBOL] = "" };
	MigrationLexer lexer = { .text = text, .length = strlen(text) };
	GString *tokens = g_string_new(NULL);
	MigrationToken token;
	const char *problem;

	for (;;) {
		if (!migration_lexer_next(&lexer, &token, &problem)) {
			g_string_append_printf(tokens, "!%s at %" G_GSIZE_FORMAT, problem, token.start);
			break;
		}
		if (token.type == MIGRATION_TOKEN_END)
			break;
		assert_true(token.end > token.start);
		g_string_append_printf(tokens, "%s%s%.*s", tokens->len > 0 ? " " : "", letters[token.type],
		                       (int)(token.end - token.start), text + token.start);
	}
	return g_string_free(tokens, FALSE);
}

static void
check(const char *const (*cases)[2], gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *tokens = tokens_of(cases[i][0]);
		if (strcmp(tokens, cases[i][1]) != 0)
			fail_msg("\"%s\" gives \"%s\", expected \"%s\"", cases[i][0], tokens, cases[i][1]);
	}
}

static void
tells_words_numbers_and_symbols_apart(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "", "" },
		{ " \t\r\n\f\v", "" },
		{ "a b_1 $1 c$d", "W:a W:b_1 N:$1 W:c$d" },
		{ "z\xc3\xb6lf", "W:z\xc3\xb6lf" },
		{ "1 1.5 0x1F 1_000 1e5", "N:1 N:1.5 N:0x1F N:1_000 N:1e5" },
		{ "a.b::c", "W:a . W:b : : W:c" },
		{ "(a>=1)", "( W:a > = N:1 )" },
		{ "a$1", "W:a$1" },
		{ "$", "$" },
	};

	check(cases, G_N_ELEMENTS(cases));
}

static void
tells_strings_apart(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "''", "S:''" },
		{ "'a''b' c", "S:'a''b' W:c" },
		{ "'a\\' b", "S:'a\\' W:b" },
		{ "E'a\\'' b", "S:E'a\\'' W:b" },
		{ "re'a' b", "W:re S:'a' W:b" },
		{ "x'1F' B'01' n'c' u&'d' U&\"e\"", "S:x'1F' S:B'01' S:n'c' S:u&'d' I:U&\"e\"" },
		{ "u & 'a'", "W:u & S:'a'" },
		{ "'a' 'b'", "S:'a' S:'b'" },
		{ "'a'\n'b'", "S:'a'\n'b'" },
		{ "'a' -- c\n 'b' c", "S:'a' -- c\n 'b' W:c" },
		{ "'a' -- 'b'", "S:'a'" },
		{ "'a'\n/* c */ 'b'", "S:'a' S:'b'" },
		{ "\"a\"\"b\" c", "I:\"a\"\"b\" W:c" },
		{ "\"a\"\n\"b\"", "I:\"a\" I:\"b\"" },
		{ "$$a'$$ b", "S:$$a'$$ W:b" },
		{ "$a$ $b$ $a$b", "S:$a$ $b$ $a$ W:b" },
		{ "$a$ $a $A$ $a$", "S:$a$ $a $A$ $a$" },
		{ "$1$$a$$", "N:$1 S:$$a$$" },
		{ "$\xc3\xb6$ ; $\xc3\xb6$", "S:$\xc3\xb6$ ; $\xc3\xb6$" },
	};

	check(cases, G_N_ELEMENTS(cases));
}

static void
skips_comments(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "a -- b\nc", "W:a W:c" },   { "a--b\rc", "W:a W:c" }, { "a/*b*/c", "W:a W:c" },
		{ "/* /* */ a */ b", "W:b" }, { "/*/ a */ b", "W:b" },  { "a - - b", "W:a - - W:b" },
		{ "a / * b", "W:a / * W:b" }, { "-- only", "" },        { "--", "" },
	};

	check(cases, G_N_ELEMENTS(cases));
}

static void
reports_unterminated_tokens_with_a_position(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "a 'b", "W:a!unterminated string at 2" },
		{ "E'a\\'", "!unterminated string at 0" },
		{ "E'a\\", "!unterminated string at 0" },
		{ "U&'a", "!unterminated string at 0" },
		{ "'a'\n'b", "!unterminated string at 0" },
		{ "\"a\"\"", "!unterminated quoted identifier at 0" },
		{ "U&\"a", "!unterminated quoted identifier at 0" },
		{ "a /* /* */", "W:a!unterminated comment at 2" },
		{ "/*/", "!unterminated comment at 0" },
		{ " $a$ $a", "!unterminated dollar-quoted string at 1" },
		{ "$$", "!unterminated dollar-quoted string at 0" },
		{ "$$$", "!unterminated dollar-quoted string at 0" },
	};

	check(cases, G_N_ELEMENTS(cases));
}

static void
stops_at_the_given_length(void **state)
{
	(void)state;
	static const char text[] = { 'a', ' ', '\'', 'b', '\'', '\'' };
	MigrationToken token;
	const char *problem;
	/* Not NUL-terminated on purpose: a read past the end is found by the address sanitizer. */
	g_autofree char *copy = g_memdup2(text, 5);
	MigrationLexer lexer = { .text = copy, .length = 5 };

	assert_true(migration_lexer_next(&lexer, &token, &problem));
	assert_true(migration_lexer_next(&lexer, &token, &problem));
	assert_int_equal(token.type, MIGRATION_TOKEN_STRING);
	assert_int_equal(token.end, 5);
	assert_true(migration_lexer_next(&lexer, &token, &problem));
	assert_int_equal(token.type, MIGRATION_TOKEN_END);
}

static void
compares_words_without_case_and_folds_names(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool is_table;
		const char *name;
	} cases[] = {
		{ "TaBLe", true, "table" },      { "tables", false, "tables" }, { "\"table\"", false, "table" },
		{ "\"A\"\"b\"", false, "A\"b" }, { "'table'", false, NULL },    { "U&\"a\"", false, NULL },
		{ "12", false, NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *text = cases[i].text;
		MigrationLexer lexer = { .text = text, .length = strlen(text) };
		MigrationToken token;
		const char *problem;
		assert_true(migration_lexer_next(&lexer, &token, &problem));
		g_autofree char *name = migration_token_name(text, &token);
		assert_int_equal(migration_token_is(text, &token, "TABLE"), cases[i].is_table);
		assert_false(migration_token_is_symbol(text, &token, *text));
		if (g_strcmp0(name, cases[i].name) != 0)
			fail_msg("\"%s\" gives the name \"%s\"", text, name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_words_numbers_and_symbols_apart),
		cmocka_unit_test(tells_strings_apart),
		cmocka_unit_test(skips_comments),
		cmocka_unit_test(reports_unterminated_tokens_with_a_position),
		cmocka_unit_test(stops_at_the_given_length),
		cmocka_unit_test(compares_words_without_case_and_folds_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
