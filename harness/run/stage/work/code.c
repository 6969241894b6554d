#include "run/stage/work/code.h"

#include "base/file.h"
#include "check/crash/state.h"
#include "migration/runner/recording.h"
#include "run/stage/work/rows.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A migration that sends more is not looked at. */
#define LOG_MAX ((gsize)64 * 1024 * 1024)

struct RunCode {
	MigrationSet set; /* the job's, with other migrations */
	RunJob job;       /* the stage's, with that set */
	GPtrArray *pending;
	GPtrArray *copies;     /* owned, of Migration * */
	GHashTable *originals; /* const Migration * -> const Migration *: of the copies */
	GHashTable *reasons;   /* const Migration * -> char *: of those that have no copy */
	const RunJob *own_job; /* the stage's own */
	const GPtrArray *own_migrations;
};

/* --- The log ---------------------------------------------------------------------- */

static gsize
code_log_length(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? (gsize)status.st_size : 0;
}

/* What the log has got since it had that length; NULL: it is too much, or cannot be read. */
static char *
code_log_read(const char *path, gsize from)
{
	gsize length = code_log_length(path);
	int log = length >= from && length - from <= LOG_MAX ? base_file_open(path, BASE_FILE_NO_FOLLOW) : -1;
	char *text = log >= 0 ? g_malloc0(length - from + 1) : NULL;
	gsize done = 0;
	ssize_t n = 1;

	for (; log >= 0 && n > 0 && done < length - from; done += (gsize)MAX(n, 0))
		n = pread(log, text + done, length - from - done, (off_t)(from + done));
	if (log >= 0)
		close(log);
	return text;
}

/* Whether the sessions that begin on the database from now on write their statements to the log. */
static bool
code_set_log(CheckWorkspace *at, bool on, GError **error)
{
	g_autofree char *name = db_session_quote_identifier(at->session, scratch_database_name(at->database));
	g_autofree char *sql = g_strdup_printf(
	    on ? "ALTER DATABASE %s SET log_statement TO 'all'" : "ALTER DATABASE %s RESET log_statement", name);

	return db_session_execute(at->session, sql, error);
}

/* Lets the tool run the migration. */
static bool
code_listen(CheckWorkspace *at, const Migration *migration, MigrationOutcome *outcome, char **ret_log, GError **error)
{
	g_autofree char *path = scratch_server_file(at->server, "log");
	gsize from = code_log_length(path);

	if (!db_session_reset(at->session, error) || !code_set_log(at, true, error) ||
	    !migration_runner_apply(at->runner, migration, MIGRATION_UP, outcome, error) ||
	    !code_set_log(at, false, error))
		return false;
	*ret_log = code_log_read(path, from);
	return true;
}

/* --- One migration ------------------------------------------------------------------ */

/* Runs the copy where the tool has not been. *ret_reason is NULL when it ends as the tool does. */
static bool
code_prove(CheckWorkspace *at, CheckWorkspace *other, const Migration *copy, char **ret_reason, GError **error)
{
	g_auto(CheckCrashState) wanted = { 0 };
	g_auto(CheckCrashState) found = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!db_session_reset(other->session, error) ||
	    !migration_runner_apply(other->runner, copy, MIGRATION_UP, &outcome, error))
		return false;
	if (outcome.failed) {
		*ret_reason = g_strdup_printf("run once more without the tool, its statements fail: %s",
		                              outcome.message);
		return true;
	}
	if (!check_crash_state_read(at, &wanted, error) || !check_crash_state_read(other, &found, error))
		return false;
	g_autofree char *missed = check_crash_state_missed(other, &wanted, &found);
	if (missed != NULL)
		*ret_reason = g_strdup_printf("run once more without the tool, its statements end elsewhere: %.*s",
		                              (int)strcspn(missed, "\n"), missed);
	return true;
}

/* Takes both over; one of them is NULL. */
static void
code_put(RunCode *code, guint index, Migration *copy, char *reason)
{
	const Migration *own = g_ptr_array_index(code->own_migrations, index);
	guint place = 0;

	if (copy == NULL) {
		g_hash_table_insert(code->reasons, (gpointer)own, reason);
		return;
	}
	g_ptr_array_add(code->copies, copy);
	g_hash_table_insert(code->originals, copy, (gpointer)own);
	code->pending->pdata[index] = copy;
	if (g_ptr_array_find(code->set.migrations, own, &place))
		code->set.migrations->pdata[place] = copy;
}

/* Applies the migration; without rows, if it fails on generated ones. */
static bool
code_apply(RunStage *stage, CheckWorkspace *at, CheckWorkspace *other, guint index, bool *filled,
           MigrationOutcome *outcome, char **ret_log, GError **error)
{
	const Migration *migration = g_ptr_array_index(stage->migrations, index);

	if (!check_workspace_clone(at, "again", other, error) || !code_listen(at, migration, outcome, ret_log, error))
		return false;
	if (!outcome->failed || !*filled)
		return true;
	migration_outcome_clear(outcome);
	g_clear_pointer(ret_log, g_free);
	*filled = false;
	check_workspace_close(other);
	return run_stage_rows_rebuild(stage, at, "code", index, error) &&
	       check_workspace_clone(at, "again", other, error) && code_listen(at, migration, outcome, ret_log, error);
}

