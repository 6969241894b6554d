#include "impact/observe_private.h"

#include "migration/runner/access.h"
#include "migration/text/statement.h"

#include <string.h>

/* --- Watching --------------------------------------------------------------------------- */

/* True for statements that may change rows of tables that keep their files. */
static bool
observe_may_grow(const char *sql)
{
	static const char *const words[] = { "INSERT", "UPDATE", "DELETE", "MERGE",   "COPY",    "WITH",
		                             "DO",     "CALL",   "SELECT", "REFRESH", "EXECUTE", NULL };

	return impact_begins_with(sql, words);
}

/* SET TRANSACTION has to come before any query of its transaction, and is not the first statement always: nothing is
 * asked before and after a SET that would be one. */
static bool
observe_is_setting(const char *sql)
{
	static const char *const words[] = { "SET", "RESET", NULL };

	return impact_begins_with(sql, words);
}

static void
observe_begin_transaction(ImpactObserver *observer, DbSession *session)
{
	observer->in_transaction = true;
	observer->n_transactions++;
	observer->first_open = observer->observation->statements->len;
	observer->lacks_counters = !impact_can_flush(session);
}

/* Reads the state before the statement runs. */
static bool
observe_prepare(ImpactObserver *observer, DbSession *session, const char *sql, GError **error)
{
	bool lacks_counters = observer->lacks_counters;

	if (observe_is_setting(sql))
		return true;
	observer->lacks_counters = false;
	return (!observer->is_stale || impact_read_relations(observer, session, true, error)) &&
	       (!lacks_counters || impact_read_counters(observer, session, error)) &&
	       (observer->knows_sizes || (observer->in_transaction && !observe_may_grow(sql)) ||
	        impact_read_sizes(observer, session, error));
}

/* A procedure may do more than wait when it does not get a lock at once. */
static bool
observe_may_wait(const char *sql)
{
	static const char *const words[] = { "DO", "CALL", "SELECT", "EXECUTE", NULL };

	return !impact_begins_with(sql, words) && !impact_has_word(sql, "skip_locked") &&
	       !impact_has_word(sql, "nowait");
}

/* Our own locks are no reason for its lock_timeout; impact_compare sets it again. */
static bool
observe_begin_outside(ImpactObserver *observer, DbSession *session, const char *sql, GError **error)
{
	const char *timeout = observer->lock_timeout;

	if (timeout != NULL && strcmp(timeout, "0") != 0 && !db_session_execute(session, "SET lock_timeout = 0", error))
		return false;
	observer->outside = impact_outside_begin(observer->database, db_session_backend_pid(session),
	                                         observe_may_wait(sql), error);
	return observer->outside != NULL;
}

static bool
observe_before(MigrationRunner *runner, const MigrationScript *script, const MigrationStatement *statement, void *data,
               GError **error)
{
	ImpactObserver *observer = data;
	DbSession *session = migration_runner_session(runner);
	bool outside = db_session_transaction_state(session) == DB_TRANSACTION_IDLE;

	(void)script;
	g_clear_pointer(&observer->outside, impact_outside_cancel);
	if (statement->flags & MIGRATION_STATEMENT_TRANSACTION_CONTROL)
		return true;
	if (!outside && !observer->in_transaction)
		observe_begin_transaction(observer, session);
	if (!observe_prepare(observer, session, statement->sql, error))
		return false;
	if (outside && !observe_begin_outside(observer, session, statement->sql, error))
		return false;
	observer->statement_start = impact_now(observer);
	return true;
}

static ReportStatement *
observe_add_statement(ImpactObserver *observer, const MigrationScript *script, const MigrationStatement *statement)
{
	gsize offset = migration_script_source_offset(script, statement, 0);
	SourcePosition position = base_source_position(migration_script_source(script), offset);
	ReportStatement *added = report_statement_new(position, statement->sql);

	added->start = observer->statement_start;
	added->duration = impact_now(observer) - added->start;
	added->transaction = observer->outside == NULL ? observer->n_transactions : 0;
	g_ptr_array_add(observer->observation->statements, added);
	return added;
}

/* Our prepared statements may be gone, and changes may have been rolled back. */
static bool
observe_note_special(ImpactObserver *observer, DbSession *session, const char *sql, GError **error)
{
	static const char *const forgetting[] = { "DEALLOCATE", "DISCARD", NULL };
	static const char *const back[] = { "ROLLBACK", "ABORT", NULL };

	observer->is_stale = observer->is_stale || impact_begins_with(sql, back);
	return !impact_begins_with(sql, forgetting) || db_session_forget_prepared(session, error);
}

/* SHOW is no query. */
static bool
observe_take_timeout(ImpactObserver *observer, DbSession *session, GError **error)
{
	char *timeout = db_session_query_value(session, error, "SHOW lock_timeout", NULL);

	if (timeout == NULL)
		return false;
	g_free(observer->lock_timeout);
	observer->lock_timeout = timeout;
	return true;
}

static bool
observe_after(MigrationRunner *runner, const MigrationScript *script, const MigrationStatement *statement, void *data,
              GError **error)
{
	ImpactObserver *observer = data;
	DbSession *session = migration_runner_session(runner);

	if (!observe_note_special(observer, session, statement->sql, error))
		return false;
	if (statement->flags & MIGRATION_STATEMENT_TRANSACTION_CONTROL)
		return true;
	if (observe_is_setting(statement->sql))
		return observe_take_timeout(observer, session, error);
	const ImpactLook look = { observer, observe_add_statement(observer, script, statement), statement->sql };
	return observer->outside != NULL ? impact_compare(&look, session, error) : impact_look(&look, session, error);
}

