/* row_security: a role with its settings sees and changes these rows of a table, and no others. */
#include "check/findings.h"
#include "check/kind/condition.h"
#include "check/kind/kind.h"
#include "check/kind/row_command.h"
#include "check/kind/row_security_private.h"
#include "check/kind/statement.h"

#include <string.h>

/* The commands that have a number of rows. */
static const struct {
	const char *key;
	const char *past; /* "updated", for missed rows */
	CheckRowCommandKind kind;
	ReportAction action;
} commands[] = {
	{ "sees", "seen", CHECK_ROWS_SEEN, REPORT_SELECT },
	{ "updates", "updated", CHECK_ROWS_UPDATED, REPORT_UPDATE },
	{ "deletes", "deleted", CHECK_ROWS_DELETED, REPORT_DELETE },
};

/* --- A line, ready to be run --------------------------------------------- */

typedef struct {
	const CheckContext *context;
	const SuiteNode *check;
	const SuiteNode *node;
	ReportCase *test_case;
	CheckFindings *findings;
	char *who;    /* `role "app" with app.user_id = 7` */
	char *become; /* as CheckRows has it, and so on */
	char *table;
	char *condition;
	char *change;
	ReportAccess *access; /* for the report; NULL: the rows of the role prove nothing */
} Line;

static void
line_clear(Line *line)
{
	g_free(line->who);
	g_free(line->become);
	g_free(line->table);
	g_free(line->condition);
	g_free(line->change);
	report_access_free(line->access);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Line, line_clear)

static CheckRows
line_rows(const Line *line)
{
	return (CheckRows){ .context = line->context,
		            .become = line->become,
		            .table = line->table,
		            .condition = line->condition,
		            .change = line->change };
}

static void
append_setting(DbSession *session, GString *sql, const char *name, const char *value)
{
	g_autofree char *quoted_name = db_session_quote_literal(session, name);
	g_autofree char *quoted_value = db_session_quote_literal(session, value);

	g_string_append_printf(sql, "SELECT pg_catalog.set_config(%s, %s, true);\n", quoted_name, quoted_value);
}

/* A custom setting (`app.user_id`) that has had a value is never NULL again in its session, but empty. So that no
 * case depends on earlier ones, every setting that the check names is empty in cases that do not set it. */
static void
append_empty_settings(const Line *line, GString *sql)
{
	for (guint i = 0; i < check_row_line_count(line->check); i++) {
		const SuiteNode *other = suite_node_get(check_row_line_at(line->check, i), "set");
		for (guint j = 0; other != NULL && j < suite_node_size(other); j++)
			if (strchr(suite_node_key(other, j), '.') != NULL)
				append_setting(line->context->session, sql, suite_node_key(other, j), "");
	}
}

/* The settings of the check, then those of the line, which win. */
static void
append_settings(const Line *line, GString *sql, GString *settings)
{
	const SuiteNode *own = suite_node_get(line->node, "set");
	const SuiteNode *sources[] = { line->check != line->node ? suite_node_get(line->check, "set") : NULL, own };

	for (gsize i = 0; i < G_N_ELEMENTS(sources); i++) {
		for (guint j = 0; sources[i] != NULL && j < suite_node_size(sources[i]); j++) {
			const char *name = suite_node_key(sources[i], j);
			const char *value = suite_node_text(suite_node_item(sources[i], j));
			append_setting(line->context->session, sql, name, value);
			if (sources[i] != own && suite_node_get(own, name) != NULL)
				continue;
			g_string_append_printf(settings, "%s%s = %s", settings->len > 0 ? ", " : "", name, value);
		}
	}
}

static void
row_security_set_role(Line *line)
{
	const char *role = check_row_line_text(line->check, line->node, "role");
	g_autofree char *quoted = db_session_quote_identifier(line->context->session, role);
	g_autoptr(GString) settings = g_string_new(NULL);
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "SET LOCAL ROLE %s;\n", quoted);
	append_empty_settings(line, sql);
	append_settings(line, sql, settings);
	line->become = g_string_free(sql, FALSE);
	line->who = g_strdup_printf("role \"%s\"%s%s", role, settings->len > 0 ? " with " : "", settings->str);
	line->access = report_access_new(line->table, role);
	line->access->settings = settings->len > 0 ? g_strdup(settings->str) : NULL;
	line->access->where = g_strdup(check_row_line_text(line->check, line->node, "where"));
	line->access->values = check_row_values(line->node);
	line->access->tried = true;
	line->access->position = suite_node_position(line->node);
}

