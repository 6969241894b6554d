#include "plan/judge/condition.h"

#include "base/error.h"
#include "base/nearest.h"
#include "plan/frame/now.h"
#include "plan/judge/demand.h"
#include "suite/size.h"

#include <string.h>

#define CONDITION_COST_RATIO 1.5

static const char *const condition_node_types[] = {
	"Aggregate",
	"Append",
	"Bitmap Heap Scan",
	"Bitmap Index Scan",
	"BitmapAnd",
	"BitmapOr",
	"CTE Scan",
	"Custom Scan",
	"Foreign Scan",
	"Function Scan",
	"Gather",
	"Gather Merge",
	"Group",
	"Hash",
	"Hash Join",
	"Incremental Sort",
	"Index Only Scan",
	"Index Scan",
	"Limit",
	"LockRows",
	"Materialize",
	"Memoize",
	"Merge Append",
	"Merge Join",
	"ModifyTable",
	"Nested Loop",
	"ProjectSet",
	"Recursive Union",
	"Result",
	"Sample Scan",
	"Seq Scan",
	"SetOp",
	"Sort",
	"Subquery Scan",
	"Table Function Scan",
	"Tid Range Scan",
	"Tid Scan",
	"Unique",
	"Values Scan",
	"WindowAgg",
	"WorkTable Scan",
	NULL,
};

static void
condition_free(gpointer data)
{
	PlanDemand *condition = data;

	g_free(condition->table);
	g_strfreev(condition->keys);
	plan_xpath_free(condition->xpath);
	g_free(condition);
}

static PlanDemand *
condition_add(PlanCase *plan_case, PlanDemandKind kind, const SuiteNode *node)
{
	PlanDemand *condition = g_new0(PlanDemand, 1);

	condition->kind = kind;
	condition->node = node;
	condition->text = suite_node_text(node);
	g_ptr_array_add(plan_case->conditions, condition);
	return condition;
}

/* --- Reading ------------------------------------------------------------------------ */

/* "(a, b DESC)" */
static char **
condition_split_keys(const char *text)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	guint depth = 0;
	const char *begin = text + 1;

	if (text[0] != '(' || !g_str_has_suffix(text, ")"))
		return NULL;
	for (const char *at = text + 1; *at != '\0'; at++) {
		depth += *at == '(';
		if (depth == 0 && (*at == ',' || *at == ')')) {
			char *key = g_strstrip(g_strndup(begin, (gsize)(at - begin)));
			g_ptr_array_add(keys, key);
			begin = at + 1;
			if (key[0] == '\0' || (*at == ')' && at[1] != '\0'))
				return NULL;
		}
		depth -= *at == ')' && depth > 0;
	}
	g_ptr_array_add(keys, NULL);
	return g_strdupv((char **)keys->pdata);
}

static bool
condition_load_access(PlanCase *plan_case, const SuiteNode *mapping, guint i, GError **error)
{
	const SuiteNode *node = suite_node_item(mapping, i);
	PlanDemand *condition = condition_add(plan_case, PLAN_ACCESS, node);
	const char *text = condition->text;
	static const char only[] = "index only";

	condition->table = g_strdup(suite_node_key(mapping, i));
	condition->key_node = suite_node_key_node(mapping, i);
	if (strcmp(text, "seq scan") == 0) {
		condition->seq_scan = true;
		return true;
	}
	condition->index_only = g_str_has_prefix(text, only);
	const char *rest = condition->index_only             ? text + strlen(only)
	                   : g_str_has_prefix(text, "index") ? text + 5
	                                                     : NULL;
	if (rest != NULL && *rest == '\0')
		return true;
	condition->keys = rest != NULL && g_str_has_prefix(rest, " on ") ? condition_split_keys(rest + 4) : NULL;
	return condition->keys != NULL ||
	       suite_node_error(
		   node, error,
		   "write \"index on (a, b)\" with the columns that it begins with, \"index only on (a)\", "
		   "\"index\" or \"seq scan\"",
		   "\"%s\" is no way to read a table", text);
}

