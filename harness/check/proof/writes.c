#include "check/proof/writes.h"

#include "base/interrupt.h"
#include "catalog/diff.h"
#include "catalog/identity.h"
#include "catalog/list.h"
#include "check/findings.h"
#include "check/proof/place.h"
#include "check/proof/sql.h"

#include <string.h>

/* Milliseconds for all that is tried after one migration. */
#define TIME_LIMIT "30000"

struct CheckWrites {
	GHashTable *known; /* "schema.relation ACTION" -> result of sql/writes.sql */
	CheckFunctions *functions;
	GHashTable *unfilled; /* materialized views that nobody has filled: identity -> name of the migration */
};

/* --- What worked ----------------------------------------------------------- */

CheckWrites *
check_writes_new(void)
{
	CheckWrites *writes = g_new0(CheckWrites, 1);

	writes->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	writes->functions = check_functions_new();
	writes->unfilled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return writes;
}

void
check_writes_free(CheckWrites *writes)
{
	if (writes == NULL)
		return;
	g_hash_table_unref(writes->known);
	g_hash_table_unref(writes->unfilled);
	check_functions_free(writes->functions);
	g_free(writes);
}

/* --- What to try ----------------------------------------------------------- */

/* Part of the input of sql/writes.sql, as JSON. */
typedef struct {
	GString *names; /* pairs of schema and name */
	bool code;      /* also relations whose writes run code of the database's own */
	bool all;
} WritesSubject;

static void
writes_add_name(GString *names, const char *schema, const char *name)
{
	const char *const pair[] = { schema, name, NULL };
	g_autofree char *json = catalog_list_format(pair);

	g_string_append_printf(names, "%s%s", names->len > 0 ? "," : "", json);
}

static void
writes_add_identity(GString *names, const char *identity)
{
	g_auto(GStrv) parts = catalog_identity_split(identity);

	if (parts != NULL && g_strv_length(parts) >= 2)
		writes_add_name(names, parts[0], parts[1]);
}

/* A thing that is new has no code that could have counted on it. */
static bool
writes_is_addition(const CatalogDifference *difference, CatalogClassId class_id)
{
	static const CatalogClassId additions[] = { CATALOG_SCHEMA,   CATALOG_ENUM,     CATALOG_DOMAIN,
		                                    CATALOG_SEQUENCE, CATALOG_FUNCTION, CATALOG_TABLE,
		                                    CATALOG_INDEX,    CATALOG_VIEW,     CATALOG_STATISTICS };

	if (difference->kind != CATALOG_UNEXPECTED)
		return false;
	for (guint i = 0; i < G_N_ELEMENTS(additions); i++)
		if (additions[i] == class_id)
			return true;
	return false;
}

static void
writes_add_difference(WritesSubject *subject, const CatalogDifference *difference)
{
	const CatalogObject *object = difference->found != NULL ? difference->found : difference->expected;
	const CatalogAttribute *owner = catalog_object_attribute(object, "owned_by");

	if (object->class_id == CATALOG_TABLE || object->class_id == CATALOG_VIEW)
		writes_add_name(subject->names, object->schema, object->name);
	else if (object->relation != NULL)
		writes_add_name(subject->names, object->schema, object->relation);
	else if (object->class_id == CATALOG_SEQUENCE && owner != NULL)
		writes_add_identity(subject->names, owner->value);
	/* A publication wants a replica identity of every table that it has. */
	subject->all |= object->class_id == CATALOG_PUBLICATION;
	subject->code |= !writes_is_addition(difference, object->class_id);
}

static void
writes_add_rows(WritesSubject *subject, const RowsState *before, const RowsState *after)
{
	g_autoptr(GPtrArray) changes = rows_state_compare(before, after);

	for (guint i = 0; i < changes->len; i++)
		writes_add_identity(subject->names, ((const RowsDifference *)changes->pdata[i])->table);
}

static void
writes_append_exclusions(GString *json, const CatalogExclusions *exclusions)
{
	g_autoptr(GString) tables = g_string_new(NULL);

	if (exclusions == NULL)
		return;
	for (guint i = 0; exclusions->tables != NULL && exclusions->tables[i] != NULL; i++)
		writes_add_identity(tables, exclusions->tables[i]);
	g_string_append_printf(json, ", \"not\": [%s]", tables->str);
	if (exclusions->schemas != NULL) {
		g_autofree char *schemas = catalog_list_format(exclusions->schemas);
		g_string_append_printf(json, ", \"schemas\": %s", schemas);
	}
}

