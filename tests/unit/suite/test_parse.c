#include "document_support.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* --- Anchors ------------------------------------------------------------- */

static void
an_alias_is_the_anchors_node(void **state)
{
	(void)state;
	g_autoptr(SuiteDocument) document = parse("a: &x {k: [1]}\nb: *x\nc: [*x, *x]\nd: &y word\ne: *y\n*y : f\n");

	assert_ptr_equal(at(document, "a"), at(document, "b"));
	assert_ptr_equal(at(document, "c.0"), at(document, "c.1"));
	assert_place(at(document, "b"), 1, 7);
	assert_string_equal(suite_node_text(at(document, "e")), "word");
	assert_string_equal(suite_node_text(at(document, "word")), "f");
}

static void
the_last_anchor_of_a_name_counts(void **state)
{
	(void)state;
	g_autoptr(SuiteDocument) document = parse("a: &x 1\nb: *x\nc: &x 2\nd: *x\n");

	assert_string_equal(suite_node_text(at(document, "b")), "1");
	assert_string_equal(suite_node_text(at(document, "d")), "2");
}

static void
merge_keys_add_missing_keys(void **state)
{
	(void)state;
	g_autoptr(SuiteDocument) document = parse("base: &b {x: 1, y: 2}\n"
	                                          "one:\n"
	                                          "  <<: *b\n"
	                                          "  y: 3\n"
	                                          "two: {<<: [{y: 9}, *b], z: 1}\n"
	                                          "text: {\"<<\": q}\n");
	const SuiteNode *one = at(document, "one");

	assert_int_equal(suite_node_size(one), 2);
	assert_string_equal(suite_node_text(suite_node_get(one, "y")), "3");
	assert_string_equal(suite_node_text(suite_node_get(one, "x")), "1");
	assert_place(suite_node_get(one, "x"), 1, 14);
	assert_int_equal(suite_node_size(at(document, "two")), 3);
	assert_string_equal(suite_node_text(at(document, "two.y")), "9");
	assert_string_equal(suite_node_text(at(document, "two.x")), "1");
	assert_string_equal(suite_node_text(at(document, "text.<<")), "q");
}

static void
merge_keys_nest_and_find_repeats_among_many(void **state)
{
	(void)state;
	g_autoptr(GString) text = g_string_new("a: &a {");

	for (guint i = 0; i < 200; i++)
		g_string_append_printf(text, "k%u: %u, ", i, i);
	g_string_append(text, "}\nb: &b {<<: *a, k7: own}\nc: {<<: *b, k199: own}\n");
	g_autoptr(SuiteDocument) document = parse(text->str);
	assert_int_equal(suite_node_size(at(document, "c")), 200);
	assert_string_equal(suite_node_text(at(document, "c.k7")), "own");
	assert_string_equal(suite_node_text(at(document, "c.k199")), "own");
	assert_string_equal(suite_node_text(at(document, "c.k0")), "0");
}

/* --- Errors -------------------------------------------------------------- */

