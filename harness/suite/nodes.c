#include "suite/nodes.h"

#include "suite/document_private.h"

struct SuiteNodes {
	GPtrArray *all; /* of SuiteNode * */
};

static void
nodes_node_free(gpointer data)
{
	SuiteNode *node = data;

	g_free(node->keys);
	g_free(node->items);
	g_free(node);
}

SuiteNodes *
suite_nodes_new(void)
{
	SuiteNodes *nodes = g_new0(SuiteNodes, 1);

	nodes->all = g_ptr_array_new_with_free_func(nodes_node_free);
	return nodes;
}

void
suite_nodes_free(SuiteNodes *nodes)
{
	if (nodes == NULL)
		return;
	g_ptr_array_unref(nodes->all);
	g_free(nodes);
}

static SuiteNode *
nodes_add(SuiteNodes *nodes, const SuiteNode *place, SuiteNodeKind kind)
{
	SuiteNode *node = g_new0(SuiteNode, 1);

	node->document = place->document;
	node->offset = place->offset;
	node->kind = kind;
	g_ptr_array_add(nodes->all, node);
	return node;
}

static const SuiteNode **
nodes_take(const GPtrArray *nodes)
{
	const SuiteNode **copy = g_new0(const SuiteNode *, nodes->len);

	for (guint i = 0; i < nodes->len; i++)
		copy[i] = g_ptr_array_index(nodes, i);
	return copy;
}

const SuiteNode *
suite_nodes_make(SuiteNodes *nodes, const SuiteNode *place, const GPtrArray *keys, const GPtrArray *items)
{
	SuiteNode *node = nodes_add(nodes, place, keys != NULL ? SUITE_NODE_MAPPING : SUITE_NODE_LIST);

	node->n_items = items->len;
	node->keys = keys != NULL ? nodes_take(keys) : NULL;
	node->items = nodes_take(items);
	return node;
}

const SuiteNode *
suite_nodes_word(SuiteNodes *nodes, const SuiteNode *place, const char *text)
{
	SuiteNode *node = nodes_add(nodes, place, SUITE_NODE_SCALAR);

	node->text = text;
	node->plain = true;
	return node;
}