/* The input of sql/writes.sql; NULL when there is nothing to try. The caller frees it. */
static char *
writes_choose(const CheckWritesStep *step)
{
	WritesSubject subject = { .names = g_string_new(NULL), .all = step->before == NULL };
	GString *json = NULL;

	if (step->before != NULL) {
		g_autoptr(GArray) differences = catalog_diff(step->before, step->after, NULL);
		for (guint i = 0; i < differences->len; i++)
			writes_add_difference(&subject, &g_array_index(differences, CatalogDifference, i));
		writes_add_rows(&subject, step->rows_before, step->rows_after);
	}
	if (subject.all || subject.code || subject.names->len > 0) {
		json = g_string_new(NULL);
		g_string_append_printf(json, "{\"all\": %s, \"code\": %s, \"names\": [%s]",
		                       subject.all ? "true" : "false", subject.code ? "true" : "false",
		                       subject.names->str);
		writes_append_exclusions(json, step->workspace->exclusions);
		g_string_append_c(json, '}');
	}
	g_string_free(subject.names, TRUE);
	return json != NULL ? g_string_free(json, FALSE) : NULL;
}

/* --- Trying ---------------------------------------------------------------- */

static const DbPrepared give_input = { DB_OWN_STATEMENTS "writes",
	                               "SELECT pg_catalog.set_config('pgassay.writes', $1, true)" };

/* Columns of this query. */
enum { SCHEMA, NAME, ACTION, RESULT, STATE, MESSAGE, DETAIL, HINT, CONTEXT, TABLE, ROW };

static const char take_output[] =
    "SELECT r ->> 'schema', r ->> 'name', r ->> 'action', r ->> 'result', r ->> 'state', r ->> 'message',"
    " r ->> 'detail', r ->> 'hint', r ->> 'context', r ->> 'table', r ->> 'row'"
    " FROM pg_catalog.jsonb_array_elements(pg_catalog.current_setting('pgassay.writes')::jsonb) r";

/* The rows of take_output. What stops all of it is no failure: then *ret_result is NULL, and *ret_reason says why; the
 * caller frees it. */
static bool
writes_try(const CheckWritesStep *step, const char *input, DbResult **ret_result, char **ret_reason, GError **error)
{
	const DbRequest requests[] = { { .sql = "BEGIN" },
		                       { .sql = "SET LOCAL jit = off" },
		                       { .sql = "SET LOCAL statement_timeout = " TIME_LIMIT },
		                       { .sql = "SET LOCAL client_min_messages = error" },
		                       { .prepared = &give_input, .parameter = input },
		                       { .sql = check_sql_writes },
		                       { .sql = take_output },
		                       { .sql = "ROLLBACK" } };
	DbResult *results[G_N_ELEMENTS(requests)] = { NULL };
	g_autoptr(GError) refusal = NULL;
	DbSession *session = check_workspace_application(step->workspace, error);

	if (session == NULL)
		return false;
	if (db_session_pipeline_requests(session, G_N_ELEMENTS(requests), requests, results, &refusal)) {
		for (guint i = 0; i < G_N_ELEMENTS(requests); i++)
			if (i != 6)
				db_result_free(results[i]);
		*ret_result = results[6];
		return true;
	}
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);
	if (diagnostic == NULL || base_interrupted() || db_session_transaction_state(session) == DB_TRANSACTION_LOST) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	*ret_reason = g_strdup(diagnostic->message);
	db_session_run_cleanup(session, "ROLLBACK");
	return true;
}

/* --- Judging --------------------------------------------------------------- */

/* One judgement. */
typedef struct {
	CheckWrites *writes;
	const CheckWritesStep *step;
	CheckFindings findings;
	GString *untried; /* what could not be tried, one a line */
	SourcePosition position;
} WritesJudgement;

static bool
writes_is_one_of(const char *result, const char *a, const char *b)
{
	return strcmp(result, a) == 0 || strcmp(result, b) == 0;
}

/* Whether the migration has broken it: what no value helps with always; other refusals where it worked before. */
static bool
writes_is_broken(const char *before, const char *result)
{
	if (writes_is_one_of(result, "hard", "sequence"))
		return before == NULL || !writes_is_one_of(before, "hard", "sequence");
	return strcmp(result, "soft") == 0 && g_strcmp0(before, "ok") == 0;
}

static const char *
writes_action_in_words(const char *action)
{
	static const char *const words[][2] = { { "INSERT", "an INSERT into" },
		                                { "UPDATE", "an UPDATE of" },
		                                { "DELETE", "a DELETE from" },
		                                { "read", "reading" },
		                                { "refresh", "REFRESH MATERIALIZED VIEW" },
		                                { "refresh concurrently", "REFRESH MATERIALIZED VIEW CONCURRENTLY" } };

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(words[i][0], action) == 0)
			return words[i][1];
	return action;
}

