#include "plan/tree/normal.h"

#include "migration/text/lexer.h"

#include <string.h>

/* More partitions than this are not named one by one. */
#define NORMAL_PARTITIONS_SHOWN 3

static void
normal_free_access(gpointer data)
{
	PlanAccess *access = data;

	g_ptr_array_unref(access->indexes);
	g_free(access);
}

/* The indexes of a bitmap, wherever they are below it. */
static void
normal_collect_bitmap(const PlanNode *node, const PlanTable *table, GPtrArray *indexes)
{
	for (guint i = 0; i < node->children->len; i++) {
		const PlanNode *child = g_ptr_array_index(node->children, i);
		const PlanIndex *index = table != NULL && child->index != NULL ? plan_table_index(table, child->index)
		                                                               : NULL;
		if (index != NULL)
			g_ptr_array_add(indexes, (gpointer)index);
		if (g_str_has_prefix(child->type, "Bitmap"))
			normal_collect_bitmap(child, table, indexes);
	}
}

GPtrArray *
plan_accesses(const PlanTree *tree, const PlanCatalog *catalog)
{
	const GPtrArray *nodes = plan_tree_nodes(tree);
	GPtrArray *accesses = g_ptr_array_new_with_free_func(normal_free_access);

	for (guint i = 0; i < nodes->len; i++) {
		const PlanNode *node = g_ptr_array_index(nodes, i);
		if (node->relation == NULL || strcmp(node->type, "ModifyTable") == 0)
			continue;
		PlanAccess *access = g_new0(PlanAccess, 1);
		access->node = node;
		access->table = node->schema != NULL ? plan_catalog_table(catalog, node->schema, node->relation) : NULL;
		access->indexes = g_ptr_array_new();
		access->index_only = strcmp(node->type, "Index Only Scan") == 0;
		const PlanIndex *index = access->table != NULL && node->index != NULL
		                             ? plan_table_index(access->table, node->index)
		                             : NULL;
		if (index != NULL)
			g_ptr_array_add(access->indexes, (gpointer)index);
		else
			normal_collect_bitmap(node, access->table, access->indexes);
		g_ptr_array_add(accesses, access);
	}
	return accesses;
}

/* --- Names ------------------------------------------------------------------------ */

static void
normal_append_table(GString *text, const PlanNode *node, const PlanCatalog *catalog)
{
	const PlanTable *table = node->schema != NULL ? plan_catalog_table(catalog, node->schema, node->relation)
	                                              : NULL;

	if (table == NULL)
		g_string_append_printf(text, "%s%s%s", node->schema != NULL ? node->schema : "",
		                       node->schema != NULL ? "." : "", node->relation);
	else
		g_string_append(text, table->root != NULL ? table->root->identity : table->identity);
}

static void
normal_append_index(GString *text, const PlanIndex *index)
{
	g_autofree char *described = plan_index_describe(index);

	g_string_append_printf(text, "index %s", described);
}

static int
normal_compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* --- Access ------------------------------------------------------------------------- */

static char *
normal_describe_access(const PlanAccess *access, const PlanCatalog *catalog)
{
	GString *text = g_string_new(NULL);

	normal_append_table(text, access->node, catalog);
	g_string_append(text, " by ");
	if (access->indexes->len == 0) {
		g_autofree char *type = g_ascii_strdown(access->node->type, -1);
		g_string_append(text, type);
	}
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < access->indexes->len; i++) {
		GString *name = g_string_new(NULL);
		normal_append_index(name, g_ptr_array_index(access->indexes, i));
		g_ptr_array_add(names, g_string_free(name, FALSE));
	}
	g_ptr_array_sort(names, normal_compare);
	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? " and " : "", (char *)g_ptr_array_index(names, i));
	return g_string_free(text, FALSE);
}

char *
plan_normal_access(const PlanTree *tree, const PlanCatalog *catalog)
{
	g_autoptr(GPtrArray) accesses = plan_accesses(tree, catalog);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < accesses->len; i++)
		g_ptr_array_add(lines, normal_describe_access(g_ptr_array_index(accesses, i), catalog));
	g_ptr_array_sort(lines, normal_compare);
	for (guint i = 0; i < lines->len; i++)
		if (i == 0 || strcmp(g_ptr_array_index(lines, i - 1), g_ptr_array_index(lines, i)) != 0)
			g_string_append_printf(text, "%s\n", (char *)g_ptr_array_index(lines, i));
	return g_string_free(text, FALSE);
}

/* --- Joins -------------------------------------------------------------------------- */

static bool
normal_is_join(const PlanNode *node)
{
	return g_str_has_suffix(node->type, "Join") || strcmp(node->type, "Nested Loop") == 0;
}

static void normal_append_joins(GString *text, const PlanNode *node, const PlanCatalog *catalog);

/* Children that have tables below them, with `between`. */
static void
normal_append_children(GString *text, const PlanNode *node, const PlanCatalog *catalog, const char *between)
{
	gsize begin = text->len;

	for (guint i = 0; i < node->children->len; i++) {
		g_autoptr(GString) one = g_string_new(NULL);
		normal_append_joins(one, g_ptr_array_index(node->children, i), catalog);
		/* All partitions of a table are the table. */
		if (one->len == 0 || (strcmp(between, ", ") == 0 && strcmp(text->str + begin, one->str) == 0))
			continue;
		g_string_append_printf(text, "%s%s", text->len > begin ? between : "", one->str);
	}
}

