/* Reads the server's state. */
#include "impact/observe_private.h"

#include "impact/sql.h"
#include "migration/text/statement.h"

gint64
impact_number(const DbResult *rows, int row, int column)
{
	const char *value = db_result_value(rows, row, column);

	return value != NULL ? g_ascii_strtoll(value, NULL, 10) : 0;
}

gint64
impact_now(const ImpactObserver *observer)
{
	return g_get_monotonic_time() - observer->start;
}

bool
impact_begins_with(const char *sql, const char *const *words)
{
	g_autofree char *first = migration_statement_key_words(sql, 1);

	return g_strv_contains(words, first);
}

/* --- The relations as they are ------------------------------------------------ */

static void
read_mark_gone(ImpactRelation *relation, void *data)
{
	(void)data;
	relation->is_gone = true;
}

static void
read_list_gone(ImpactRelation *relation, void *data)
{
	if (relation->is_gone)
		g_array_append_val((GArray *)data, relation->oid);
}

void
impact_remove_gone(ImpactRelations *relations)
{
	g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(guint));

	impact_relations_each(relations, read_list_gone, gone);
	for (guint i = 0; i < gone->len; i++)
		impact_relations_remove(relations, g_array_index(gone, guint, i));
}

/* The last OID of system objects. */
#define LAST_SYSTEM_OID 16383

static void
read_take(ImpactObserver *observer, const DbResult *rows, int row, bool in_script)
{
	enum { OID, NAME, RELNAME, KIND, PARENT, FILE };
	guint oid = (guint)impact_number(rows, row, OID);
	bool known = impact_relations_find(observer->relations, oid) != NULL;
	ImpactRelation *relation = impact_relations_take(
	    observer->relations, oid, db_result_value(rows, row, NAME), db_result_value(rows, row, RELNAME),
	    *db_result_value(rows, row, KIND), (guint)impact_number(rows, row, PARENT));

	if (!in_script && !(observer->stays && observer->has_begun))
		observer->last_oid = MAX(observer->last_oid, oid);
	if (relation == NULL)
		return;
	observer->made_tables = observer->made_tables || (!known && relation->kind == 'r');
	relation->is_new = oid > observer->last_oid || (in_script && (!known || relation->is_new));
	relation->is_gone = false;
	relation->file = (guint)impact_number(rows, row, FILE);
}

DbResult *
impact_read(DbSession *session, const DbPrepared *query, GError **error)
{
	const DbRequest request = { .prepared = query };
	DbResult *result = NULL;

	return db_session_pipeline_requests(session, 1, &request, &result, error) ? result : NULL;
}

char *
impact_set_last(guint oid)
{
	return g_strdup_printf("SELECT pg_catalog.set_config('pgassay.last_oid', '%u', true)", oid);
}

static bool
read_above(ImpactObserver *observer, DbSession *session, guint oid, bool in_script, GError **error)
{
	static const DbPrepared relations = { DB_OWN_STATEMENTS "impact_relations", impact_sql_relations };
	g_autofree char *last = impact_set_last(oid);
	const DbRequest requests[] = { { .sql = last }, { .prepared = &relations } };
	DbResult *results[G_N_ELEMENTS(requests)] = { NULL };

	if (!db_session_pipeline_requests(session, (int)G_N_ELEMENTS(requests), requests, results, error))
		return false;
	db_result_free(results[0]);
	g_autoptr(DbResult) rows = results[1];
	for (int i = 0; i < db_result_rows(rows); i++)
		read_take(observer, rows, i, in_script);
	return true;
}

bool
impact_read_relations(ImpactObserver *observer, DbSession *session, bool in_script, GError **error)
{
	impact_relations_each(observer->relations, read_mark_gone, NULL);
	if (!read_above(observer, session, LAST_SYSTEM_OID, in_script, error))
		return false;
	impact_remove_gone(observer->relations);
	observer->is_stale = false;
	return true;
}

bool
impact_read_younger(ImpactObserver *observer, DbSession *session, GError **error)
{
	return read_above(observer, session, MAX(observer->last_oid, LAST_SYSTEM_OID), false, error);
}

bool
impact_read_sizes(ImpactObserver *observer, DbSession *session, GError **error)
{
	g_autoptr(DbResult) rows = db_session_query(session, error, impact_sql_sizes, NULL);

	observer->knows_sizes = rows != NULL;
	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++) {
		ImpactRelation *relation = impact_relations_find(observer->relations, (guint)impact_number(rows, i, 0));
		if (relation != NULL)
			relation->size = impact_number(rows, i, 1);
	}
	return rows != NULL;
}

bool
impact_read_counters(ImpactObserver *observer, DbSession *session, GError **error)
{
	g_autoptr(DbResult) rows = db_session_query(session, error, impact_sql_counters, NULL);

	for (int i = 0; rows != NULL && i < db_result_rows(rows); i++) {
		ImpactRelation *relation = impact_relations_find(observer->relations, (guint)impact_number(rows, i, 0));
		for (int counter = 0; relation != NULL && counter < IMPACT_N_COUNTERS; counter++)
			relation->counters[counter] = impact_number(rows, i, 1 + counter);
	}
	return rows != NULL;
}

bool
impact_can_flush(DbSession *session)
{
	return db_session_server_version(session) >= 150000;
}

/* The counters of the session are zero afterwards. Outside of a transaction only. */
bool
impact_flush(DbSession *session, GError **error)
{
	return !impact_can_flush(session) ||
	       db_session_execute(session, "SELECT pg_catalog.pg_stat_force_next_flush()", error);
}

bool
impact_read_temporary(DbSession *session, gint64 *ret_bytes, GError **error)
{
	static const DbPrepared temporary = { DB_OWN_STATEMENTS "impact_temporary", impact_sql_temporary };

	if (!impact_can_flush(session)) {
		*ret_bytes = -1;
		return true;
	}
	g_autoptr(DbResult) rows = impact_read(session, &temporary, error);
	if (rows != NULL)
		*ret_bytes = impact_number(rows, 0, 0);
	return rows != NULL;
}

bool
impact_take_temporary(ImpactObserver *observer, DbSession *session, GError **error)
{
	gint64 now = 0;

	if (!impact_read_temporary(session, &now, error))
		return false;
	if (now >= 0)
		observer->observation->temporary_bytes += now - observer->temporary;
	observer->temporary = now;
	return true;
}

bool
impact_note_records(ImpactObserver *observer, gint64 from, DbSession *session, GError **error)
{
	if (observer->log == NULL)
		return true;
	char *transactions = db_session_query_value(session, error, impact_sql_transactions, NULL);
	if (transactions == NULL)
		return false;
	const ImpactLogRange range = { observer->observation->statements->len - 1, from, observer->wal, transactions };
	g_array_append_val(observer->log_ranges, range);
	return true;
}

void
impact_take_state(ImpactObserver *observer, const DbResult *state, ReportStatement *statement)
{
	gint64 wal = impact_number(state, 0, 0);

	if (statement != NULL) {
		statement->wal_bytes = wal - observer->wal;
		statement->lock_timeout = g_steal_pointer(&observer->lock_timeout);
	}
	observer->wal = wal;
	g_free(observer->lock_timeout);
	observer->lock_timeout = g_strdup(db_result_value(state, 0, 1));
}