static void
errors_of_our_own_have_a_hint(void **state)
{
	(void)state;
	assert_error("a: 1\nb: 2\na: 3\n", "a.yaml:3:1: key \"a\" stands here twice\n"
	                                   "3 | a: 3\n"
	                                   "  | ^\n"
	                                   "hint: remove one of the two");
	assert_error("x: {\xc3\xb6: 1, \"\xc3\xb6\": 2}", "a.yaml:1:11: key \"\xc3\xb6\" stands here twice\n"
	                                                  "1 | x: {\xc3\xb6: 1, \"\xc3\xb6\": 2}\n"
	                                                  "  |           ^\n"
	                                                  "hint: remove one of the two");
	assert_error("[1]: 2\n", "a.yaml:1:1: a key must be a text\n"
	                         "1 | [1]: 2\n"
	                         "  | ^\n"
	                         "hint: a list or mapping before a colon is its key; values stand behind it");
	assert_error("? {a: 1}\n: 2\n", "a.yaml:1:3: a key must be a text\n"
	                                "1 | ? {a: 1}\n"
	                                "  |   ^\n"
	                                "hint: a list or mapping before a colon is its key; values stand behind it");
	assert_error("a: [1, *x]\n", "a.yaml:1:8: alias \"*x\" has no anchor before it\n"
	                             "1 | a: [1, *x]\n"
	                             "  |        ^\n"
	                             "hint: write the anchor (&name) before the alias (*name)");
	assert_error("a: &x [1, *x]\n", "a.yaml:1:11: alias \"*x\" stands inside its own anchor\n"
	                                "1 | a: &x [1, *x]\n"
	                                "  |           ^");
	assert_error("b: &b\n  <<: *b\n", "a.yaml:2:7: alias \"*b\" stands inside its own anchor\n"
	                                  "2 |   <<: *b\n"
	                                  "  |       ^");
	assert_error("a: 1\n---\nb: 2\n", "a.yaml:2:1: the file holds more than one YAML document\n"
	                                  "2 | ---\n"
	                                  "  | ^\n"
	                                  "hint: keep one document in the file");
	assert_error("a: !!int 5\n", "a.yaml:1:4: YAML tags are not understood\n"
	                             "1 | a: !!int 5\n"
	                             "  |    ^\n"
	                             "hint: remove the tag; a text that begins with ! needs quotes");
	assert_error("%YAML 1.1\n---\na: 1\n", "a.yaml:1:1: YAML directives are not understood\n"
	                                       "1 | %YAML 1.1\n"
	                                       "  | ^\n"
	                                       "hint: remove the line; a text that begins with % needs quotes");
	assert_error("a:\n  <<: 5\n", "a.yaml:2:3: \"<<\" must be a mapping, or a list of mappings\n"
	                              "2 |   <<: 5\n"
	                              "  |   ^\n"
	                              "hint: write \"<<: *anchor\", or a list of them");
	assert_error("b: &b {x: 1}\nc: {<<: [*b, 1]}\n", "a.yaml:2:5: \"<<\" must be a mapping, or a list of mappings\n"
	                                                 "2 | c: {<<: [*b, 1]}\n"
	                                                 "  |     ^\n"
	                                                 "hint: write \"<<: *anchor\", or a list of them");
	assert_error("b: &b {x: 1}\nc:\n  <<: *b\n  <<: *b\n", "a.yaml:4:3: key \"<<\" stands here twice\n"
	                                                       "4 |   <<: *b\n"
	                                                       "  |   ^\n"
	                                                       "hint: remove one of the two");
	assert_error("a: \"x\\0y\"\n", "a.yaml:1:4: a text holds a NUL character\n"
	                               "1 | a: \"x\\0y\"\n"
	                               "  |    ^");
	assert_error(" : b\n", "a.yaml:1:1: a key must be a text\n"
	                       "1 |  : b\n"
	                       "  | ^\n"
	                       "hint: a list or mapping before a colon is its key; values stand behind it");
	assert_error("  |\n  a\n     \n     b\n", "a.yaml:2:1: a block of text has no key\n"
	                                          "2 |   a\n"
	                                          "  | ^\n"
	                                          "hint: write a key before it: \"sql: |\"");
	assert_error("a:\n  b: |\n  c\n", "a.yaml:3:1: a block of text must stand further to the right than its key\n"
	                                  "3 |   c\n"
	                                  "  | ^\n"
	                                  "hint: indent its lines");
	assert_error("a:\n  - |\n\n  c\n", "a.yaml:3:1: a block of text must stand further to the right than its key\n"
	                                   "3 | \n"
	                                   "  | ^\n"
	                                   "hint: indent its lines");
	assert_error("ok: 1\na: \xff\n", "a.yaml:2:4: not valid UTF-8\n"
	                                 "2 | a: \xef\xbf\xbd\n"
	                                 "  |    ^\n"
	                                 "hint: save the file as UTF-8");
}

