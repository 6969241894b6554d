#include "document_support.h"

#include <glib/gstdio.h>
#include <unistd.h>

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
		{ "\xef\xbb\xbf"
		  "a: x\n",
		  "a", 1, 4 },
		{ "\xef\xbb\xbf"
		  "a: x\nb: y\n",
		  "b", 2, 4 },
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
		/* an empty value has the position of its key or its dash */
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
		{ "a:", true, -1, false, false },
		{ "a: ~", true, -1, false, false },
		{ "a: null", true, -1, false, false },
		{ "a: \"null\"", false, -1, false, true },
		{ "a: ''", false, -1, false, true },
		{ "a: true", false, 1, false, false },
		{ "a: false", false, 0, false, false },
		{ "a: 'true'", false, -1, false, true },
		{ "a: yes", false, -1, false, false },
		{ "a: True", false, -1, false, false },
		{ "a: absent", false, -1, true, false },
		{ "a: \"absent\"", false, -1, false, true },
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
	g_autofree char *expected = g_strconcat(
	    name, ":1:5: the file holds a NUL character\n1 | a: x\xef\xbf\xbdy\n  |     ^", NULL);
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
	static const char *const texts[] = { "a: [", "a: *x", "a: 1\na: 2",  "a: !x y",
		                             "%",    "\xff",  "a: 1\n---\n", "[1]: 2" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		assert_null(suite_document_parse("a.yaml", texts[i], NULL));
	suite_document_free(NULL);
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
		cmocka_unit_test(a_file_is_loaded_with_its_path),
		cmocka_unit_test(a_file_with_a_nul_byte_is_refused),
		cmocka_unit_test(a_missing_or_huge_file_is_an_error),
		cmocka_unit_test(an_error_may_be_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
