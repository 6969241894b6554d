#include "check/crash/kill.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "catalog/hold.h"

#include <poll.h>
#include <string.h>

/* A session that is asked to end does so at once; the limit is for one that cannot. */
#define END_TIMEOUT ((gint64)20 * G_USEC_PER_SEC)
#define PAUSE_MS    1

/* --- Points --------------------------------------------------------------- */

static void
add_point(GArray *points, CheckCrashPlace place, guint n)
{
	const CheckCrashPoint point = { .place = place, .n = n };

	g_array_append_val(points, point);
}

GArray *
check_crash_points(const MigrationScript *script)
{
	GArray *points = g_array_new(FALSE, FALSE, sizeof(CheckCrashPoint));
	const GPtrArray *messages = migration_script_messages(script);
	MigrationScope mode = migration_script_scope(script);

	for (guint i = 0; i < messages->len && mode != MIGRATION_SCOPE_PIPELINE; i++) {
		const MigrationMessage *message = g_ptr_array_index(messages, i);
		if (message->text->flags & MIGRATION_STATEMENT_NO_TRANSACTION)
			add_point(points, CHECK_CRASH_INSIDE, i + 1);
		add_point(points, CHECK_CRASH_AFTER, i + 1);
	}
	bool apart = migration_script_records_after_commit(script);
	if (apart)
		add_point(points, CHECK_CRASH_COMMITTED, 0);
	if (mode != MIGRATION_SCOPE_PIPELINE)
		add_point(points, CHECK_CRASH_RECORDED, 0);
	if (!apart && (mode == MIGRATION_SCOPE_TRANSACTION || mode == MIGRATION_SCOPE_PIPELINE))
		add_point(points, CHECK_CRASH_COMMITTED, 0);
	return points;
}

char *
check_crash_point_describe(const CheckCrashPoint *point, const MigrationScript *script)
{
	const GPtrArray *messages = migration_script_messages(script);
	bool single = messages->len == 1 &&
	              ((const MigrationMessage *)g_ptr_array_index(messages, 0))->statements->len > 1;
	guint n = messages->len;

	if (single && point->place == CHECK_CRASH_INSIDE)
		return g_strdup("while its statements run, which are sent as one");
	if (single && point->place == CHECK_CRASH_AFTER)
		return g_strdup("after its statements, which are sent as one");
	switch (point->place) {
	case CHECK_CRASH_INSIDE:
		return g_strdup_printf("while statement %u of %u runs", point->n, n);
	case CHECK_CRASH_AFTER:
		return g_strdup_printf("after statement %u of %u", point->n, n);
	case CHECK_CRASH_RECORDED:
		return g_strdup(check_crash_point_is_end(point, script) ? "after the history row"
		                                                        : "after the history row, before COMMIT");
	case CHECK_CRASH_COMMITTED:
		return g_strdup(check_crash_point_is_end(point, script) ? "after COMMIT"
		                                                        : "after COMMIT, before the history row");
	}
	g_assert_not_reached();
}

SourcePosition
check_crash_point_position(const CheckCrashPoint *point, const MigrationScript *script)
{
	const GPtrArray *messages = migration_script_messages(script);
	guint n = point->n > 0 ? point->n : messages->len;

	if (n == 0)
		return migration_script_position(script);
	const MigrationMessage *message = g_ptr_array_index(messages, n - 1);
	const MigrationStatement *first = g_ptr_array_index(message->statements, 0);
	return base_source_position(migration_script_source(script), first->offset);
}

bool
check_crash_point_is_end(const CheckCrashPoint *point, const MigrationScript *script)
{
	if (migration_script_records_after_commit(script))
		return point->place == CHECK_CRASH_RECORDED;
	return point->place == CHECK_CRASH_COMMITTED ||
	       (point->place == CHECK_CRASH_RECORDED && migration_script_scope(script) != MIGRATION_SCOPE_TRANSACTION);
}

/* --- Killing -------------------------------------------------------------- */

typedef struct Watch Watch;

/* One run of a script that is to be killed. */
typedef struct {
	CheckWorkspace *workspace;
	CheckCrashVictim victim;
	CheckCrashPoint *point;
	char *backend; /* its process id */
	Watch *watch;  /* while a statement runs that is to be killed; or NULL */
	bool killed;
} Kill;

/* Once a session is out of pg_stat_activity, its transaction is rolled back and its locks are gone. */
static bool
end_session(DbSession *session, const char *backend, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + END_TIMEOUT;

	for (;;) {
		g_autofree char *left = db_session_query_value(
		    session, error,
		    "SELECT pg_catalog.count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity "
		    "WHERE pid = $1::int",
		    backend, NULL);
		if (left == NULL)
			return false;
		if (strcmp(left, "0") == 0)
			return true;
		if (g_get_monotonic_time() > deadline)
			return base_error_set(error, BASE_ERROR_DATABASE, NULL,
			                      "the server process %s does not end, though it was asked to", backend);
		poll(NULL, 0, PAUSE_MS);
	}
}

static bool
kill_victim(const Kill *run, DbSession *session, GError **error)
{
	if (run->victim == CHECK_CRASH_SERVER)
		return scratch_server_crash(run->workspace->server, error);
	return end_session(session, run->backend, error);
}

