#include "impact/queue.h"

#include "db/sqlstate.h"
#include "impact/sql.h"

#include <poll.h>
#include <string.h>

/* Between two looks, in milliseconds. */
#define PAUSE_MS 1

/* An old transaction stays no longer than that, in microseconds. */
#define STAYS_MOST ((gint64)10 * G_USEC_PER_SEC)

/* A session that comes after the migration. */
typedef struct {
	ImpactQueue *queue;
	const ImpactQueueTable *table;
	bool writes;
	const ImpactVisitor *visitor; /* a query of the application; NULL: a reader or a writer of ours */
	DbSession *session;
	GThread *thread;
	bool seen; /* to wait for the migration */
	gint done; /* atomic */
} Follower;

struct ImpactQueue {
	const ScratchDatabase *database;
	ImpactQueueKind kind;
	const GPtrArray *tables;
	const GPtrArray *visitors; /* or NULL */
	bool stays;
	ReportObservation *observation;
	gint64 start;
	int migration; /* process ids */
	int first;
	DbSession *session; /* looks */
	DbSession *holder;  /* was there first; NULL: it has gone */
	GPtrArray *followers;
	const ImpactQueueTable *visited; /* the table that they come to; NULL: none has to */
	GThread *thread;
	guint next_visitor;
	bool is_visited; /* by queries of the application */
	bool is_full;    /* no further sessions come */
	gint stop;       /* atomic */
	ImpactQueueResult result;
	GError *error;
};

