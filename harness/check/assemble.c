#include "check/assemble.h"

#include "check/fixture.h"
#include "check/server_condition.h"

#include <string.h>

typedef struct {
	SuiteNodes *nodes;
	int server_version;
	GPtrArray *left_out; /* of CheckLeftOut */
	GError **error;
} Assembly;

static void
left_out_free(gpointer data)
{
	CheckLeftOut *left_out = data;

	g_free(left_out->title);
	g_free(left_out);
}

static void
leave_out(Assembly *assembly, char *title, const SuiteNode *place, const SuiteNode *condition)
{
	CheckLeftOut *left_out = g_new0(CheckLeftOut, 1);

	*left_out = (CheckLeftOut){ .title = title, .place = place, .condition = condition };
	g_ptr_array_add(assembly->left_out, left_out);
}

/* --- Conditions ----------------------------------------------------------- */

static bool
accepts_condition(const SuiteShape *shape)
{
	const SuiteKey *key = shape != NULL ? shape->keys : NULL;

	while (key != NULL && key->name != NULL && strcmp(key->name, "if") != 0)
		key++;
	return key != NULL && key->name != NULL;
}

/* The condition that keeps the node out; or NULL. */
static const SuiteNode *
refusing_condition(const Assembly *assembly, const SuiteShape *shape, const SuiteNode *node)
{
	const SuiteNode *condition = accepts_condition(shape) ? suite_node_get(node, "if") : NULL;

	return condition != NULL && !check_server_condition_holds(condition, assembly->server_version) ? condition
	                                                                                               : NULL;
}

static bool
has_conditions(const SuiteNode *node)
{
	bool mapping = suite_node_kind(node) == SUITE_NODE_MAPPING;

	for (guint i = 0; i < suite_node_size(node); i++)
		if ((mapping && strcmp(suite_node_key(node, i), "if") == 0) || has_conditions(suite_node_item(node, i)))
			return true;
	return false;
}

/* What stands at the top, in words: `tables` and `kb.t` are "table kb.t". The caller frees it. */
static char *
title_of(const char *section, const char *name)
{
	for (int id = 0; id < CATALOG_N_CLASSES; id++)
		if (g_strcmp0(catalog_class((CatalogClassId)id)->collection, section) == 0)
			return g_strdup_printf("%s %s", catalog_class((CatalogClassId)id)->name, name);
	return g_strdup_printf("rule %s", name);
}

/* The node without what is not for this server. `level`: 0 at the top; `section`: the key there. */
static const SuiteNode *
prune(Assembly *assembly, const SuiteShape *shape, const SuiteNode *node, guint level, const char *section)
{
	bool mapping = suite_node_kind(node) == SUITE_NODE_MAPPING;
	g_autoptr(GPtrArray) keys = mapping ? g_ptr_array_new() : NULL;
	g_autoptr(GPtrArray) items = g_ptr_array_new();
	bool changed = false;

	for (guint i = 0; i < suite_node_size(node); i++) {
		const SuiteNode *item = suite_node_item(node, i);
		const char *key = mapping ? suite_node_key(node, i) : NULL;
		const SuiteShape *inner = suite_shape_below(shape, key);
		const SuiteNode *refusing = refusing_condition(assembly, inner, item);
		bool condition = mapping && ((strcmp(key, "if") == 0 && accepts_condition(shape)) ||
		                             (level == 0 && strcmp(key, "include") == 0));
		if (refusing != NULL && level == 1)
			leave_out(assembly, title_of(section, key != NULL ? key : "of a list"),
			          mapping ? suite_node_key_node(node, i) : item, refusing);
		changed |= refusing != NULL || condition;
		if (refusing != NULL || condition)
			continue;
		const SuiteNode *pruned = prune(assembly, inner, item, level + 1, level == 0 ? key : section);
		changed |= pruned != item;
		if (mapping)
			g_ptr_array_add(keys, (gpointer)suite_node_key_node(node, i));
		g_ptr_array_add(items, (gpointer)pruned);
	}
	return changed ? suite_nodes_make(assembly->nodes, node, keys, items) : node;
}

/* --- Several files --------------------------------------------------------- */

static bool
same(const SuiteNode *a, const SuiteNode *b)
{
	bool mapping = suite_node_kind(a) == SUITE_NODE_MAPPING;

	if (suite_node_kind(a) != suite_node_kind(b) || suite_node_size(a) != suite_node_size(b))
		return false;
	if (suite_node_kind(a) == SUITE_NODE_SCALAR)
		return strcmp(suite_node_text(a), suite_node_text(b)) == 0 &&
		       suite_node_is_quoted(a) == suite_node_is_quoted(b);
	for (guint i = 0; i < suite_node_size(a); i++) {
		const SuiteNode *other = mapping ? suite_node_get(b, suite_node_key(a, i)) : suite_node_item(b, i);
		if (other == NULL || !same(suite_node_item(a, i), other))
			return false;
	}
	return true;
}

/* A collection that is written as a list, as a mapping with `list`. */
static const SuiteNode *
as_mapping(Assembly *assembly, const SuiteNode *node)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	g_autoptr(GPtrArray) items = g_ptr_array_new();

	if (suite_node_kind(node) == SUITE_NODE_MAPPING)
		return node;
	g_ptr_array_add(keys, (gpointer)suite_nodes_word(assembly->nodes, node, "list"));
	g_ptr_array_add(items, (gpointer)node);
	return suite_nodes_make(assembly->nodes, node, keys, items);
}

