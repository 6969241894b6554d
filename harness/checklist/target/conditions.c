/* conditions: numbers of the target are not above their limits. */
#include "checklist/item/kind.h"
#include "checklist/item/limit.h"
#include "suite/loading.h"

#include <string.h>

/* More of them are counted, not shown. */
#define CONDITIONS_SHOWN 10

typedef struct {
	const TargetCondition *condition;
	double limit;
	char *parameter;
} Wanted;

static void
conditions_wanted_free(gpointer data)
{
	Wanted *wanted = data;

	g_free(wanted->parameter);
	g_free(wanted);
}

static void
conditions_free(gpointer loaded)
{
	g_ptr_array_unref(loaded);
}

/* --- Reading ------------------------------------------------------------------------------ */

static bool
conditions_load_parameter(const SuiteNode *node, const char *name, Wanted *wanted, GError **error)
{
	static const struct {
		const char *name;
		const char *written;
	} parameters[] = { { "capacity", "write it as disk: { limit: 80 %, capacity: 500 GB }" },
		           { "role", "write it as rights: { role: shop_migrator }" },
		           { "names", "write it as standbys: { names: \"standby1, standby2\" }" } };
	const char *hint = NULL;
	const char *asked = wanted->condition->parameter;
	double bytes = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(parameters); i++)
		if (g_strcmp0(parameters[i].name, asked) == 0)
			hint = parameters[i].written;
		else if (suite_node_get(node, parameters[i].name) != NULL)
			return suite_node_error(suite_node_get(node, parameters[i].name), error, NULL,
			                        "condition \"%s\" has no \"%s\"", name, parameters[i].name);
	const SuiteNode *value = asked != NULL ? suite_node_get(node, asked) : NULL;
	if (asked != NULL && (value == NULL || suite_node_text(value)[strspn(suite_node_text(value), " ,")] == '\0'))
		return suite_node_error(node, error, hint, "condition \"%s\" needs \"%s\"", name, asked);
	if (asked == NULL)
		return true;
	if (strcmp(asked, "capacity") != 0) {
		wanted->parameter = g_strdup(suite_node_text(value));
		return true;
	}
	if (!checklist_limit_read(value, TARGET_UNIT_BYTES, &bytes, error))
		return false;
	wanted->parameter = g_strdup_printf("%.0f", bytes);
	return bytes > 0 || suite_node_error(value, error, NULL, "a disk without room");
}

static bool
conditions_load_one(const SuiteNode *key, const SuiteNode *node, GPtrArray *list, GError **error)
{
	g_autofree const char **names = target_condition_names();

	if (!suite_check_one_of(key, names, "condition", error))
		return false;
	Wanted *wanted = g_new0(Wanted, 1);
	g_ptr_array_add(list, wanted);
	wanted->condition = target_condition_find(suite_node_text(key));
	wanted->limit = wanted->condition->limit;
	if (!conditions_load_parameter(node, suite_node_text(key), wanted, error))
		return false;
	if (suite_node_kind(node) == SUITE_NODE_MAPPING)
		return checklist_limit_read_key(node, "limit", wanted->condition->unit, &wanted->limit, error);
	return suite_node_is_null(node) || checklist_limit_read(node, wanted->condition->unit, &wanted->limit, error);
}

static bool
conditions_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	const SuiteNode *node = item->item->value;
	GPtrArray *list = g_ptr_array_new_with_free_func(conditions_wanted_free);

	(void)loading;
	item->loaded = list;
	if (suite_node_size(node) == 0)
		return suite_node_error(node, error, "name some: { long_transactions: 1 min, blocked_sessions: 0 }",
		                        "there is no condition");
	for (guint i = 0; i < suite_node_size(node); i++)
		if (!conditions_load_one(suite_node_key_node(node, i), suite_node_item(node, i), list, error))
			return false;
	return true;
}

/* --- Asking --------------------------------------------------------------------------------- */

