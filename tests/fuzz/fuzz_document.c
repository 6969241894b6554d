/* The YAML reader, and the shapes of suites and checks held against whatever it gives. */
#include "fuzz.h"

#include "check/kind/kind.h"

/* Everything that can be asked of a node, with the size of the tree as the way to a wrong end. */
static guint
walk(const SuiteNode *node)
{
	SourcePosition position = suite_node_position(node);
	guint n = 1;
	gint64 number;
	bool truth;

	g_assert(position.line >= 1 && position.column >= 1);
	g_assert((suite_node_text(node) != NULL) == (suite_node_kind(node) == SUITE_NODE_SCALAR));
	g_assert(suite_node_text(node) == NULL || g_utf8_validate(suite_node_text(node), -1, NULL));
	suite_node_is_int(node, &number);
	suite_node_is_bool(node, &truth);
	suite_node_is_null(node);
	for (guint i = 0; i < suite_node_size(node) && n < 100000; i++) {
		if (suite_node_kind(node) == SUITE_NODE_MAPPING) {
			g_assert(suite_node_key(node, i) != NULL);
			g_assert(suite_node_position(suite_node_key_node(node, i)).line >= 1);
		}
		n += walk(suite_node_item(node, i));
	}
	return n;
}

static void
check_shape(const SuiteShape *shape, const SuiteNode *node, bool (*validate)(const SuiteNode *, GError **))
{
	g_autoptr(GError) error = NULL;
	bool fits = suite_shape_check(shape, node, "it", &error) && (validate == NULL || validate(node, &error));

	fuzz_check_outcome(fits, g_steal_pointer(&error));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) document = suite_document_load(fuzz_file(data, size), &error);

	fuzz_check_outcome(document != NULL, g_steal_pointer(&error));
	if (document == NULL)
		return 0;
	const SuiteNode *root = suite_document_root(document);
	walk(root);
	check_shape(suite_shape(), root, NULL);
	/* A check, or a list of them. */
	for (const SuiteCheckKind *const *one = check_kinds(); *one != NULL; one++) {
		const SuiteCheckKind *kind = *one;
		check_shape(kind->shape, root, kind->validate);
		if (suite_node_get(root, kind->name) != NULL)
			check_shape(kind->shape, suite_node_get(root, kind->name), kind->validate);
	}
	return 0;
}
