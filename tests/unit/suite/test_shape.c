#include "suite/shape.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* --- A small language of its own ----------------------------------------- */

static const char *const colours[] = { "red", "green", "none", NULL };
static const SuiteShape colour_shape = { .expects = "a colour", .accepts = SUITE_ACCEPT_TEXT, .choices = colours };
static const SuiteShape cell_shape = { .expects = "a value", .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_NULL };
static const SuiteShape row_shape = { .expects = "a row", .accepts = SUITE_ACCEPT_LIST, .item = &cell_shape };
static const SuiteShape maybe_shape = { .expects = "true, false or absent",
	                                .accepts = SUITE_ACCEPT_BOOL | SUITE_ACCEPT_ABSENT };
static const SuiteShape names_shape = { .expects = "a mapping of names",
	                                .accepts = SUITE_ACCEPT_MAPPING,
	                                .values = &suite_shape_text };
static const SuiteShape any_shape = { .expects = "anything", .accepts = SUITE_ACCEPT_ANY };

static const SuiteKey keys[] = {
	{ "name", &suite_shape_text, true, "what it is called" },
	{ "colour", &colour_shape, false, "its colour" },
	{ "count", &suite_shape_count, false, "how many" },
	{ "offset", &suite_shape_int, false, "how far" },
	{ "exact", &suite_shape_bool, false, "whether it is closed" },
	{ "maybe", &maybe_shape, false, "whether" },
	{ "list", &suite_shape_text_list, false, "some" },
	{ "paths", &suite_shape_text_or_list, false, "one or some" },
	{ "row", &row_shape, false, "a row" },
	{ "names", &names_shape, false, "names" },
	{ "any", &any_shape, false, "anything" },
	{ NULL },
};
static const SuiteShape thing_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = keys };

/* The message, or NULL when the text has the shape. The caller frees it. */
static char *
check(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) document = suite_document_parse("a.yaml", text, &error);

	if (document == NULL)
		fail_msg("%s", error->message);
	bool has_shape = suite_shape_check(&thing_shape, suite_document_root(document), "the thing", &error);
	assert_true(has_shape == (error == NULL));
	if (!has_shape)
		assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
	return has_shape ? NULL : g_strdup(error->message);
}

static void
valid_values_pass(void **state)
{
	(void)state;
	static const char *const values[] = {
		"colour: red",        "colour: \"none\"", "count: 0",      "count: 12",          "offset: -5",
		"offset: 5",          "exact: true",      "maybe: absent", "maybe: false",       "list: []",
		"list: [a, 1, true]", "paths: a",         "paths: [a, b]", "row: [1, null, '']", "names: {}",
		"names: {a: b}",      "any: [{x: [1]}]",  "any:",          "name: \"\"",         "name: 5",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
		bool named = g_str_has_prefix(values[i], "name:");
		g_autofree char *text = g_strconcat(named ? "" : "name: x\n", values[i], "\n", NULL);
		g_autofree char *message = check(text);
		if (message != NULL)
			fail_msg("%s", message);
	}
}

#define THING_KEYS                                                                                                     \
	"hint: write a mapping of its keys: name, colour, count, offset, exact, maybe, list, paths, row, names, any"

