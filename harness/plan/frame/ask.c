/* Queries in a frame: prepared, explained, run. */
#include "plan/frame/frame_private.h"

#include "base/error.h"
#include "plan/frame/now.h"
#include "plan/frame/sql.h"

#include <string.h>

/* The text before the query. */
#define FRAME_PREPARE "PREPARE pgassay_plan AS "
/* Time limit of a measured query, in milliseconds. */
#define FRAME_MEASURE_TIMEOUT "60000"

static const DbPrepared frame_locks = { DB_OWN_STATEMENTS "plan_locks", plan_sql_locks };

PlanRelations
plan_relations_new(void)
{
	return (PlanRelations){ .all = g_hash_table_new(NULL, NULL),
		                .tables = g_hash_table_new(NULL, NULL),
		                .names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
}

void
plan_relations_clear(PlanRelations *relations)
{
	g_clear_pointer(&relations->all, g_hash_table_unref);
	g_clear_pointer(&relations->tables, g_hash_table_unref);
	g_clear_pointer(&relations->names, g_hash_table_unref);
}

void
plan_answer_clear(PlanAnswer *answer)
{
	plan_tree_free(answer->tree);
	g_free(answer->refusal);
	*answer = (PlanAnswer){ 0 };
}

static void
frame_refused(PlanFrame *frame, guint prefix, PlanAnswer *answer)
{
	const DbDiagnostic *diagnostic = db_session_diagnostic(frame->session);
	const char *name = diagnostic->sqlstate != NULL ? db_sqlstate_name(diagnostic->sqlstate) : NULL;
	GString *text = g_string_new(diagnostic->message);

	g_string_append_printf(text, " (%s%s%s)", diagnostic->sqlstate, name != NULL ? ", " : "",
	                       name != NULL ? name : "");
	if (diagnostic->detail != NULL)
		g_string_append_printf(text, "\nDETAIL: %s", diagnostic->detail);
	if (diagnostic->hint != NULL)
		g_string_append_printf(text, "\nHINT: %s", diagnostic->hint);
	answer->refusal = g_string_free(text, FALSE);
	answer->character = diagnostic->position > prefix ? diagnostic->position - prefix : 0;
}

/* The statements that set the choice of plans, the settings and, last, the role, of char *. */
static GPtrArray *
frame_list_begin(PlanFrame *frame, const PlanAsk *ask)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(list, g_strdup("SAVEPOINT pgassay_plan"));
	if (ask->measure)
		g_ptr_array_add(list, g_strdup("SET LOCAL statement_timeout = " FRAME_MEASURE_TIMEOUT));
	g_ptr_array_add(list, g_strdup_printf("SET LOCAL plan_cache_mode = %s",
	                                      ask->values != NULL ? "force_custom_plan" : "force_generic_plan"));
	if (ask->before != NULL)
		g_ptr_array_add(list, g_strdup(ask->before));
	for (guint i = 0; ask->settings != NULL && i < suite_node_size(ask->settings); i++) {
		g_autofree char *name = db_session_quote_literal(frame->session, suite_node_key(ask->settings, i));
		g_autofree char *value = db_session_quote_literal(frame->session,
		                                                  suite_node_text(suite_node_item(ask->settings, i)));
		g_ptr_array_add(list, g_strdup_printf("SELECT pg_catalog.set_config(%s, %s, true)", name, value));
	}
	if (ask->role != NULL) {
		g_autofree char *role = db_session_quote_identifier(frame->session, ask->role);
		g_ptr_array_add(list, g_strdup_printf("SET LOCAL ROLE %s", role));
	}
	return list;
}

