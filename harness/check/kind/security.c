/* security: what lets rows or rights out in spite of row security. */
#include "check/findings.h"
#include "check/kind/kind.h"
#include "check/kind/listed.h"
#include "check/kind/recursion.h"
#include "check/kind/row_command.h"
#include "check/kind/security_access.h"
#include "check/kind/sql.h"
#include "check/kind/statement.h"
#include "db/array.h"

#include <string.h>

static const SuiteKey keys[] = {
	{ "name", &suite_shape_text, false, "the case's name; made of the database when left out" },
	{ "database", &suite_shape_text, false, "the database; needed when the suite has several" },
	{ "setup", &suite_shape_text, false, "SQL that runs first, in the same transaction: rows, privileges" },
	{ "roles", &suite_shape_text_list, false, "the roles that the application connects as" },
	{ "except", &suite_shape_text_mapping, false, "what is right as it is: `function kb.f(uuid)`, and why" },
	{ NULL },
};

static const SuiteShape security_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = keys };

static bool
security_validate(const SuiteNode *node, GError **error)
{
	return check_listed_validate(suite_node_get(node, "except"), error);
}

static char *
security_name(const SuiteNode *node)
{
	const char *database = suite_node_get_text(node, "database");

	return database != NULL ? g_strdup_printf("security of %s", database) : g_strdup("security");
}

enum { SUBJECT, KIND, FINDING, REMEDY, VIEW, TABLE };

typedef struct {
	const CheckContext *context;
	const SuiteNode *roles; /* or NULL */
	CheckListed listed;
	CheckFindings findings;
	GPtrArray *exceptions; /* of char *: what `except` would have to list, by finding: "view kb.sums (view)" */
} Work;

static void
security_work_clear(Work *work)
{
	check_listed_close(&work->listed);
	check_findings_clear(&work->findings);
	g_ptr_array_unref(work->exceptions);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, security_work_clear)

/* --- Proof ------------------------------------------------------------------- */

/* How many rows of a table or view the role sees, without any settings; -1: none, because it may not look. */
static bool
count_rows(const Work *work, const char *role, const char *name, gint64 *ret_rows, GError **error)
{
	g_autofree char *quoted = db_session_quote_identifier(work->context->session, role);
	g_autofree char *become = g_strdup_printf("SET LOCAL ROLE %s;", quoted);
	CheckRows rows = { .context = work->context, .become = become, .table = name, .condition = "" };
	g_autofree char *sql = check_row_command(&rows, CHECK_ROWS_SEEN);
	g_auto(CheckRowOutcome) found = { 0 };

	if (!check_row_command_run(&rows, sql, &found, error))
		return false;
	*ret_rows = found.refused ? -1 : found.rows;
	return true;
}

/* Looks through the view as each role: more rows than the table gives are the proof. */
static bool
security_prove(const Work *work, const char *view, const char *table, GString *text, GError **error)
{
	for (guint i = 0; work->roles != NULL && i < suite_node_size(work->roles); i++) {
		const char *role = suite_node_text(suite_node_item(work->roles, i));
		gint64 through = -1;
		gint64 straight = -1;
		if (!count_rows(work, role, view, &through, error) || !count_rows(work, role, table, &straight, error))
			return false;
		if (through > MAX(straight, 0))
			g_string_append_printf(text,
			                       "\n  seen: role \"%s\" gets %" G_GINT64_FORMAT
			                       " rows of the view, and %" G_GINT64_FORMAT " of the table",
			                       role, through, MAX(straight, 0));
	}
	return true;
}

/* --- The check ----------------------------------------------------------------- */

/* One thing that is wrong. */
typedef struct {
	const char *subject;
	const char *kind;
	const char *finding;
	const char *proof; /* lines, or "" */
	const char *remedy;
	bool only; /* the subject has no finding of another kind */
} Finding;

static void
security_take(Work *work, const Finding *finding)
{
	if (check_listed_covers_kind(&work->listed, finding->subject, finding->kind, finding->only))
		return;
	g_ptr_array_add(work->exceptions, g_strdup_printf("%s (%s)", finding->subject, finding->kind));
	g_autofree char *text = g_strdup_printf("%s%s\nhint: %s", finding->finding, finding->proof, finding->remedy);
	if (!finding->only && check_listed_covers(&work->listed, finding->subject)) {
		g_autofree char *more = g_strdup_printf(
		    "%s\nhint: the exception \"%s\" does not say which of several findings it is for: "
		    "write \"%s (%s)\"",
		    text, finding->subject, finding->subject, finding->kind);
		check_findings_add(&work->findings, finding->finding, more);
		return;
	}
	check_findings_add(&work->findings, finding->finding, text);
}

/* Whether the subject of a row has no finding of another kind. `circles` are the recursions that were found by
 * running queries. */
