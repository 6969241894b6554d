/*
 * What of a plan is compared: not costs, rows, widths, constants, names that the planner makes up, but what it reads
 * and how. An index is known by its columns, so that one that was dropped and made again, or has a new name, is the
 * same.
 */
#ifndef PLAN_TREE_NORMAL_H
#define PLAN_TREE_NORMAL_H

#include "plan/catalog/catalog.h"
#include "plan/tree/tree.h"

/* How a table is read. */
typedef struct {
	const PlanNode *node;
	const PlanTable *table; /* the table itself, or the partition; NULL: the catalog does not know it */
	GPtrArray *indexes;     /* of const PlanIndex *; several are combined; empty: without one */
	bool index_only;
} PlanAccess;

/* All of them, of PlanAccess *, in the order of the plan. The caller unrefs it. */
GPtrArray *plan_accesses(const PlanTree *tree, const PlanCatalog *catalog);

/* "public.orders by index (customer_id, created_at DESC)", a line each, sorted, no line twice. Partitions have the name
 * of their table. The caller frees it. */
char *plan_normal_access(const PlanTree *tree, const PlanCatalog *catalog);

/* "(a Nested Loop (b Hash Join c))": tables in the order in which they are joined. The caller frees it. */
char *plan_normal_joins(const PlanTree *tree, const PlanCatalog *catalog);

/* All nodes with what they do, indented. The caller frees it. */
char *plan_normal_shape(const PlanTree *tree, const PlanCatalog *catalog);

/* A node without its costs, "Index Scan using i on public.orders", with what it has done; and its conditions, keys and
 * counts, a line each; NULL: it has none. The caller frees it. */
char *plan_node_title(const PlanNode *node);
char *plan_node_details(const PlanNode *node);

/* The plan as psql shows it, with costs and conditions. The caller frees it. */
char *plan_render(const PlanTree *tree);

#endif
