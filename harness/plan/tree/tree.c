#include "plan/tree/tree.h"

#include "base/error.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <string.h>

struct PlanTree {
	xmlDoc *document;
	GStringChunk *texts;
	GPtrArray *nodes; /* of PlanNode *, owned */
};

struct PlanXpath {
	xmlXPathCompExpr *compiled;
	char *text;
};

/* --- Elements --------------------------------------------------------------- */

static bool
tree_is_named(const xmlNode *element, const char *name)
{
	return element->type == XML_ELEMENT_NODE && strcmp((const char *)element->name, name) == 0;
}

static xmlNode *
tree_find(const xmlNode *parent, const char *name)
{
	for (xmlNode *child = parent->children; child != NULL; child = child->next)
		if (tree_is_named(child, name))
			return child;
	return NULL;
}

static const char *
tree_text_of(PlanTree *tree, const xmlNode *element)
{
	xmlChar *content = xmlNodeGetContent(element);
	const char *text = g_string_chunk_insert(tree->texts, content != NULL ? (const char *)content : "");

	xmlFree(content);
	return text;
}

/* --- Nodes ------------------------------------------------------------------- */

typedef struct {
	const char *element; /* NULL ends a table */
	gsize offset;
} TreeField;

static const TreeField text_fields[] = {
	{ "Node-Type", offsetof(PlanNode, type) },
	{ "Operation", offsetof(PlanNode, operation) },
	{ "Strategy", offsetof(PlanNode, strategy) },
	{ "Parent-Relationship", offsetof(PlanNode, role) },
	{ "Subplan-Name", offsetof(PlanNode, subplan) },
	{ "Join-Type", offsetof(PlanNode, join_type) },
	{ "Schema", offsetof(PlanNode, schema) },
	{ "Relation-Name", offsetof(PlanNode, relation) },
	{ "Alias", offsetof(PlanNode, alias) },
	{ "Index-Name", offsetof(PlanNode, index) },
	{ "CTE-Name", offsetof(PlanNode, cte) },
	{ "Function-Name", offsetof(PlanNode, function) },
	{ NULL },
};

static const TreeField number_fields[] = {
	{ "Startup-Cost", offsetof(PlanNode, startup_cost) },
	{ "Total-Cost", offsetof(PlanNode, total_cost) },
	{ "Plan-Rows", offsetof(PlanNode, rows) },
	{ "Actual-Rows", offsetof(PlanNode, actual_rows) },
	{ "Actual-Loops", offsetof(PlanNode, loops) },
	{ "Heap-Fetches", offsetof(PlanNode, heap_fetches) },
	{ NULL },
};

/* Several elements are added up: rows removed are averages of a loop, blocks are not. */
static const TreeField sum_fields[] = {
	{ "Rows-Removed-by-Filter", offsetof(PlanNode, rows_removed) },
	{ "Rows-Removed-by-Join-Filter", offsetof(PlanNode, rows_removed) },
	{ "Rows-Removed-by-Index-Recheck", offsetof(PlanNode, rows_removed) },
	{ "Shared-Hit-Blocks", offsetof(PlanNode, shared_blocks) },
	{ "Shared-Read-Blocks", offsetof(PlanNode, shared_blocks) },
	{ "Temp-Read-Blocks", offsetof(PlanNode, temp_blocks) },
	{ "Temp-Written-Blocks", offsetof(PlanNode, temp_blocks) },
	{ NULL },
};

static const TreeField list_fields[] = {
	{ "Sort-Key", offsetof(PlanNode, sort_keys) },
	{ "Group-Key", offsetof(PlanNode, group_keys) },
	{ NULL },
};

/* As EXPLAIN's text writes them. */
static const char *const condition_names[] = { "Index Cond",      "Recheck Cond",  "TID Cond",    "Order By",
	                                       "Hash Cond",       "Merge Cond",    "Join Filter", "Filter",
	                                       "One-Time Filter", "Run Condition", NULL };

static const TreeField *
tree_find_field(const TreeField *fields, const xmlNode *element)
{
	for (; fields->element != NULL; fields++)
		if (tree_is_named(element, fields->element))
			return fields;
	return NULL;
}

static void
tree_read_list(PlanTree *tree, const xmlNode *element, GPtrArray **ret_list)
{
	*ret_list = g_ptr_array_new();
	for (const xmlNode *item = element->children; item != NULL; item = item->next)
		if (tree_is_named(item, "Item"))
			g_ptr_array_add(*ret_list, (gpointer)tree_text_of(tree, item));
}