static bool
condition_load_node(PlanCase *plan_case, PlanDemandKind kind, const SuiteNode *node, GError **error)
{
	PlanDemand *condition = condition_add(plan_case, kind, node);
	const char *on = strstr(condition->text, " on ");
	g_autofree char *type = on != NULL ? g_strndup(condition->text, (gsize)(on - condition->text))
	                                   : g_strdup(condition->text);

	if (on != NULL)
		condition->table = g_strstrip(g_strdup(on + 4));
	for (const char *const *known = condition_node_types; *known != NULL; known++)
		if (g_ascii_strcasecmp(*known, type) == 0)
			condition->type = *known;
	if (condition->type != NULL)
		return true;
	const char *nearest = base_nearest(type, condition_node_types);
	g_autofree char *hint = nearest != NULL
	                            ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                            : g_strdup("write it as EXPLAIN does: Seq Scan, Sort, Nested Loop; with a "
	                                       "table: Seq Scan on public.orders");
	return suite_node_error(node, error, hint, "plans have no node \"%s\"", type);
}

static bool
condition_load_xpath(PlanCase *plan_case, const SuiteNode *node, GError **error)
{
	PlanDemand *condition = condition_add(plan_case, PLAN_XPATH, node);
	g_autofree char *problem = NULL;

	condition->xpath = plan_xpath_new(condition->text, &problem);
	return condition->xpath != NULL ||
	       suite_node_error(node, error, "the names are those of EXPLAIN (FORMAT XML): //Plan[Node-Type='Sort']",
	                        "\"%s\" is no XPath expression: %s", condition->text, problem);
}

static bool
condition_load_one(PlanCase *plan_case, PlanDemandKind kind, const SuiteNode *node, GError **error)
{
	if (kind == PLAN_XPATH)
		return condition_load_xpath(plan_case, node, error);
	if (kind == PLAN_REQUIRES || kind == PLAN_FORBIDS)
		return condition_load_node(plan_case, kind, node, error);
	condition_add(plan_case, kind, node);
	return suite_node_text(node)[0] != '\0' ||
	       suite_node_error(node, error, "write the name of an index", "the name of the index is empty");
}

static bool
condition_load_list(PlanCase *plan_case, PlanDemandKind kind, const char *key, GError **error)
{
	const SuiteNode *node = suite_node_get(plan_case->plan->node, key);

	if (node == NULL)
		return true;
	if (suite_node_kind(node) == SUITE_NODE_SCALAR)
		return condition_load_one(plan_case, kind, node, error);
	for (guint i = 0; i < suite_node_size(node); i++)
		if (!condition_load_one(plan_case, kind, suite_node_item(node, i), error))
			return false;
	return true;
}

/* --- Conditions that can never hold ---------------------------------------------------- */

static bool
condition_same_table(const PlanDemand *a, const PlanDemand *b)
{
	return b->table == NULL || g_strcmp0(a->table, b->table) == 0;
}

static bool
condition_contradicts(const PlanDemand *a, const PlanDemand *b)
{
	if (b->kind != PLAN_FORBIDS)
		return a->kind == PLAN_ACCESS && b->kind == PLAN_REQUIRES && !a->seq_scan && b->table != NULL &&
		       strcmp(b->type, "Seq Scan") == 0 && strcmp(a->table, b->table) == 0;
	if (a->kind == PLAN_REQUIRES)
		return a->type == b->type && condition_same_table(a, b);
	return a->kind == PLAN_ACCESS && a->seq_scan && strcmp(b->type, "Seq Scan") == 0 && condition_same_table(a, b);
}

static bool
condition_check_contradictions(const PlanCase *plan_case, GError **error)
{
	const GPtrArray *all = plan_case->conditions;

	for (guint i = 0; i < all->len; i++)
		for (guint j = 0; j < all->len; j++)
			if (condition_contradicts(g_ptr_array_index(all, i), g_ptr_array_index(all, j)))
				return suite_node_error(((PlanDemand *)g_ptr_array_index(all, j))->node, error,
				                        "leave one of the two out",
				                        "no plan can meet both \"%s\" and \"%s\"",
				                        ((PlanDemand *)g_ptr_array_index(all, i))->text,
				                        ((PlanDemand *)g_ptr_array_index(all, j))->text);
	return true;
}

/* --- The case ------------------------------------------------------------------------- */

