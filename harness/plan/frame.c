#include "plan/frame.h"

#include "base/error.h"
#include "plan/import.h"
#include "plan/now.h"
#include "plan/sql.h"

#include <string.h>

/* The name of the statement, of the savepoint, and what they are sent with. */
#define FRAME_PREPARE "PREPARE pgassay_plan AS "
/* How long a query may run that is measured, in milliseconds. */
#define FRAME_MEASURE_TIMEOUT "60000"

struct PlanFrame {
	DbSession *session;
	PlanCatalog *catalog;
	PlanSize *size;    /* borrowed; NULL: tables are as they are */
	char *now;         /* what now() is in queries; or NULL */
	GPtrArray *notes;  /* of char * */
	GHashTable *sized; /* by the OID of a table */
};

/* Beside those that plan_sql_pin takes back to what PostgreSQL itself has. */
static const struct {
	const char *name;
	const char *value;
} frame_settings[] = {
	{ "jit", "off" },
	{ "max_parallel_workers_per_gather", "0" },
	{ "work_mem", "4MB" },
	{ "hash_mem_multiplier", "2" },
	{ "geqo_seed", "0" },
	{ "TimeZone", "UTC" },
	{ "DateStyle", "ISO, MDY" },
	{ "IntervalStyle", "postgres" },
	{ "client_encoding", "UTF8" },
	/* The small trees have no checksum of their own. */
	{ "ignore_checksum_failure", "on" },
	{ "client_min_messages", "warning" },
};

char *
plan_frame_describe_settings(void)
{
	GString *text = g_string_new("planner settings of PostgreSQL itself (costs, enable_*, collapse limits, geqo, "
	                             "effective_cache_size), and");

	for (gsize i = 0; frame_settings[i].name != NULL && strcmp(frame_settings[i].name, "client_encoding") != 0; i++)
		g_string_append_printf(text, "%s %s = %s", i > 0 ? "," : "", frame_settings[i].name,
		                       frame_settings[i].value);
	return g_string_free(text, FALSE);
}

static bool
frame_pin(PlanFrame *frame, GError **error)
{
	g_autoptr(GString) sql = g_string_new(plan_sql_pin);

	for (gsize i = 0; i < G_N_ELEMENTS(frame_settings); i++)
		g_string_append_printf(sql, "; SET LOCAL %s = '%s'", frame_settings[i].name, frame_settings[i].value);
	return db_session_execute(frame->session, sql->str, error);
}

static bool
frame_import(PlanFrame *frame, GError **error)
{
	g_autofree char *data_directory = db_session_query_value(
	    frame->session, error, "SELECT pg_catalog.current_setting('data_directory')", NULL);
	PlanImport import = { .session = frame->session,
		              .catalog = frame->catalog,
		              .size = frame->size,
		              .data_directory = data_directory,
		              .notes = frame->notes,
		              .sized = frame->sized };

	if (data_directory == NULL)
		return false;
	plan_import_resolve(&import);
	return plan_import_run(&import, error);
}

PlanFrame *
plan_frame_open(ScratchServer *server, const ScratchDatabase *database, PlanSize *size, GError **error)
{
	g_autoptr(PlanFrame) frame = g_new0(PlanFrame, 1);

	frame->size = size;
	frame->now = size != NULL ? g_strdup(size->now) : NULL;
	frame->notes = g_ptr_array_new_with_free_func(g_free);
	frame->sized = g_hash_table_new(NULL, NULL);
	if (size != NULL && !scratch_server_is_own(server)) {
		base_error_set(error, BASE_ERROR_ENVIRONMENT, "leave --server out",
		               "plans need a server of our own, whose files can be made long");
		return NULL;
	}
	frame->session = scratch_database_connect(database, DB_SESSION_MIGRATION, error);
	if (frame->session == NULL || !db_session_execute(frame->session, "BEGIN", error) ||
	    (size != NULL && !plan_empty(frame->session, size, error)))
		return NULL;
	frame->catalog = plan_catalog_read(frame->session, error);
	if (frame->catalog == NULL || !frame_pin(frame, error) || (size != NULL && !frame_import(frame, error)))
		return NULL;
	return g_steal_pointer(&frame);
}

PlanFrame *
plan_frame_open_rows(const ScratchDatabase *database, const char *now, GError **error)
{
	g_autoptr(PlanFrame) frame = plan_frame_open(NULL, database, NULL, error);

	if (frame != NULL)
		frame->now = g_strdup(now);
	return g_steal_pointer(&frame);
}

void
plan_frame_close(PlanFrame *frame)
{
	if (frame == NULL)
		return;
	if (frame->session != NULL)
		db_session_run_cleanup(frame->session, "ROLLBACK");
	db_session_close(frame->session);
	plan_catalog_free(frame->catalog);
	g_free(frame->now);
	g_ptr_array_unref(frame->notes);
	g_hash_table_unref(frame->sized);
	g_free(frame);
}

guint
plan_frame_version(const PlanFrame *frame)
{
	return (guint)db_session_server_version(frame->session) / 10000;
}

const PlanCatalog *
plan_frame_catalog(const PlanFrame *frame)
{
	return frame->catalog;
}

const GPtrArray *
plan_frame_notes(const PlanFrame *frame)
{
	return frame->notes;
}

bool
plan_frame_has_size(const PlanFrame *frame, const PlanTable *table)
{
	return g_hash_table_contains(frame->sized, GUINT_TO_POINTER(table->oid));
}

const PlanTableSize *
plan_frame_table_size(const PlanFrame *frame, const PlanTable *table)
{
	return g_hash_table_lookup(frame->sized, GUINT_TO_POINTER(table->oid));
}

