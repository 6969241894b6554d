/* Two files of evidence side by side. */
#include "checklist/evidence/evidence.h"

#include "base/error.h"
#include "base/file.h"
#include "checklist/json/json.h"
#include "report/json_member.h"

#include <string.h>

#define COMPARE_MAX ((gsize)64 * 1024 * 1024)

static void
compare_difference_free(gpointer data)
{
	ChecklistDifference *difference = data;

	g_free(difference->item);
	g_free(difference->first);
	g_free(difference->second);
	g_free(difference);
}

void
checklist_comparison_clear(ChecklistComparison *comparison)
{
	g_free(comparison->first);
	g_free(comparison->second);
	g_clear_pointer(&comparison->differences, g_ptr_array_unref);
	*comparison = (ChecklistComparison){ 0 };
}

/* --- Reading --------------------------------------------------------------------------------- */

/* If there is a file with a checksum beside it, the checksum has to match. */
static bool
compare_check_sum(const char *path, const char *text, gsize length, GError **error)
{
	g_autofree char *sum_path = g_strconcat(path, ".sha256", NULL);
	g_autofree char *stated = NULL;
	gsize stated_length = 0;

	if (!g_file_test(sum_path, G_FILE_TEST_EXISTS))
		return true;
	if (!base_file_read(sum_path, 4096, &stated, &stated_length, error))
		return false;
	g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length);
	return g_str_has_prefix(stated, sum) ||
	       base_error_set(error, BASE_ERROR_INPUT, "somebody has changed the file after it was written",
	                      "\"%s\" is not what \"%s\" was made of", path, sum_path);
}

/* There is at least one item, as a checklist without any is refused; each is an object with a name and a state. */
static bool
compare_are_items(JsonArray *items)
{
	for (guint i = 0; items != NULL && i < json_array_get_length(items); i++) {
		JsonNode *node = json_array_get_element(items, i);
		JsonObject *item = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
		if (report_json_member_text(item, "item") == NULL || report_json_member_text(item, "state") == NULL)
			return false;
	}
	return items != NULL && json_array_get_length(items) > 0;
}

static bool
compare_is_evidence(JsonNode *root)
{
	JsonObject *object = JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;

	return g_strcmp0(report_json_member_text(object, "format"), "pgassay checklist 1") == 0 &&
	       compare_are_items(report_json_member_array(object, "items"));
}

/* The caller unrefs it. */
static JsonNode *
compare_read(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	g_autofree char *problem = NULL;
	gsize length = 0;

	if (!base_file_read(path, COMPARE_MAX, &text, &length, error) || !compare_check_sum(path, text, length, error))
		return NULL;
	g_autoptr(JsonNode) root = checklist_json_parse(text, length, &problem);
	if (root != NULL && compare_is_evidence(root))
		return g_steal_pointer(&root);
	base_error_set(error, BASE_ERROR_INPUT, "\"pgassay checklist\" writes such files: build/reports/evidence.json",
	               "\"%s\" is no evidence of a checklist", path);
	return NULL;
}

/* --- Comparing --------------------------------------------------------------------------------- */

static JsonObject *
compare_find_item(JsonArray *items, const char *name)
{
	for (guint i = 0; i < json_array_get_length(items); i++) {
		JsonObject *item = json_array_get_object_element(items, i);
		if (strcmp(report_json_member_text(item, "item"), name) == 0)
			return item;
	}
	return NULL;
}

static char *
compare_show(JsonObject *item)
{
	const char *state = report_json_member_text(item, "state");
	const char *line = report_json_member_text(item, "line");
	const char *box = g_strcmp0(state, "ticked") == 0 ? "[x]" : g_strcmp0(state, "waits") == 0 ? "[-]" : "[ ]";

	return item != NULL ? g_strdup_printf("%s %s", box, line != NULL ? line : "") : NULL;
}

static ChecklistDifferenceKind
compare_items(JsonObject *first, JsonObject *second)
{
	if (first == NULL)
		return CHECKLIST_ONLY_SECOND;
	if (second == NULL)
		return CHECKLIST_ONLY_FIRST;
	if (g_strcmp0(report_json_member_text(first, "state"), report_json_member_text(second, "state")) != 0)
		return CHECKLIST_OTHER_STATE;
	return g_strcmp0(report_json_member_text(first, "line"), report_json_member_text(second, "line")) == 0
	           ? CHECKLIST_SAME
	           : CHECKLIST_OTHER_NUMBERS;
}

static void
compare_add(ChecklistComparison *comparison, const char *name, JsonObject *first, JsonObject *second)
{
	ChecklistDifference *difference = g_new0(ChecklistDifference, 1);

	difference->kind = compare_items(first, second);
	difference->item = g_strdup(name);
	difference->first = compare_show(first);
	difference->second = compare_show(second);
	g_ptr_array_add(comparison->differences, difference);
}

/* Compares the items of one file with those of the other; with `swapped`, takes only items that the first file
 * lacks. */
static void
compare_all(ChecklistComparison *comparison, JsonArray *items, JsonArray *others, bool swapped)
{
	for (guint i = 0; i < json_array_get_length(items); i++) {
		JsonObject *item = json_array_get_object_element(items, i);
		const char *name = report_json_member_text(item, "item");
		JsonObject *other = compare_find_item(others, name);
		if (!swapped || other == NULL)
			compare_add(comparison, name, swapped ? NULL : item, swapped ? item : other);
	}
}

static char *
compare_describe(JsonObject *evidence)
{
	const char *where = report_json_member_text(report_json_member_object(evidence, "target"), "database");
	const char *phase = report_json_member_text(evidence, "phase");
	const char *started = report_json_member_text(evidence, "started");

	return g_strdup_printf("%s, phase %s, %s", where != NULL ? where : "no target", phase != NULL ? phase : "?",
	                       started != NULL ? started : "?");
}

bool
checklist_evidence_compare(const char *first, const char *second, ChecklistComparison *ret_comparison, GError **error)
{
	g_autoptr(JsonNode) one = compare_read(first, error);
	g_autoptr(JsonNode) other = one != NULL ? compare_read(second, error) : NULL;

	if (other == NULL)
		return false;
	JsonArray *ours = json_object_get_array_member(json_node_get_object(one), "items");
	JsonArray *theirs = json_object_get_array_member(json_node_get_object(other), "items");
	ret_comparison->first = compare_describe(json_node_get_object(one));
	ret_comparison->second = compare_describe(json_node_get_object(other));
	ret_comparison->differences = g_ptr_array_new_with_free_func(compare_difference_free);
	compare_all(ret_comparison, ours, theirs, false);
	compare_all(ret_comparison, theirs, ours, true);
	return true;
}