/* "EXECUTE pgassay_plan('7', NULL)". */
static char *
frame_execute_sql(PlanFrame *frame, const PlanAsk *ask)
{
	GString *sql = g_string_new("EXECUTE pgassay_plan");

	for (guint i = 0; i < ask->query->n_parameters; i++) {
		const SuiteNode *value = ask->values != NULL ? suite_node_item(ask->values, i) : NULL;
		g_autofree char *literal = value == NULL || suite_node_is_null(value)
		                               ? g_strdup("NULL")
		                               : db_session_quote_literal(frame->session, suite_node_text(value));
		g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "(", literal);
	}
	if (ask->query->n_parameters > 0)
		g_string_append_c(sql, ')');
	return g_string_free(sql, FALSE);
}

static char *
frame_explain_sql(PlanFrame *frame, const PlanAsk *ask)
{
	g_autofree char *execute = frame_execute_sql(frame, ask);

	return g_strdup_printf("EXPLAIN (%sVERBOSE, SETTINGS, FORMAT XML) %s",
	                       ask->measure ? "ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF, " : "", execute);
}

/* True when the server has refused; false with *error when the session is lost. */
static bool
frame_take_refusal(PlanFrame *frame, GError *cause, guint prefix, PlanAnswer *answer, GError **error)
{
	if (db_session_transaction_state(frame->session) == DB_TRANSACTION_FAILED &&
	    db_session_diagnostic(frame->session) != NULL &&
	    !g_error_matches(cause, BASE_ERROR, BASE_ERROR_INTERRUPTED)) {
		frame_refused(frame, prefix, answer);
		g_error_free(cause);
		return true;
	}
	g_propagate_error(error, cause);
	return false;
}

/* Settings and role, one by one. False in *ret_done: the server refuses one. */
static bool
frame_begin_ask(PlanFrame *frame, const PlanAsk *ask, bool *ret_done, PlanAnswer *answer, GError **error)
{
	g_autoptr(GPtrArray) list = frame_list_begin(frame, ask);
	GError *cause = NULL;

	for (guint i = 0; i < list->len; i++) {
		if (db_session_execute(frame->session, g_ptr_array_index(list, i), &cause))
			continue;
		*ret_done = false;
		answer->part = ask->role != NULL && i == list->len - 1 ? PLAN_PART_ROLE : PLAN_PART_SETTINGS;
		return frame_take_refusal(frame, cause, G_MAXUINT, answer, error);
	}
	*ret_done = true;
	return true;
}

/* Role, settings, and the query as a prepared statement. */
static bool
frame_prepare(PlanFrame *frame, const PlanAsk *ask, bool *ret_prepared, PlanAnswer *answer, GError **error)
{
	g_autofree char *fixed = frame->now != NULL ? plan_now_fix(ask->query->sql, frame->now) : NULL;
	g_autofree char *prepare = g_strconcat(FRAME_PREPARE, fixed != NULL ? fixed : ask->query->sql, NULL);
	GError *cause = NULL;

	if (!frame_begin_ask(frame, ask, ret_prepared, answer, error))
		return false;
	if (!*ret_prepared)
		return true;
	*ret_prepared = false;
	if (!db_session_execute(frame->session, prepare, &cause))
		/* Places in a text that was changed are none of the file's. */
		return frame_take_refusal(frame, cause, fixed != NULL ? G_MAXUINT : (guint)strlen(FRAME_PREPARE),
		                          answer, error);
	*ret_prepared = true;
	return true;
}

/* Adds the relations that the query has locked; its locks last as long as its savepoint. */
static void
frame_take_relations(const PlanAsk *ask, const DbResult *rows)
{
	for (int i = 0; i < db_result_rows(rows); i++) {
		gpointer oid = GUINT_TO_POINTER((guint)g_ascii_strtoull(db_result_value(rows, i, 0), NULL, 10));
		g_hash_table_add(ask->relations->all, oid);
		g_hash_table_add(ask->relations->names, g_strdup(db_result_value(rows, i, 2)));
		if (db_result_value(rows, i, 1)[0] == 't')
			g_hash_table_add(ask->relations->tables, oid);
	}
}