static void
invalid_values_are_refused_with_a_hint(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		/* keys */
		{ "colour: red\n", "a.yaml:1:1: the thing needs the key \"name\"\n"
		                   "1 | colour: red\n"
		                   "  | ^\n"
		                   "hint: what it is called" },
		{ "name: x\ncolor: red\n", "a.yaml:2:1: the thing has no key \"color\"\n"
		                           "2 | color: red\n"
		                           "  | ^\n"
		                           "hint: did you mean \"colour\"?" },
		{ "name: x\n\"Exakt\": true\n", "a.yaml:2:1: the thing has no key \"Exakt\"\n"
		                                "2 | \"Exakt\": true\n"
		                                "  | ^\n"
		                                "hint: did you mean \"exact\"?" },
		{ "name: x\nzzzzzzzzzz: 1\n",
		  "a.yaml:2:1: the thing has no key \"zzzzzzzzzz\"\n"
		  "2 | zzzzzzzzzz: 1\n"
		  "  | ^\n"
		  "hint: the keys are: name, colour, count, offset, exact, maybe, list, paths, row, names, any" },
		/* kinds */
		{ "[a]\n", "a.yaml:1:1: the thing must be a mapping, not a list\n"
		           "1 | [a]\n"
		           "  | ^\n" THING_KEYS },
		{ "x\n", "a.yaml:1:1: the thing must be a mapping, not \"x\"\n"
		         "1 | x\n"
		         "  | ^\n" THING_KEYS },
		{ "", "a.yaml:1:1: the thing must be a mapping, not empty\n"
		      "1 | \n"
		      "  | ^\n" THING_KEYS },
		{ "name: [x]\n", "a.yaml:1:7: \"name\" must be a text, not a list\n"
		                 "1 | name: [x]\n"
		                 "  |       ^" },
		{ "name: {x: y}\n", "a.yaml:1:7: \"name\" must be a text, not a mapping\n"
		                    "1 | name: {x: y}\n"
		                    "  |       ^" },
		{ "name:\ncount: 1\n", "a.yaml:1:1: \"name\" must be a text, not empty\n"
		                       "1 | name:\n"
		                       "  | ^\n"
		                       "hint: write a value behind the key; a text that reads as null needs quotes" },
		{ "name: null\n", "a.yaml:1:7: \"name\" must be a text, not empty\n"
		                  "1 | name: null\n"
		                  "  |       ^\n"
		                  "hint: write a value behind the key; a text that reads as null needs quotes" },
		/* words */
		{ "name: x\ncolour: gren\n", "a.yaml:2:9: \"colour\" must be a colour, not \"gren\"\n"
		                             "2 | colour: gren\n"
		                             "  |         ^\n"
		                             "hint: did you mean \"green\"? It can be: red, green, none" },
		{ "name: x\ncolour: violet\n", "a.yaml:2:9: \"colour\" must be a colour, not \"violet\"\n"
		                               "2 | colour: violet\n"
		                               "  |         ^\n"
		                               "hint: it can be: red, green, none" },
		/* numbers and booleans */
		{ "name: x\ncount: -1\n", "a.yaml:2:8: \"count\" must be a number, 0 or more, not \"-1\"\n"
		                          "2 | count: -1\n"
		                          "  |        ^" },
		{ "name: x\ncount: 1.5\n", "a.yaml:2:8: \"count\" must be a number, 0 or more, not \"1.5\"\n"
		                           "2 | count: 1.5\n"
		                           "  |        ^" },
		{ "name: x\ncount: '3'\n", "a.yaml:2:8: \"count\" must be a number, 0 or more, not \"3\"\n"
		                           "2 | count: '3'\n"
		                           "  |        ^\n"
		                           "hint: in quotes it is a text: write it without them" },
		{ "name: x\noffset: far\n", "a.yaml:2:9: \"offset\" must be a whole number, not \"far\"\n"
		                            "2 | offset: far\n"
		                            "  |         ^" },
		{ "name: x\nexact: yes\n", "a.yaml:2:8: \"exact\" must be true or false, not \"yes\"\n"
		                           "2 | exact: yes\n"
		                           "  |        ^" },
		{ "name: x\nmaybe: \"absent\"\n",
		  "a.yaml:2:8: \"maybe\" must be true, false or absent, not \"absent\"\n"
		  "2 | maybe: \"absent\"\n"
		  "  |        ^\n"
		  "hint: in quotes it is a text: write it without them" },
		/* nested values */
		{ "name: x\nlist: [a, [b]]\n", "a.yaml:2:11: item 2 of \"list\" must be a text, not a list\n"
		                               "2 | list: [a, [b]]\n"
		                               "  |           ^" },
		{ "name: x\npaths:\n  - a\n  -\n",
		  "a.yaml:4:3: item 2 of \"paths\" must be a text, not empty\n"
		  "4 |   -\n"
		  "  |   ^\n"
		  "hint: write a value behind the key; a text that reads as null needs quotes" },
		{ "name: x\nnames: {a: index on (b, c)}\n",
		  "a.yaml:2:25: \"c)\" must be a text, not empty\n"
		  "2 | names: {a: index on (b, c)}\n"
		  "  |                         ^\n"
		  "hint: within { }, a comma ends a value: put a text that has one into quotes, \"index on (a, b)\"" },
		{ "name: x\nnames: {a: [b]}\n", "a.yaml:2:12: \"a\" must be a text, not a list\n"
		                                "2 | names: {a: [b]}\n"
		                                "  |            ^" },
		{ "name: x\nrow: 1\n", "a.yaml:2:6: \"row\" must be a row, not \"1\"\n"
		                       "2 | row: 1\n"
		                       "  |      ^" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *message = check(cases[i].text);
		if (message == NULL)
			fail_msg("no error for: %s", cases[i].text);
		assert_string_equal(message, cases[i].message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_values_pass),
		cmocka_unit_test(invalid_values_are_refused_with_a_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
