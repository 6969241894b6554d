/* `drift:` of a database: differences of a live one that are wanted. */
#include "suite/loading.h"

static const SuiteKey ignore_keys[] = {
	{ "object", &suite_shape_text, true, "the object, as reports name it; * stands for any text" },
	{ "attribute", &suite_shape_text, false, "only this attribute of it" },
	{ "reason", &suite_shape_text, true, "why the difference is wanted" },
	{ NULL },
};
static const SuiteShape ignore_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = ignore_keys };
static const SuiteShape ignore_list_shape = { .expects = "a list of objects, each with a reason",
	                                      .accepts = SUITE_ACCEPT_LIST,
	                                      .item = &ignore_shape };

static const SuiteKey drift_keys[] = {
	{ "ignore", &ignore_list_shape, false, "differences that are wanted, each with its reason" },
	{ NULL },
};
const SuiteShape suite_drift_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = drift_keys };

static void
ignore_free(gpointer data)
{
	SuiteIgnore *ignore = data;

	g_free(ignore->object);
	g_free(ignore->attribute);
	g_free(ignore->reason);
	g_free(ignore);
}

bool
suite_load_drift(SuiteDatabase *database, GError **error)
{
	const SuiteNode *list = suite_node_get(suite_node_get(database->node, "drift"), "ignore");

	database->ignores = g_ptr_array_new_with_free_func(ignore_free);
	for (guint i = 0; list != NULL && i < suite_node_size(list); i++) {
		const SuiteNode *item = suite_node_item(list, i);
		SuiteIgnore *ignore = g_new0(SuiteIgnore, 1);
		g_ptr_array_add(database->ignores, ignore);
		ignore->node = item;
		ignore->object = g_strdup(suite_node_get_text(item, "object"));
		ignore->attribute = g_strdup(suite_node_get_text(item, "attribute"));
		ignore->reason = g_strdup(suite_node_get_text(item, "reason"));
		if (ignore->reason[0] == '\0')
			return suite_node_error(suite_node_get(item, "reason"), error, NULL, "the reason is empty");
	}
	return true;
}