static void
errors_of_the_parser_have_its_words_and_a_place(void **state)
{
	(void)state;
	assert_error("a: \"x\nb: 1\n", "a.yaml:1:4: not valid YAML: wrongly indented double-quoted scalar\n"
	                               "1 | a: \"x\n"
	                               "  |    ^\n"
	                               "hint: indent the following lines further than the key");
	assert_error("\xc3\xb6: [1,\n  \"x]\n",
	             "a.yaml:2:4: not valid YAML: double-quoted scalar without closing quote\n"
	             "2 |   \"x]\n"
	             "  |    ^");
	assert_error("a: b: c\n", "a.yaml:1:5: not valid YAML: invalid nested block mapping on the same line\n"
	                          "1 | a: b: c\n"
	                          "  |     ^\n"
	                          "hint: put a value that holds \": \" in quotes");
	assert_error("\xc3\xb6: @x\n", "a.yaml:1:4: not valid YAML: plain scalar cannot start with '@'\n"
	                               "1 | \xc3\xb6: @x\n"
	                               "  |    ^\n"
	                               "hint: put the value in quotes");
	assert_error("a:\n\tb: 2\n", "a.yaml:2:1: not valid YAML: tab character may not be used as indentation\n"
	                             "2 | \tb: 2\n"
	                             "  | ^\n"
	                             "hint: indent with spaces");
	assert_error("a: [1, 2\nb: 3\n", "a.yaml:3:1: not valid YAML: flow sequence without a closing bracket\n"
	                                 "3 | \n"
	                                 "  | ^");
	assert_error("a: 'x' y\n", "a.yaml:1:8: not valid YAML: invalid trailing content after single-quoted scalar\n"
	                           "1 | a: 'x' y\n"
	                           "  |        ^\n"
	                           "hint: put the whole value in quotes, and quotes inside it twice");
}

static void
nothing_is_printed(void **state)
{
	(void)state;
	/* The second one is an error that libfyaml gives no place for and would print. */
	static const char *const texts[] = { "a: \"x\n", "a: |0\n x\n", "a: [", "a: 1\n b: 2\n", "a: \"\\q\"\n" };
	g_autofree char *name = NULL;
	int file = g_file_open_tmp("pgassay-test-XXXXXX", &name, NULL);
	int saved[2] = { dup(STDOUT_FILENO), dup(STDERR_FILENO) };

	assert_true(file >= 0);
	fflush(NULL);
	dup2(file, STDOUT_FILENO);
	dup2(file, STDERR_FILENO);
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(SuiteDocument) document = suite_document_parse("a.yaml", texts[i], &error);
		if (document != NULL || error == NULL)
			(void)!write(file, "no error", 8);
	}
	fflush(NULL);
	dup2(saved[0], STDOUT_FILENO);
	dup2(saved[1], STDERR_FILENO);
	g_autofree char *printed = NULL;
	assert_true(g_file_get_contents(name, &printed, NULL, NULL));
	g_unlink(name);
	close(file);
	close(saved[0]);
	close(saved[1]);
	assert_string_equal(printed, "");
	assert_error("a: |0\n x\n", "a.yaml:1:2: not valid YAML: indentation indicator 0\n"
	                            "1 | a: |0\n"
	                            "  |  ^");
}

/* --- Limits -------------------------------------------------------------- */