/* --- Findings ------------------------------------------------------------ */

/* Adds one; `details`, which may be empty, stand behind it. */
static void
row_security_add_finding(const Line *line, const char *summary, const char *details)
{
	g_autofree char *place = base_position_format(suite_node_position(line->node));
	g_autofree char *message = g_strconcat(summary, details, NULL);
	g_autofree char *text = g_strdup_printf("%s: %s", place, message);

	/* The case is reported at the place of the first one. */
	if (line->findings->n == 0)
		line->test_case->position = suite_node_position(line->node);
	check_findings_add(line->findings, message, text);
}

static void
row_security_report(const CheckFindings *findings, ReportCase *test_case)
{
	if (findings->n == 1)
		report_case_set(test_case, REPORT_FAILED, "%s", findings->first);
	else
		check_findings_report_all(findings, "difference", "differences", test_case);
}

/* --- Who the role is ----------------------------------------------------- */

/* Sets the case to errored where role or table do not exist, and adds a finding where the role is not bound; *ret_bound
 * is false in both cases. */
static bool
row_security_look_at_role(Line *line, bool *ret_bound, GError **error)
{
	const char *role = check_row_line_text(line->check, line->node, "role");
	const char *table = check_row_line_text(line->check, line->node, "table");
	g_autoptr(DbResult) facts = check_row_role_facts(line->context, role, table, error);

	*ret_bound = false;
	if (facts == NULL)
		return false;
	if (db_result_value(facts, 0, CHECK_ROLE_NAME) == NULL) {
		report_case_set(line->test_case, REPORT_ERRORED,
		                "there is no role \"%s\"\n"
		                "hint: add it to the suite's server: roles:, or create it in \"setup\"",
		                role);
		return true;
	}
	if (db_result_value(facts, 0, CHECK_ROLE_TABLE) == NULL) {
		report_case_set(line->test_case, REPORT_ERRORED,
		                "there is no table or view \"%s\"\n"
		                "hint: write it as in SQL, with its schema where that is not \"public\"",
		                table);
		return true;
	}
	line->table = g_strdup(db_result_value(facts, 0, CHECK_ROLE_TABLE));
	g_autofree char *why = check_row_role_unbound(facts);
	if (why != NULL) {
		g_auto(GStrv) parts = g_strsplit(why, "\n", 2);
		g_autofree char *hint = g_strconcat("\n", parts[1], NULL);
		row_security_add_finding(line, parts[0], hint);
	}
	*ret_bound = why == NULL;
	return true;
}

/* --- Values that an update sets ------------------------------------------ */

/* A column that the role may set, and that nothing hangs on. */
static const char column_sql[] =
    "SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_attribute a"
    " WHERE a.attrelid = $2::pg_catalog.regclass AND a.attnum > 0 AND NOT a.attisdropped"
    " AND a.attgenerated = '' AND a.attidentity <> 'a'"
    " ORDER BY pg_catalog.has_column_privilege($1, a.attrelid, a.attnum, 'UPDATE') DESC,"
    " pg_catalog.has_column_privilege($1, a.attrelid, a.attnum, 'SELECT') DESC,"
    " EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = a.attrelid AND a.attnum = ANY (k.conkey)),"
    " a.attnum LIMIT 1";

static char *
quoted_value(DbSession *session, const SuiteNode *value)
{
	return suite_node_is_null(value) ? g_strdup("NULL") : db_session_quote_literal(session, suite_node_text(value));
}

static bool
set_change(Line *line, GError **error)
{
	const SuiteNode *to = suite_node_get(line->node, "to");
	DbSession *session = line->context->session;

	if (suite_node_get(line->node, "updates") == NULL)
		return true;
	if (to == NULL) {
		const char *role = check_row_line_text(line->check, line->node, "role");
		g_autoptr(DbResult) column = db_session_query(session, error, column_sql, role, line->table, NULL);
		if (column == NULL)
			return false;
		const char *name = db_result_rows(column) > 0 ? db_result_value(column, 0, 0) : "ctid";
		line->change = g_strdup_printf("%s = %s", name, name);
		return true;
	}
	GString *change = g_string_new(NULL);
	for (guint i = 0; i < suite_node_size(to); i++) {
		g_autofree char *name = db_session_quote_identifier(session, suite_node_key(to, i));
		g_autofree char *value = quoted_value(session, suite_node_item(to, i));
		g_string_append_printf(change, "%s%s = %s", i > 0 ? ", " : "", name, value);
	}
	line->change = g_string_free(change, FALSE);
	return true;
}

