#include "plan/judge/choice.h"

#include "plan/tree/normal.h"

#include <string.h>

/* More than this are not tried one by one: a plan over so many indexes has no single one that matters. */
#define CHOICE_MAX 16

static void
choice_free(gpointer data)
{
	PlanChoice *choice = data;

	g_free(choice->without);
	plan_tree_free(choice->tree);
	g_free(choice);
}

static int
choice_compare(gconstpointer a, gconstpointer b)
{
	const PlanChoice *one = *(PlanChoice *const *)a;
	const PlanChoice *other = *(PlanChoice *const *)b;

	return one->ratio < other->ratio ? -1 : one->ratio > other->ratio;
}

/* Up to 17, a disabled node costs 1e10 more; from 18 on the plan marks it. */
static bool
choice_is_forced(const PlanTree *tree)
{
	const GPtrArray *nodes = plan_tree_nodes(tree);

	for (guint i = 0; i < nodes->len; i++) {
		const PlanNode *node = g_ptr_array_index(nodes, i);
		if (node->disabled || (strcmp(node->type, "Seq Scan") == 0 && node->total_cost >= 1e10))
			return true;
	}
	return false;
}

/* Plans the query without `without`, and adds the result. */
static bool
choice_try(PlanFrame *frame, const PlanAsk *ask, const char *before, char *without, double cost, GPtrArray *choices,
           GError **error)
{
	PlanAsk other = *ask;
	g_auto(PlanAnswer) answer = { 0 };
	g_autofree char *name = without;

	other.before = before;
	if (!plan_frame_explain(frame, &other, &answer, error))
		return false;
	if (answer.tree == NULL)
		return true;
	PlanChoice *choice = g_new0(PlanChoice, 1);
	choice->without = g_steal_pointer(&name);
	choice->tree = g_steal_pointer(&answer.tree);
	choice->ratio = plan_tree_root(choice->tree)->total_cost / MAX(cost, 0.01);
	choice->forced = choice_is_forced(choice->tree);
	g_ptr_array_add(choices, choice);
	return true;
}

static bool
choice_try_indexes(PlanFrame *frame, const PlanAsk *ask, const GPtrArray *accesses, double cost, GPtrArray *choices,
                   GError **error)
{
	g_autoptr(GHashTable) tried = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < accesses->len; i++) {
		const PlanAccess *access = g_ptr_array_index(accesses, i);
		for (guint j = 0; j < access->indexes->len; j++) {
			const PlanIndex *index = g_ptr_array_index(access->indexes, j);
			if (g_hash_table_size(tried) >= CHOICE_MAX || !g_hash_table_add(tried, (gpointer)index))
				continue;
			g_autofree char *before = g_strdup_printf(
			    "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = %u", index->oid);
			if (!choice_try(frame, ask, before, g_strdup_printf("the index \"%s\"", index->name), cost,
			                choices, error))
				return false;
		}
	}
	return true;
}

GPtrArray *
plan_choices(PlanFrame *frame, const PlanAsk *ask, const PlanTree *tree, GError **error)
{
	g_autoptr(GPtrArray) choices = g_ptr_array_new_with_free_func(choice_free);
	g_autoptr(GPtrArray) accesses = plan_accesses(tree, plan_frame_catalog(frame));
	double cost = plan_tree_root(tree)->total_cost;
	bool scans = false;

	for (guint i = 0; i < accesses->len; i++)
		scans |= strcmp(((PlanAccess *)g_ptr_array_index(accesses, i))->node->type, "Seq Scan") == 0;
	if (scans && !choice_try(frame, ask, "SET LOCAL enable_seqscan = off", g_strdup("sequential scans"), cost,
	                         choices, error))
		return NULL;
	if (!choice_try_indexes(frame, ask, accesses, cost, choices, error))
		return NULL;
	g_ptr_array_sort(choices, choice_compare);
	return g_steal_pointer(&choices);
}
