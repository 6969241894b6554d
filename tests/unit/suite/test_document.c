#include "suite/document.h"

#include "base/error.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* --- Helpers ------------------------------------------------------------- */

static SuiteDocument *
parse(const char *text)
{
	g_autoptr(GError) error = NULL;
	SuiteDocument *document = suite_document_parse("a.yaml", text, &error);

	if (error != NULL)
		fail_msg("%s", error->message);
	assert_non_null(document);
	return document;
}

/* The whole message. The caller frees it. */
static char *
parse_error(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) document = suite_document_parse("a.yaml", text, &error);

	if (document != NULL)
		fail_msg("no error for: %s", text);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
	return g_strdup(error->message);
}

static void
assert_error(const char *text, const char *message)
{
	g_autofree char *found = parse_error(text);

	assert_string_equal(found, message);
}

static void
assert_place(const SuiteNode *node, guint line, guint column)
{
	SourcePosition position = suite_node_position(node);

	assert_non_null(node);
	assert_string_equal(position.path, "a.yaml");
	if (position.line != line || position.column != column)
		fail_msg("\"%s\" is at %u:%u, expected %u:%u", suite_node_text(node), position.line, position.column, line,
		         column);
}

/* The node at a path of keys and indexes: "a.0.b". */
static const SuiteNode *
at(const SuiteDocument *document, const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, ".", -1);
	const SuiteNode *node = suite_document_root(document);

	for (guint i = 0; parts[i] != NULL; i++) {
		assert_non_null(node);
		node = suite_node_kind(node) == SUITE_NODE_LIST
		           ? suite_node_item(node, (guint)g_ascii_strtoull(parts[i], NULL, 10))
		           : suite_node_get(node, parts[i]);
	}
	if (node == NULL)
		fail_msg("there is no node %s", path);
	return node;
}

static char *
repeat(const char *text, guint times)
{
	GString *all = g_string_sized_new(strlen(text) * times);

	for (guint i = 0; i < times; i++)
		g_string_append(all, text);
	return g_string_free(all, FALSE);
}

/* --- Places -------------------------------------------------------------- */

static void
every_node_knows_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *path;
		guint line;
		guint column;
	} cases[] = {
		{ "a: 1\nb:\n  c: x\n", "b.c", 3, 6 },
		{ "a: 1\nb:\n  c: x\n", "b", 3, 3 },
		{ "a: {b: {c: x}, d: [1, \"z\"]}", "a.b", 1, 8 },
		{ "a: {b: {c: x}, d: [1, \"z\"]}", "a.d.1", 1, 23 },
		{ "a:\n- x\n- 'y'\n", "a.1", 3, 3 },
		/* characters count, not bytes */
		{ "\xc3\xb6: \xc3\xb6\xe2\x82\xac\n", "\xc3\xb6", 1, 4 },
		{ "{\xc3\xb6: 1, \xe2\x82\xac: x}\n", "\xe2\x82\xac", 1, 11 },
		/* line ends, byte order mark, tabs */
		{ "a: 1\r\nb: 2\r\nc:\r\n  - x\r\n", "c.0", 4, 5 },
		{ "\xef\xbb\xbf" "a: x\n", "a", 1, 4 },
		{ "\xef\xbb\xbf" "a: x\nb: y\n", "b", 2, 4 },
		{ "a:\t\tx\n", "a", 1, 5 },
		/* several lines */
		{ "a: one\n  two\n  three\nb: x\n", "b", 4, 4 },
		{ "a: |\n  one\n\n  two\nb: x\n", "b", 5, 4 },
		{ "a: >-\n  one\n  two\nb: \"x\n  y\"\nc: z\n", "b", 4, 4 },
		{ "a: >-\n  one\n  two\nb: \"x\n  y\"\nc: z\n", "c", 6, 4 },
		/* a block begins with its first line */
		{ "a: |\n  one\n", "a", 2, 1 },
		/* anchors do not count */
		{ "a: &x 1\nb: &y [2]\n", "a", 1, 7 },
		{ "a: &x 1\nb: &y [2]\n", "b", 2, 7 },
		/* what is not written stands where its key or its dash is */
		{ "a: 1\nb:\nc: 2\n", "b", 2, 1 },
		{ "a: 1\nb: {c: , \"d\": }\n", "b.c", 2, 5 },
		{ "a: 1\nb: {c: , \"d\": }\n", "b.d", 2, 10 },
		{ "a:\n  - 1\n  -\n  - 2\n", "a.1", 3, 3 },
		{ "- # a-b\n- |\n  c-d\n-\n-\n", "0", 1, 1 },
		{ "- # a-b\n- |\n  c-d\n-\n-\n", "2", 4, 1 },
		{ "- # a-b\n- |\n  c-d\n-\n-\n", "3", 5, 1 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(SuiteDocument) document = parse(cases[i].text);
		assert_place(at(document, cases[i].path), cases[i].line, cases[i].column);
	}
}