/* --- Commands ------------------------------------------------------------ */

static const char *
rejected_state(const Line *line)
{
	const char *text = suite_node_get_text(line->node, "rejected");

	return check_condition_state(text != NULL ? text : "insufficient_privilege");
}

/* `what` in words: `updates rows of "public.notes"`. */
static void
judge_rejected(const Line *line, const char *what, const CheckRowOutcome *found)
{
	g_autofree char *expected = check_condition_describe(rejected_state(line));
	g_autofree char *server_text = found->refused ? g_strconcat("\n", found->server_text, NULL) : g_strdup("");
	g_autofree char *summary = NULL;

	if (!found->refused) {
		summary = g_strdup_printf("%s %s, expected that to be refused with %s", line->who, what, expected);
	} else if (!check_condition_is(rejected_state(line), found->sqlstate)) {
		g_autofree char *state = check_condition_describe(found->sqlstate);
		summary = g_strdup_printf("%s %s: refused with %s, expected %s", line->who, what, state, expected);
	}
	if (summary != NULL)
		row_security_add_finding(line, summary, server_text);
}

/* Another number of rows than stated. */
static bool
tell_rows(const Line *line, gsize command, gint64 expected, gint64 found, GError **error)
{
	CheckRows rows = line_rows(line);
	bool missed = found < expected;
	g_autofree char *examples = NULL;

	if (!check_row_examples(&rows, commands[command].kind, missed, &examples, error))
		return false;
	g_autofree char *summary = g_strdup_printf(
	    "%s %s %" G_GINT64_FORMAT " row%s of \"%s\", expected %" G_GINT64_FORMAT, line->who, commands[command].key,
	    found, found == 1 ? "" : "s", line->table, expected);
	g_autofree char *details = g_strdup_printf("\n  %s %s:%s", missed ? "not" : "among those",
	                                           commands[command].past, examples);
	row_security_add_finding(line, summary, examples[0] != '\0' ? details : "");
	return true;
}

static bool
run_command(const Line *line, gsize command, GError **error)
{
	const SuiteNode *stated = suite_node_get(line->node, commands[command].key);
	CheckRows rows = line_rows(line);
	g_auto(CheckRowOutcome) found = { 0 };
	gint64 expected = 0;

	if (stated == NULL)
		return true;
	g_autofree char *sql = check_row_command(&rows, commands[command].kind);
	if (!check_row_command_run(&rows, sql, &found, error))
		return false;
	g_autofree char *what = g_strdup_printf("%s rows of \"%s\"", commands[command].key, line->table);
	bool counted = suite_node_is_int(stated, &expected);
	if (!check_row_note(&rows, &line->access->cells[commands[command].action], &found,
	                    counted ? NULL : rejected_state(line), expected, error))
		return false;
	if (!counted) {
		judge_rejected(line, what, &found);
	} else if (found.refused) {
		g_autofree char *summary = g_strdup_printf("%s %s: refused, expected %" G_GINT64_FORMAT " %s",
		                                           line->who, what, expected, expected == 1 ? "row" : "rows");
		g_autofree char *server_text = g_strconcat("\n", found.server_text, NULL);
		row_security_add_finding(line, summary, server_text);
	} else if (found.rows != expected) {
		return tell_rows(line, command, expected, found.rows, error);
	}
	return true;
}

static char *
row_security_insert_sql(const Line *line, const SuiteNode *row)
{
	DbSession *session = line->context->session;
	g_autoptr(GString) columns = g_string_new(NULL);
	g_autoptr(GString) values = g_string_new(NULL);

	for (guint i = 0; i < suite_node_size(row); i++) {
		g_autofree char *name = db_session_quote_identifier(session, suite_node_key(row, i));
		g_autofree char *value = quoted_value(session, suite_node_item(row, i));
		g_string_append_printf(columns, "%s%s", i > 0 ? ", " : "", name);
		g_string_append_printf(values, "%s%s", i > 0 ? ", " : "", value);
	}
	if (columns->len == 0)
		return g_strdup_printf("INSERT INTO %s DEFAULT VALUES", line->table);
	return g_strdup_printf("INSERT INTO %s (%s) VALUES (%s)", line->table, columns->str, values->str);
}