static const SuiteNode *merge(Assembly *assembly, const SuiteShape *shape, const SuiteNode *a, const SuiteNode *b,
                              const char *what);

static const SuiteNode *
merge_mappings(Assembly *assembly, const SuiteShape *shape, const SuiteNode *a, const SuiteNode *b)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	g_autoptr(GPtrArray) items = g_ptr_array_new();
	g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < suite_node_size(a); i++) {
		g_ptr_array_add(keys, (gpointer)suite_node_key_node(a, i));
		g_ptr_array_add(items, (gpointer)suite_node_item(a, i));
		g_hash_table_insert(places, (gpointer)suite_node_key(a, i), GUINT_TO_POINTER(i));
	}
	for (guint i = 0; i < suite_node_size(b); i++) {
		const char *key = suite_node_key(b, i);
		gpointer place = NULL;
		if (!g_hash_table_lookup_extended(places, key, NULL, &place)) {
			g_ptr_array_add(keys, (gpointer)suite_node_key_node(b, i));
			g_ptr_array_add(items, (gpointer)suite_node_item(b, i));
			continue;
		}
		gpointer *item = &items->pdata[GPOINTER_TO_UINT(place)];
		*item = (gpointer)merge(assembly, suite_shape_below(shape, key), *item, suite_node_item(b, i), key);
		if (*item == NULL)
			return NULL;
	}
	return suite_nodes_make(assembly->nodes, a, keys, items);
}

static const SuiteNode *
merge_lists(Assembly *assembly, const SuiteNode *a, const SuiteNode *b)
{
	g_autoptr(GPtrArray) items = g_ptr_array_new();

	for (guint i = 0; i < suite_node_size(a); i++)
		g_ptr_array_add(items, (gpointer)suite_node_item(a, i));
	for (guint i = 0; i < suite_node_size(b); i++)
		g_ptr_array_add(items, (gpointer)suite_node_item(b, i));
	return suite_nodes_make(assembly->nodes, a, NULL, items);
}

/* Both in one; `what` names them in messages. */
static const SuiteNode *
merge(Assembly *assembly, const SuiteShape *shape, const SuiteNode *a, const SuiteNode *b, const char *what)
{
	const guint both = SUITE_ACCEPT_LIST | SUITE_ACCEPT_MAPPING;
	bool a_mapping = suite_node_kind(a) == SUITE_NODE_MAPPING;
	bool b_mapping = suite_node_kind(b) == SUITE_NODE_MAPPING;
	bool lists = suite_node_kind(a) == SUITE_NODE_LIST && suite_node_kind(b) == SUITE_NODE_LIST;

	if (shape != NULL && shape->adds && lists)
		return merge_lists(assembly, a, b);
	if (a_mapping && b_mapping)
		return merge_mappings(assembly, shape, a, b);
	if (shape != NULL && shape->adds && shape->values != NULL && (shape->accepts & both) == both &&
	    suite_node_kind(a) != SUITE_NODE_SCALAR && suite_node_kind(b) != SUITE_NODE_SCALAR)
		return merge_mappings(assembly, shape, as_mapping(assembly, a), as_mapping(assembly, b));
	/* "it exists" is part of whatever else is said of it. */
	if (suite_node_is_null(a) && !suite_node_is_word(b, "absent"))
		return b;
	if (suite_node_is_null(b) && !suite_node_is_word(a, "absent"))
		return a;
	if (same(a, b))
		return a;
	g_autofree char *place = base_position_format(suite_node_position(a));
	suite_node_error(b, assembly->error, "say it in one of the files only",
	                 "\"%s\" is not what it is at %s, which is put together with this", what, place);
	return NULL;
}

/* Puts the file and all that it includes into *whole. */
static bool
add_file(Assembly *assembly, const SuiteDocument *document, const SuiteNode **whole)
{
	const SuiteShape *shape = check_fixture_shape();
	const SuiteNode *root = suite_document_root(document);
	const SuiteNode *refusing = refusing_condition(assembly, shape, root);

	if (refusing != NULL) {
		leave_out(assembly, g_strdup(suite_document_path(document)), root, refusing);
		return true;
	}
	if (has_conditions(root) || suite_node_get(root, "include") != NULL)
		root = prune(assembly, shape, root, 0, NULL);
	*whole = *whole != NULL ? merge(assembly, shape, *whole, root, "the fixture") : root;
	for (guint i = 0; *whole != NULL && i < suite_document_adopted(document)->len; i++)
		if (!add_file(assembly, g_ptr_array_index(suite_document_adopted(document), i), whole))
			return false;
	return *whole != NULL;
}

const SuiteNode *
check_assemble(const SuiteDocument *fixture, int server_version, SuiteNodes *nodes, GPtrArray **ret_left_out,
               GError **error)
{
	g_autoptr(GPtrArray) left_out = g_ptr_array_new_with_free_func(left_out_free);
	Assembly assembly = { .nodes = nodes, .server_version = server_version, .left_out = left_out, .error = error };
	const SuiteNode *whole = NULL;

	if (!add_file(&assembly, fixture, &whole))
		return NULL;
	if (whole == NULL)
		whole = suite_nodes_word(nodes, suite_document_root(fixture), "");
	*ret_left_out = g_steal_pointer(&left_out);
	return whole;
}
