#include "program/compare.h"

#include <string.h>

static void
compare_free_queue(gpointer queue)
{
	g_queue_free(queue);
}

/* Name -> GQueue of those with it, in their order. */
static GHashTable *
compare_by_name(const GPtrArray *outcomes)
{
	GHashTable *by_name = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, compare_free_queue);

	for (guint i = 0; i < outcomes->len; i++) {
		ProgramOutcome *outcome = g_ptr_array_index(outcomes, i);
		GQueue *queue = g_hash_table_lookup(by_name, outcome->name);
		if (queue == NULL) {
			queue = g_queue_new();
			g_hash_table_insert(by_name, outcome->name, queue);
		}
		g_queue_push_tail(queue, outcome);
	}
	return by_name;
}

static void
program_compare_add(GPtrArray *differences, const ProgramOutcome *first, const ProgramOutcome *second)
{
	ProgramDifference *difference = g_new0(ProgramDifference, 1);

	difference->first = first;
	difference->second = second;
	g_ptr_array_add(differences, difference);
}

GPtrArray *
program_outcomes_compare(const GPtrArray *first, const GPtrArray *second, guint *ret_n)
{
	GPtrArray *differences = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) others = compare_by_name(second);
	guint n = first->len;

	for (guint i = 0; i < first->len; i++) {
		const ProgramOutcome *outcome = g_ptr_array_index(first, i);
		GQueue *queue = g_hash_table_lookup(others, outcome->name);
		const ProgramOutcome *other = queue != NULL ? g_queue_pop_head(queue) : NULL;
		if (other == NULL || other->status != outcome->status)
			program_compare_add(differences, outcome, other);
	}
	for (guint i = 0; i < second->len; i++) {
		const ProgramOutcome *outcome = g_ptr_array_index(second, i);
		GQueue *queue = g_hash_table_lookup(others, outcome->name);
		if (g_queue_peek_head(queue) != outcome)
			continue;
		g_queue_pop_head(queue);
		program_compare_add(differences, NULL, outcome);
		n++;
	}
	*ret_n = n;
	return differences;
}

char *
program_outcome_describe(const ProgramOutcome *outcome)
{
	static const char *const words[] = {
		[PROGRAM_PASSED] = "passed", [PROGRAM_FAILED] = "failed", [PROGRAM_SKIPPED] = "skipped"
	};

	if (outcome == NULL)
		return g_strdup("not run");
	const char *why = outcome->message != NULL ? outcome->message : outcome->details;
	if (outcome->status == PROGRAM_PASSED || why == NULL)
		return g_strdup(words[outcome->status]);
	g_autofree char *line = g_strndup(why, strcspn(why, "\n"));
	return g_strdup_printf("%s: %s", words[outcome->status], line);
}
