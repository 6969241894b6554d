#include "run/stage/plans/place.h"

#include "check/workspace/place.h"

#include <string.h>

/* "o.status" is the name "status". */
static void
place_add_name(GPtrArray *words, const char *text, gsize length)
{
	g_autofree char *name = g_strndup(text, length);
	const char *point = strrchr(name, '.');

	g_ptr_array_add(words, g_strdup(point != NULL ? point + 1 : name));
}

/* Messages of the server quote names, except those of columns with their tables: column o.status does not exist. */
static void
place_add_quoted(GPtrArray *words, const char *refusal)
{
	static const char column[] = "column ";
	gsize line = strcspn(refusal, "\n");
	const char *end = refusal + line;

	for (const char *at = memchr(refusal, '"', line); at != NULL; at = memchr(at, '"', (gsize)(end - at))) {
		gsize length = strcspn(at + 1, "\"\n");
		place_add_name(words, at + 1, length);
		at = MIN(at + length + 2, end);
	}
	if (g_str_has_prefix(refusal, column))
		place_add_name(words, refusal + strlen(column), strcspn(refusal + strlen(column), " \n"));
}

static void
place_add_indexes(GPtrArray *words, const PlanTree *tree)
{
	const GPtrArray *nodes = plan_tree_nodes(tree);

	for (guint i = 0; i < nodes->len; i++) {
		const PlanNode *node = g_ptr_array_index(nodes, i);
		if (node->index != NULL)
			g_ptr_array_add(words, g_strdup(node->index));
	}
}

static int
place_compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Those of the names that are in one of the sets (NULL: any), sorted. */
static void
place_add_names(GPtrArray *words, GHashTable *names, GHashTable *one, GHashTable *other)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	GHashTableIter iterator;
	gpointer name;

	g_hash_table_iter_init(&iterator, names);
	while (g_hash_table_iter_next(&iterator, &name, NULL))
		if (one == NULL || g_hash_table_contains(one, name) || g_hash_table_contains(other, name))
			g_ptr_array_add(sorted, name);
	g_ptr_array_sort(sorted, place_compare);
	for (guint i = 0; i < sorted->len; i++)
		g_ptr_array_add(words, g_strdup(g_ptr_array_index(sorted, i)));
}

SourcePosition
run_plans_place(const RunPlansTrace *trace, const MigrationScript *script)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

	if (trace->refusal != NULL)
		place_add_quoted(words, trace->refusal);
	if (trace->before != NULL)
		place_add_indexes(words, trace->before);
	if (trace->change->names != NULL)
		place_add_names(words, trace->change->names, trace->relations->names, trace->words);
	place_add_names(words, trace->relations->names, NULL, NULL);
	g_ptr_array_add(words, NULL);
	return check_place_find(script, (const char *const *)words->pdata);
}