static bool
condition_refuse_two(const SuiteNode *name, const Query *one, const Query *other, GError **error)
{
	g_autofree char *place = base_position_format(one->position);
	g_autofree char *second = base_position_format(other->position);

	return suite_node_error(name, error, "give each query that a plan names a name of its own",
	                        "two queries are named \"%s\": %s and %s", one->name, place, second);
}

static bool
condition_find_query(PlanCase *plan_case, const GPtrArray *queries, GError **error)
{
	const SuiteNode *sql = suite_node_get(plan_case->plan->node, "sql");
	const SuiteNode *name = suite_node_get(plan_case->plan->node, "query");
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	if (sql != NULL) {
		plan_case->own_query = query_new(plan_case->plan->name, suite_node_text(sql), suite_node_position(sql),
		                                 error);
		plan_case->query = plan_case->own_query;
		return plan_case->query != NULL;
	}
	for (guint i = 0; i < queries->len; i++) {
		const Query *query = g_ptr_array_index(queries, i);
		g_ptr_array_add(names, query->name);
		if (strcmp(query->name, suite_node_text(name)) != 0)
			continue;
		if (plan_case->query != NULL)
			return condition_refuse_two(name, plan_case->query, query, error);
		plan_case->query = query;
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = base_nearest(suite_node_text(name), (const char *const *)names->pdata);
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                                        : g_strdup("a query has its name in a comment before it: -- name: x");
	if (plan_case->query == NULL)
		return suite_node_error(name, error, hint, "there is no query \"%s\" under \"queries\"",
		                        suite_node_text(name));
	return true;
}

static bool
condition_load_values(PlanCase *plan_case, GError **error)
{
	const SuiteNode *node = plan_case->plan->node;
	const SuiteNode *generic = suite_node_get(node, "generic");
	guint n = plan_case->query != NULL ? plan_case->query->n_parameters : 0;

	plan_case->values = suite_node_get(node, "values");
	plan_case->generic = plan_case->values == NULL && n > 0;
	if (generic != NULL)
		suite_node_is_bool(generic, &plan_case->generic);
	for (guint i = 0; plan_case->values != NULL && i < suite_node_size(plan_case->values); i++) {
		const SuiteNode *row = suite_node_item(plan_case->values, i);
		if (suite_node_size(row) != n)
			return suite_node_error(
			    row, error, "write one list for each call: values: [[7, open], [8, done]]",
			    "the query has %u parameters, and here are %u values", n, suite_node_size(row));
	}
	if (plan_case->values != NULL && suite_node_size(plan_case->values) == 0)
		return suite_node_error(plan_case->values, error, "leave it out for the plan that serves all values",
		                        "\"values\" has none");
	if (n == 0 && plan_case->values != NULL)
		return suite_node_error(plan_case->values, error, "leave values out", "the query has no parameters");
	return plan_case->values != NULL || plan_case->generic || n == 0 ||
	       suite_node_error(generic, error, "add values, or leave generic out", "nothing is left to be planned");
}

/* A measured condition needs rows, and values to run the query with. */
static bool
condition_check_measured(PlanCase *plan_case, const SuiteNode *max, const char *key, const PlanSize *size,
                         GError **error)
{
	const SuiteNode *node = suite_node_get(max, key);

	plan_case->is_measured = true;
	if (size->volume <= 0)
		return suite_node_error(
		    node, error, "say how many rows the largest table gets: size: { rows: 100k, ... }",
		    "\"%s\" is measured by running the query, and the database's size makes no rows", key);
	return plan_case->values != NULL || plan_case->query == NULL || plan_case->query->n_parameters == 0 ||
	       suite_node_error(node, error, "give the query values: values: [[7], [4711]]",
	                        "\"%s\" is measured by running the query, which has parameters", key);
}

static bool
condition_load_limits(PlanCase *plan_case, const PlanSize *size, GError **error)
{
	const SuiteNode *max = suite_node_get(plan_case->plan->node, "max");

	plan_case->cost_ratio = CONDITION_COST_RATIO;
	for (guint i = 0; i < PLAN_MEASURES; i++) {
		plan_case->limits[i] = -1;
		if (max != NULL &&
		    !suite_size_load_number(max, plan_measure_key(i), 0, 1e15, &plan_case->limits[i], error))
			return false;
		if (plan_case->limits[i] >= 0 &&
		    !condition_check_measured(plan_case, max, plan_measure_key(i), size, error))
			return false;
	}
	return max == NULL || (suite_size_load_number(max, "cost_ratio", 1, 1e15, &plan_case->cost_ratio, error) &&
	                       suite_size_load_number(max, "values_ratio", 1, 1e15, &plan_case->values_ratio, error));
}

/* In the order of PlanLevel. */
static void
condition_load_level(PlanCase *plan_case)
{
	static const char *const levels[] = { "off", "access", "joins", "shape" };
	const char *word = suite_node_get_text(plan_case->plan->node, "blessed");

	plan_case->level = PLAN_LEVEL_ACCESS;
	for (guint i = 0; word != NULL && i < G_N_ELEMENTS(levels); i++)
		if (strcmp(word, levels[i]) == 0)
			plan_case->level = (PlanLevel)i;
}

static bool
condition_check_now(const PlanCase *plan_case, const PlanSize *size, GError **error)
{
	const char *sql = plan_case->query != NULL ? plan_case->query->sql : "";
	g_autofree char *fixed = plan_now_fix(sql, NULL);
	const SuiteNode *node = suite_node_get(plan_case->plan->node, plan_case->own_query != NULL ? "sql" : "query");

	return fixed == NULL || size->now != NULL ||
	       suite_node_error(node, error, "fix it in the database's size: now: '2026-01-31 12:00:00+00'",
	                        "the query asks for the time, on which its plan may depend");
}

PlanCase *
plan_case_load(const SuitePlan *plan, const GPtrArray *queries, const PlanSize *size, GError **error)
{
	g_autoptr(PlanCase) plan_case = g_new0(PlanCase, 1);
	const SuiteNode *access = suite_node_get(plan->node, "access");

	plan_case->plan = plan;
	plan_case->conditions = g_ptr_array_new_with_free_func(condition_free);
	condition_load_level(plan_case);
	if (!condition_find_query(plan_case, queries, error) || !condition_load_values(plan_case, error) ||
	    !condition_load_limits(plan_case, size, error) || !condition_check_now(plan_case, size, error) ||
	    !condition_load_list(plan_case, PLAN_USES, "uses", error))
		return NULL;
	for (guint i = 0; access != NULL && i < suite_node_size(access); i++)
		if (!condition_load_access(plan_case, access, i, error))
			return NULL;
	return condition_load_list(plan_case, PLAN_REQUIRES, "requires", error) &&
	               condition_load_list(plan_case, PLAN_FORBIDS, "forbids", error) &&
	               condition_load_list(plan_case, PLAN_XPATH, "xpath", error) &&
	               condition_check_contradictions(plan_case, error)
	           ? g_steal_pointer(&plan_case)
	           : NULL;
}

void
plan_case_free(PlanCase *plan_case)
{
	if (plan_case == NULL)
		return;
	query_free(plan_case->own_query);
	g_ptr_array_unref(plan_case->conditions);
	g_free(plan_case);
}

guint
plan_case_count(const PlanCase *plan_case)
{
	guint n = plan_case->values != NULL ? suite_node_size(plan_case->values) : 0;

	return n + (plan_case->generic || n == 0);
}

const SuiteNode *
plan_case_values(const PlanCase *plan_case, guint index)
{
	return plan_case->values != NULL && index < suite_node_size(plan_case->values)
	           ? suite_node_item(plan_case->values, index)
	           : NULL;
}

char *
plan_case_name(const PlanCase *plan_case, guint index)
{
	const SuiteNode *values = plan_case_values(plan_case, index);
	g_autoptr(GString) name = g_string_new(plan_case->plan->name);

	if (values == NULL) {
		g_string_append(name, plan_case->query->n_parameters > 0 ? " (any values)" : "");
		return g_strdup(name->str);
	}
	for (guint i = 0; i < suite_node_size(values); i++) {
		const SuiteNode *value = suite_node_item(values, i);
		g_string_append_printf(name, "%s%s", i > 0 ? ", " : " (",
		                       suite_node_is_null(value) ? "null" : suite_node_text(value));
	}
	g_string_append_c(name, ')');
	return g_strdelimit(g_strdup(name->str), "\n\r\t", ' ');
}
