/* query: a statement gives these rows. */
#include "check/kind/kind.h"
#include "check/kind/statement.h"

#include <string.h>

/* More rows than this are counted, not shown. */
#define ROWS_SHOWN 20

static const SuiteShape cell_shape = { .expects = "a text, a number, true, false or null",
	                               .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_NULL };
static const SuiteShape row_shape = { .expects = "a list of values",
	                              .accepts = SUITE_ACCEPT_LIST,
	                              .item = &cell_shape };
static const SuiteShape rows_shape = { .expects = "a list of rows, each a list of values",
	                               .accepts = SUITE_ACCEPT_LIST,
	                               .item = &row_shape };

static const SuiteKey keys[] = {
	{ "name", &suite_shape_text, true, "the case's name" },
	{ "database", &suite_shape_text, false, "the database; needed when the suite has several" },
	{ "setup", &suite_shape_text, false, "SQL that runs first, in the same transaction" },
	{ "sql", &suite_shape_text, true, "the query; of several statements, the last one with rows counts" },
	{ "rows", &rows_shape, true, "the rows it must give, in order; values are compared as text" },
	{ NULL },
};

static const SuiteShape query_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = keys };

/* true and false are what YAML people write for the server's t and f. */
static bool
cell_equal(const SuiteNode *expected, const char *found, DbType type)
{
	bool truth;

	if (suite_node_is_null(expected) || found == NULL)
		return suite_node_is_null(expected) && found == NULL;
	if (type == DB_TYPE_BOOL && suite_node_is_bool(expected, &truth))
		return (found[0] == 't') == truth;
	return strcmp(suite_node_text(expected), found) == 0;
}

static bool
row_equal(const SuiteNode *expected, const DbResult *found, int row)
{
	if (suite_node_size(expected) != (guint)db_result_columns(found))
		return false;
	for (int i = 0; i < db_result_columns(found); i++)
		if (!cell_equal(suite_node_item(expected, (guint)i), db_result_value(found, row, i),
		                db_result_column_type(found, i)))
			return false;
	return true;
}

static bool
rows_equal(const SuiteNode *expected, const DbResult *found)
{
	if (suite_node_size(expected) != (guint)db_result_rows(found))
		return false;
	for (int row = 0; row < db_result_rows(found); row++)
		if (!row_equal(suite_node_item(expected, (guint)row), found, row))
			return false;
	return true;
}

/* True when each expected row is among the found ones, each used once. */
static bool
rows_equal_unordered(const SuiteNode *expected, const DbResult *found)
{
	int n = db_result_rows(found);
	g_autofree bool *used = g_new0(bool, (gsize)n + 1);

	if (suite_node_size(expected) != (guint)n)
		return false;
	for (guint i = 0; i < suite_node_size(expected); i++) {
		int row = 0;
		while (row < n && (used[row] || !row_equal(suite_node_item(expected, i), found, row)))
			row++;
		if (row == n)
			return false;
		used[row] = true;
	}
	return true;
}

static void
append_expected(GString *text, const SuiteNode *rows)
{
	g_string_append_printf(text, "expected %u %s:\n", suite_node_size(rows),
	                       suite_node_size(rows) == 1 ? "row" : "rows");
	for (guint i = 0; i < MIN(suite_node_size(rows), ROWS_SHOWN); i++) {
		const SuiteNode *row = suite_node_item(rows, i);
		g_string_append(text, "  ");
		for (guint j = 0; j < suite_node_size(row); j++)
			g_string_append_printf(text, "%s%s", j > 0 ? " | " : "",
			                       suite_node_text(suite_node_item(row, j)));
		g_string_append_c(text, '\n');
	}
}

static void
append_found(GString *text, const DbResult *rows)
{
	g_string_append_printf(text, "found %d %s:\n", db_result_rows(rows),
	                       db_result_rows(rows) == 1 ? "row" : "rows");
	for (int i = 0; i < MIN(db_result_rows(rows), ROWS_SHOWN); i++) {
		g_string_append(text, "  ");
		for (int j = 0; j < db_result_columns(rows); j++) {
			const char *value = db_result_value(rows, i, j);
			g_string_append_printf(text, "%s%s", j > 0 ? " | " : "", value != NULL ? value : "null");
		}
		g_string_append_c(text, '\n');
	}
}

static void
kind_query_judge(const SuiteNode *expected, const DbResult *found, ReportCase *test_case)
{
	if (found == NULL) {
		report_case_set(test_case, REPORT_ERRORED, "the statement gives no rows: it is not a query");
		return;
	}
	if (rows_equal(expected, found))
		return;
	g_autoptr(GString) details = g_string_new(NULL);
	append_expected(details, expected);
	append_found(details, found);
	if (rows_equal_unordered(expected, found))
		report_case_set(
		    test_case, REPORT_FAILED,
		    "the query gives the expected rows in another order\nhint: add ORDER BY to the query\n%s",
		    details->str);
	else if (suite_node_size(expected) == 1 && db_result_rows(found) == 1 && db_result_columns(found) == 1 &&
	         suite_node_size(suite_node_item(expected, 0)) == 1)
		report_case_set(test_case, REPORT_FAILED, "the query gives %s, expected %s",
		                db_result_value(found, 0, 0) != NULL ? db_result_value(found, 0, 0) : "null",
		                suite_node_text(suite_node_item(suite_node_item(expected, 0), 0)));
	else
		report_case_set(test_case, REPORT_FAILED, "the query gives other rows than expected\n%s", details->str);
}

static bool
query_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error)
{
	const char *sql = suite_node_get_text(check->node, "sql");
	g_autoptr(DbResult) rows = NULL;
	g_autoptr(GError) cause = NULL;
	bool ready;

	if (!check_statement_begin(context, check->node, test_case, &ready, error))
		return false;
	if (!ready)
		return true;
	g_free(test_case->statement);
	test_case->statement = g_strdup(sql);
	if (db_session_execute_rows(context->session, sql, &rows, &cause)) {
		kind_query_judge(suite_node_get(check->node, "rows"), rows, test_case);
	} else if (check_statement_refused(context)) {
		const DbDiagnostic *found = db_session_diagnostic(context->session);
		g_autofree char *said = check_statement_describe_rest(found);
		report_case_set(test_case, REPORT_ERRORED, "the query failed: %s\n%s", found->message, said);
	} else {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	return check_statement_end(context, test_case, error);
}

const CheckKind check_query = {
	.suite.name = "query",
	.suite.shape = &query_shape,
	.suite.help = "a query gives these rows",
	.run = query_run,
};
