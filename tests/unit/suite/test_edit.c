/* Edits of a YAML file: comments, order and style stay, and the new values are read back. */
#include "document_support.h"

#include "suite/edit.h"

typedef enum { SET, REMOVE, ADD } What;

/* The node is reached by keys and numbers with slashes between them; of a key to be removed, the key. */
typedef struct {
	const char *before;
	What what;
	const char *path;
	const char *yaml;  /* or the lines to add */
	const char *after; /* NULL: it is refused */
} Row;

static const Row rows[] = {
	/* --- Values --- */
	{ "a: 1 # one\nb: 2\n", SET, "a", "7", "a: 7 # one\nb: 2\n" },
	{ "a: \"x\\\"y\"  # c\n", SET, "a", "z", "a: z  # c\n" },
	{ "a: 'it''s'\n", SET, "a", "\"b: c\"", "a: \"b: c\"\n" },
	{ "{ a: x, b: [1, 2] }\n", SET, "b", "[3]", "{ a: x, b: [3] }\n" },
	{ "a: [x, # first\n  \"]\"] # end\nb: 1\n", SET, "a", "[]", "a: [] # end\nb: 1\n" },
	{ "a:\n  # c\n  b: 1\n  c: { d: 2 }\ne: 3\n", SET, "a", "{}", "a: {}\ne: 3\n" },
	{ "a:\n- x\n- y\nb: 1\n", SET, "a", "[z]", "a: [z]\nb: 1\n" },
	{ "a: absent   # c\n", SET, "a", "{}", "a: {}   # c\n" },
	{ "a: &x 1\n", SET, "a", "2", "a: &x 2\n" },
	{ "a: &x 1\nb: *x\n", SET, "a", "2", NULL },
	{ "a: one\n  two\n", SET, "a", "2", NULL },
	{ "a:\nb: 1\n", SET, "a", "2", NULL },
	{ "a: |\n  x\n  y\nb: 1 # c\n", SET, "a", "\"p\\nq\\n\"", "a: |\n  p\n  q\nb: 1 # c\n" },
	{ "a: |\n  x\n  y\nb: 1 # c\n", SET, "a", "one", "a: one\nb: 1 # c\n" },
	{ "a: >-\n    x\n\nb: 1\n", SET, "a", "\"\\n p\\n\\nq\"", "a: |4-\n\n     p\n\n    q\n\nb: 1\n" },
	/* --- Removing --- */
	{ "a: 1\n# about b\nb: 2 # c\nc: 3\n", REMOVE, "b", NULL, "a: 1\n# about b\nc: 3\n" },
	{ "a:\n  x: 1\n  y:\n    z: 2\n\nb: 3\n", REMOVE, "a/y", NULL, "a:\n  x: 1\n\nb: 3\n" },
	{ "a: { x: 1, y: 2, z: 3 }\n", REMOVE, "a/y", NULL, "a: { x: 1, z: 3 }\n" },
	{ "a: { x: 1, y: 2 }\n", REMOVE, "a/y", NULL, "a: { x: 1 }\n" },
	{ "a: [x, y, z]\n", REMOVE, "a/0", NULL, "a: [y, z]\n" },
	{ "a:\n  - x\n  - b: 1\n    c: 2\n  - z # c\n", REMOVE, "a/1", NULL, "a:\n  - x\n  - z # c\n" },
	{ "a:\n  x: |\n    t\n    u\n  y: 1\n", REMOVE, "a/x", NULL, "a:\n  y: 1\n" },
	{ "a:\n  x:\n  y: 1\n", REMOVE, "a/x", NULL, "a:\n  y: 1\n" },
	{ "t:\n  a:\n    x: 1\n  b: 2\n", REMOVE, "t/a/x", NULL, "t:\n  a: {}\n  b: 2\n" },
	{ "t: 1\na:\n  x: 1\n", REMOVE, "a/x", NULL, "t: 1\n" },
	{ "a:\n  - b: 1\n    c: 2\n", REMOVE, "a/0/b", NULL, NULL },
	{ "a: 1\n", REMOVE, "a", NULL, NULL },
	/* --- Adding --- */
	{ "a:\n  x: 1 # c\nb: 2\n", ADD, "a", "y:\n  z: 3\n", "a:\n  x: 1 # c\n  y:\n    z: 3\nb: 2\n" },
	{ "a:\n  x: 1", ADD, "a", "y: 2\n", "a:\n  x: 1\n  y: 2\n" },
	{ "a: { x: 1 }\n", ADD, "a", "y: 2\n", "a: { x: 1, y: 2 }\n" },
	{ "a: {}\n", ADD, "a", "y: 2\n", "a: { y: 2 }\n" },
	{ "a: [x]\n", ADD, "a", "y\n", "a: [x, y]\n" },
	{ "a: [x, # c\n  y]\n", ADD, "a", "z\n", NULL },
	{ "a: [x, # c\n  y]\n", REMOVE, "a/0", NULL, NULL },
	{ "a: []\n", ADD, "a", "y\n", "a: [y]\n" },
	{ "a:\n    - x\n", ADD, "a", "- y\n", "a:\n    - x\n    - y\n" },
	{ "a: &x { b: 1 }\nc: *x\n", ADD, "a", "y: 2\n", NULL },
};