/* Roles that both runs make cannot be made twice on one server. */
static bool
code_try(CheckWorkspace *at, CheckWorkspace *other, const Migration *copy, char **ret_reason, GError **error)
{
	if (!check_shared_objects_in_script(copy->up))
		return code_prove(at, other, copy, ret_reason, error);
	*ret_reason = g_strdup("it makes or drops what belongs to the whole server, such as a role");
	return true;
}

static bool
code_next(RunCode *code, RunStage *stage, CheckWorkspace *at, guint index, bool *filled, bool *ret_go_on,
          GError **error)
{
	const Migration *migration = g_ptr_array_index(stage->migrations, index);
	g_auto(CheckWorkspace) other = { 0 };
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autofree char *log = NULL;
	g_autofree char *reason = NULL;

	run_stage_progress_migration(stage, migration);
	if (!code_apply(stage, at, &other, index, filled, &outcome, &log, error))
		return false;
	*ret_go_on = !outcome.failed;
	if (outcome.failed)
		return true;
	g_autoptr(Migration) copy = log != NULL ? migration_recording_read(stage->job->set, migration, log,
	                                                                   scratch_database_name(at->database), &reason)
	                                        : NULL;
	if (log == NULL)
		reason = g_strdup("it sends too much for the server's log");
	if (copy != NULL && !code_try(at, &other, copy, &reason, error))
		return false;
	if (reason != NULL)
		g_clear_pointer(&copy, migration_free);
	code_put(code, index, g_steal_pointer(&copy), g_steal_pointer(&reason));
	return run_stage_rows_add(stage, at, migration, filled, error);
}

/* --- All of them ----------------------------------------------------------------------- */

static bool
code_read_all(RunCode *code, RunStage *stage, GError **error)
{
	g_auto(CheckWorkspace) at = stage->workspace;
	bool filled = false;
	bool go_on = true;

	if (!check_workspace_open(&at, "code", error) ||
	    (run_job_begins_later(stage->job) && !run_stage_rows_add(stage, &at, NULL, &filled, error)))
		return false;
	for (guint i = 0; i < stage->migrations->len && go_on && run_progress_wait(stage->history, i); i++)
		if (!code_next(code, stage, &at, i, &filled, &go_on, error))
			return false;
	check_workspace_close(&at);
	if (stage->shared_objects != NULL)
		check_shared_objects_restore(stage->server, stage->job->set, stage->shared_objects, at.bonds_stay);
	return true;
}

static GPtrArray *
code_copy_list(const GPtrArray *list)
{
	GPtrArray *copy = g_ptr_array_new();

	for (guint i = 0; i < list->len; i++)
		g_ptr_array_add(copy, g_ptr_array_index(list, i));
	return copy;
}

static RunCode *
code_new(const RunStage *stage)
{
	RunCode *code = g_new0(RunCode, 1);

	code->own_job = stage->job;
	code->own_migrations = stage->migrations;
	code->set = *stage->job->set;
	code->set.migrations = code_copy_list(stage->job->set->migrations);
	code->job = *stage->job;
	code->job.set = &code->set;
	code->pending = code_copy_list(stage->migrations);
	code->copies = g_ptr_array_new_with_free_func((GDestroyNotify)migration_free);
	code->originals = g_hash_table_new(NULL, NULL);
	code->reasons = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	return code;
}

bool
run_code_begin(RunStage *stage, bool *ret_ready, GError **error)
{
	SourcePosition nowhere = { .path = stage->job->set->directory };

	*ret_ready = true;
	if (!migration_set_is_external(stage->job->set))
		return true;
	*ret_ready = scratch_server_is_own(stage->server);
	if (!*ret_ready) {
		run_stage_skip(
		    stage, stage->kind->name, "code", nowhere,
		    "not known: the statements of migrations that are code are read from the log of a server of "
		    "pgassay's own, not with --server");
		return true;
	}
	RunCode *code = code_new(stage);
	stage->code = code;
	if (!code_read_all(code, stage, error))
		return false;
	stage->job = &code->job;
	stage->migrations = code->pending;
	stage->workspace.set = &code->set;
	return true;
}

void
run_code_end(RunStage *stage)
{
	RunCode *code = g_steal_pointer(&stage->code);

	if (code == NULL)
		return;
	check_workspace_disconnect(&stage->workspace);
	stage->job = code->own_job;
	stage->migrations = code->own_migrations;
	stage->workspace.set = stage->job->set;
	g_ptr_array_unref(code->set.migrations);
	g_ptr_array_unref(code->pending);
	g_ptr_array_unref(code->copies);
	g_hash_table_unref(code->originals);
	g_hash_table_unref(code->reasons);
	g_free(code);
}

const Migration *
run_code_original(const RunStage *stage, const Migration *migration)
{
	const Migration *original = stage->code != NULL ? g_hash_table_lookup(stage->code->originals, migration) : NULL;

	return original != NULL ? original : migration;
}

const char *
run_code_reason(const RunStage *stage, const Migration *migration)
{
	return stage->code != NULL ? g_hash_table_lookup(stage->code->reasons, migration) : NULL;
}