static void queue_note(ImpactQueue *queue, const char *who, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
queue_note(ImpactQueue *queue, const char *who, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	report_observation_note(queue->observation, g_get_monotonic_time() - queue->start, who, what);
}

/* --- Those that come later ---------------------------------------------------------- */

static char *
queue_name_follower(const Follower *follower)
{
	if (follower->visitor == NULL)
		return g_strdup(follower->writes ? "a writer" : "a reader");
	const Query *query = follower->visitor->query;
	return g_strdup_printf("query %s (%s:%u)", query->name, query->position.path, query->position.line);
}

static gpointer
queue_follow(gpointer data)
{
	Follower *follower = data;
	g_autofree char *lock = g_strdup_printf("BEGIN; LOCK TABLE ONLY %s IN %s MODE; ROLLBACK", follower->table->name,
	                                        follower->writes ? "ROW EXCLUSIVE" : "ACCESS SHARE");

	db_session_execute(follower->session, follower->visitor != NULL ? follower->visitor->sql : lock, NULL);
	g_atomic_int_set(&follower->done, 1);
	return NULL;
}

static void
queue_add_follower(ImpactQueue *queue, bool writes, const ImpactVisitor *visitor)
{
	Follower *follower = g_new0(Follower, 1);

	follower->queue = queue;
	follower->table = queue->visited;
	follower->writes = writes;
	follower->visitor = visitor;
	g_ptr_array_add(queue->followers, follower);
	follower->session = scratch_database_connect(
	    queue->database, visitor != NULL ? DB_SESSION_MIGRATION : DB_SESSION_INTERNAL, &queue->error);
	if (follower->session != NULL)
		follower->thread = g_thread_new("follower", queue_follow, follower);
}

/* The next query of the application which uses the table that the migration waits for, and which it keeps out; or NULL.
 */
static const ImpactVisitor *
queue_next_visitor(ImpactQueue *queue)
{
	const ImpactQueueTable *table = queue->visited;

	while (queue->visitors != NULL && queue->next_visitor < queue->visitors->len) {
		const ImpactVisitor *visitor = g_ptr_array_index(queue->visitors, queue->next_visitor++);
		if (impact_visitor_waits(visitor, table->oid, table->mode))
			return visitor;
	}
	return NULL;
}

/* At the table that the migration waits for, one session after another: each comes when the one before it waits.
 * They run the application's queries or, if none uses the table, a reader, if it is kept out, and a writer. */
static void
queue_let_next_come(ImpactQueue *queue)
{
	guint n = queue->followers->len;
	guint most = queue->visited->mode == REPORT_LOCK_ACCESS_EXCLUSIVE ? 2 : 1;
	const ImpactVisitor *visitor = n < IMPACT_QUEUE_MOST_VISITORS ? queue_next_visitor(queue) : NULL;

	queue->is_visited = queue->is_visited || visitor != NULL;
	if (visitor != NULL || (!queue->is_visited && n < most))
		queue_add_follower(queue, n + 1 == most, visitor);
	else
		queue->is_full = true;
}

static void
queue_follower_free(gpointer data)
{
	Follower *follower = data;

	if (follower->thread != NULL)
		g_thread_join(follower->thread);
	db_session_close(follower->session);
	g_free(follower);
}

/* --- The first session ------------------------------------------------------------------ */

static void
queue_let_go(ImpactQueue *queue)
{
	if (queue->holder == NULL)
		return;
	db_session_run_cleanup(queue->holder, "ROLLBACK");
	g_clear_pointer(&queue->holder, db_session_close);
}

static bool
queue_use(DbSession *session, const ImpactQueueTable *table, GError **error)
{
	g_autofree char *sql = g_strdup_printf("LOCK TABLE ONLY %s IN %s MODE", table->name,
	                                       table->mode == REPORT_LOCK_ACCESS_EXCLUSIVE ? "ACCESS SHARE"
	                                                                                   : "ROW EXCLUSIVE");

	return db_session_execute(session, sql, error);
}

static const char *
queue_verb(const ImpactQueueTable *table)
{
	return table->mode == REPORT_LOCK_ACCESS_EXCLUSIVE ? "read" : "written";
}

static bool
queue_hold(ImpactQueue *queue, GError **error)
{
	guint first = queue->kind == IMPACT_QUEUE_CROSSED ? 1 : 0;
	guint last = queue->kind == IMPACT_QUEUE_CROSSED ? 1 : queue->tables->len - 1;

	/* The server should end our session, so ours has to look for the deadlock before the migration does. */
	if (!db_session_execute(queue->holder, "BEGIN", error))
		return false;
	db_session_execute(queue->holder, "SAVEPOINT s; SET LOCAL deadlock_timeout = '50ms'", NULL);
	if (db_session_transaction_state(queue->holder) == DB_TRANSACTION_FAILED &&
	    !db_session_execute(queue->holder, "ROLLBACK TO SAVEPOINT s", error))
		return false;
	for (guint i = first; i <= last; i++) {
		const ImpactQueueTable *table = g_ptr_array_index(queue->tables, i);
		if (!queue_use(queue->holder, table, error))
			return false;
		queue_note(queue, "an old transaction", "has %s %s, and stays open", queue_verb(table), table->name);
	}
	return true;
}

/* Waits for the migration, which waits for it: the server has to end one of them. */
static void
queue_cross(ImpactQueue *queue)
{
	const ImpactQueueTable *table = g_ptr_array_index(queue->tables, 0);

	queue_note(queue, "the old transaction", "turns to %s", table->name);
	if (!queue_use(queue->holder, table, NULL)) {
		const DbDiagnostic *diagnostic = db_session_diagnostic(queue->holder);
		queue->result.deadlock = diagnostic != NULL &&
		                         g_strcmp0(diagnostic->sqlstate, DB_SQLSTATE_DEADLOCK_DETECTED) == 0;
		if (queue->result.deadlock)
			queue_note(queue, "the old transaction", "is ended by the server: deadlock (40P01)");
	}
	queue_let_go(queue);
}

/* --- Watching -------------------------------------------------------------------------- */

static const ImpactQueueTable *
queue_find_table(const ImpactQueue *queue, const char *name)
{
	for (guint i = 0; i < queue->tables->len; i++) {
		const ImpactQueueTable *table = g_ptr_array_index(queue->tables, i);
		if (strcmp(table->name, name) == 0)
			return table;
	}
	return NULL;
}

static void
queue_take_migration(ImpactQueue *queue, const char *name, guint mode)
{
	const ImpactQueueTable *table = queue_find_table(queue, name);

	if (queue->result.waited)
		return;
	queue->result.waited = true;
	queue->result.mode = (ReportLockMode)mode;
	queue->result.table = table != NULL ? table->name : NULL;
	queue_note(queue, "the migration", "waits for %s on %s, behind the old transaction", report_lock_name(mode),
	           name);
	if (queue->kind == IMPACT_QUEUE_CROSSED)
		queue_cross(queue);
	else
		queue->visited = table;
}

static void
queue_take_behind(ImpactQueue *queue, Follower *follower, const char *table)
{
	g_autofree char *who = queue_name_follower(follower);

	follower->seen = true;
	queue->result.n_behind++;
	if (follower->visitor == NULL) {
		queue_note(queue, who, "of %s comes, and waits behind the migration", table);
		return;
	}
	if (queue->result.queries == NULL)
		queue->result.queries = g_ptr_array_new();
	g_ptr_array_add(queue->result.queries, (gpointer)follower->visitor->query);
	queue_note(queue, who, "comes, and waits for %s behind the migration", table);
}

static void
queue_take_follower(ImpactQueue *queue, int pid, const char *name)
{
	for (guint i = 0; i < queue->followers->len; i++) {
		Follower *follower = g_ptr_array_index(queue->followers, i);
		if (follower->seen || follower->session == NULL || db_session_backend_pid(follower->session) != pid)
			continue;
		queue_take_behind(queue, follower, name);
	}
}

static void
queue_take(ImpactQueue *queue, const DbResult *rows)
{
	enum { WAITS, HOLDS, TABLE, MODE };

	for (int i = 0; i < db_result_rows(rows); i++) {
		int waits = (int)g_ascii_strtoll(db_result_value(rows, i, WAITS), NULL, 10);
		int holds = (int)g_ascii_strtoll(db_result_value(rows, i, HOLDS), NULL, 10);
		const char *name = db_result_value(rows, i, TABLE);
		if (waits == queue->migration && holds == queue->first)
			queue_take_migration(queue, name,
			                     (guint)g_ascii_strtoull(db_result_value(rows, i, MODE), NULL, 10));
		else if (holds == queue->migration)
			queue_take_follower(queue, waits, name);
	}
}

/* All sessions so far have been seen to wait, or have finished. */
static bool
queue_is_settled(const ImpactQueue *queue)
{
	for (guint i = 0; i < queue->followers->len; i++) {
		Follower *follower = g_ptr_array_index(queue->followers, i);
		if (!follower->seen && !g_atomic_int_get(&follower->done))
			return false;
	}
	return true;
}

static void
queue_end_old(ImpactQueue *queue, gint64 deadline)
{
	bool over = g_get_monotonic_time() > deadline;

	if (queue->holder == NULL || (!over && (queue->stays || !queue->is_full)))
		return;
	queue_note(queue, "the old transaction", "ends");
	queue->result.let_go = true;
	queue_let_go(queue);
}

static gpointer
queue_watch(gpointer data)
{
	ImpactQueue *queue = data;
	gint64 deadline = G_MAXINT64;

	while (!g_atomic_int_get(&queue->stop) && queue->error == NULL) {
		g_autoptr(DbResult) rows = db_session_query(queue->session, &queue->error, impact_sql_queue, NULL);
		if (rows == NULL)
			break;
		queue_take(queue, rows);
		if (queue->result.waited && deadline == G_MAXINT64)
			deadline = g_get_monotonic_time() + STAYS_MOST;
		if (queue->visited != NULL && !queue->is_full && queue_is_settled(queue))
			queue_let_next_come(queue);
		queue_end_old(queue, deadline);
		poll(NULL, 0, PAUSE_MS);
	}
	/* However this ends, everybody may go on. */
	queue_let_go(queue);
	return NULL;
}

static void
queue_free(ImpactQueue *queue)
{
	queue_let_go(queue);
	g_ptr_array_unref(queue->followers);
	db_session_close(queue->session);
	g_clear_error(&queue->error);
	impact_queue_result_clear(&queue->result);
	g_free(queue);
}

ImpactQueue *
impact_queue_begin(const ScratchDatabase *database, int backend_pid, ImpactQueueKind kind, const GPtrArray *tables,
                   const GPtrArray *visitors, bool stays, ReportObservation *observation, GError **error)
{
	ImpactQueue *queue = g_new0(ImpactQueue, 1);

	queue->database = database;
	queue->kind = kind;
	queue->tables = tables;
	queue->visitors = visitors;
	queue->stays = stays;
	queue->observation = observation;
	queue->start = g_get_monotonic_time();
	report_observation_begin_trial(observation);
	queue->migration = backend_pid;
	queue->followers = g_ptr_array_new_with_free_func(queue_follower_free);
	queue->session = scratch_database_connect(database, DB_SESSION_INTERNAL, error);
	if (queue->session != NULL)
		queue->holder = scratch_database_connect(database, DB_SESSION_INTERNAL, error);
	if (queue->holder == NULL || !queue_hold(queue, error)) {
		queue_free(queue);
		return NULL;
	}
	queue->first = db_session_backend_pid(queue->holder);
	queue->thread = g_thread_new("queue", queue_watch, queue);
	return queue;
}

bool
impact_queue_end(ImpactQueue *queue, ImpactQueueResult *ret_result, GError **error)
{
	g_atomic_int_set(&queue->stop, 1);
	g_thread_join(queue->thread);
	bool done = queue->error == NULL;
	if (done) {
		*ret_result = queue->result;
		queue->result.queries = NULL;
	} else {
		g_propagate_error(error, g_steal_pointer(&queue->error));
	}
	queue_free(queue);
	return done;
}

void
impact_queue_result_clear(ImpactQueueResult *result)
{
	g_clear_pointer(&result->queries, g_ptr_array_unref);
}
