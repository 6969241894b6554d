/*
 * The normal form in which plans are compared: not costs, rows, widths, constants or generated names, but the relations
 * that it reads and the methods. An index is identified by its columns, so an index that was recreated or renamed is
 * the same.
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

/* All nodes with their methods and conditions, indented. The caller frees it. */
char *plan_normal_shape(const PlanTree *tree, const PlanCatalog *catalog);

/* The title of a node without its costs, "Index Scan using i on public.orders"; and its conditions, keys and counts,
 * a line each; NULL: it has none. The caller frees it. */
char *plan_node_title(const PlanNode *node);
char *plan_node_details(const PlanNode *node);

/* The plan as psql shows it, with costs and conditions. The caller frees it. */
char *plan_render(const PlanTree *tree);

#endif