/* --- While a statement runs ------------------------------------------------ */

struct Watch {
	const Kill *run;
	DbSession *blocker; /* makes the statement wait */
	DbSession *session;
	GThread *thread;
	gint stop; /* atomic */
	bool killed;
	GError *error;
};

static gpointer
watch_statement(gpointer data)
{
	Watch *watch = data;

	while (!g_atomic_int_get(&watch->stop) && !watch->killed && watch->error == NULL) {
		g_autofree char *waits = db_session_query_value(
		    watch->session, &watch->error,
		    "SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity "
		    "WHERE pid = $1::int AND wait_event_type = 'Lock'",
		    watch->run->backend, NULL);
		if (waits != NULL && strcmp(waits, "1") == 0)
			watch->killed = kill_victim(watch->run, watch->session, &watch->error);
		else if (waits != NULL)
			poll(NULL, 0, PAUSE_MS);
	}
	/* However this ends, the statement may go on. */
	g_clear_pointer(&watch->blocker, db_session_close);
	return NULL;
}

static void
watch_free(Watch *watch)
{
	db_session_close(watch->blocker);
	db_session_close(watch->session);
	g_clear_error(&watch->error);
	g_free(watch);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Watch, watch_free)

static bool
begin_watch(Kill *run, GError **error)
{
	const ScratchDatabase *database = run->workspace->database;
	g_autoptr(Watch) watch = g_new0(Watch, 1);

	watch->run = run;
	watch->session = scratch_database_connect(database, DB_SESSION_INTERNAL, error);
	if (watch->session == NULL)
		return false;
	watch->blocker = scratch_database_connect(database, DB_SESSION_INTERNAL, error);
	if (watch->blocker == NULL || !catalog_hold(watch->blocker, error))
		return false;
	watch->thread = g_thread_new("watch", watch_statement, watch);
	run->watch = g_steal_pointer(&watch);
	return true;
}

/* The statement is through, or dead. */
static bool
end_watch(Kill *run, GError **error)
{
	g_autoptr(Watch) watch = g_steal_pointer(&run->watch);

	if (watch == NULL)
		return true;
	g_atomic_int_set(&watch->stop, 1);
	g_thread_join(watch->thread);
	run->killed = watch->killed;
	if (watch->error == NULL)
		return true;
	g_propagate_error(error, g_steal_pointer(&watch->error));
	return false;
}

/* --- The script ------------------------------------------------------------- */

/* Nothing more is to be sent; the error goes no further than check_crash_kill. */
static bool
stop_script(GError **error)
{
	return base_error_set(error, BASE_ERROR_DATABASE, NULL, "killed on purpose");
}

static bool
kill_now(Kill *run, GError **error)
{
	g_autoptr(DbSession) session = scratch_database_connect(run->workspace->database, DB_SESSION_INTERNAL, error);

	run->killed = session != NULL && kill_victim(run, session, error);
	return run->killed && stop_script(error);
}

static bool
is_place(const CheckCrashPoint *point, MigrationPoint reached, guint n_executed)
{
	switch (point->place) {
	case CHECK_CRASH_INSIDE:
	case CHECK_CRASH_AFTER:
		return reached == MIGRATION_POINT_STATEMENT && n_executed == point->n;
	case CHECK_CRASH_RECORDED:
		return reached == MIGRATION_POINT_RECORDED;
	case CHECK_CRASH_COMMITTED:
		return reached == MIGRATION_POINT_COMMITTED;
	}
	g_assert_not_reached();
}

static bool
on_point(MigrationRunner *runner, MigrationPoint reached, guint n_executed, void *data, GError **error)
{
	Kill *run = data;
	CheckCrashPoint *point = run->point;

	(void)runner;
	if (point->place == CHECK_CRASH_INSIDE && reached == MIGRATION_POINT_STATEMENT && n_executed + 1 == point->n)
		return begin_watch(run, error);
	if (!is_place(point, reached, n_executed))
		return true;
	if (point->place == CHECK_CRASH_INSIDE) {
		if (!end_watch(run, error))
			return false;
		if (run->killed)
			return stop_script(error);
		point->place = CHECK_CRASH_AFTER;
	}
	return kill_now(run, error);
}

bool
check_crash_kill(CheckWorkspace *workspace, const Migration *migration, CheckCrashVictim victim, CheckCrashPoint *point,
                 GError **error)
{
	g_auto(MigrationOutcome) outcome = { 0 };
	g_autoptr(GError) cause = NULL;
	g_autofree char *backend = g_strdup_printf("%d", db_session_backend_pid(workspace->session));
	Kill run = { .workspace = workspace, .victim = victim, .point = point, .backend = backend };

	migration_runner_set_hook(workspace->runner, on_point, &run);
	migration_runner_apply(workspace->runner, migration, MIGRATION_UP, &outcome, &cause);
	migration_runner_set_hook(workspace->runner, NULL, NULL);
	if (!end_watch(&run, error))
		return false;
	if (run.killed) {
		check_workspace_disconnect(workspace);
		return base_interrupt_check(error);
	}
	if (cause != NULL) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	return base_error_set(error, BASE_ERROR_DATABASE, NULL, "\"%s\" fails by itself, but did not before: %s",
	                      migration->name, outcome.failed ? outcome.message : "it ends before the point");
}