DbSession *
plan_frame_session(const PlanFrame *frame)
{
	return frame->session;
}

/* --- Queries ---------------------------------------------------------------------- */

void
plan_answer_clear(PlanAnswer *answer)
{
	plan_tree_unref(answer->tree);
	g_free(answer->refusal);
	*answer = (PlanAnswer){ 0 };
}

static void
frame_refused(PlanFrame *frame, guint prefix, PlanAnswer *answer)
{
	const DbDiagnostic *said = db_session_diagnostic(frame->session);
	const char *name = said->sqlstate != NULL ? db_sqlstate_name(said->sqlstate) : NULL;
	GString *text = g_string_new(said->message);

	g_string_append_printf(text, " (%s%s%s)", said->sqlstate, name != NULL ? ", " : "", name != NULL ? name : "");
	if (said->detail != NULL)
		g_string_append_printf(text, "\nDETAIL: %s", said->detail);
	if (said->hint != NULL)
		g_string_append_printf(text, "\nHINT: %s", said->hint);
	answer->refusal = g_string_free(text, FALSE);
	answer->character = said->position > prefix ? said->position - prefix : 0;
}

/* What the role, the settings and the choice of plans are. */
static char *
frame_begin_sql(PlanFrame *frame, const PlanAsk *ask)
{
	GString *sql = g_string_new("SAVEPOINT pgassay_plan");

	if (ask->measure)
		g_string_append(sql, "; SET LOCAL statement_timeout = " FRAME_MEASURE_TIMEOUT);
	g_string_append_printf(sql, "; SET LOCAL plan_cache_mode = %s",
	                       ask->values != NULL ? "force_custom_plan" : "force_generic_plan");
	if (ask->before != NULL)
		g_string_append_printf(sql, "; %s", ask->before);
	for (guint i = 0; ask->settings != NULL && i < suite_node_size(ask->settings); i++) {
		g_autofree char *name = db_session_quote_literal(frame->session, suite_node_key(ask->settings, i));
		g_autofree char *value = db_session_quote_literal(frame->session,
		                                                  suite_node_text(suite_node_item(ask->settings, i)));
		g_string_append_printf(sql, "; SELECT pg_catalog.set_config(%s, %s, true)", name, value);
	}
	if (ask->role != NULL) {
		g_autofree char *role = db_session_quote_identifier(frame->session, ask->role);
		g_string_append_printf(sql, "; SET LOCAL ROLE %s", role);
	}
	return g_string_free(sql, FALSE);
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

/* Role, settings, and the query as a prepared statement. */
static bool
frame_prepare(PlanFrame *frame, const PlanAsk *ask, bool *ret_prepared, PlanAnswer *answer, GError **error)
{
	g_autofree char *begin = frame_begin_sql(frame, ask);
	g_autofree char *fixed = frame->now != NULL ? plan_now_fix(ask->query->sql, frame->now) : NULL;
	g_autofree char *prepare = g_strconcat(FRAME_PREPARE, fixed != NULL ? fixed : ask->query->sql, NULL);
	GError *cause = NULL;

	if (!db_session_execute(frame->session, begin, &cause))
		return frame_take_refusal(frame, cause, G_MAXUINT, answer, error);
	if (!db_session_execute(frame->session, prepare, &cause))
		/* Places in a text that was changed are none of the file's. */
		return frame_take_refusal(frame, cause, fixed != NULL ? G_MAXUINT : (guint)strlen(FRAME_PREPARE),
		                          answer, error);
	*ret_prepared = true;
	return true;
}

/* What the query has a lock on, which lasts as long as its savepoint. */
static bool
frame_note_relations(PlanFrame *frame, GHashTable *relations, GError **error)
{
	g_autoptr(DbResult) rows = db_session_query(frame->session, error, plan_sql_locks, NULL);

	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++)
		g_hash_table_add(relations,
		                 GUINT_TO_POINTER((guint)g_ascii_strtoull(db_result_value(rows, i, 0), NULL, 10)));
	return rows != NULL;
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
	if (!db_session_execute_rows(frame->session, explain, &rows, &cause))
		return frame_take_refusal(frame, cause, G_MAXUINT, answer, error);
	if (rows == NULL || db_result_rows(rows) != 1)
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "EXPLAIN gave no plan");
	answer->tree = plan_tree_read(db_result_value(rows, 0, 0), (gsize)db_result_value_length(rows, 0, 0), error);
	return answer->tree != NULL && (ask->relations == NULL || frame_note_relations(frame, ask->relations, error));
}

static bool
frame_end_ask(PlanFrame *frame, bool prepared, GError **error)
{
	static const char end[] = "ROLLBACK TO SAVEPOINT pgassay_plan; RELEASE SAVEPOINT pgassay_plan";
	static const char end_prepared[] = "ROLLBACK TO SAVEPOINT pgassay_plan; RELEASE SAVEPOINT pgassay_plan; "
					   "DEALLOCATE pgassay_plan";

	return db_session_execute(frame->session, prepared ? end_prepared : end, error);
}

bool
plan_frame_explain(PlanFrame *frame, const PlanAsk *ask, PlanAnswer *ret_answer, GError **error)
{
	g_auto(PlanAnswer) answer = { 0 };
	bool prepared = false;

	if (ask->measure && frame->size != NULL)
		return base_error_set(error, BASE_ERROR_DATABASE, NULL, "files without rows are never read");
	if (!frame_ask(frame, ask, &prepared, &answer, error) || !frame_end_ask(frame, prepared, error))
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
