/* Conditions, held against a plan. */
#include "plan/judge/demand.h"
#include "plan/tree/normal.h"

#include <string.h>

typedef struct {
	const PlanTree *tree;
	const PlanCatalog *catalog;
	GPtrArray *accesses; /* of PlanAccess * */
	GPtrArray *problems; /* of PlanProblem * */
} Judge;

static void
judge_free_problem(gpointer data)
{
	PlanProblem *problem = data;

	g_free(problem->text);
	g_free(problem);
}

static void judge_add(Judge *judge, const SuiteNode *node, bool unknown, const char *format, ...) G_GNUC_PRINTF(4, 5);

static void
judge_add(Judge *judge, const SuiteNode *node, bool unknown, const char *format, ...)
{
	PlanProblem *problem = g_new0(PlanProblem, 1);
	va_list arguments;

	va_start(arguments, format);
	problem->text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	problem->node = node;
	problem->unknown = unknown;
	g_ptr_array_add(judge->problems, problem);
}

/* The table that a condition names; NULL, and a problem, when there is none. */
static const PlanTable *
judge_find_table(Judge *judge, const PlanDemand *demand)
{
	const PlanTable *table = plan_catalog_named_table(judge->catalog, demand->table);

	if (table == NULL) {
		g_autofree char *hint = plan_catalog_nearest(judge->catalog, demand->table, false);
		judge_add(judge, demand->key_node != NULL ? demand->key_node : demand->node, true,
		          "there is no table \"%s\"%s", demand->table, hint);
	}
	return table;
}

/* A partition counts as its table. */
static bool
judge_is_table(const PlanTable *found, const PlanTable *wanted)
{
	return found != NULL && (found == wanted || found->root == wanted);
}

/* --- uses -------------------------------------------------------------------------------- */

/* An index of a partition has another name than that of its table, and the same columns. */
static bool
judge_is_index(const PlanIndex *found, const PlanIndex *wanted)
{
	if (found == wanted)
		return true;
	if (!wanted->is_parent || found->table->root != wanted->table)
		return false;
	g_autofree char *one = plan_index_describe(found);
	g_autofree char *other = plan_index_describe(wanted);
	return strcmp(one, other) == 0;
}

static void
judge_uses(Judge *judge, const PlanDemand *demand)
{
	const PlanIndex *wanted = plan_catalog_named_index(judge->catalog, demand->text);

	if (wanted == NULL) {
		g_autofree char *hint = plan_catalog_nearest(judge->catalog, demand->text, true);
		/* It was named for being used: that it is gone is the finding. */
		judge_add(judge, demand->node, false, "there is no index \"%s\"%s", demand->text, hint);
		return;
	}
	for (guint i = 0; i < judge->accesses->len; i++) {
		const PlanAccess *access = g_ptr_array_index(judge->accesses, i);
		for (guint j = 0; j < access->indexes->len; j++)
			if (judge_is_index(g_ptr_array_index(access->indexes, j), wanted))
				return;
	}
	g_autofree char *described = plan_index_describe(wanted);
	judge_add(judge, demand->node, false, "the plan does not use the index \"%s\" %s", wanted->name, described);
}

/* --- access ------------------------------------------------------------------------------ */

/* "created_at" is also "created_at DESC"; which is only itself. */
static bool
judge_is_key(const char *found, const char *wanted)
{
	gsize length = strlen(wanted);

	return strcmp(found, wanted) == 0 ||
	       (strncmp(found, wanted, length) == 0 && strcmp(found + length, " DESC") == 0);
}

static bool
judge_begins_with(const PlanIndex *index, const char *const *keys)
{
	guint i = 0;

	while (keys[i] != NULL && index->keys[i] != NULL && judge_is_key(index->keys[i], keys[i]))
		i++;
	return keys[i] == NULL;
}

static bool
judge_meets(const PlanAccess *access, const PlanDemand *demand)
{
	if (demand->seq_scan)
		return access->indexes->len == 0;
	if (access->indexes->len == 0 || (demand->index_only && !access->index_only))
		return false;
	for (guint i = 0; i < access->indexes->len; i++)
		if (demand->keys == NULL ||
		    judge_begins_with(g_ptr_array_index(access->indexes, i), (const char *const *)demand->keys))
			return true;
	return false;
}

static char *
judge_describe(const PlanAccess *access)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < access->indexes->len; i++) {
		const PlanIndex *index = g_ptr_array_index(access->indexes, i);
		g_autofree char *described = plan_index_describe(index);
		g_string_append_printf(text, "%sindex%s on %s", i > 0 ? " and " : "", access->index_only ? " only" : "",
		                       described);
	}
	return access->indexes->len > 0 ? g_strdup(text->str) : g_ascii_strdown(access->node->type, -1);
}

static bool
judge_has_key(const PlanTable *table, const char *key)
{
	for (guint i = 0; i < table->indexes->len; i++) {
		const PlanIndex *index = g_ptr_array_index(table->indexes, i);
		for (guint j = 0; index->keys[j] != NULL; j++)
			if (judge_is_key(index->keys[j], key))
				return true;
	}
	return false;
}

