/* plans: the queries of the suite have their plans on the target, as it is. Nothing is run: EXPLAIN alone. */
#include "checklist/item/kind.h"
#include "checklist/item/select.h"
#include "plan/judge/condition.h"
#include "plan/tree/tree.h"
#include "suite/loading.h"

#include <string.h>

/* --- Reading ----------------------------------------------------------------------------------- */

static void
plans_free(gpointer loaded)
{
	g_ptr_array_unref(loaded);
}

static bool
plans_add(const ChecklistItem *item, const SuiteNode *name, GPtrArray *list, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	guint n_before = list->len;
	bool all = strcmp(suite_node_text(name), "all") == 0;

	for (guint i = 0; i < item->job->plans->len; i++) {
		const PlanCase *plan_case = g_ptr_array_index(item->job->plans, i);
		g_ptr_array_add(names, plan_case->plan->name);
		if (all || strcmp(plan_case->plan->name, suite_node_text(name)) == 0)
			g_ptr_array_add(list, (gpointer)plan_case);
	}
	g_ptr_array_add(names, NULL);
	if (all && list->len == n_before)
		return suite_node_error(name, error, "write what they have to be under \"plans\"",
		                        "database \"%s\" has no plans in the suite", item->job->database->name);
	return list->len > n_before || suite_check_one_of(name, (const char *const *)names->pdata, "plan", error);
}

static bool
plans_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	const SuiteNode *node = item->item->value;
	GPtrArray *list = g_ptr_array_new();

	(void)loading;
	item->loaded = list;
	if (suite_node_kind(node) == SUITE_NODE_SCALAR)
		return plans_add(item, node, list, error);
	for (guint i = 0; i < suite_node_size(node); i++)
		if (!plans_add(item, suite_node_item(node, i), list, error))
			return false;
	return true;
}

/* --- Asking -------------------------------------------------------------------------------------- */

typedef struct {
	DbSession *session;
	PlanCatalog *catalog;
	ChecklistResult *result;
	guint n;
	guint n_bad;
	guint n_unknown;
} PlansWork;

static void
plans_work_clear(PlansWork *work)
{
	plan_catalog_free(work->catalog);
	db_session_close(work->session);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlansWork, plans_work_clear)

/* The application reads views, and its policies apply. */
static bool
plans_open(const ChecklistContext *context, PlansWork *work, GError **error)
{
	static const char as_application[] =
	    "SELECT pg_catalog.set_config('row_security', 'on', true), CASE WHEN "
	    "pg_catalog.current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL THEN "
	    "pg_catalog.set_config('restrict_nonsystem_relation_kind', '', true) END";

	work->session = checklist_open(context, error);
	if (work->session == NULL)
		return false;
	g_autofree char *oids = plan_catalog_list_all(work->session, error);
	work->catalog = oids != NULL ? plan_catalog_read(work->session, oids, error) : NULL;
	g_autoptr(DbResult) set = work->catalog != NULL ? db_session_query(work->session, error, as_application, NULL)
	                                                : NULL;
	return set != NULL && checklist_select_set_path(work->session, error);
}

static char *
plans_explain_sql(const PlansWork *work, const PlanCase *plan_case, const SuiteNode *values)
{
	GString *sql = g_string_new("EXPLAIN (VERBOSE, FORMAT XML) EXECUTE pgassay_plan");

	for (guint i = 0; i < plan_case->query->n_parameters; i++) {
		const SuiteNode *value = values != NULL ? suite_node_item(values, i) : NULL;
		g_autofree char *literal = value == NULL || suite_node_is_null(value)
		                               ? g_strdup("NULL")
		                               : db_session_quote_literal(work->session, suite_node_text(value));
		g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "(", literal);
	}
	if (plan_case->query->n_parameters > 0)
		g_string_append_c(sql, ')');
	return g_string_free(sql, FALSE);
}