static const SuiteNode *
reach(const SuiteNode *node, const char *path, bool key)
{
	g_auto(GStrv) steps = g_strsplit(path, "/", -1);

	for (gsize i = 0; steps[i] != NULL; i++) {
		if (suite_node_kind(node) == SUITE_NODE_LIST) {
			node = suite_node_item(node, (guint)g_ascii_strtoull(steps[i], NULL, 10));
			continue;
		}
		guint index = 0;
		while (strcmp(suite_node_key(node, index), steps[i]) != 0)
			index++;
		node = key && steps[i + 1] == NULL ? suite_node_key_node(node, index) : suite_node_item(node, index);
	}
	return node;
}

static const char *
change(SuiteEdits *edits, const SuiteNode *root, const Row *row)
{
	const SuiteNode *node = reach(root, row->path, row->what == REMOVE);
	g_autofree char *flow = row->yaml != NULL ? g_strndup(row->yaml, strcspn(row->yaml, "\n")) : NULL;

	switch (row->what) {
	case SET:
		return suite_edits_set(edits, node, row->yaml);
	case REMOVE:
		return suite_edits_remove(edits, node);
	case ADD:
	default:
		return suite_edits_add(edits, node, row->yaml, flow);
	}
}

static void
the_text_changes_and_nothing_else(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(SuiteDocument) document = suite_document_parse("x.yaml", rows[i].before, &error);
		assert_non_null(document);
		g_autoptr(SuiteEdits) edits = suite_edits_new(suite_document_root(document));
		const char *refusal = change(edits, suite_document_root(document), &rows[i]);
		g_autofree char *after = suite_edits_apply(edits);
		if (rows[i].after == NULL && refusal == NULL)
			fail_msg("\"%s\" is not refused, and becomes \"%s\"", rows[i].before, after);
		if (rows[i].after == NULL)
			continue;
		if (refusal != NULL)
			fail_msg("\"%s\" is refused: %s", rows[i].before, refusal);
		if (strcmp(after, rows[i].after) != 0)
			fail_msg("\"%s\" becomes \"%s\", expected \"%s\"", rows[i].before, after, rows[i].after);
		g_autoptr(SuiteDocument) again = suite_document_parse("x.yaml", after, &error);
		if (again == NULL)
			fail_msg("\"%s\" cannot be read: %s", after, error->message);
	}
}

static void
several_changes_meet(void **state)
{
	g_autoptr(SuiteDocument)
	    document = suite_document_parse("x.yaml", "t: { a: 1, b: 2, c: 3 }\nu:\n  x: 1\n  y: 2\n", NULL);
	const SuiteNode *root = suite_document_root(document);
	g_autoptr(SuiteEdits) edits = suite_edits_new(root);

	(void)state;
	assert_null(suite_edits_remove(edits, reach(root, "t/b", true)));
	assert_null(suite_edits_remove(edits, reach(root, "t/c", true)));
	assert_null(suite_edits_add(edits, reach(root, "t", false), "d: 4\n", "d: 4"));
	assert_null(suite_edits_add(edits, reach(root, "u", false), "z: 3\n", "z: 3"));
	assert_null(suite_edits_remove(edits, reach(root, "u/x", true)));
	assert_null(suite_edits_remove(edits, reach(root, "u/y", true)));
	g_autofree char *after = suite_edits_apply(edits);
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) again = suite_document_parse("x.yaml", after, &error);
	if (again == NULL)
		fail_msg("\"%s\": %s", after, error->message);
	const SuiteNode *t = suite_node_get(suite_document_root(again), "t");
	const SuiteNode *u = suite_node_get(suite_document_root(again), "u");
	assert_int_equal(suite_node_size(t), 2);
	assert_string_equal(suite_node_get_text(t, "d"), "4");
	assert_int_equal(suite_node_size(u), 1);
	assert_string_equal(suite_node_get_text(u, "z"), "3");
}