/* The first of the keys that is neither a column of the table nor in one of its indexes; NULL: there is none. What has
 * other characters than a name may be an expression. */
static const char *
judge_find_unknown(const PlanTable *table, char *const *keys)
{
	for (guint i = 0; keys[i] != NULL; i++)
		if (keys[i][strspn(keys[i], "abcdefghijklmnopqrstuvwxyz_0123456789")] == '\0' &&
		    plan_columns_find(table->columns, keys[i]) == NULL && !judge_has_key(table, keys[i]))
			return keys[i];
	return NULL;
}

/* An index that could serve is only not chosen; one that is not there is another finding. The caller frees it. */
static char *
judge_why(const PlanTable *table, const PlanDemand *demand)
{
	if (demand->keys == NULL)
		return g_strdup("");
	for (guint i = 0; i < table->indexes->len; i++)
		if (judge_begins_with(g_ptr_array_index(table->indexes, i), (const char *const *)demand->keys))
			return g_strdup("");
	const char *unknown = judge_find_unknown(table, demand->keys);
	return unknown != NULL ? g_strdup_printf("; the table has no column \"%s\"", unknown)
	                       : g_strdup("; no index of the table begins with these columns");
}

static void
judge_access(Judge *judge, const PlanDemand *demand)
{
	const PlanTable *table = judge_find_table(judge, demand);
	bool seen = false;

	if (table == NULL)
		return;
	for (guint i = 0; i < judge->accesses->len; i++) {
		const PlanAccess *access = g_ptr_array_index(judge->accesses, i);
		if (!judge_is_table(access->table, table))
			continue;
		seen = true;
		if (judge_meets(access, demand))
			continue;
		g_autofree char *found = judge_describe(access);
		g_autofree char *why = judge_why(table, demand);
		judge_add(judge, demand->node, false, "the plan reads %s by %s, expected %s%s", table->identity, found,
		          demand->text, why);
		return;
	}
	if (!seen)
		judge_add(judge, demand->key_node, false, "the plan does not read %s at all", table->identity);
}

/* --- requires, forbids -------------------------------------------------------------------- */

/* The table that a node is about: its own, or that of the heap scan above a Bitmap Index Scan. */
static const PlanTable *
judge_table_of(const Judge *judge, const PlanNode *node)
{
	while (node->relation == NULL && node->parent != NULL && g_str_has_prefix(node->type, "Bitmap"))
		node = node->parent;
	return node->relation != NULL && node->schema != NULL
	           ? plan_catalog_table(judge->catalog, node->schema, node->relation)
	           : NULL;
}

static void
judge_node(Judge *judge, const PlanDemand *demand)
{
	const PlanTable *table = demand->table != NULL ? judge_find_table(judge, demand) : NULL;
	const GPtrArray *nodes = plan_tree_nodes(judge->tree);
	bool found = false;

	if (demand->table != NULL && table == NULL)
		return;
	for (guint i = 0; i < nodes->len && !found; i++) {
		const PlanNode *node = g_ptr_array_index(nodes, i);
		found = strcmp(node->type, demand->type) == 0 &&
		        (table == NULL || judge_is_table(judge_table_of(judge, node), table));
	}
	if (found && demand->kind == PLAN_FORBIDS)
		judge_add(judge, demand->node, false, "the plan has the forbidden node %s", demand->text);
	if (!found && demand->kind == PLAN_REQUIRES)
		judge_add(judge, demand->node, false, "the plan lacks the node %s", demand->text);
}

/* --- All of them ---------------------------------------------------------------------------- */

static bool
judge_xpath(Judge *judge, const PlanDemand *demand, GError **error)
{
	bool holds = false;

	if (!plan_xpath_holds(demand->xpath, judge->tree, &holds, error))
		return false;
	if (!holds)
		judge_add(judge, demand->node, false, "the XPath expression is not true of the plan: %s", demand->text);
	return true;
}

GPtrArray *
plan_case_judge(const PlanCase *plan_case, const PlanTree *tree, const PlanCatalog *catalog, GError **error)
{
	g_autoptr(GPtrArray) accesses = plan_accesses(tree, catalog);
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(judge_free_problem);
	Judge judge = { .tree = tree, .catalog = catalog, .accesses = accesses, .problems = problems };

	for (guint i = 0; i < plan_case->conditions->len; i++) {
		const PlanDemand *demand = g_ptr_array_index(plan_case->conditions, i);
		if (demand->kind == PLAN_USES)
			judge_uses(&judge, demand);
		else if (demand->kind == PLAN_ACCESS)
			judge_access(&judge, demand);
		else if (demand->kind != PLAN_XPATH)
			judge_node(&judge, demand);
		else if (!judge_xpath(&judge, demand, error))
			return NULL;
	}
	return g_steal_pointer(&problems);
}