static void
tree_read_condition(PlanTree *tree, PlanNode *node, const xmlNode *element)
{
	g_autofree char *name = g_strdelimit(g_strdup((const char *)element->name), "-", ' ');

	for (const char *const *known = condition_names; *known != NULL; known++) {
		/* "One-Time Filter" keeps its hyphen. */
		g_autofree char *spaced = g_strdelimit(g_strdup(*known), "-", ' ');
		if (strcmp(spaced, name) != 0)
			continue;
		PlanCondition *condition = g_new0(PlanCondition, 1);
		condition->name = *known;
		condition->text = tree_text_of(tree, element);
		g_ptr_array_add(node->conditions, condition);
	}
}

static void
tree_read_field(PlanTree *tree, PlanNode *node, const xmlNode *element)
{
	const TreeField *field;

	if ((field = tree_find_field(text_fields, element)) != NULL)
		G_STRUCT_MEMBER(const char *, node, field->offset) = tree_text_of(tree, element);
	else if ((field = tree_find_field(number_fields, element)) != NULL)
		G_STRUCT_MEMBER(double, node, field->offset) = g_ascii_strtod(tree_text_of(tree, element), NULL);
	else if ((field = tree_find_field(sum_fields, element)) != NULL) {
		double *sum = &G_STRUCT_MEMBER(double, node, field->offset);
		*sum = MAX(*sum, 0) + g_ascii_strtod(tree_text_of(tree, element), NULL);
	} else if ((field = tree_find_field(list_fields, element)) != NULL &&
	           G_STRUCT_MEMBER(GPtrArray *, node, field->offset) == NULL)
		tree_read_list(tree, element, &G_STRUCT_MEMBER(GPtrArray *, node, field->offset));
	else if (tree_is_named(element, "Disabled"))
		node->disabled = strcmp(tree_text_of(tree, element), "true") == 0;
	else
		tree_read_condition(tree, node, element);
}

static void
tree_free_node(gpointer data)
{
	PlanNode *node = data;

	g_clear_pointer(&node->sort_keys, g_ptr_array_unref);
	g_clear_pointer(&node->group_keys, g_ptr_array_unref);
	g_ptr_array_unref(node->conditions);
	g_ptr_array_unref(node->children);
	g_free(node);
}

static PlanNode *
tree_new_node(PlanTree *tree, const PlanNode *parent)
{
	PlanNode *node = g_new0(PlanNode, 1);

	node->parent = parent;
	node->conditions = g_ptr_array_new_with_free_func(g_free);
	node->children = g_ptr_array_new();
	node->actual_rows = node->loops = node->rows_removed = node->heap_fetches = -1;
	node->shared_blocks = node->temp_blocks = -1;
	g_ptr_array_add(tree->nodes, node);
	return node;
}

/* libxml2 has bounded how deep it goes (XML_PARSE_HUGE: 2048 elements, two for each node). */
static PlanNode *
tree_read_node(PlanTree *tree, const PlanNode *parent, const xmlNode *element)
{
	PlanNode *node = tree_new_node(tree, parent);

	for (const xmlNode *child = element->children; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE)
			continue;
		if (!tree_is_named(child, "Plans")) {
			tree_read_field(tree, node, child);
			continue;
		}
		for (const xmlNode *below = child->children; below != NULL; below = below->next)
			if (tree_is_named(below, "Plan"))
				g_ptr_array_add(node->children, tree_read_node(tree, node, below));
	}
	if (node->rows_removed >= 0 && node->loops > 1)
		node->rows_removed *= node->loops;
	if (node->type == NULL)
		node->type = "Unknown";
	return node;
}

/* --- The document ---------------------------------------------------------- */

/* Authors of XPath know the names of EXPLAIN, but not that they have a namespace. */
static void
tree_drop_namespaces(xmlNode *element)
{
	for (; element != NULL; element = element->next)
		if (element->type == XML_ELEMENT_NODE) {
			xmlSetNs(element, NULL);
			tree_drop_namespaces(element->children);
		}
}

/* The server escapes what XML gives a meaning to, and leaves control characters in a name as they are. */
static char *
tree_clean(const char *xml, gsize length)
{
	char *text = g_utf8_make_valid(xml, (gssize)length);

	for (char *at = text; *at != '\0'; at++)
		if ((guchar)*at < ' ' && *at != '\n' && *at != '\t' && *at != '\r')
			*at = '?';
	return text;
}

static xmlNode *
tree_find_plan(const PlanTree *tree)
{
	xmlNode *root = xmlDocGetRootElement(tree->document);
	xmlNode *query = root != NULL ? tree_find(root, "Query") : NULL;

	return query != NULL ? tree_find(query, "Plan") : NULL;
}

