#include "checklist/checklist.h"
#include "checklist/item/kind.h"

#include "base/error.h"
#include "suite/checklist.h"

#include <string.h>

static void
load_item_free(gpointer data)
{
	ChecklistItem *item = data;

	if (item->kind != NULL && item->kind->free != NULL && item->loaded != NULL)
		item->kind->free(item->loaded);
	checklist_result_clear(&item->result);
	g_free(item);
}

void
checklist_free(Checklist *checklist)
{
	if (checklist == NULL)
		return;
	g_ptr_array_unref(checklist->items);
	g_hash_table_unref(checklist->variables);
	g_hash_table_unref(checklist->secrets);
	g_free(checklist);
}

static bool
load_variables(Checklist *checklist, char **variables, GError **error)
{
	for (char **variable = variables; variable != NULL && *variable != NULL; variable++) {
		const char *equals = strchr(*variable, '=');
		if (equals == NULL || equals == *variable)
			return base_error_set(error, BASE_ERROR_USAGE,
			                      "write it as --variable base=https://shop.example",
			                      "\"%s\" is no variable with a value", *variable);
		g_hash_table_insert(checklist->variables, g_strndup(*variable, (gsize)(equals - *variable)),
		                    g_strdup(equals + 1));
	}
	return true;
}

static const RunJob *
load_find_job(const RunPlan *plan, const SuiteDatabase *database)
{
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (job->database == database)
			return job;
	}
	return NULL;
}

static bool
load_item(Checklist *checklist, const SuiteItem *suite_item, GError **error)
{
	const ChecklistLoading loading = { .plan = checklist->plan,
		                           .suite = checklist->suite,
		                           .phase = checklist->phase,
		                           .variables = checklist->variables,
		                           .secrets = checklist->secrets };
	ChecklistItem *item = g_new0(ChecklistItem, 1);

	item->item = suite_item;
	item->kind = checklist_kind_find(suite_item->kind);
	item->job = suite_item->database != NULL ? load_find_job(checklist->plan, suite_item->database) : NULL;
	g_ptr_array_add(checklist->items, item);
	checklist_set(&item->result, CHECKLIST_UNKNOWN, "was not asked");
	if (item->kind->database && item->job == NULL)
		return suite_node_error(suite_item->node, error, "add \"database\": NAME",
		                        "item \"%s\" has to say which database of the suite it is about",
		                        suite_item->name);
	if (suite_node_get(suite_item->node, "cleanup") != NULL && strcmp(suite_item->kind, "http") != 0)
		return suite_node_error(suite_node_get(suite_item->node, "cleanup"), error, NULL,
		                        "\"cleanup\" belongs to \"http\"");
	return item->kind->load(item, &loading, error);
}

/* All of them are read, whatever their phase is: a mistake is not found in the night of the release. */
static bool
load_items(Checklist *checklist, GError **error)
{
	for (guint i = 0; i < checklist->suite->checklist->len; i++)
		if (!load_item(checklist, g_ptr_array_index(checklist->suite->checklist, i), error))
			return false;
	for (guint i = checklist->items->len; i > 0; i--) {
		const ChecklistItem *item = g_ptr_array_index(checklist->items, i - 1);
		if ((item->item->phases & checklist->phase) == 0)
			g_ptr_array_remove_index(checklist->items, i - 1);
	}
	return true;
}

Checklist *
checklist_load(const RunPlan *plan, SuitePhase phase, char **variables, GError **error)
{
	g_autoptr(Checklist) checklist = g_new0(Checklist, 1);

	checklist->plan = plan;
	checklist->suite = g_ptr_array_index(plan->suites, 0);
	checklist->phase = phase;
	checklist->items = g_ptr_array_new_with_free_func(load_item_free);
	checklist->variables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	checklist->secrets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (plan->suites->len != 1) {
		base_error_set(error, BASE_ERROR_USAGE, "name one of them",
		               "a checklist is that of one suite; here are %u", plan->suites->len);
		return NULL;
	}
	if (!load_variables(checklist, variables, error) || !load_items(checklist, error))
		return NULL;
	if (checklist->items->len == 0) {
		base_error_set(error, BASE_ERROR_USAGE,
		               "add items under \"checklist\"; \"pgassay help checklist\" shows them",
		               "the checklist of suite \"%s\" has no item of the phase \"%s\"", checklist->suite->name,
		               suite_phase_name(phase));
		return NULL;
	}
	return g_steal_pointer(&checklist);
}

bool
checklist_needs_target(const Checklist *checklist)
{
	for (guint i = 0; i < checklist->items->len; i++)
		if (((const ChecklistItem *)g_ptr_array_index(checklist->items, i))->kind->target)
			return true;
	return false;
}