static void
normal_append_joins(GString *text, const PlanNode *node, const PlanCatalog *catalog)
{
	if (node->relation != NULL && strcmp(node->type, "ModifyTable") != 0) {
		normal_append_table(text, node, catalog);
		return;
	}
	if (!normal_is_join(node)) {
		normal_append_children(text, node, catalog, ", ");
		return;
	}
	g_autofree char *between = g_strdup_printf(" %s ", node->type);
	g_string_append_c(text, '(');
	normal_append_children(text, node, catalog, between);
	g_string_append_c(text, ')');
}

char *
plan_normal_joins(const PlanTree *tree, const PlanCatalog *catalog)
{
	GString *text = g_string_new(NULL);

	normal_append_joins(text, plan_tree_root(tree), catalog);
	return g_string_free(text, FALSE);
}

/* --- Shape -------------------------------------------------------------------------- */

/* Adds the columns of a condition: the names after a dot. With VERBOSE, each column has its table. */
static void
normal_add_columns(GPtrArray *columns, const char *condition)
{
	MigrationLexer lexer = { .text = condition, .length = strlen(condition) };
	MigrationToken token;
	const char *problem;
	bool dot = false;

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		g_autofree char *name = dot ? migration_token_name(condition, &token) : NULL;
		if (name != NULL)
			g_ptr_array_add(columns, g_steal_pointer(&name));
		dot = migration_token_is_symbol(condition, &token, '.');
	}
}

static void
normal_append_columns(GString *text, const char *what, const GPtrArray *conditions)
{
	g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; conditions != NULL && i < conditions->len; i++)
		normal_add_columns(columns, g_ptr_array_index(conditions, i));
	g_ptr_array_sort(columns, normal_compare);
	for (guint i = 0; i < columns->len; i++)
		if (i == 0 || strcmp(g_ptr_array_index(columns, i - 1), g_ptr_array_index(columns, i)) != 0)
			g_string_append_printf(text, "%s%s", i == 0 ? what : ", ",
			                       (char *)g_ptr_array_index(columns, i));
}

/* Nodes that a plan may gain or lose without being a different plan. */
static bool
normal_is_wrapper(const PlanNode *node)
{
	return g_str_has_prefix(node->type, "Gather") || strcmp(node->type, "Materialize") == 0 ||
	       strcmp(node->type, "Memoize") == 0;
}

static void
normal_append_node(GString *text, const PlanNode *node, const PlanCatalog *catalog, const PlanAccess *access)
{
	const char *join = node->join_type != NULL && strcmp(node->join_type, "Inner") != 0 ? node->join_type : NULL;
	g_autoptr(GPtrArray) conditions = g_ptr_array_new();

	if (access != NULL) {
		g_autofree char *how = normal_describe_access(access, catalog);
		g_string_append_printf(text, "%s%s", how, access->index_only ? " only" : "");
	} else {
		g_string_append_printf(text, "%s%s%s", node->type, join != NULL ? " " : "", join != NULL ? join : "");
		if (node->strategy != NULL && strcmp(node->strategy, "Plain") != 0)
			g_string_append_printf(text, " %s", node->strategy);
		if (node->operation != NULL)
			g_string_append_printf(text, " %s", node->operation);
	}
	for (guint i = 0; i < node->conditions->len; i++)
		g_ptr_array_add(conditions, (gpointer)((PlanCondition *)g_ptr_array_index(node->conditions, i))->text);
	normal_append_columns(text, " on ", conditions);
	normal_append_columns(text, " order ", node->sort_keys);
	normal_append_columns(text, " group ", node->group_keys);
	g_string_append_c(text, '\n');
}

static const PlanAccess *
normal_find_access(const GPtrArray *accesses, const PlanNode *node)
{
	for (guint i = 0; i < accesses->len; i++) {
		const PlanAccess *access = g_ptr_array_index(accesses, i);
		if (access->node == node)
			return access;
	}
	return NULL;
}

static void
normal_append_shape(GString *text, const PlanNode *node, const PlanCatalog *catalog, const GPtrArray *accesses,
                    guint depth)
{
	const PlanAccess *access = normal_find_access(accesses, node);
	bool wrapper = normal_is_wrapper(node);
	g_autofree char *before = NULL;
	guint same = 0;

	if (!wrapper) {
		g_string_append_printf(text, "%*s", (int)(2 * depth), "");
		normal_append_node(text, node, catalog, access);
	}
	if (access != NULL && access->indexes->len > 0)
		return; /* a bitmap is the same as a scan of its index */
	for (guint i = 0; i < node->children->len; i++) {
		g_autoptr(GString) one = g_string_new(NULL);
		normal_append_shape(one, g_ptr_array_index(node->children, i), catalog, accesses, depth + !wrapper);
		/* Partitions that are read in the same way: a few, then "and so on". */
		same = g_strcmp0(before, one->str) == 0 ? same + 1 : 0;
		if (same < NORMAL_PARTITIONS_SHOWN)
			g_string_append(text, one->str);
		g_free(before);
		before = g_strdup(one->str);
	}
}

char *
plan_normal_shape(const PlanTree *tree, const PlanCatalog *catalog)
{
	g_autoptr(GPtrArray) accesses = plan_accesses(tree, catalog);
	GString *text = g_string_new(NULL);

	normal_append_shape(text, plan_tree_root(tree), catalog, accesses, 0);
	return g_string_free(text, FALSE);
}
