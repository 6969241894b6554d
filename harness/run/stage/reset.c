/* Resets the database N times: the result is the same each time, and open sessions can go on. */
#include "run/stage/stage.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "catalog/diff.h"
#include "check/findings.h"
#include "run/reset/reset.h"
#include "target/sql.h"

#include <string.h>

/* How long the drop waits where it is known to wait in vain. */
#define VAIN_LOCK_TIMEOUT 100

#define STALE             "pgassay_stale"

typedef struct {
	RunStage *stage;
	ReportCase *test_case;
	GString *output;
	DbSession *admin;
	CatalogSnapshot *first;
	GPtrArray *left; /* remains of the last drop */

	/* Sessions of others, open all the time; the first has a prepared statement on a table. */
	DbSession *prepared;
	DbSession *idle;
	char *table; /* quoted, with its schema; NULL: there is no table */
} Work;

static void
stage_reset_work_clear(Work *work)
{
	db_session_close(work->admin);
	db_session_close(work->prepared);
	db_session_close(work->idle);
	catalog_snapshot_unref(work->first);
	if (work->left != NULL)
		g_ptr_array_unref(work->left);
	g_free(work->table);
	g_string_free(work->output, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, stage_reset_work_clear)

bool
run_reset_stage_is_wanted(const RunJob *job)
{
	return job->database->resets > 0;
}

static DbSession *
stage_reset_connect(const Work *work, DbSessionPurpose purpose, GError **error)
{
	return scratch_database_connect(work->stage->workspace.database, purpose, error);
}

static bool
stage_reset_ended(const Work *work)
{
	return work->test_case->status != REPORT_PASSED;
}

/* --- Building -------------------------------------------------------------- */

static void
fail_rebuild(Work *work, guint reset, const GError *cause)
{
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text, "after reset %u, the migrations fail: %s", reset, cause->message);
	for (guint i = 0; work->left != NULL && i < work->left->len; i++)
		g_string_append_printf(text, "%s%s",
		                       i == 0 ? "\nleft from before, because it belongs to no schema: " : ", ",
		                       (const char *)g_ptr_array_index(work->left, i));
	if (work->left != NULL && work->left->len > 0)
		g_string_append(text, "\nhint: let the migration work when that is there already, or drop it before "
		                      "each reset");
	report_case_set(work->test_case, REPORT_FAILED, "%s", text->str);
}

/* A whole run of the tool in a session of its own. A migration that fails is the case's failure. */
static bool
stage_reset_build(Work *work, guint reset, GError **error)
{
	g_autoptr(DbSession) session = stage_reset_connect(work, DB_SESSION_MIGRATION, error);
	GError *cause = NULL;
	RunResetBuilt built = { 0 };

	if (session == NULL)
		return false;
	if (run_reset_rebuild(session, work->stage->job, &work->stage->stand_ins, false, &built, &cause))
		return true;
	if ((!g_error_matches(cause, BASE_ERROR, BASE_ERROR_DATABASE) &&
	     !g_error_matches(cause, BASE_ERROR, BASE_ERROR_MIGRATION)) ||
	    reset == 0) {
		g_propagate_error(error, cause);
		return false;
	}
	fail_rebuild(work, reset, cause);
	g_error_free(cause);
	return true;
}

static bool
stage_reset_compare(Work *work, guint reset, GError **error)
{
	g_autoptr(CatalogSnapshot) found = catalog_snapshot_read(work->admin, work->stage->workspace.exclusions, error);

	if (found == NULL)
		return false;
	g_autofree char *expected_print = catalog_snapshot_fingerprint(work->first);
	g_autofree char *found_print = catalog_snapshot_fingerprint(found);
	if (strcmp(expected_print, found_print) == 0)
		return true;
	g_autoptr(GArray) differences = catalog_diff(work->first, found, NULL);
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	report_case_set(work->test_case, REPORT_FAILED,
	                "after reset %u of %u, the migrations build another schema than at first\n"
	                "hint: does a migration depend on what is outside of the schemas, on time or on chance?\n"
	                "fingerprint %s, at first %s\n%s",
	                reset, work->stage->job->database->resets, found_print, expected_print, all);
	return true;
}