static void
keys_know_their_places(void **state)
{
	(void)state;
	g_autoptr(SuiteDocument) document = parse("a: 1\n\"b\": {'c' : 2, d: 3}\n? e\n: 4\n");
	const SuiteNode *root = suite_document_root(document);
	const SuiteNode *inner = suite_node_get(root, "b");

	assert_place(suite_node_key_node(root, 0), 1, 1);
	assert_place(suite_node_key_node(root, 1), 2, 1);
	assert_place(suite_node_key_node(inner, 0), 2, 7);
	assert_place(suite_node_key_node(inner, 1), 2, 16);
	assert_place(suite_node_key_node(root, 2), 3, 3);
	assert_string_equal(suite_node_key(root, 1), "b");
	assert_string_equal(suite_node_key(inner, 0), "c");
}

/* --- Values -------------------------------------------------------------- */

static void
scalars_are_texts(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *value;
	} cases[] = {
		{ "a: x y\n", "x y" },
		{ "a: 'it''s'\n", "it's" },
		{ "a: \"tab\\tquote\\\" \\u00f6\"\n", "tab\tquote\" \xc3\xb6" },
		{ "a: one\n  two\n\n  three\n", "one two\nthree" },
		{ "a: \"one\n  two\"\n", "one two" },
		{ "a: |\n  one\n   two\n\n  three\n\n\n", "one\n two\n\nthree\n" },
		{ "a: |-\n  one\n", "one" },
		{ "a: |+\n  one\n\n", "one\n\n" },
		{ "a: >\n  one\n  two\n\n  three\n", "one two\nthree\n" },
		{ "a: |\r\n  one\r\n  two\r\n", "one\ntwo\n" },
		{ "a: x # comment\n", "x" },
		{ "a: x#y\n", "x#y" },
		{ "a: kb.projects(id, org)\n", "kb.projects(id, org)" },
		{ "a:\n", "" },
		{ "a: \"\"\n", "" },
		{ "a: 007\n", "007" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(SuiteDocument) document = parse(cases[i].text);
		assert_string_equal(suite_node_text(at(document, "a")), cases[i].value);
	}
}

static void
only_plain_scalars_mean_more_than_their_text(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool null;
		int truth; /* -1: no boolean */
		bool absent;
		bool quoted;
	} cases[] = {
		{ "a:", true, -1, false, false },        { "a: ~", true, -1, false, false },
		{ "a: null", true, -1, false, false },   { "a: \"null\"", false, -1, false, true },
		{ "a: ''", false, -1, false, true },     { "a: true", false, 1, false, false },
		{ "a: false", false, 0, false, false },  { "a: 'true'", false, -1, false, true },
		{ "a: yes", false, -1, false, false },   { "a: True", false, -1, false, false },
		{ "a: absent", false, -1, true, false }, { "a: \"absent\"", false, -1, false, true },
		{ "a: |-\n  null", false, -1, false, true },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(SuiteDocument) document = parse(cases[i].text);
		const SuiteNode *node = at(document, "a");
		bool truth = false;
		assert_int_equal(suite_node_is_null(node), cases[i].null);
		assert_int_equal(suite_node_is_bool(node, &truth), cases[i].truth >= 0);
		assert_int_equal(truth, cases[i].truth == 1);
		assert_int_equal(suite_node_is_word(node, "absent"), cases[i].absent);
		assert_int_equal(suite_node_is_quoted(node), cases[i].quoted);
	}
}

