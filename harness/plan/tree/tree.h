/*
 * A query plan in the format of EXPLAIN (VERBOSE, FORMAT XML), as a tree. The only user of libxml2 here.
 */
#ifndef PLAN_TREE_H
#define PLAN_TREE_H

#include <glib.h>
#include <stdbool.h>

typedef struct PlanNode PlanNode;

/* Texts are NULL where the node has none of it. They belong to the tree. */
struct PlanNode {
	const PlanNode *parent; /* NULL: the root */
	const char *type;       /* "Index Scan" */
	const char *operation;  /* of ModifyTable: "Insert", "Update", "Delete", "Merge" */
	const char *strategy;   /* of Aggregate and SetOp: "Sorted", "Hashed", "Plain", "Mixed" */
	const char *role;       /* "Outer", "Inner", "Member", "SubPlan", "InitPlan", "Subquery" */
	const char *subplan;    /* "CTE x", "SubPlan 1" */
	const char *join_type;  /* "Inner", "Left", "Semi", ... */
	const char *schema;     /* of the relation, or the function */
	const char *relation;   /* the table, view, ... that is scanned or written */
	const char *alias;      /* its alias in the plan */
	const char *index;      /* by its name alone; a Bitmap Index Scan does not know its relation */
	const char *cte;        /* of CTE Scan and WorkTable Scan */
	const char *function;   /* of Function Scan */
	GPtrArray *sort_keys;   /* of const char *; NULL: none */
	GPtrArray *group_keys;  /* of const char *; NULL: none */
	GPtrArray *conditions;  /* of PlanCondition *, as the plan lists them; empty: none */
	GPtrArray *children;    /* of PlanNode *, in the order of the plan */
	double startup_cost;
	double total_cost;
	double rows;   /* as the planner guesses */
	bool disabled; /* an enable_* setting forbids it, and there was no other way; from 18 on */

	/* EXPLAIN ANALYZE alone; below 0 where it is not said. Blocks and rows removed are of all loops. */
	double actual_rows; /* of one loop */
	double loops;
	double rows_removed; /* by a filter, or when a condition was looked at again; of all loops */
	double heap_fetches;
	double shared_blocks; /* hit and read, of the node and all below it */
	double temp_blocks;   /* read and written, of the node and all below it */
};

typedef struct {
	const char *name; /* "Filter", "Index Cond" */
	const char *text; /* "(o.customer_id = 7)" */
} PlanCondition;

typedef struct PlanTree PlanTree;

/* Reads the server's plan. Characters that XML does not allow, but names may contain, are replaced. NULL with *error
 * (BASE_ERROR_DATABASE) if it is not a plan. */
PlanTree *plan_tree_read(const char *xml, gsize length, GError **error);
void plan_tree_free(PlanTree *tree); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanTree, plan_tree_free)

const PlanNode *plan_tree_root(const PlanTree *tree);
/* All nodes, of PlanNode *, each behind its parent, as people read a plan. */
const GPtrArray *plan_tree_nodes(const PlanTree *tree);

/* An XPath expression, with the names of EXPLAIN's elements and no namespace: "//Plan[Node-Type='Sort']". */
typedef struct PlanXpath PlanXpath;

/* NULL with *ret_problem, which the caller frees, when it is none. */
PlanXpath *plan_xpath_new(const char *text, char **ret_problem);
void plan_xpath_free(PlanXpath *xpath); /* takes NULL */

/* The value of the expression by XPath's boolean(): a list of nodes is true if it is not empty. False with *error
 * when it cannot be evaluated. */
bool plan_xpath_holds(const PlanXpath *xpath, const PlanTree *tree, bool *ret_holds, GError **error);

#endif