PlanTree *
plan_tree_read(const char *xml, gsize length, GError **error)
{
	const int options = XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
	g_autofree char *text = tree_clean(xml, length);
	g_autoptr(PlanTree) tree = g_new0(PlanTree, 1);

	tree->texts = g_string_chunk_new(4096);
	tree->nodes = g_ptr_array_new_with_free_func(tree_free_node);
	if (strlen(text) <= G_MAXINT)
		tree->document = xmlReadMemory(text, (int)strlen(text), NULL, "UTF-8", options);
	xmlNode *plan = tree->document != NULL ? tree_find_plan(tree) : NULL;
	if (plan == NULL) {
		base_error_set(error, BASE_ERROR_DATABASE, NULL, "what the server gave for EXPLAIN is no plan in XML");
		return NULL;
	}
	tree_drop_namespaces(xmlDocGetRootElement(tree->document));
	tree_read_node(tree, NULL, plan);
	return g_steal_pointer(&tree);
}

void
plan_tree_free(PlanTree *tree)
{
	if (tree == NULL)
		return;
	xmlFreeDoc(tree->document);
	g_ptr_array_unref(tree->nodes);
	g_string_chunk_free(tree->texts);
	g_free(tree);
}

const PlanNode *
plan_tree_root(const PlanTree *tree)
{
	return g_ptr_array_index(tree->nodes, 0);
}

const GPtrArray *
plan_tree_nodes(const PlanTree *tree)
{
	return tree->nodes;
}

/* --- XPath ------------------------------------------------------------------- */

/* libxml2 says a number and a place, and no words. */
static void
tree_keep_problem(void *data, xmlErrorPtr problem)
{
	char **text = data;
	const char *rest = problem->str1 != NULL && problem->int1 >= 0 && (gsize)problem->int1 < strlen(problem->str1)
	                       ? problem->str1 + problem->int1
	                       : "";

	if (*text != NULL)
		return;
	if (problem->code == XML_XPATH_UNKNOWN_FUNC_ERROR)
		*text = g_strdup("it calls a function that XPath does not have");
	else if (problem->code == XML_XPATH_UNDEF_VARIABLE_ERROR)
		*text = g_strdup("it has a variable, and there are none");
	else
		*text = rest[0] != '\0' ? g_strdup_printf("it cannot be read from \"%s\" on", rest)
		                        : g_strdup("something is missing at its end");
}

/* Suppresses the output of libxml2. */
static void
tree_print_nothing(void *data G_GNUC_UNUSED, const char *format G_GNUC_UNUSED, ...)
{
}

static xmlXPathContext *
tree_new_context(xmlDoc *document, char **problem)
{
	xmlXPathContext *context = xmlXPathNewContext(document);

	xmlSetGenericErrorFunc(NULL, tree_print_nothing);
	context->error = tree_keep_problem;
	context->userData = problem;
	return context;
}

PlanXpath *
plan_xpath_new(const char *text, char **ret_problem)
{
	xmlDoc *empty = xmlNewDoc(BAD_CAST "1.0");
	g_autofree char *problem = NULL;
	xmlXPathContext *context = tree_new_context(empty, &problem);
	PlanXpath *xpath = NULL;

	xmlXPathCompExpr *compiled = xmlXPathCtxtCompile(context, BAD_CAST text);
	/* Function names are resolved only at evaluation. Evaluating here finds a mistyped one before there is a
	 * plan. */
	if (compiled != NULL) {
		xmlXPathObject *value = xmlXPathCompiledEval(compiled, context);
		if (value == NULL && problem == NULL)
			problem = g_strdup("it cannot be worked out");
		xmlXPathFreeObject(value);
	}
	if (compiled != NULL && problem == NULL) {
		xpath = g_new0(PlanXpath, 1);
		xpath->compiled = g_steal_pointer(&compiled);
		xpath->text = g_strdup(text);
	} else {
		*ret_problem = problem != NULL ? g_steal_pointer(&problem) : g_strdup("it cannot be read");
	}
	xmlXPathFreeCompExpr(compiled);
	xmlXPathFreeContext(context);
	xmlFreeDoc(empty);
	return xpath;
}

void
plan_xpath_free(PlanXpath *xpath)
{
	if (xpath == NULL)
		return;
	xmlXPathFreeCompExpr(xpath->compiled);
	g_free(xpath->text);
	g_free(xpath);
}

bool
plan_xpath_holds(const PlanXpath *xpath, const PlanTree *tree, bool *ret_holds, GError **error)
{
	g_autofree char *problem = NULL;
	xmlXPathContext *context = tree_new_context(tree->document, &problem);

	xmlXPathObject *value = xmlXPathCompiledEval(xpath->compiled, context);
	if (value != NULL)
		*ret_holds = xmlXPathCastToBoolean(value) != 0;
	bool done = value != NULL || base_error_set(error, BASE_ERROR_DATABASE, NULL,
	                                            "the XPath expression \"%s\" cannot be worked out: %s", xpath->text,
	                                            problem != NULL ? problem : "no value");
	xmlXPathFreeObject(value);
	xmlXPathFreeContext(context);
	return done;
}