static void
numbers_are_whole_and_plain(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool number;
		gint64 value;
	} cases[] = {
		{ "a: 0", true, 0 },
		{ "a: 42", true, 42 },
		{ "a: -1", true, -1 },
		{ "a: 9223372036854775807", true, G_MAXINT64 },
		{ "a: -9223372036854775808", true, G_MININT64 },
		{ "a: 9223372036854775808", false, 0 },
		{ "a: 1.5", false, 0 },
		{ "a: +1", true, 1 },
		{ "a: 0x10", false, 0 },
		{ "a: 1e3", false, 0 },
		{ "a: \"1\"", false, 0 },
		{ "a: [1]", false, 0 },
		{ "a:", false, 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(SuiteDocument) document = parse(cases[i].text);
		gint64 value = 0;
		assert_int_equal(suite_node_is_int(at(document, "a"), &value), cases[i].number);
		assert_true(value == cases[i].value);
	}
}

static void
collections_keep_their_order(void **state)
{
	(void)state;
	g_autoptr(SuiteDocument) document = parse("z: [3, 1, 2]\na: {}\nm: []\n");
	const SuiteNode *root = suite_document_root(document);

	assert_int_equal(suite_node_kind(root), SUITE_NODE_MAPPING);
	assert_int_equal(suite_node_size(root), 3);
	assert_string_equal(suite_node_key(root, 0), "z");
	assert_string_equal(suite_node_key(root, 2), "m");
	assert_int_equal(suite_node_kind(suite_node_item(root, 0)), SUITE_NODE_LIST);
	assert_string_equal(suite_node_text(at(document, "z.0")), "3");
	assert_int_equal(suite_node_size(at(document, "a")), 0);
	assert_int_equal(suite_node_size(at(document, "m")), 0);
	assert_int_equal(suite_node_size(at(document, "z.0")), 0);
	assert_null(suite_node_text(root));
	assert_null(suite_node_get(root, "x"));
	assert_null(suite_node_get(at(document, "z"), "x"));
	assert_null(suite_node_get(NULL, "x"));
	assert_null(suite_node_get_text(root, "z"));
	assert_string_equal(suite_document_path(document), "a.yaml");
}

static void
an_empty_file_is_null(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "\n\n", "# nothing\n", "---\n", "---\n...\n", "\xef\xbb\xbf", "~" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(SuiteDocument) document = parse(texts[i]);
		assert_true(suite_node_is_null(suite_document_root(document)));
	}
}

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
merge_keys_add_what_is_not_there(void **state)
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
errors_of_our_own_say_what_to_do(void **state)
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
	assert_error("\xc3\xb6: [1,\n  \"x]\n", "a.yaml:2:4: not valid YAML: double-quoted scalar without closing quote\n"
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
assert_contains(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in: %s", part, text);
}

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
what_the_parser_is_slow_at_is_refused(void **state)
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

/* --- Files --------------------------------------------------------------- */

static char *
temporary_file(const char *text, gssize length)
{
	g_autofree char *name = NULL;
	int file = g_file_open_tmp("pgassay-test-XXXXXX.yaml", &name, NULL);

	assert_true(file >= 0);
	close(file);
	assert_true(g_file_set_contents(name, text, length, NULL));
	return g_steal_pointer(&name);
}

static void
a_file_is_loaded_with_its_path(void **state)
{
	(void)state;
	g_autofree char *name = temporary_file("a: [1, 2]\n", -1);
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) document = suite_document_load(name, &error);

	g_unlink(name);
	assert_non_null(document);
	assert_string_equal(suite_document_path(document), name);
	assert_string_equal(suite_node_position(at(document, "a.1")).path, name);
}

