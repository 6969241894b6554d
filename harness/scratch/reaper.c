/* Removes objects that dead runs have left on an attached server. */
#include "scratch/server_private.h"

#include "base/interrupt.h"

#include <poll.h>
#include <string.h>

/* Sessions of a run that was just killed take a moment to end. */
#define END_TIMEOUT  ((gint64)2 * G_USEC_PER_SEC)
#define END_PAUSE_MS 20

/* A database or a role that a run has made. */
typedef struct {
	char *name;
	char run[SCRATCH_RUN_SIZE];
	bool is_role;
	bool has_mark; /* the comment; else a database has its connection limit only */
} Leftover;

static void
leftover_free(Leftover *leftover)
{
	g_free(leftover->name);
	g_free(leftover);
}

/* --- Finding --------------------------------------------------------------- */

/* A database belongs to a run only if its name and its mark are of that run. */
static bool
is_database_of_run(const char *name, const char *mark, const char *limit, char ret_run[SCRATCH_RUN_SIZE])
{
	char run_of_mark[SCRATCH_RUN_SIZE];
	ScratchMarkKind kind;

	if (!scratch_mark_parse_name(name, ret_run))
		return false;
	if (mark == NULL)
		return g_ascii_strtoll(limit, NULL, 10) == scratch_mark_limit(ret_run);
	return scratch_mark_parse_text(mark, &kind, run_of_mark) && kind == SCRATCH_MARK_DATABASE &&
	       strcmp(run_of_mark, ret_run) == 0;
}

/* The mark of a role contains its name: a comment that was copied to another role does not count. */
static bool
is_role_of_run(const char *name, const char *mark, char ret_run[SCRATCH_RUN_SIZE])
{
	ScratchMarkKind kind;

	if (!scratch_mark_parse_text(mark, &kind, ret_run) || kind != SCRATCH_MARK_ROLE)
		return false;
	g_autofree char *expected = scratch_mark_text(SCRATCH_MARK_ROLE, ret_run, name);
	return strcmp(mark, expected) == 0;
}

static void
add_leftover(GPtrArray *leftovers, const char *name, const char *run, bool is_role, bool has_mark)
{
	Leftover *leftover = g_new0(Leftover, 1);

	leftover->name = g_strdup(name);
	g_strlcpy(leftover->run, run, sizeof leftover->run);
	leftover->is_role = is_role;
	leftover->has_mark = has_mark;
	g_ptr_array_add(leftovers, leftover);
}

static void
find_databases(DbSession *session, GPtrArray *leftovers)
{
	g_autoptr(DbResult)
	    rows = db_session_query(session, NULL,
	                            "SELECT d.datname, c.description, d.datconnlimit FROM pg_catalog.pg_database d"
	                            " LEFT JOIN pg_catalog.pg_shdescription c ON c.objoid = d.oid"
	                            " AND c.classoid = 'pg_catalog.pg_database'::regclass"
	                            " WHERE d.datname LIKE 'pgassay\\_%'",
	                            NULL);
	char run[SCRATCH_RUN_SIZE];

	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++) {
		const char *name = db_result_value(rows, i, 0);
		const char *mark = db_result_value(rows, i, 1);
		if (is_database_of_run(name, mark, db_result_value(rows, i, 2), run))
			add_leftover(leftovers, name, run, false, mark != NULL);
	}
}

static void
find_roles(DbSession *session, GPtrArray *leftovers)
{
	g_autoptr(DbResult) rows = db_session_query(session, NULL,
	                                            "SELECT r.rolname, c.description FROM pg_catalog.pg_roles r"
	                                            " JOIN pg_catalog.pg_shdescription c ON c.objoid = r.oid"
	                                            " AND c.classoid = 'pg_catalog.pg_authid'::regclass"
	                                            " WHERE c.description LIKE 'pgassay scratch %'",
	                                            NULL);
	char run[SCRATCH_RUN_SIZE];

	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++)
		if (is_role_of_run(db_result_value(rows, i, 0), db_result_value(rows, i, 1), run))
			add_leftover(leftovers, db_result_value(rows, i, 0), run, true, true);
}

/* --- Whether a run lives ----------------------------------------------------- */

/* A run that lives holds its lock. We hold it ourselves while we drop, so that two reapers are not at the same thing.
 */