static bool
frame_note_relations(PlanFrame *frame, const PlanAsk *ask, GError **error)
{
	const DbRequest request = { .prepared = &frame_locks };
	g_autoptr(DbResult) rows = NULL;

	if (!db_session_pipeline_requests(frame->session, 1, &request, &rows, error))
		return false;
	frame_take_relations(ask, rows);
	return true;
}

static bool
frame_take_plan(const DbResult *rows, PlanAnswer *answer, GError **error)
{
	if (rows == NULL || db_result_rows(rows) != 1)
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "EXPLAIN gave no plan");
	answer->tree = plan_tree_read(db_result_value(rows, 0, 0), (gsize)db_result_value_length(rows, 0, 0), error);
	return answer->tree != NULL;
}

static bool
frame_ask(PlanFrame *frame, const PlanAsk *ask, bool *ret_prepared, PlanAnswer *answer, GError **error)
{
	g_autofree char *explain = frame_explain_sql(frame, ask);
	g_autoptr(DbResult) rows = NULL;
	GError *cause = NULL;

	if (!frame_prepare(frame, ask, ret_prepared, answer, error))
		return false;
	if (!*ret_prepared)
		return true;
	answer->part = ask->values != NULL ? PLAN_PART_VALUES : PLAN_PART_QUERY;
	if (!db_session_execute_rows(frame->session, explain, &rows, &cause))
		return frame_take_refusal(frame, cause, G_MAXUINT, answer, error);
	return frame_take_plan(rows, answer, error) &&
	       (ask->relations == NULL || frame_note_relations(frame, ask, error));
}

static bool
frame_end_ask(PlanFrame *frame, bool prepared, GError **error)
{
	static const char end[] = "ROLLBACK TO SAVEPOINT pgassay_plan; RELEASE SAVEPOINT pgassay_plan";
	static const char end_prepared[] = "ROLLBACK TO SAVEPOINT pgassay_plan; RELEASE SAVEPOINT pgassay_plan; "
					   "DEALLOCATE pgassay_plan";

	return db_session_execute(frame->session, prepared ? end_prepared : end, error);
}

static bool
frame_explain_slowly(PlanFrame *frame, const PlanAsk *ask, PlanAnswer *answer, GError **error)
{
	bool prepared = false;

	return frame_ask(frame, ask, &prepared, answer, error) && frame_end_ask(frame, prepared, error);
}

/* --- All of it in one round trip ------------------------------------------------------- */

/* The statements, the first `n` of which stand before the question about relations. */
static GPtrArray *
frame_list_all(PlanFrame *frame, const PlanAsk *ask, guint *ret_n)
{
	GPtrArray *list = frame_list_begin(frame, ask);
	g_autofree char *fixed = frame->now != NULL ? plan_now_fix(ask->query->sql, frame->now) : NULL;

	g_ptr_array_add(list, g_strconcat(FRAME_PREPARE, fixed != NULL ? fixed : ask->query->sql, NULL));
	g_ptr_array_add(list, frame_explain_sql(frame, ask));
	*ret_n = list->len;
	g_ptr_array_add(list, g_strdup("ROLLBACK TO SAVEPOINT pgassay_plan"));
	g_ptr_array_add(list, g_strdup("RELEASE SAVEPOINT pgassay_plan"));
	g_ptr_array_add(list, g_strdup("DEALLOCATE pgassay_plan"));
	return list;
}

static DbRequest *
frame_make_requests(const GPtrArray *list, guint n, bool locks, guint *ret_all)
{
	DbRequest *requests = g_new0(DbRequest, list->len + 1);
	guint all = 0;

	for (guint i = 0; i < list->len; i++) {
		requests[all++].sql = g_ptr_array_index(list, i);
		if (i + 1 == n && locks)
			requests[all++].prepared = &frame_locks;
	}
	*ret_all = all;
	return requests;
}