static bool
run_insert(const Line *line, const SuiteNode *row, GError **error)
{
	g_autofree char *sql = row_security_insert_sql(line, row);
	CheckRows rows = line_rows(line);
	g_auto(CheckRowOutcome) found = { 0 };

	if (!check_row_command_run(&rows, sql, &found, error))
		return false;
	g_autofree char *what = g_strdup_printf("inserts into \"%s\"", line->table);
	g_autofree char *statement = g_strconcat("\n  ", sql, NULL);
	bool rejected = suite_node_get(line->node, "rejected") != NULL;
	check_row_note_insert(&line->access->cells[REPORT_INSERT], &found, rejected ? rejected_state(line) : NULL);
	if (rejected) {
		judge_rejected(line, what, &found);
	} else if (found.refused) {
		g_autofree char *summary = g_strdup_printf("%s %s: refused, expected it to be taken", line->who, what);
		g_autofree char *details = g_strconcat(statement, "\n", found.server_text, NULL);
		row_security_add_finding(line, summary, details);
	} else if (found.rows == 0) {
		g_autofree char *summary = g_strdup_printf("%s %s, but no row is there", line->who, what);
		row_security_add_finding(line, summary, statement);
	}
	return true;
}

static bool
run_inserts(const Line *line, GError **error)
{
	const SuiteNode *inserts = suite_node_get(line->node, "inserts");

	if (inserts == NULL)
		return true;
	if (suite_node_kind(inserts) == SUITE_NODE_MAPPING)
		return run_insert(line, inserts, error);
	for (guint i = 0; i < suite_node_size(inserts); i++)
		if (!run_insert(line, suite_node_item(inserts, i), error))
			return false;
	return true;
}

/* --- The check ----------------------------------------------------------- */

/* The role and its settings alone: what fails here is the check's fault, not the policies'. */
static bool
try_role(const Line *line, bool *ret_ready, GError **error)
{
	CheckRows rows = line_rows(line);
	g_auto(CheckRowOutcome) found = { 0 };

	if (!check_row_command_run(&rows, "", &found, error))
		return false;
	if (found.refused)
		report_case_set(line->test_case, REPORT_ERRORED, "cannot become %s\n%s", line->who, found.server_text);
	*ret_ready = !found.refused;
	return true;
}

static bool
run_line(Line *line, GError **error)
{
	const char *where = check_row_line_text(line->check, line->node, "where");
	bool ready = false;

	if (!row_security_look_at_role(line, &ready, error))
		return false;
	if (!ready)
		return true;
	row_security_set_role(line);
	line->condition = where != NULL ? g_strdup_printf(" WHERE (%s\n)", where) : g_strdup("");
	if (!set_change(line, error) || !try_role(line, &ready, error))
		return false;
	for (gsize i = 0; ready && i < G_N_ELEMENTS(commands); i++)
		if (!run_command(line, i, error))
			return false;
	if (ready && !run_inserts(line, error))
		return false;
	if (ready)
		report_case_add_access(line->test_case, g_steal_pointer(&line->access));
	return true;
}

static bool
row_security_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error)
{
	g_auto(CheckFindings) findings = { 0 };
	bool ready;

	if (!check_statement_begin(context, check->node, test_case, &ready, error))
		return false;
	if (!ready)
		return true;
	for (guint i = 0; i < check_row_line_count(check->node) && test_case->status == REPORT_PASSED; i++) {
		g_auto(Line) line = { .context = context,
			              .check = check->node,
			              .node = check_row_line_at(check->node, i),
			              .test_case = test_case,
			              .findings = &findings };
		if (!run_line(&line, error))
			return false;
	}
	if (test_case->status == REPORT_PASSED)
		row_security_report(&findings, test_case);
	return check_statement_end(context, test_case, error);
}

const CheckKind check_row_security = {
	.suite.name = "row_security",
	.suite.shape = &check_row_security_shape,
	.suite.validate = check_row_security_validate,
	.suite.help = "a role sees and changes these rows and no others",
	.suite.make_name = check_row_security_name,
	.run = row_security_run,
};
