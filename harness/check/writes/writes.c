#include "check/writes/private.h"

#include "base/interrupt.h"
#include "check/workspace/place.h"
#include "check/writes/sql.h"
#include "db/sqlstate.h"

#include <string.h>

/* Milliseconds for all that is tried after one migration. */
#define TIME_LIMIT "30000"

/* --- Earlier successes ----------------------------------------------------- */

CheckWrites *
check_writes_new(void)
{
	CheckWrites *writes = g_new0(CheckWrites, 1);

	writes->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	writes->refused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
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
	g_hash_table_unref(writes->refused);
	g_hash_table_unref(writes->roles);
	g_hash_table_unref(writes->behind);
	g_hash_table_unref(writes->unfilled);
	check_functions_free(writes->functions);
	g_free(writes);
}

/* --- Trying ---------------------------------------------------------------- */

static const DbPrepared give_input = { DB_OWN_STATEMENTS "writes",
	                               "SELECT pg_catalog.set_config('pgassay.writes', $1, true)" };

static const DbPrepared find_code = { DB_OWN_STATEMENTS "writes_code", check_sql_writes_code };
static const DbPrepared find_relations = { DB_OWN_STATEMENTS "writes_relations", check_sql_writes_relations };

static const char take_output[] =
    "SELECT r ->> 'schema', r ->> 'name', r ->> 'action', r ->> 'result', r ->> 'state', r ->> 'message',"
    " r ->> 'detail', r ->> 'hint', r ->> 'context', r ->> 'table', r ->> 'row', r ->> 'role', r ->> 'behind'"
    " FROM pg_catalog.jsonb_array_elements(pg_catalog.current_setting('pgassay.writes')::jsonb) r";

/* A function that stays in the session is one more in the catalog, which these could see or stumble over. */
static bool
writes_may_see_functions(const MigrationScript *script)
{
	static const char *const words[] = {
		"pg_proc",         "pg_depend",          "pg_namespace",  "pg_temp",        "pg_describe",
		"pg_get_function", "information_schema", "event trigger", "drop extension", "procedural language",
		"drop language",   "drop owned",         "reassign owned"
	};
	const GPtrArray *statements = script != NULL ? migration_script_statements(script) : NULL;

	for (guint i = 0; statements != NULL && i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		g_autofree char *text = g_ascii_strdown(statement->sql, -1);
		for (guint j = 0; j < G_N_ELEMENTS(words); j++)
			if (strstr(text, words[j]) != NULL)
				return true;
	}
	return script != NULL && migration_script_scope(script) == MIGRATION_SCOPE_EXTERNAL;
}

static bool
writes_leaves_no_trace(CheckWrites *writes, const MigrationSet *set)
{
	for (guint i = 0; writes->trace == WRITES_TRACE_UNKNOWN && i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (writes_may_see_functions(migration->up) || writes_may_see_functions(migration->down))
			writes->trace = WRITES_TRACE_NONE;
	}
	if (writes->trace == WRITES_TRACE_UNKNOWN)
		writes->trace = WRITES_TRACE_SESSION;
	return writes->trace == WRITES_TRACE_NONE;
}

/* If the server refuses it, that is not a failure of the caller: *ret_results are NULL then, and *ret_reason has the
 * error. */
static bool
writes_send(DbSession *session, int n, const DbRequest *requests, DbResult **ret_results, char **ret_reason,
            GError **error)
{
	g_autoptr(GError) refusal = NULL;

	if (db_session_pipeline_requests(session, n, requests, ret_results, &refusal))
		return true;
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);
	if (diagnostic == NULL || base_interrupted() || db_session_transaction_state(session) == DB_TRANSACTION_LOST) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	*ret_reason = g_strdup(diagnostic->message);
	db_session_run_cleanup(session, "ROLLBACK");
	return true;
}

/* Event triggers of the migrations are not for us. */
static const char set_own_rules[] =
    "SELECT pg_catalog.set_config('session_replication_role', r, true) FROM (VALUES ('replica')) v(r) WHERE"
    " pg_catalog.current_setting('is_superuser') = 'on'";
static const char set_usual_rules[] =
    "SELECT pg_catalog.set_config('session_replication_role', r, true) FROM (VALUES ('origin')) v(r) WHERE"
    " pg_catalog.current_setting('is_superuser') = 'on'";

/* Creates the function with the trials for the duration of the session; or begins a transaction, to which it
 * belongs. */
