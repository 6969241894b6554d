/* query: a query on the target gives this. */
#include "checklist/item/kind.h"
#include "checklist/item/select.h"
#include "suite/size.h"

#include <math.h>
#include <string.h>

#define QUERY_ROWS_SHOWN 10

typedef struct {
	const char *sql;
	const SuiteNode *rows;
	double min;
	double max;
} Wanted;

static bool
query_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	const SuiteNode *node = item->item->value;
	Wanted *wanted = g_new0(Wanted, 1);

	(void)loading;
	item->loaded = wanted;
	*wanted = (Wanted){ .sql = suite_node_get_text(node, "sql"),
		            .rows = suite_node_get(node, "rows"),
		            .min = -INFINITY,
		            .max = INFINITY };
	bool limits = suite_node_get(node, "min") != NULL || suite_node_get(node, "max") != NULL;
	if ((wanted->rows != NULL) == limits)
		return suite_node_error(node, error, "write rows: [[1]], or min and max of the only number",
		                        "the query needs \"rows\", or else \"min\" or \"max\"");
	return suite_size_load_number(node, "min", -1e300, 1e300, &wanted->min, error) &&
	       suite_size_load_number(node, "max", -1e300, 1e300, &wanted->max, error);
}

static bool
query_cell_equal(const SuiteNode *expected, const char *found, DbType type)
{
	bool truth = false;

	if (suite_node_kind(expected) != SUITE_NODE_SCALAR)
		return false;
	if (suite_node_is_null(expected) || found == NULL)
		return suite_node_is_null(expected) && found == NULL;
	if (type == DB_TYPE_BOOL && suite_node_is_bool(expected, &truth))
		return (found[0] == 't') == truth;
	return strcmp(suite_node_text(expected), found) == 0;
}

static bool
query_rows_equal(const SuiteNode *expected, const DbResult *found)
{
	if (suite_node_size(expected) != (guint)db_result_rows(found))
		return false;
	for (int i = 0; i < db_result_rows(found); i++) {
		const SuiteNode *row = suite_node_item(expected, (guint)i);
		if (suite_node_size(row) != (guint)db_result_columns(found))
			return false;
		for (int j = 0; j < db_result_columns(found); j++)
			if (!query_cell_equal(suite_node_item(row, (guint)j), db_result_value(found, i, j),
			                      db_result_column_type(found, j)))
				return false;
	}
	return true;
}

static char *
query_show_row(const DbResult *rows, int row)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < db_result_columns(rows); i++) {
		const char *value = db_result_value(rows, row, i);
		g_string_append_printf(text, "%s%s", i > 0 ? " | " : "", value != NULL ? value : "null");
	}
	return g_string_free(text, FALSE);
}

static void
query_judge_rows(const Wanted *wanted, const DbResult *rows, ChecklistResult *result)
{
	bool equal = query_rows_equal(wanted->rows, rows);
	int n = db_result_rows(rows);
	guint n_wanted = suite_node_size(wanted->rows);
	g_autofree char *found = g_strdup_printf("%d %s", n, n == 1 ? "row" : "rows");
	g_autofree char *expected = g_strdup_printf("%u %s", n_wanted, n_wanted == 1 ? "row" : "rows");

	checklist_add_fact(result, "rows", found, expected);
	if (equal) {
		g_autofree char *row = n == 1 ? query_show_row(rows, 0) : NULL;
		checklist_set(result, CHECKLIST_TICKED, "gives %s", row != NULL ? row : found);
		return;
	}
	checklist_set(result, CHECKLIST_OPEN, "gives %s, other than expected%s", found, n > 0 ? ":" : "");
	for (int i = 0; i < MIN(n, QUERY_ROWS_SHOWN); i++) {
		g_autofree char *row = query_show_row(rows, i);
		checklist_add_details(result, "%s", row);
	}
}

static void
query_judge_number(const Wanted *wanted, const DbResult *rows, ChecklistResult *result)
{
	const char *value = db_result_rows(rows) == 1 && db_result_columns(rows) == 1 ? db_result_value(rows, 0, 0)
	                                                                              : NULL;
	char *end = NULL;
	double number = value != NULL ? g_ascii_strtod(value, &end) : NAN;
	g_autofree char *limit = !isfinite(wanted->max)   ? g_strdup_printf("at least %.15g", wanted->min)
	                         : !isfinite(wanted->min) ? g_strdup_printf("at most %.15g", wanted->max)
	                                                  : g_strdup_printf("%.15g to %.15g", wanted->min, wanted->max);

	checklist_add_fact(result, "number", value != NULL ? value : "none", limit);
	if (value == NULL || *end != '\0' || isnan(number))
		checklist_set(result, CHECKLIST_OPEN, "gives %d rows of %d columns, and no number",
		              db_result_rows(rows), db_result_columns(rows));
	else
		checklist_set(result,
		              number >= wanted->min && number <= wanted->max ? CHECKLIST_TICKED : CHECKLIST_OPEN,
		              "gives %s (%s)", value, limit);
}

static bool
query_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	const Wanted *wanted = item->loaded;
	g_autoptr(DbSession) session = checklist_open(context, error);
	g_autoptr(DbResult) rows = NULL;
	g_autofree char *refused = NULL;
	ChecklistRefusal why = CHECKLIST_REFUSAL_OTHER;

	if (session == NULL || !checklist_select_set_path(session, error) ||
	    !checklist_select(session, wanted->sql, &rows, &refused, &why, error))
		return false;
	result->reproduce = g_strdup(wanted->sql);
	if (refused != NULL) {
		checklist_set(result, CHECKLIST_UNKNOWN, "the query failed: %s", refused);
		g_autofree char *grant = checklist_select_grant(refused, context->surroundings->role);
		if (why == CHECKLIST_REFUSAL_RIGHT)
			checklist_set_hint(result, grant);
	} else if (wanted->rows != NULL) {
		query_judge_rows(wanted, rows, result);
	} else {
		query_judge_number(wanted, rows, result);
	}
	return true;
}

const ChecklistKind checklist_query = {
	.name = "query",
	.target = true,
	.load = query_load,
	.free = g_free,
	.ask = query_ask,
};