/* --- The sessions of others ------------------------------------------------ */

/* The first table that is not the tool's. */
static bool
choose_table(Work *work, GError **error)
{
	g_autoptr(DbResult) tables = db_session_query(work->admin, error, target_sql_tables, NULL);

	if (tables == NULL)
		return false;
	for (int row = 0; row < db_result_rows(tables) && work->table == NULL; row++)
		if (g_strcmp0(db_result_value(tables, row, 0), work->stage->job->history) != 0)
			work->table = g_strdup(db_result_value(tables, row, 0));
	return true;
}

static bool
stage_reset_prepare(const Work *work, GError **error)
{
	g_autofree char *sql = g_strdup_printf("PREPARE " STALE " AS SELECT * FROM %s LIMIT 1; EXECUTE " STALE,
	                                       work->table);

	return db_session_execute(work->prepared, sql, error);
}

static bool
open_others(Work *work, GError **error)
{
	work->prepared = stage_reset_connect(work, DB_SESSION_INTERNAL, error);
	work->idle = work->prepared != NULL ? stage_reset_connect(work, DB_SESSION_INTERNAL, error) : NULL;
	if (work->idle == NULL || !choose_table(work, error))
		return false;
	if (work->table == NULL)
		g_string_append(work->output, "there is no table that a session could have a prepared statement on\n");
	return db_session_execute(work->idle, "SELECT 1", error) &&
	       (work->table == NULL || stage_reset_prepare(work, error));
}

/* Executes the statement that was prepared before the reset, and notes its result. */
static void
execute_stale(Work *work, guint reset, const char *when)
{
	g_autoptr(GError) cause = NULL;

	if (work->table == NULL)
		return;
	bool works = db_session_execute(work->prepared, "EXECUTE " STALE, &cause);
	const DbDiagnostic *diagnostic = db_session_diagnostic(work->prepared);
	g_string_append_printf(work->output, "reset %u, %s: the prepared statement on %s %s%s\n", reset, when,
	                       work->table, works ? "works" : "says: ",
	                       works                ? ""
	                       : diagnostic != NULL ? diagnostic->message
	                                            : cause->message);
}

static void
fail_session(Work *work, guint reset, const char *what, const GError *cause)
{
	report_case_set(work->test_case, REPORT_FAILED, "after reset %u, %s cannot go on: %s", reset, what,
	                cause->message);
}

/* A session that survives the reset must be of use again, as a pool or a driver makes it so. */
static void
try_others(Work *work, guint reset)
{
	g_autoptr(GError) cause = NULL;
	g_autofree char *count = work->table == NULL
	                             ? g_strdup("SELECT 1")
	                             : g_strdup_printf("SELECT pg_catalog.count(*) FROM %s", work->table);

	execute_stale(work, reset, "after the rebuild");
	if (!db_session_execute(work->prepared, "DISCARD ALL", &cause) ||
	    (work->table != NULL && !stage_reset_prepare(work, &cause))) {
		fail_session(work, reset, "the session with the prepared statement", cause);
		return;
	}
	if (!db_session_execute(work->idle, count, &cause))
		fail_session(work, reset, "the idle session", cause);
	else
		g_string_append_printf(work->output,
		                       "reset %u, after the rebuild: prepared again after DISCARD ALL, it "
		                       "works; so does the idle session\n",
		                       reset);
}