static bool
writes_make_function(CheckWorkspace *workspace, DbSession *session, bool no_trace, char **ret_reason, GError **error)
{
	const DbRequest requests[] = { { .sql = "BEGIN" },
		                       { .sql = set_own_rules },
		                       { .sql = check_sql_writes },
		                       { .sql = no_trace ? set_usual_rules : "COMMIT" } };
	DbResult *results[G_N_ELEMENTS(requests)] = { NULL };

	if (workspace->application_has_trials)
		return true;
	if (!writes_send(session, G_N_ELEMENTS(requests), requests, results, ret_reason, error))
		return false;
	for (guint i = 0; i < G_N_ELEMENTS(requests); i++)
		db_result_free(results[i]);
	workspace->application_has_trials = *ret_reason == NULL && !no_trace;
	return true;
}

/* The rows of take_output. If all trials are refused, that is not a failure: then *ret_result is NULL, and
 * *ret_reason has the error; the caller frees it. */
static bool
writes_try(CheckWrites *writes, const CheckWritesStep *step, const char *input, DbResult **ret_result,
           char **ret_reason, GError **error)
{
	bool no_trace = writes_leaves_no_trace(writes, step->workspace->set);
	/* Our own statements are planned once in a session. */
	const DbRequest requests[] = { { .sql = "BEGIN" },
		                       { .sql = "SET LOCAL jit = off" },
		                       { .sql = "SET LOCAL plan_cache_mode = force_generic_plan" },
		                       { .sql = "SET LOCAL statement_timeout = " TIME_LIMIT },
		                       { .sql = "SET LOCAL client_min_messages = error" },
		                       { .prepared = &give_input, .parameter = input },
		                       { .prepared = &find_code },
		                       { .prepared = &find_relations },
		                       { .sql = "SELECT pg_temp.pgassay_writes()" },
		                       { .sql = take_output },
		                       { .sql = "ROLLBACK" } };
	const guint begun = no_trace ? 1 : 0;
	const guint n = G_N_ELEMENTS(requests) - begun;
	DbResult *results[G_N_ELEMENTS(requests)] = { NULL };
	DbSession *session = check_workspace_application(step->workspace, error);

	if (session == NULL || !writes_make_function(step->workspace, session, no_trace, ret_reason, error))
		return false;
	if (*ret_reason != NULL)
		return true;
	if (!writes_send(session, (int)n, requests + begun, results, ret_reason, error))
		return false;
	*ret_result = g_steal_pointer(&results[n - 2]);
	for (guint i = 0; i < n; i++)
		db_result_free(results[i]);
	return true;
}

/* PL/pgSQL keeps plans of expressions for the whole session, also when a column has got another type since: an
 * application that connects anew does not meet that. NULL: there was nothing of the kind. */
static const char *
writes_find_old_plan(const DbResult *result)
{
	for (int row = 0; result != NULL && row < db_result_rows(result); row++) {
		const char *message = db_result_value(result, row, WRITES_MESSAGE);
		if (message != NULL && g_str_has_prefix(message, "type of parameter ") &&
		    g_strcmp0(db_result_value(result, row, WRITES_STATE), DB_SQLSTATE_DATATYPE_MISMATCH) == 0)
			return message;
	}
	return NULL;
}

/* PL/pgSQL has read the labels of an enum that its code names, and goes by them for the whole session, also when one
 * has got another name since. */
static bool
writes_labels_differ(const CheckWritesStep *step)
{
	guint n = 0;
	guint first = step->before != NULL ? catalog_snapshot_range(step->before, CATALOG_ENUM, NULL, NULL, &n) : 0;

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *was = catalog_snapshot_object(step->before, i);
		const CatalogObject *is = catalog_snapshot_find(step->after, CATALOG_ENUM, was->schema, NULL,
		                                                was->name);
		const CatalogAttribute *labels = catalog_object_attribute(was, "labels");
		const CatalogAttribute *now = is != NULL ? catalog_object_attribute(is, "labels") : NULL;
		if (labels != NULL && now != NULL && strcmp(labels->value, now->value) != 0)
			return true;
	}
	return false;
}

/* The same, in a session without cached plans if that makes a difference: *ret_old_plan is then the error of the
 * other session, else NULL; the caller frees it. */
