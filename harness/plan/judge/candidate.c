/* Indexes that a plan might use if they existed. */
#include "plan/judge/advice.h"
#include "plan/tree/normal.h"

#include <string.h>

/* Columns of one scan, as the plan's conditions write them, in quotes where they need some. */
typedef struct {
	GPtrArray *equal; /* of char *, as are the others */
	GPtrArray *range;
	GPtrArray *joined;
	GPtrArray *sorted; /* "created_at DESC" */
} CandidateColumns;

static void
candidate_add(GPtrArray *columns, const char *name)
{
	if (!g_ptr_array_find_with_equal_func(columns, name, g_str_equal, NULL))
		g_ptr_array_add(columns, g_strdup(name));
}

/* "alias.column = ...", also with a cast. */
static void
candidate_read_condition(const char *alias, const char *text, GPtrArray *equal, GPtrArray *range)
{
	g_autofree char *escaped = g_regex_escape_string(alias, -1);
	g_autofree char *pattern = g_strdup_printf(
	    "(?<![\\w.\"])\"?%s\"?\\.(\"[^\"]+\"|\\w+)\\)?(?:::[\\w ]+)? (=|<=|>=|<|>) ", escaped);
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *column = g_match_info_fetch(match, 1);
		g_autofree char *sign = g_match_info_fetch(match, 2);
		candidate_add(strcmp(sign, "=") == 0 ? equal : range, column);
	}
}

/* Conditions of joins name both sides. */
static void
candidate_read_join(const char *alias, const char *text, GPtrArray *joined)
{
	g_autofree char *escaped = g_regex_escape_string(alias, -1);
	g_autofree char *pattern = g_strdup_printf("(?<![\\w.\"])\"?%s\"?\\.(\"[^\"]+\"|\\w+)", escaped);
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *column = g_match_info_fetch(match, 1);
		candidate_add(joined, column);
	}
}

static void
candidate_read_sort(const char *alias, const GPtrArray *keys, GPtrArray *sorted)
{
	g_autofree char *prefix = g_strconcat(alias, ".", NULL);

	for (guint i = 0; keys != NULL && i < keys->len; i++) {
		const char *key = g_ptr_array_index(keys, i);
		/* No index can provide an order by columns of two tables. */
		if (!g_str_has_prefix(key, prefix)) {
			g_ptr_array_set_size(sorted, 0);
			return;
		}
		candidate_add(sorted, key + strlen(prefix));
	}
}

static void
candidate_collect(const PlanNode *scan, CandidateColumns *columns)
{
	for (guint i = 0; i < scan->conditions->len; i++) {
		const PlanCondition *condition = g_ptr_array_index(scan->conditions, i);
		candidate_read_condition(scan->alias, condition->text, columns->equal, columns->range);
	}
	for (const PlanNode *above = scan->parent; above != NULL; above = above->parent) {
		if (strcmp(above->type, "Sort") == 0 && columns->sorted->len == 0)
			candidate_read_sort(scan->alias, above->sort_keys, columns->sorted);
		for (guint i = 0; i < above->conditions->len; i++) {
			const PlanCondition *condition = g_ptr_array_index(above->conditions, i);
			if (strcmp(condition->name, "Hash Cond") == 0 || strcmp(condition->name, "Merge Cond") == 0 ||
			    strcmp(condition->name, "Join Filter") == 0)
				candidate_read_join(scan->alias, condition->text, columns->joined);
		}
	}
}

/* True when an index of the table begins with all of these. */
static bool
candidate_is_there(const PlanTable *table, const GPtrArray *keys)
{
	for (guint i = 0; i < table->indexes->len; i++) {
		const PlanIndex *index = g_ptr_array_index(table->indexes, i);
		guint same = 0;
		while (same < keys->len && index->keys[same] != NULL &&
		       strcmp(index->keys[same], g_ptr_array_index(keys, same)) == 0)
			same++;
		if (same == keys->len && index->predicate == NULL)
			return true;
	}
	return false;
}

/* The columns of the first list, then of the second one. */
static void
candidate_propose(GPtrArray *all, const PlanTable *table, const GPtrArray *first, const GPtrArray *second, guint most)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	g_autoptr(GString) text = g_string_new(table->identity);

	for (guint i = 0; i < first->len; i++)
		g_ptr_array_add(keys, g_ptr_array_index(first, i));
	for (guint i = 0; i < second->len && i < most; i++)
		if (!g_ptr_array_find_with_equal_func(keys, g_ptr_array_index(second, i), g_str_equal, NULL))
			g_ptr_array_add(keys, g_ptr_array_index(second, i));
	if (keys->len == 0 || keys->len > 32 || candidate_is_there(table, keys))
		return;
	for (guint i = 0; i < keys->len; i++)
		g_string_append_printf(text, "%s%s", i == 0 ? " (" : ", ", (char *)g_ptr_array_index(keys, i));
	g_string_append_c(text, ')');
	candidate_add(all, text->str);
}

GPtrArray *
plan_candidates(const PlanTree *tree, const PlanCatalog *catalog)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) accesses = plan_accesses(tree, catalog);

	for (guint i = 0; i < accesses->len; i++) {
		const PlanAccess *access = g_ptr_array_index(accesses, i);
		const PlanTable *table = access->table != NULL && access->table->root != NULL ? access->table->root
		                                                                              : access->table;
		if (table == NULL || access->node->alias == NULL)
			continue;
		g_autoptr(GPtrArray) equal = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(GPtrArray) range = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(GPtrArray) joined = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(GPtrArray) sorted = g_ptr_array_new_with_free_func(g_free);
		CandidateColumns columns = { equal, range, joined, sorted };
		candidate_collect(access->node, &columns);
		candidate_propose(all, table, equal, range, 1);
		candidate_propose(all, table, equal, sorted, G_MAXUINT);
		if (joined->len > 0)
			candidate_propose(all, table, joined, equal, G_MAXUINT);
	}
	return all;
}