/* "Key (id)=(1) already exists.": which column the number is in. */
static void
writes_append_sequence_hint(GString *details, const DbResult *result, int row)
{
	const char *detail = db_result_value(result, row, DETAIL);
	const char *table = db_result_value(result, row, TABLE);
	const char *open = strstr(detail, "(");
	g_autofree char *column = g_strndup(open + 1, strcspn(open + 1, ")"));

	g_string_append_printf(details,
	                       "\nhint: set the sequence behind the rows in the same migration: SELECT "
	                       "setval(pg_get_serial_sequence('%s', '%s'), (SELECT max(%s) FROM %s))",
	                       table, column, column, table);
}

static void
writes_append_hint(GString *details, const DbResult *result, int row, const char *relation)
{
	const char *context = db_result_value(result, row, CONTEXT);
	const char *action = db_result_value(result, row, ACTION);

	if (strcmp(db_result_value(result, row, RESULT), "sequence") == 0)
		writes_append_sequence_hint(details, result, row);
	else if (strcmp(action, "read") == 0 && strcmp(db_result_value(result, row, STATE), "55000") == 0)
		g_string_append_printf(details, "\nhint: REFRESH MATERIALIZED VIEW %s, or leave WITH NO DATA out",
		                       relation);
	else if (strcmp(action, "refresh concurrently") == 0)
		g_string_append(details, "\nhint: make its unique index again");
	else if (context != NULL && context[0] != '\0')
		g_string_append(details, "\nhint: change the function in the same migration");
	else
		g_string_append(details, "\nhint: change what it counts on in the same migration");
	g_string_append(details, "; or say under \"changes\" why it is wanted");
}

static char *
writes_describe_details(const DbResult *result, int row, const char *relation, const char *before)
{
	static const struct {
		int column;
		const char *label;
	} parts[] = { { DETAIL, "detail" },
		      { HINT, "PostgreSQL's hint" },
		      { CONTEXT, "in" },
		      { ROW, "with the values of the row" } };
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "%s \"%s\": %s (SQLSTATE %s)",
	                       writes_action_in_words(db_result_value(result, row, ACTION)), relation,
	                       db_result_value(result, row, MESSAGE), db_result_value(result, row, STATE));
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		const char *value = db_result_value(result, row, parts[i].column);
		if (value == NULL || value[0] == '\0')
			continue;
		g_auto(GStrv) lines = g_strsplit(value, "\n", -1);
		g_autofree char *joined = g_strjoinv("\n    ", lines);
		g_string_append_printf(text, "\n%s: %s", parts[i].label, joined);
	}
	if (before != NULL)
		g_string_append(text, "\nbefore the migration it worked");
	writes_append_hint(text, result, row, relation);
	return g_string_free(text, FALSE);
}

/* The quoted words of PostgreSQL's message, then the relation's name: what the migration has done it to. */
static SourcePosition
writes_find_place(const WritesJudgement *judgement, const DbResult *result, int row)
{
	static const char *const no_data[] = { "DATA", NULL };
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_auto(GStrv) quoted = g_strsplit(db_result_value(result, row, MESSAGE), "\"", -1);

	if (strcmp(db_result_value(result, row, ACTION), "read") == 0 &&
	    check_place_find_statement(judgement->step->migration->up, no_data) != NULL)
		return check_place_find(judgement->step->migration->up, no_data);
	for (guint i = g_strv_length(quoted); i > 1; i--)
		if (i % 2 == 0 && strcmp(quoted[i - 1], "new") != 0 && strcmp(quoted[i - 1], "old") != 0)
			g_ptr_array_add(words, quoted[i - 1]);
	g_ptr_array_add(words, (gpointer)db_result_value(result, row, NAME));
	g_ptr_array_add(words, NULL);
	return check_place_find(judgement->step->migration->up, (const char *const *)words->pdata);
}

/* A materialized view that is new may be filled by a later migration. */
static bool
writes_wait_for_fill(WritesJudgement *judgement, const DbResult *result, int row, const char *relation,
                     const char *before)
{
	if (before != NULL || strcmp(db_result_value(result, row, ACTION), "read") != 0 ||
	    g_strcmp0(db_result_value(result, row, STATE), "55000") != 0)
		return false;
	g_hash_table_insert(judgement->writes->unfilled, g_strdup(relation),
	                    g_strdup(judgement->step->migration->name));
	return true;
}

static void
writes_judge_one(WritesJudgement *judgement, const DbResult *result, int row, const char *relation, const char *before)
{
	const char *outcome = db_result_value(result, row, RESULT);
	const char *action = db_result_value(result, row, ACTION);

	if (judgement->step->migration == NULL)
		return;
	if (!writes_is_broken(before, outcome)) {
		if (strcmp(outcome, "ok") != 0 && db_result_value(result, row, MESSAGE) != NULL)
			g_string_append_printf(judgement->untried, "\n%s \"%s\" could not be tried: %s",
			                       writes_action_in_words(action), relation,
			                       db_result_value(result, row, MESSAGE));
		return;
	}
	if (writes_wait_for_fill(judgement, result, row, relation, before))
		return;
	g_autofree char *summary = g_strdup_printf("after \"%s\" %s \"%s\" fails: %s", judgement->step->migration->name,
	                                           writes_action_in_words(action), relation,
	                                           db_result_value(result, row, MESSAGE));
	g_autofree char *details = writes_describe_details(result, row, relation, before);
	if (judgement->findings.n == 0)
		judgement->position = writes_find_place(judgement, result, row);
	check_findings_add(&judgement->findings, summary, details);
}