static bool
writes_try_fresh(CheckWrites *writes, const CheckWritesStep *step, const char *input, DbResult **ret_result,
                 char **ret_reason, char **ret_old_plan, GError **error)
{
	if (writes_labels_differ(step))
		check_workspace_end_application(step->workspace);
	if (!writes_try(writes, step, input, ret_result, ret_reason, error))
		return false;
	*ret_old_plan = g_strdup(writes_find_old_plan(*ret_result));
	if (*ret_old_plan == NULL)
		return true;
	g_clear_pointer(ret_result, db_result_free);
	check_workspace_end_application(step->workspace);
	return writes_try(writes, step, input, ret_result, ret_reason, error);
}

/* --- Tables with another name ------------------------------------------------- */

/* Adds what is known of the relation "old", for all roles, as known of "new". */
static void
writes_know_as(GHashTable *known, const char *old, const char *new)
{
	g_autofree char *prefix = g_strconcat(old, " ", NULL);
	g_autoptr(GList) keys = g_hash_table_get_keys(known);

	for (const GList *item = keys; item != NULL; item = item->next) {
		const char *key = item->data;
		if (!g_str_has_prefix(key, prefix))
			continue;
		char *value = g_strdup(g_hash_table_lookup(known, key));
		g_hash_table_insert(known, g_strconcat(new, " ", key + strlen(prefix), NULL), value);
	}
}

/* What could be done with a table that has another name or schema now has to be possible under that. */
static void
writes_follow_names(CheckWrites *writes, const CheckWritesStep *step)
{
	for (guint i = 0; step->before != NULL && i < rows_state_size(step->rows_before); i++) {
		const char *old = rows_state_name(step->rows_before, i);
		const char *new = rows_state_renamed_table(step->rows_before, step->rows_after, old);
		if (new != NULL)
			writes_know_as(writes->known, old, new);
	}
}

/* --- All of it ------------------------------------------------------------- */

CheckFunctionsState
check_writes_functions_state(const CheckWrites *writes)
{
	return check_functions_state(writes->functions);
}

/* The extension checks the paths that no row reaches. */
static bool
writes_check_functions(WritesJudgement *judgement, GError **error)
{
	const CheckWritesStep *step = judgement->step;
	SourcePosition *position = judgement->findings.n == 0 ? &judgement->position : NULL;
	const CheckFunctionsStep functions = { .workspace = step->workspace,
		                               .migration = step->migration,
		                               .before = step->before,
		                               .after = step->after,
		                               .affected = judgement->affected,
		                               .leaves_no_trace = writes_leaves_no_trace(judgement->writes,
		                                                                         step->workspace->set),
		                               .position = position };

	return check_functions(judgement->writes->functions, &functions, &judgement->findings, judgement->untried,
	                       error);
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
		report_case_note(test_case, "declared under \"changes\" (%s):\n%s%s", step->accepted,
		                 judgement->findings.all->str, judgement->untried->str);
	else if (judgement->untried->len > 0)
		report_case_note(test_case, "%s", judgement->untried->str + 1);
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
	g_auto(CheckAffected) affected = { 0 };
	g_autofree char *input = check_writes_choose(writes, step, &affected);
	g_autofree char *reason = NULL;
	g_autofree char *old_plan = NULL;
	g_autoptr(DbResult) result = NULL;

	*ret_tried = 0;
	*ret_declared = false;
	writes_follow_names(writes, step);
	if (input == NULL)
		return true;
	if (!writes_try_fresh(writes, step, input, &result, &reason, &old_plan, error))
		return false;
	if (result == NULL) {
		*ret_tried = 1;
		if (step->test_case != NULL)
			report_case_set(step->test_case, REPORT_SKIPPED, "not tried: %s", reason);
		return true;
	}
	WritesJudgement judgement = {
		.writes = writes, .step = step, .affected = &affected, .untried = g_string_new(NULL)
	};
	if (old_plan != NULL)
		g_string_append_printf(judgement.untried, "\na session that is open fails until it connects anew: %s",
		                       old_plan);
	check_writes_judge(&judgement, result);
	check_writes_judge_keys(&judgement);
	check_writes_judge_defaults(&judgement);
	if (!writes_check_functions(&judgement, error)) {
		check_findings_clear(&judgement.findings);
		g_string_free(judgement.untried, TRUE);
		return false;
	}
	*ret_tried = (guint)db_result_rows(result) +
	             (affected.relations != NULL ? g_hash_table_size(affected.relations) : 0);
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