/* A session in the middle of a transaction: the reset says who it is and drops nothing, and can end it. */
static bool
meet_transaction(Work *work, GError **error)
{
	static const RunResetOptions impatient = { .lock_timeout = VAIN_LOCK_TIMEOUT };
	g_autoptr(DbSession) open = stage_reset_connect(work, DB_SESSION_INTERNAL, error);
	g_autofree char *sql = g_strdup_printf("BEGIN; SELECT FROM %s LIMIT 1", work->table);
	g_autoptr(GError) refusal = NULL;
	g_autoptr(GError) farewell = NULL;

	if (open == NULL || !db_session_execute(open, sql, error))
		return false;
	g_autofree char *pid = g_strdup_printf("pid %d,", db_session_backend_pid(open));
	if (run_reset_drop(work->admin, &impatient, &work->left, &refusal) || strstr(refusal->message, pid) == NULL) {
		report_case_set(work->test_case, REPORT_FAILED,
		                "a reset does not report the session in whose transaction the table %s is used: %s",
		                work->table, refusal != NULL ? refusal->message : "it drops the table");
		return base_interrupt_check(error);
	}
	if (!run_reset_end_others(work->admin, error))
		return false;
	if (db_session_execute(open, "SELECT 1", &farewell)) {
		report_case_set(work->test_case, REPORT_FAILED, "a session that was ended still answers");
		return true;
	}
	g_string_append_printf(work->output,
	                       "a session in a transaction on %s: the reset drops nothing and names it; with "
	                       "--end-sessions it is ended, and says: %s\n",
	                       work->table, farewell->message);
	return true;
}

/* --- The stage ------------------------------------------------------------- */

static bool
stage_reset_reset(Work *work, guint number, GError **error)
{
	static const RunResetOptions options = { 0 };

	run_stage_progress(work->stage, "reset %u", number);
	g_clear_pointer(&work->left, g_ptr_array_unref);
	if (!run_reset_drop(work->admin, &options, &work->left, error))
		return false;
	execute_stale(work, number, "with the schemas dropped");
	if (!stage_reset_build(work, number, error))
		return false;
	if (stage_reset_ended(work))
		return true;
	if (!stage_reset_compare(work, number, error))
		return false;
	if (!stage_reset_ended(work))
		try_others(work, number);
	return true;
}

static bool
reset_all(Work *work, GError **error)
{
	static const RunResetOptions options = { 0 };
	guint n = work->stage->job->database->resets;

	work->admin = stage_reset_connect(work, DB_SESSION_INTERNAL, error);
	if (work->admin == NULL || !run_reset_lock(work->admin, &options, error) || !stage_reset_build(work, 0, error))
		return false;
	work->first = catalog_snapshot_read(work->admin, work->stage->workspace.exclusions, error);
	if (work->first == NULL || !open_others(work, error))
		return false;
	for (guint i = 1; i <= n && !stage_reset_ended(work); i++)
		if (!stage_reset_reset(work, i, error))
			return false;
	return stage_reset_ended(work) || work->table == NULL || meet_transaction(work, error);
}

/* Creates an empty database: each reset loads its own starting state. */
static bool
stage_reset_create(RunStage *stage, GError **error)
{
	stage->workspace.template = NULL;
	return check_workspace_create(&stage->workspace, "reset", error);
}

bool
run_reset_stage(RunStage *stage, GError **error)
{
	g_autoptr(CatalogSnapshot) end = run_progress_wait_end(stage->history);
	SourcePosition nowhere = { .path = stage->job->set->directory };
	guint n = stage->job->database->resets;
	g_autofree char *name = g_strdup_printf(
	    n == 1 ? "%u reset gives the same schema" : "%u resets give the same schema", n);
	gint64 start = g_get_monotonic_time();

	if (end == NULL) {
		if (!base_interrupt_check(error))
			return false;
		run_stage_skip(stage, "reset", name, nowhere, "not run, because a migration failed");
		return true;
	}
	g_autoptr(ReportCase) test_case = run_stage_case(stage, "reset", name, nowhere);
	g_auto(Work) work = { .stage = stage, .test_case = test_case, .output = g_string_new(NULL) };
	if (!stage_reset_create(stage, error) || !reset_all(&work, error))
		return false;
	report_case_note(test_case, "%s", work.output->str);
	test_case->duration = g_get_monotonic_time() - start;
	run_stage_report(g_steal_pointer(&test_case), stage);
	return true;
}
