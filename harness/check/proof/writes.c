#include "check/proof/writes_private.h"

#include "base/interrupt.h"
#include "catalog/diff.h"
#include "catalog/identity.h"
#include "catalog/list.h"
#include "check/proof/place.h"
#include "check/proof/sql.h"

#include <string.h>

/* Milliseconds for all that is tried after one migration. */
#define TIME_LIMIT "30000"

/* --- What worked ----------------------------------------------------------- */

CheckWrites *
check_writes_new(void)
{
	CheckWrites *writes = g_new0(CheckWrites, 1);

	writes->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	writes->behind = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	writes->roles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
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
	g_hash_table_unref(writes->roles);
	g_hash_table_unref(writes->behind);
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
	/* A publication wants a replica identity of every table that it has, and who may use a schema is for all of it.
	 */
	subject->all |= object->class_id == CATALOG_PUBLICATION ||
	                (object->class_id == CATALOG_SCHEMA && difference->kind != CATALOG_UNEXPECTED);
	subject->code |= !writes_is_addition(difference, object->class_id);
}

static void
writes_add_rows(WritesSubject *subject, const RowsState *before, const RowsState *after)
{
	g_autoptr(GPtrArray) changes = rows_state_compare(before, after);

	for (guint i = 0; i < changes->len; i++)
		writes_add_identity(subject->names, ((const RowsDifference *)g_ptr_array_index(changes, i))->table);
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

/* Of the functions that are to be called; none where there are no functions. */
static void
writes_append_words(GString *json, const CheckWritesStep *step)
{
	if (step->before == NULL) {
		g_string_append(json, ", \"words\": [\"\"]");
		return;
	}
	if (!check_functions_are_there(step->after, "plpgsql", "sql"))
		return;
	g_autofree char *words = check_functions_find_words(step->before, step->after);
	if (words != NULL)
		g_string_append_printf(json, ", \"words\": %s", words);
}

static void
writes_append_roles(GString *json, GHashTable *roles)
{
	g_autofree gpointer *names = g_hash_table_get_keys_as_array(roles, NULL);
	g_autofree char *list = catalog_list_format((const char *const *)names);

	g_string_append_printf(json, ", \"roles\": %s", list);
}

/* The input of sql/writes.sql; NULL when there is nothing to try. The caller frees it. */
static char *
writes_choose(const CheckWrites *writes, const CheckWritesStep *step)
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
		writes_append_words(json, step);
		writes_append_roles(json, writes->roles);
		writes_append_exclusions(json, step->workspace->exclusions);
		g_string_append_c(json, '}');
	}
	g_string_free(subject.names, TRUE);
	return json != NULL ? g_string_free(json, FALSE) : NULL;
}

/* --- Trying ---------------------------------------------------------------- */

static const DbPrepared give_input = { DB_OWN_STATEMENTS "writes",
	                               "SELECT pg_catalog.set_config('pgassay.writes', $1, true)" };

static const char take_output[] =
    "SELECT r ->> 'schema', r ->> 'name', r ->> 'action', r ->> 'result', r ->> 'state', r ->> 'message',"
    " r ->> 'detail', r ->> 'hint', r ->> 'context', r ->> 'table', r ->> 'row', r ->> 'role', r ->> 'behind'"
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

/* --- All of it ------------------------------------------------------------- */

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
	g_autofree char *input = writes_choose(writes, step);
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
	check_writes_judge(&judgement, result);
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