static bool
lock_run(DbSession *session, const char *run)
{
	g_autofree char *key = scratch_mark_lock_key(run);
	g_autofree char *locked = db_session_query_value(
	    session, NULL, "SELECT pg_catalog.pg_try_advisory_lock($1::int, $2::int)", SCRATCH_LOCK_CLASS, key, NULL);

	return g_strcmp0(locked, "t") == 0;
}

static void
unlock_run(DbSession *session, const char *run)
{
	g_autofree char *key = scratch_mark_lock_key(run);

	g_free(db_session_query_value(session, NULL, "SELECT pg_catalog.pg_advisory_unlock($1::int, $2::int)",
	                              SCRATCH_LOCK_CLASS, key, NULL));
}

/* The runs of the leftovers whose lock is free (char * of a leftover -> NULL). */
static GHashTable *
find_unlocked(DbSession *session, const GPtrArray *leftovers)
{
	GHashTable *runs = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) asked = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < leftovers->len; i++) {
		const Leftover *leftover = g_ptr_array_index(leftovers, i);
		if (!g_hash_table_add(asked, (gpointer)leftover->run) || !lock_run(session, leftover->run))
			continue;
		unlock_run(session, leftover->run);
		g_hash_table_add(runs, (gpointer)leftover->run);
	}
	return runs;
}

/* True if no session is connected to a database of the run. A run that has lost its lock without noticing it has
 * sessions; a dead run has some, too, until its last statements end. */
static bool
has_no_sessions(DbSession *session, const char *run)
{
	g_autofree char *pattern = g_strdup_printf("pgassay\\_%s\\_%%", run);
	gint64 deadline = g_get_monotonic_time() + END_TIMEOUT;

	for (;;) {
		g_autofree char *sessions = db_session_query_value(
		    session, NULL, "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname LIKE $1", pattern,
		    NULL);
		if (sessions == NULL || strcmp(sessions, "0") == 0)
			return sessions != NULL;
		if (g_get_monotonic_time() > deadline || base_interrupted())
			return false;
		poll(NULL, 0, END_PAUSE_MS);
	}
}

/* --- Dropping ---------------------------------------------------------------- */

/* Without FORCE: the server itself refuses if a session has connected in the meantime. */
static void
reaper_drop(DbSession *session, const Leftover *leftover)
{
	g_autofree char *name = db_session_quote_identifier(session, leftover->name);
	g_autofree char *sql = g_strdup_printf("DROP %s IF EXISTS %s", leftover->is_role ? "ROLE" : "DATABASE", name);

	/* A drop that is cut short takes the limit from a database, and it would have no sign left. */
	if (!leftover->has_mark) {
		g_autofree char *mark = scratch_mark_text(SCRATCH_MARK_DATABASE, leftover->run, "");
		g_autofree char *literal = db_session_quote_literal(session, mark);
		g_autofree char *comment = g_strdup_printf("COMMENT ON DATABASE %s IS %s", name, literal);
		db_session_execute(session, comment, NULL);
	}
	db_session_execute(session, sql, NULL);
}

static void
reap_run(DbSession *session, const GPtrArray *leftovers, const char *run)
{
	if (!lock_run(session, run))
		return;
	/* Roles stand behind the databases: one that owns something cannot be dropped. */
	if (has_no_sessions(session, run))
		for (guint i = 0; i < leftovers->len; i++) {
			const Leftover *leftover = g_ptr_array_index(leftovers, i);
			if (strcmp(leftover->run, run) == 0)
				reaper_drop(session, leftover);
		}
	unlock_run(session, run);
}

void
scratch_reap(ScratchServer *server)
{
	DbSession *session = server->admin;
	g_autoptr(GPtrArray) leftovers = g_ptr_array_new_with_free_func((GDestroyNotify)leftover_free);
	GHashTableIter iter;
	gpointer run;

	find_databases(session, leftovers);
	find_roles(session, leftovers);
	g_autoptr(GHashTable) runs = find_unlocked(session, leftovers);
	if (g_hash_table_size(runs) == 0)
		return;
	/* A run that has just lost its lock takes it again within this time. */
	struct pollfd interrupt = { .fd = base_interrupt_fd(), .events = POLLIN };
	poll(&interrupt, 1, 2 * SCRATCH_WATCH_REACTION_MS);
	g_hash_table_iter_init(&iter, runs);
	while (g_hash_table_iter_next(&iter, &run, NULL) && !base_interrupted())
		reap_run(session, leftovers, run);
}