/* NULL without *error: the server refuses the query, and its diagnostic says why. */
static PlanTree *
plans_explain(const PlansWork *work, const PlanCase *plan_case, const SuiteNode *values, GError **error)
{
	g_autofree char *prepare = g_strconcat("PREPARE pgassay_plan AS ", plan_case->query->sql, NULL);
	g_autofree char *explain = plans_explain_sql(work, plan_case, values);
	const char *const prepares[] = { prepare };
	g_autofree char *mode = g_strdup_printf("SAVEPOINT pgassay_plan; SET LOCAL plan_cache_mode = %s",
	                                        values != NULL ? "force_custom_plan" : "force_generic_plan");
	g_autoptr(DbResult) rows = NULL;
	g_autoptr(GError) cause = NULL;
	guint failed = 0;

	if (!db_session_execute(work->session, mode, error))
		return NULL;
	if (db_session_execute_pipeline(work->session, 1, prepares, &failed, &cause) &&
	    db_session_execute_rows(work->session, explain, &rows, &cause) && rows != NULL)
		return plan_tree_read(db_result_value(rows, 0, 0), (gsize)db_result_value_length(rows, 0, 0), error);
	if (db_session_diagnostic(work->session) == NULL)
		g_propagate_error(error, g_steal_pointer(&cause));
	return NULL;
}

static bool
plans_judge(PlansWork *work, const PlanCase *plan_case, const char *name, const PlanTree *tree, GError **error)
{
	g_autoptr(GPtrArray) problems = plan_case_judge(plan_case, tree, work->catalog, error);

	if (problems == NULL)
		return false;
	g_autofree char *number = g_strdup_printf("%u", problems->len);
	checklist_add_fact(work->result, name, number, "0");
	work->n_bad += problems->len > 0;
	for (guint i = 0; i < problems->len; i++)
		checklist_add_details(work->result, "%s: %s", name,
		                      ((const PlanProblem *)g_ptr_array_index(problems, i))->text);
	return true;
}

static bool
plans_end(const PlansWork *work, bool planned, GError **error)
{
	return db_session_execute(work->session, "ROLLBACK TO SAVEPOINT pgassay_plan", error) &&
	       (!planned || db_session_execute(work->session, "DEALLOCATE pgassay_plan", error));
}

static bool
plans_ask_one(PlansWork *work, const PlanCase *plan_case, guint index, GError **error)
{
	g_autofree char *name = plan_case_name(plan_case, index);
	g_autoptr(GError) cause = NULL;
	g_autoptr(PlanTree) tree = plans_explain(work, plan_case, plan_case_values(plan_case, index), &cause);

	work->n++;
	if (tree != NULL)
		return plans_judge(work, plan_case, name, tree, error) && plans_end(work, true, error);
	if (cause != NULL) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	work->n_unknown++;
	checklist_add_details(work->result, "%s: refused: %s", name, db_session_diagnostic(work->session)->message);
	/* Whether the statement was prepared is not known; the session is not used for another one of its name then. */
	return db_session_execute(work->session, "ROLLBACK TO SAVEPOINT pgassay_plan; DEALLOCATE ALL", error);
}

static void
plans_set_result(const PlansWork *work)
{
	if (work->n_bad > 0)
		checklist_set(work->result, CHECKLIST_OPEN, "%u of %u plans are other ones than wanted", work->n_bad,
		              work->n);
	else if (work->n_unknown > 0)
		checklist_set(work->result, CHECKLIST_UNKNOWN, "%u of %u queries are refused", work->n_unknown,
		              work->n);
	else
		checklist_set(work->result, CHECKLIST_TICKED, "%u plan%s as wanted", work->n, work->n == 1 ? "" : "s");
	if (work->n_bad > 0)
		checklist_set_hint(work->result,
		                   "ANALYZE what was rewritten; \"pgassay plan\" shows which index would help");
}

static bool
plans_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	const GPtrArray *list = item->loaded;
	g_auto(PlansWork) work = { .result = result };

	if (!plans_open(context, &work, error))
		return false;
	for (guint i = 0; i < list->len; i++) {
		const PlanCase *plan_case = g_ptr_array_index(list, i);
		for (guint j = 0; j < plan_case_count(plan_case); j++)
			if (!plans_ask_one(&work, plan_case, j, error))
				return false;
	}
	plans_set_result(&work);
	return true;
}

const ChecklistKind checklist_plans = {
	.name = "plans",
	.target = true,
	.database = true,
	.load = plans_load,
	.free = plans_free,
	.ask = plans_ask,
};