/* After a refusal: as if nothing had been asked. */
static bool
frame_take_back(PlanFrame *frame, GError **error)
{
	if (!db_session_execute(frame->session, "ROLLBACK TO SAVEPOINT pgassay_plan; RELEASE SAVEPOINT pgassay_plan",
	                        error))
		return false;
	g_autoptr(DbResult) rows = db_session_query(
	    frame->session, error, "SELECT FROM pg_catalog.pg_prepared_statements WHERE name = 'pgassay_plan'", NULL);
	return rows != NULL &&
	       (db_result_rows(rows) == 0 || db_session_execute(frame->session, "DEALLOCATE pgassay_plan", error));
}

static bool
frame_explain_at_once(PlanFrame *frame, const PlanAsk *ask, PlanAnswer *answer, bool *ret_refused, GError **error)
{
	guint n = 0;
	guint all = 0;
	g_autoptr(GPtrArray) list = frame_list_all(frame, ask, &n);
	g_autofree DbRequest *requests = frame_make_requests(list, n, ask->relations != NULL, &all);
	g_autofree DbResult **results = g_new0(DbResult *, all);
	g_autoptr(GError) cause = NULL;

	if (!db_session_pipeline_requests(frame->session, (int)all, requests, results, &cause)) {
		*ret_refused = db_session_transaction_state(frame->session) == DB_TRANSACTION_FAILED &&
		               !g_error_matches(cause, BASE_ERROR, BASE_ERROR_INTERRUPTED);
		if (*ret_refused)
			return frame_take_back(frame, error);
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	bool done = frame_take_plan(results[n - 1], answer, error);
	if (done && ask->relations != NULL)
		frame_take_relations(ask, results[n]);
	for (guint i = 0; i < all; i++)
		db_result_free(results[i]);
	return done;
}

bool
plan_frame_explain(PlanFrame *frame, const PlanAsk *ask, PlanAnswer *ret_answer, GError **error)
{
	g_auto(PlanAnswer) answer = { 0 };
	bool several = ask->measure || (ask->before != NULL && strchr(ask->before, ';') != NULL);
	bool refused = several;

	if (ask->measure && frame->size != NULL)
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "files without rows are never read");
	if (!several && !frame_explain_at_once(frame, ask, &answer, &refused, error))
		return false;
	/* Step by step, the refusal shows which part was refused. */
	if (refused && !frame_explain_slowly(frame, ask, &answer, error))
		return false;
	*ret_answer = answer;
	answer = (PlanAnswer){ 0 };
	return true;
}

/* --- Runs --------------------------------------------------------------------------- */

bool
plan_frame_begin_runs(PlanFrame *frame, const PlanAsk *ask, PlanAnswer *ret_answer, GError **error)
{
	g_auto(PlanAnswer) answer = { 0 };
	bool prepared = false;

	if (frame->size != NULL)
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "files without rows are never read");
	if (!frame_prepare(frame, ask, &prepared, &answer, error) || (!prepared && !frame_end_ask(frame, false, error)))
		return false;
	*ret_answer = answer;
	answer = (PlanAnswer){ 0 };
	return true;
}

bool
plan_frame_run(PlanFrame *frame, const PlanAsk *ask, gint64 *ret_time, GError **error)
{
	g_autofree char *execute = frame_execute_sql(frame, ask);
	g_autoptr(DbResult) rows = NULL;

	if (!db_session_execute(frame->session, "SAVEPOINT pgassay_run", error))
		return false;
	gint64 start = g_get_monotonic_time();
	if (!db_session_execute_rows(frame->session, execute, &rows, error))
		return false;
	*ret_time = g_get_monotonic_time() - start;
	return db_session_execute(frame->session, "ROLLBACK TO SAVEPOINT pgassay_run; RELEASE SAVEPOINT pgassay_run",
	                          error);
}

bool
plan_frame_end_runs(PlanFrame *frame, GError **error)
{
	return frame_end_ask(frame, true, error);
}