static void
a_file_with_a_nul_byte_is_refused(void **state)
{
	(void)state;
	g_autofree char *name = temporary_file("a: x\0y\n", 7);
	g_autofree char *expected = g_strconcat(name, ":1:5: the file holds a NUL character\n1 | a: x\xef\xbf\xbdy\n  |     ^", NULL);
	g_autoptr(GError) error = NULL;

	assert_null(suite_document_load(name, &error));
	g_unlink(name);
	assert_string_equal(error->message, expected);
}

static void
a_missing_or_huge_file_is_an_error(void **state)
{
	(void)state;
	g_autofree char *name = temporary_file("", 0);
	g_autoptr(GError) missing = NULL;
	g_autoptr(GError) huge = NULL;

	assert_null(suite_document_load("/nonexistent/suite.yaml", &missing));
	assert_string_equal(missing->message, "could not read \"/nonexistent/suite.yaml\": No such file or directory");
	assert_int_equal(truncate(name, 70 * 1024 * 1024), 0);
	assert_null(suite_document_load(name, &huge));
	g_unlink(name);
	assert_true(g_error_matches(huge, BASE_ERROR, BASE_ERROR_INPUT));
	assert_contains(huge->message, "has 73400320 bytes, more than the 67108864 that are read");
}

static void
an_error_may_be_ignored(void **state)
{
	(void)state;
	static const char *const texts[] = { "a: [", "a: *x", "a: 1\na: 2", "a: !x y", "%", "\xff", "a: 1\n---\n", "[1]: 2" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		assert_null(suite_document_parse("a.yaml", texts[i], NULL));
	suite_document_free(NULL);
}

/* --- Mutations ----------------------------------------------------------- */

static const char *const pieces[] = {
	": ",  "- ",   "? ",   "[",  "]",    "{",  "}",     ",",      "&a ", "*a ",  "!",  "|\n",     ">\n",       "'",
	"\"",  "#",    "%",    " #", "---\n", "\n", "\r\n", "\t",     "  ",  "<<: ", "@",  "\xc3\xb6", "\xe2\x80\xa8", "~",
	"\\u", "|2-\n", ">+\n", "\\", "`",    "-",  "...\n", "k: v\n", "\x01", "\xff",
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
		/* The first lines are enough: what comes after an error is not looked at. */
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
		cmocka_unit_test(every_node_knows_its_place),
		cmocka_unit_test(keys_know_their_places),
		cmocka_unit_test(scalars_are_texts),
		cmocka_unit_test(only_plain_scalars_mean_more_than_their_text),
		cmocka_unit_test(numbers_are_whole_and_plain),
		cmocka_unit_test(collections_keep_their_order),
		cmocka_unit_test(an_empty_file_is_null),
		cmocka_unit_test(an_alias_is_the_anchors_node),
		cmocka_unit_test(the_last_anchor_of_a_name_counts),
		cmocka_unit_test(merge_keys_add_what_is_not_there),
		cmocka_unit_test(merge_keys_nest_and_find_repeats_among_many),
		cmocka_unit_test(errors_of_our_own_say_what_to_do),
		cmocka_unit_test(errors_of_the_parser_have_its_words_and_a_place),
		cmocka_unit_test(nothing_is_printed),
		cmocka_unit_test(a_hundred_levels_are_enough),
		cmocka_unit_test(aliases_do_not_multiply_without_end),
		cmocka_unit_test(what_the_parser_is_slow_at_is_refused),
		cmocka_unit_test(a_file_is_loaded_with_its_path),
		cmocka_unit_test(a_file_with_a_nul_byte_is_refused),
		cmocka_unit_test(a_missing_or_huge_file_is_an_error),
		cmocka_unit_test(an_error_may_be_ignored),
		cmocka_unit_test(mutated_files_load_or_fail_with_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