static void
conditions_list_rows(const Wanted *wanted, const TargetMeasurement *measurement, ChecklistResult *result)
{
	TargetUnit unit = wanted->condition->unit;
	guint shown = 0;

	for (guint i = 0; i < measurement->rows->len && shown < CONDITIONS_SHOWN; i++) {
		const TargetObservation *row = g_ptr_array_index(measurement->rows, i);
		if (row->hidden || (unit != TARGET_UNIT_COUNT && row->value <= wanted->limit))
			continue;
		g_autofree char *value = target_unit_format(unit, row->value);
		shown++;
		checklist_add_details(result, "%s%s%s%s%s", row->object, unit != TARGET_UNIT_COUNT ? ": " : "",
		                      unit != TARGET_UNIT_COUNT ? value : "", row->note != NULL ? ", " : "",
		                      row->note != NULL ? row->note : "");
	}
}

/* The reason why values are hidden: the error of the server, the note of a hidden row, or else the missing right. */
static void
conditions_set_hidden(const Wanted *wanted, const TargetMeasurement *measurement, const ChecklistContext *context,
                      ChecklistResult *result)
{
	const char *name = wanted->condition->name;

	if (measurement->refused != NULL) {
		checklist_set(result, CHECKLIST_UNKNOWN, "%s cannot be seen: %s", name, measurement->refused);
		checklist_set_grant(result, wanted->condition, context);
		return;
	}
	for (guint i = 0; i < measurement->rows->len; i++) {
		const TargetObservation *row = g_ptr_array_index(measurement->rows, i);
		if (row->hidden && row->note != NULL) {
			checklist_set(result, CHECKLIST_UNKNOWN, "%s cannot be seen: %s: %s", name, row->object,
			              row->note);
			return;
		}
	}
	checklist_set(result, CHECKLIST_UNKNOWN, "%s cannot be seen: %u hidden from role \"%s\"", name,
	              measurement->n_hidden, context->surroundings->role);
	checklist_set_grant(result, wanted->condition, context);
}

/* A visible value above the limit opens the item, even if other values are hidden. */
static void
conditions_judge(const Wanted *wanted, const TargetMeasurement *measurement, const ChecklistContext *context,
                 ChecklistResult *result)
{
	const TargetCondition *condition = wanted->condition;
	g_autofree char *found = target_unit_format(condition->unit, measurement->number);
	g_autofree char *limit = target_unit_format(condition->unit, wanted->limit);
	bool above = measurement->number > wanted->limit;
	bool hidden = measurement->refused != NULL || measurement->n_hidden > 0;

	checklist_add_fact(result, condition->name, hidden && !above ? "hidden" : found, limit);
	if (above) {
		bool share = condition->unit == TARGET_UNIT_PERCENT;
		g_autofree char *line = share ? g_strdup_printf("%s %s (limit %s)", found, condition->what, limit)
		                              : g_strdup_printf("%s: %s (limit %s)", condition->what, found, limit);
		if (result->state != CHECKLIST_OPEN)
			checklist_set(result, CHECKLIST_OPEN, "%s", line);
		else
			checklist_add_details(result, "%s", line);
		conditions_list_rows(wanted, measurement, result);
		if (result->hint == NULL)
			checklist_set_hint(result, condition->advice);
	} else if (hidden && result->state == CHECKLIST_TICKED) {
		conditions_set_hidden(wanted, measurement, context, result);
	}
}

static char *
conditions_summarise(const ChecklistResult *result)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < result->facts->len; i++) {
		const ReportFact *fact = g_ptr_array_index(result->facts, i);
		g_autofree char *name = g_strdelimit(g_strdup(fact->what), "_", ' ');
		g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", name, fact->found);
	}
	return g_string_free(text, FALSE);
}

static bool
conditions_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	const GPtrArray *list = item->loaded;
	g_autoptr(DbSession) session = checklist_open(context, error);

	if (session == NULL)
		return false;
	for (guint i = 0; i < list->len; i++) {
		const Wanted *wanted = g_ptr_array_index(list, i);
		g_auto(TargetMeasurement) measurement = { 0 };
		if (!target_condition_measure(wanted->condition, session, wanted->parameter, &measurement, error))
			return false;
		conditions_judge(wanted, &measurement, context, result);
	}
	if (result->state == CHECKLIST_TICKED) {
		g_autofree char *line = conditions_summarise(result);
		checklist_set(result, CHECKLIST_TICKED, "%s", line);
	}
	return true;
}

const ChecklistKind checklist_conditions = {
	.name = "conditions",
	.target = true,
	.load = conditions_load,
	.free = conditions_free,
	.ask = conditions_ask,
};