/* Every choice of removed entries, with and without a new one: the rest can be read. */
static void
any_entries_of_a_flow_can_go(void **state)
{
	static const char *const texts[] = { "t: {a: 1, b: 2, c: 3}\n", "t: { a: 1 , b: \"2, \", c: 3 }\n",
		                             "t: {\n  a: 1,\n  b: 2,\n  c: 3,\n  }\n" };
	static const char *const keys[] = { "t/a", "t/b", "t/c" };

	(void)state;
	for (guint mask = 0; mask < 8 * 2 * G_N_ELEMENTS(texts); mask++) {
		bool add = (mask & 8) != 0;
		g_autoptr(SuiteDocument) document = suite_document_parse("x.yaml", texts[mask / 16], NULL);
		const SuiteNode *root = suite_document_root(document);
		g_autoptr(SuiteEdits) edits = suite_edits_new(root);
		guint gone = 0;
		if (add)
			assert_null(suite_edits_add(edits, reach(root, "t", false), "d: 4\n", "d: 4"));
		for (guint i = 0; i < 3; i++) {
			gone += (mask >> i) & 1;
			if (((mask >> i) & 1) != 0 && (gone < 3 || add))
				assert_null(suite_edits_remove(edits, reach(root, keys[i], true)));
		}
		if (gone == 3 && !add)
			continue; /* then the key itself would go */
		g_autofree char *after = suite_edits_apply(edits);
		g_autoptr(GError) error = NULL;
		g_autoptr(SuiteDocument) again = suite_document_parse("x.yaml", after, &error);
		if (again == NULL)
			fail_msg("%u: \"%s\": %s", mask, after, error->message);
		const SuiteNode *t = suite_node_get(suite_document_root(again), "t");
		if (suite_node_size(t) != 3 - gone + (add ? 1 : 0))
			fail_msg("%u: \"%s\"", mask, after);
		assert_true(!add || suite_node_get(t, "d") != NULL);
	}
}

/* All entries of a collection go, and then it gets one: as when a constraint of another name takes the place of the
 * only one. */
static void
a_collection_is_filled_again(void **state)
{
	static const struct {
		const char *before;
		const char *path;
		const char *first;
		const char *second; /* or NULL */
		const char *after;
	} again[] = {
		{ "r:\n  t:\n    a: { x: 1 }\n  u: 1\n", "r/t", "r/t/a", NULL, "r:\n  t:\n    n: 2\n  u: 1\n" },
		{ "r:\n  t:\n    a: 1\n    b: 2\n", "r/t", "r/t/b", "r/t/a", "r:\n  t:\n    n: 2\n" },
		{ "t:\n  a: 1\nu: 1\n", "t", "t/a", NULL, "t:\n  n: 2\nu: 1\n" },
		{ "r:\n  t: { a: 1, b: 2 }\n", "r/t", "r/t/a", "r/t/b", "r:\n  t: { n: 2 }\n" },
		{ "t: { a: 1 }\nu: 1\n", "t", "t/a", NULL, "t: { n: 2 }\nu: 1\n" },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(again); i++) {
		g_autoptr(SuiteDocument) document = suite_document_parse("x.yaml", again[i].before, NULL);
		const SuiteNode *root = suite_document_root(document);
		g_autoptr(SuiteEdits) edits = suite_edits_new(root);
		assert_null(suite_edits_remove(edits, reach(root, again[i].first, true)));
		if (again[i].second != NULL)
			assert_null(suite_edits_remove(edits, reach(root, again[i].second, true)));
		assert_null(suite_edits_add(edits, reach(root, again[i].path, false), "n: 2\n", "n: 2"));
		g_autofree char *after = suite_edits_apply(edits);
		assert_string_equal(after, again[i].after);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_changes_and_nothing_else),
		cmocka_unit_test(several_changes_meet),
		cmocka_unit_test(any_entries_of_a_flow_can_go),
		cmocka_unit_test(a_collection_is_filled_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
