/* target: it is the very database that the suite names. */
#include "checklist/item/kind.h"

#include <stdlib.h>
#include <string.h>

static bool
target_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	(void)loading;
	return suite_node_size(item->item->value) > 0 ||
	       suite_node_error(item->item->value, error, "name at least its database: target: { database: shop }",
	                        "nothing says which database the target is");
}

static void
target_compare(const SuiteNode *node, const char *key, const char *what, const char *found, ChecklistResult *result)
{
	const char *expected = suite_node_get_text(node, key);

	if (expected == NULL)
		return;
	checklist_add_fact(result, what, found, expected);
	if (g_strcmp0(expected, found) != 0 && result->state == CHECKLIST_TICKED)
		checklist_set(result, CHECKLIST_OPEN, "its %s is %s, expected %s", what,
		              found != NULL ? found : "hidden", expected);
}

static bool
target_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	const SuiteNode *node = item->item->value;
	const TargetIdentity *identity = &context->surroundings->identity;
	g_autofree char *major = g_strdup_printf(
	    "%d", context->surroundings->version != NULL ? atoi(context->surroundings->version) : 0);

	(void)error;
	checklist_set(result, CHECKLIST_TICKED, "%s, system %s, PostgreSQL %s", identity->database,
	              identity->system != NULL ? identity->system : "(hidden)", context->surroundings->version);
	target_compare(node, "database", "database", identity->database, result);
	target_compare(node, "system", "system identifier", identity->system, result);
	target_compare(node, "version", "major version", major, result);
	target_compare(node, "address", "address", identity->address, result);
	if (suite_node_get(node, "system") != NULL && identity->system == NULL)
		checklist_set_hint(result, "GRANT EXECUTE ON FUNCTION pg_control_system() TO the role, as a superuser");
	return true;
}

const ChecklistKind checklist_target = {
	.name = "target",
	.target = true,
	.load = target_load,
	.ask = target_ask,
};