static void
a_hundred_levels_are_enough(void **state)
{
	(void)state;
	static const struct {
		const char *open;
		const char *close;
		guint times;
		const char *message; /* NULL: loads */
	} cases[] = {
		{ "[", "]", 100, NULL },
		{ "[", "]", 101, "a.yaml:1:101: more than 100 levels" },
		{ "[", "", 100000, "a.yaml:1:101: more than 100 levels" },
		{ "{a: ", "", 100000, "a.yaml:1:401: more than 100 levels" },
		{ "- ", "", 100000, "a.yaml:1:201: more than 100 levels" },
		{ "? ", "", 100000, "a.yaml:1:201: more than 100 levels" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *open = repeat(cases[i].open, cases[i].times);
		g_autofree char *close = repeat(cases[i].close, cases[i].times);
		g_autofree char *text = g_strconcat(open, close, NULL);
		if (cases[i].message == NULL) {
			g_autoptr(SuiteDocument) document = parse(text);
			assert_non_null(document);
		} else {
			g_autofree char *message = parse_error(text);
			assert_contains(message, cases[i].message);
		}
	}
}

static void
levels_of_aliases_count_where_they_stand(void **state)
{
	(void)state;
	g_autofree char *open = repeat("[", 59);
	g_autofree char *close = repeat("]", 59);
	/* 1 + 41 + 59 levels are one too many, 1 + 40 + 59 are not. */
	g_autofree char *fits = g_strconcat("a: &a ", open, close, "\nb: ", open + 19, "*a", close + 19, "\n", NULL);
	g_autofree char *deep = g_strconcat("a: &a ", open, close, "\nb: ", open + 18, "*a", close + 18, "\n", NULL);
	g_autofree char *merged = g_strconcat("a: &a {k: ", open, close, "}\nb: ", open + 18, "{<<: *a}", close + 18,
	                                      "\n", NULL);

	g_autoptr(SuiteDocument) document = parse(fits);
	assert_non_null(document);
	g_autofree char *message = parse_error(deep);
	assert_contains(message, "a.yaml:2:45: more than 100 levels, those of the alias included\n");
	assert_contains(message, "hint: write it with fewer levels");
	g_autofree char *merge_message = parse_error(merged);
	assert_contains(merge_message, "a.yaml:2:50: more than 100 levels, those of the alias included\n");
}

static void
aliases_do_not_multiply_without_end(void **state)
{
	(void)state;
	g_autoptr(GString) lists = g_string_new("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
	g_autoptr(GString) merges = g_string_new("a: &a {");

	for (guint i = 1; i <= 30; i++) {
		g_string_append_printf(lists, "a%u: &a%u [", i, i);
		for (guint n = 0; n < 9; n++)
			g_string_append_printf(lists, "%s*a%u", n > 0 ? ", " : "", i - 1);
		g_string_append(lists, "]\n");
	}
	g_autofree char *message = parse_error(lists->str);
	assert_contains(message, "a.yaml:7:9: the document has more than 4000000 nodes");
	assert_contains(message, "hint: split the file, or use fewer aliases");

	for (guint i = 0; i < 2000; i++)
		g_string_append_printf(merges, "k%u: 1, ", i);
	g_string_append(merges, "}\nb: {<<: [");
	for (guint i = 0; i < 10000; i++)
		g_string_append(merges, "*a, ");
	g_string_append(merges, "]}\n");
	g_autofree char *merge_message = parse_error(merges->str);
	assert_contains(merge_message, "a.yaml:2:9: the document has more than 4000000 nodes");
}

static void
slow_texts_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *start;
		const char *part;
		const char *message;
	} cases[] = {
		{ "", "%", "a.yaml:1:1: YAML directives are not understood" },
		{ "a: |\n ", "\n", ": too many blanks and empty lines after each other" },
		{ "- ", " ", "a.yaml:1:2002: too many blanks and empty lines after each other" },
		{ "a: |\n x", " \n", ": too many blanks and empty lines after each other" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *rest = repeat(cases[i].part, 500000);
		g_autofree char *text = g_strconcat(cases[i].start, rest, NULL);
		g_autofree char *message = parse_error(text);
		assert_contains(message, cases[i].message);
	}
	g_autofree char *some = repeat(" ", 1900);
	g_autofree char *text = g_strconcat("a:", some, "x\n", some, "\n%: no\n", NULL);
	g_autofree char *message = parse_error(text);
	assert_contains(message, "a.yaml:3:1: YAML directives");
}

/* --- Mutations ----------------------------------------------------------- */

static const char *const pieces[] = {
	": ",   "- ",       "? ",           "[", "]",   "{",     "}",     ",",  "&a ",  "*a ", "!",     "|\n",
	">\n",  "'",        "\"",           "#", "%",   " #",    "---\n", "\n", "\r\n", "\t",  "  ",    "<<: ",
	"@",    "\xc3\xb6", "\xe2\x80\xa8", "~", "\\u", "|2-\n", ">+\n",  "\\", "`",    "-",   "...\n", "k: v\n",
	"\x01", "\xff",
};

/* One small change at a random place. */
static void
mutate(GString *text, GRand *random)
{
	gsize place = (gsize)g_rand_int_range(random, 0, (gint32)text->len);
	gsize length = (gsize)g_rand_int_range(random, 1, 30);

	length = MIN(length, text->len - place);
	switch (g_rand_int_range(random, 0, 4)) {
	case 0:
		g_string_insert(text, (gssize)place, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
		break;
	case 1:
		if (length < text->len)
			g_string_erase(text, (gssize)place, (gssize)length);
		break;
	case 2:
		text->str[place] = (char)g_rand_int_range(random, ' ', 127);
		break;
	default: {
		g_autofree char *copy = g_strndup(text->str + place, length);
		g_string_insert(text, (gssize)g_rand_int_range(random, 0, (gint32)text->len), copy);
	}
	}
}

static guint
count_nodes(const SuiteNode *node)
{
	guint count = 1;

	assert_true(suite_node_position(node).line > 0);
	for (guint i = 0; i < suite_node_size(node); i++)
		count += count_nodes(suite_node_item(node, i));
	return count;
}

static void
mutated_files_load_or_fail_with_an_error(void **state)
{
	(void)state;
	static const char *const files[] = { "suites/kb.yaml", "fixtures/kb/kb.yaml" };
	g_autoptr(GRand) random = g_rand_new_with_seed(20240229);
	guint loaded = 0;
	guint refused = 0;

	for (guint i = 0; i < 3000; i++) {
		g_autofree char *path = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), files[i % 2], NULL);
		g_autofree char *original = NULL;
		g_autoptr(GError) error = NULL;
		assert_true(g_file_get_contents(path, &original, NULL, NULL));
		/* The first lines are enough: the text after an error is not read. */
		gsize end = MIN(strlen(original), 600 + i % 3 * 700);
		while (end > 0 && original[end] != '\n')
			end--;
		g_autoptr(GString) text = g_string_new_len(original, (gssize)end + 1);
		for (guint n = 0; n <= i % 3; n++)
			mutate(text, random);
		g_autoptr(SuiteDocument) document = suite_document_parse("a.yaml", text->str, &error);
		assert_true((document != NULL) == (error == NULL));
		loaded += document != NULL && count_nodes(suite_document_root(document)) > 0;
		refused += document == NULL;
	}
	/* The mutations must be neither harmless nor hopeless, or nothing is tested. */
	assert_true(loaded > 300);
	assert_true(refused > 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alias_is_the_anchors_node),
		cmocka_unit_test(the_last_anchor_of_a_name_counts),
		cmocka_unit_test(merge_keys_add_missing_keys),
		cmocka_unit_test(merge_keys_nest_and_find_repeats_among_many),
		cmocka_unit_test(errors_of_our_own_have_a_hint),
		cmocka_unit_test(errors_of_the_parser_have_its_words_and_a_place),
		cmocka_unit_test(nothing_is_printed),
		cmocka_unit_test(a_hundred_levels_are_enough),
		cmocka_unit_test(levels_of_aliases_count_where_they_stand),
		cmocka_unit_test(aliases_do_not_multiply_without_end),
		cmocka_unit_test(slow_texts_are_refused),
		cmocka_unit_test(mutated_files_load_or_fail_with_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