static bool
is_only_kind(const DbResult *found, int row, const GPtrArray *circles)
{
	const char *subject = db_result_value(found, row, SUBJECT);
	const char *kind = db_result_value(found, row, KIND);
	bool only = true;

	for (int i = 0; i < db_result_rows(found); i++)
		only &= !g_str_equal(db_result_value(found, i, SUBJECT), subject) ||
		        g_str_equal(db_result_value(found, i, KIND), kind);
	for (guint i = 0; i < circles->len; i++) {
		const CheckRecursion *circle = g_ptr_array_index(circles, i);
		g_autofree char *table = g_strconcat("table ", circle->table, NULL);
		only &= !g_str_equal(table, subject);
	}
	return only;
}

/* Takes a finding of the catalog query. */
static bool
take_row(Work *work, const DbResult *found, int row, const GPtrArray *circles, GError **error)
{
	const char *view = db_result_value(found, row, VIEW);
	g_autoptr(GString) proof = g_string_new(NULL);

	if (view != NULL && !security_prove(work, view, db_result_value(found, row, TABLE), proof, error))
		return false;
	security_take(work, &(Finding){ .subject = db_result_value(found, row, SUBJECT),
	                                .kind = db_result_value(found, row, KIND),
	                                .finding = db_result_value(found, row, FINDING),
	                                .proof = proof->str,
	                                .remedy = db_result_value(found, row, REMEDY),
	                                .only = is_only_kind(found, row, circles) });
	return true;
}

static void
take_circle(Work *work, const DbResult *found, const CheckRecursion *circle)
{
	g_autofree char *subject = g_strconcat("table ", circle->table, NULL);
	g_autofree char *text = g_strdup_printf("policies of table \"%s\" ask each other without end: %s gets \"%s\"",
	                                        circle->table, circle->who, circle->message);
	Finding finding = {
		.subject = subject,
		.kind = "recursion",
		.finding = text,
		.proof = "",
		.remedy =
		    "let a policy ask a table that has policies through a function that is SECURITY DEFINER, with "
		    "SET search_path = ''",
		.only = true,
	};

	for (int i = 0; i < db_result_rows(found); i++)
		finding.only &= !g_str_equal(db_result_value(found, i, SUBJECT), subject);
	security_take(work, &finding);
}

/* Sets the case to errored where a role does not exist. The text of an array of all of them; the caller frees it. */
static bool
list_roles(const Work *work, ReportCase *test_case, char **ret_array, GError **error)
{
	g_autoptr(GString) array = g_string_new("{");

	for (guint i = 0; work->roles != NULL && i < suite_node_size(work->roles); i++) {
		const char *role = suite_node_text(suite_node_item(work->roles, i));
		g_autofree char *exists = db_session_query_value(
		    work->context->session, error, "SELECT count(*) FROM pg_catalog.pg_roles WHERE rolname = $1", role,
		    NULL);
		if (exists == NULL)
			return false;
		if (g_str_equal(exists, "0"))
			report_case_set(test_case, REPORT_ERRORED,
			                "there is no role \"%s\"\nhint: add it to the suite's server: roles:", role);
		db_array_append(array, role);
	}
	g_string_append_c(array, '}');
	*ret_array = g_string_free(g_steal_pointer(&array), FALSE);
	return true;
}

static bool
security_look(Work *work, ReportCase *test_case, GError **error)
{
	g_autofree char *roles = NULL;

	if (!list_roles(work, test_case, &roles, error))
		return false;
	if (test_case->status != REPORT_PASSED)
		return true;
	g_autofree char *platform = db_array_from_texts(work->context->platform_schemas);
	g_autoptr(GPtrArray) circles = NULL;
	g_autoptr(DbResult)
	    found = db_session_query(work->context->session, error, check_sql_security, roles, platform, NULL);
	if (found == NULL || !check_security_access(work->context, roles, platform, test_case, error) ||
	    !check_recursion_find(work->context, roles, &circles, error))
		return false;
	for (int row = 0; row < db_result_rows(found); row++)
		if (!take_row(work, found, row, circles, error))
			return false;
	for (guint i = 0; i < circles->len; i++)
		take_circle(work, found, g_ptr_array_index(circles, i));
	check_listed_report(&work->listed, &work->findings);
	check_findings_report_all(&work->findings, "finding", "findings", test_case);
	if (work->exceptions->len > 0) {
		g_ptr_array_add(work->exceptions, NULL);
		test_case->accepted_by = "except";
		test_case->accepted_names = g_strdupv((char **)work->exceptions->pdata);
	}
	return true;
}

static bool
security_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error)
{
	g_auto(Work) work = { .context = context,
		              .roles = suite_node_get(check->node, "roles"),
		              .exceptions = g_ptr_array_new_with_free_func(g_free) };
	bool ready;

	check_listed_open(&work.listed, suite_node_get(check->node, "except"));
	if (!check_statement_begin(context, check->node, test_case, &ready, error))
		return false;
	if (!ready)
		return true;
	return security_look(&work, test_case, error) && check_statement_end(context, test_case, error);
}

const CheckKind check_security = {
	.suite.name = "security",
	.suite.shape = &security_shape,
	.suite.validate = security_validate,
	.suite.help = "nothing lets rows or rights out in spite of row security",
	.suite.make_name = security_name,
	.run = security_run,
};