/* The locks of the transaction are given back. */
static void
observe_close_windows(ImpactObserver *observer)
{
	const GPtrArray *statements = observer->observation->statements;
	gint64 now = impact_now(observer);

	observer->in_transaction = false;
	for (guint i = observer->first_open; i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		for (guint j = 0; j < statement->touched->len; j++)
			((ReportTouched *)g_ptr_array_index(statement->touched, j))->until = now;
	}
}

static bool
observe_ended(MigrationRunner *runner, void *data, GError **error)
{
	ImpactObserver *observer = data;

	if (!observer->in_transaction)
		return true;
	observe_close_windows(observer);
	impact_relations_each(observer->relations, impact_forget_locks, NULL);
	if (!observer->is_stale)
		impact_remove_gone(observer->relations);
	DbSession *session = migration_runner_session(runner);
	return impact_flush(session, error) && impact_take_temporary(observer, session, error);
}

/* --- The observer ------------------------------------------------------------------------- */

static void
observe_clear_range(gpointer data)
{
	g_free(((ImpactLogRange *)data)->transactions);
}

ImpactObserver *
impact_observer_new(const ScratchDatabase *database, const CatalogExclusions *exclusions)
{
	ImpactObserver *observer = g_new0(ImpactObserver, 1);

	observer->database = database;
	observer->relations = impact_relations_new(exclusions);
	observer->is_stale = true;
	observer->log_ranges = g_array_new(FALSE, FALSE, sizeof(ImpactLogRange));
	g_array_set_clear_func(observer->log_ranges, observe_clear_range);
	observer->watch = (MigrationWatch){ observe_before, observe_after, observe_ended, observer };
	return observer;
}

void
impact_observer_free(ImpactObserver *observer)
{
	if (observer == NULL)
		return;
	impact_outside_cancel(observer->outside);
	impact_relations_free(observer->relations);
	g_array_unref(observer->log_ranges);
	report_observation_free(observer->observation);
	g_free(observer->lock_timeout);
	g_free(observer);
}

void
impact_observer_stay(ImpactObserver *observer, const ImpactObserver *earlier)
{
	observer->stays = true;
	if (earlier == NULL || !earlier->has_begun)
		return;
	observer->has_begun = true;
	observer->last_oid = earlier->last_oid;
}

void
impact_observer_set_wal(ImpactObserver *observer, ImpactWal *wal)
{
	observer->log = wal;
}

static void
observe_begin_relation(ImpactRelation *relation, void *data)
{
	const ImpactObserver *observer = data;

	relation->is_new = observer->stays && relation->oid > observer->last_oid;
	relation->size = -1;
}

/* Between scripts. */
static bool
observe_read_relations(ImpactObserver *observer, DbSession *session, GError **error)
{
	if (observer->is_stale)
		return impact_read_relations(observer, session, false, error);
	return observer->is_current || impact_read_younger(observer, session, error);
}

bool
impact_observer_begin(ImpactObserver *observer, DbSession *session, GError **error)
{
	report_observation_free(observer->observation);
	observer->observation = report_observation_new();
	observer->start = g_get_monotonic_time();
	g_array_set_size(observer->log_ranges, 0);
	observer->n_transactions = 0;
	observer->in_transaction = false;
	impact_relations_each(observer->relations, impact_forget_locks, NULL);
	impact_relations_each(observer->relations, observe_begin_relation, observer);
	observer->knows_sizes = false;
	if (!observe_read_relations(observer, session, error))
		return false;
	observer->has_begun = true;
	observer->is_current = false;
	g_autoptr(DbResult) state = impact_read(session, &impact_state_query, error);
	if (state == NULL || !impact_flush(session, error) ||
	    !impact_read_temporary(session, &observer->temporary, error))
		return false;
	observer->observation->temporary_bytes = observer->temporary < 0 ? -1 : 0;
	impact_take_state(observer, state, NULL);
	return true;
}

const MigrationWatch *
impact_observer_watch(const ImpactObserver *observer)
{
	return &observer->watch;
}

/* Where the log cannot be read any more, the statement keeps what all sessions wrote. */
static void
observe_read_records(const ImpactObserver *observer)
{
	for (guint i = 0; i < observer->log_ranges->len; i++) {
		const ImpactLogRange *range = &g_array_index(observer->log_ranges, ImpactLogRange, i);
		ReportStatement *statement = g_ptr_array_index(observer->observation->statements, range->statement);
		impact_wal_read(observer->log, range->from, range->to, range->transactions, &statement->wal_bytes);
	}
	impact_wal_forget(observer->log, observer->wal);
}

ReportObservation *
impact_observer_end(ImpactObserver *observer)
{
	g_clear_pointer(&observer->outside, impact_outside_cancel);
	/* The end of a transaction around several scripts is not observed. */
	if (observer->in_transaction)
		observe_close_windows(observer);
	observe_read_records(observer);
	return g_steal_pointer(&observer->observation);
}

bool
impact_observer_update(ImpactObserver *observer, DbSession *session, bool *ret_made_tables, GError **error)
{
	if (!observe_read_relations(observer, session, error))
		return false;
	observer->is_current = true;
	*ret_made_tables = observer->made_tables;
	observer->made_tables = false;
	return true;
}

void
impact_observer_note_others(ImpactObserver *observer)
{
	observer->is_current = false;
}