static void
writes_judge(WritesJudgement *judgement, const DbResult *result)
{
	CheckWrites *writes = judgement->writes;

	for (int row = 0; row < db_result_rows(result); row++) {
		const char *outcome = db_result_value(result, row, RESULT);
		const char *action = db_result_value(result, row, ACTION);
		g_autofree char *relation = catalog_identity_join(db_result_value(result, row, SCHEMA), NULL,
		                                                  db_result_value(result, row, NAME));
		char *key = g_strdup_printf("%s %s", relation, action);
		if (strcmp(action, "read") == 0 && strcmp(outcome, "ok") == 0)
			g_hash_table_remove(writes->unfilled, relation);
		writes_judge_one(judgement, result, row, relation, g_hash_table_lookup(writes->known, key));
		g_hash_table_insert(writes->known, key, g_strdup(outcome));
	}
}

CheckFunctionsState
check_writes_functions_state(const CheckWrites *writes)
{
	return check_functions_state(writes->functions);
}

/* What no row reaches is seen by the extension. */
static bool
writes_check_functions(WritesJudgement *judgement, GError **error)
{
	const CheckWritesStep *step = judgement->step;
	guint n_findings = judgement->findings.n;
	const char *const nothing[] = { NULL };

	if (!check_functions(judgement->writes->functions, step->workspace, step->migration, step->before, step->after,
	                     &judgement->findings, judgement->untried, error))
		return false;
	if (n_findings == 0 && judgement->findings.n > 0)
		judgement->position = check_place_find(step->migration->up, nothing);
	return true;
}

static bool
writes_report(const WritesJudgement *judgement)
{
	const CheckWritesStep *step = judgement->step;
	ReportCase *test_case = step->test_case;
	bool declared = judgement->findings.n > 0 && step->accepted != NULL;

	if (test_case == NULL)
		return false;
	if (declared)
		test_case->output = g_strdup_printf("declared under \"changes\" (%s):\n%s%s", step->accepted,
		                                    judgement->findings.all->str, judgement->untried->str);
	else if (judgement->untried->len > 0)
		test_case->output = g_strdup(judgement->untried->str + 1);
	if (!declared && judgement->findings.n > 0) {
		check_findings_report(&judgement->findings, test_case);
		test_case->position = judgement->position;
	}
	return declared;
}

bool
check_writes_prove(CheckWrites *writes, const CheckWritesStep *step, guint *ret_tried, bool *ret_declared,
                   GError **error)
{
	g_autofree char *input = writes_choose(step);
	g_autofree char *reason = NULL;
	g_autoptr(DbResult) result = NULL;

	*ret_tried = 0;
	*ret_declared = false;
	if (input == NULL)
		return true;
	if (!writes_try(step, input, &result, &reason, error))
		return false;
	if (result == NULL) {
		*ret_tried = 1;
		if (step->test_case != NULL)
			report_case_set(step->test_case, REPORT_SKIPPED, "not tried: %s", reason);
		return true;
	}
	WritesJudgement judgement = { .writes = writes, .step = step, .untried = g_string_new(NULL) };
	writes_judge(&judgement, result);
	if (!writes_check_functions(&judgement, error)) {
		check_findings_clear(&judgement.findings);
		g_string_free(judgement.untried, TRUE);
		return false;
	}
	*ret_tried = (guint)db_result_rows(result);
	*ret_declared = writes_report(&judgement);
	check_findings_clear(&judgement.findings);
	g_string_free(judgement.untried, TRUE);
	return true;
}

/* --- The end of a history --------------------------------------------------- */

char *
check_writes_describe_unfilled(const CheckWrites *writes)
{
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(writes->unfilled), (GCompareFunc)strcmp);
	GString *text = g_string_new(NULL);

	for (const GList *item = names; item != NULL; item = item->next)
		g_string_append_printf(
		    text,
		    "%smaterialized view \"%s\" cannot be read: \"%s\" makes it WITH NO DATA, and no "
		    "migration fills it",
		    text->len > 0 ? "\n" : "", (const char *)item->data,
		    (const char *)g_hash_table_lookup(writes->unfilled, item->data));
	if (text->len > 0)
		return g_string_free(text, FALSE);
	g_string_free(text, TRUE);
	return NULL;
}
