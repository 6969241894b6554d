/* The way to a size where the files of the server cannot be reached: many rows on few pages. */
#include "plan/size/import.h"
#include "plan/size/sql.h"

/* Disables everything that refuses an empty row. */
static char *
dense_open_sql(const char *oids)
{
	return g_strdup_printf(
	    "UPDATE pg_catalog.pg_class SET relkind = 'r', relhastriggers = false, relhasrules = false, relchecks = 0, "
	    "relispartition = false WHERE oid = ANY ('%s') AND relkind IN ('r', 'm'); "
	    "UPDATE pg_catalog.pg_attribute SET attnotnull = false, atthasdef = false, attidentity = '', attgenerated "
	    "= '' "
	    "WHERE attrelid = ANY ('%s') AND attnum > 0; "
	    "UPDATE pg_catalog.pg_index SET indisready = false WHERE indrelid = ANY ('%s') AND indpred IS NULL; "
	    "UPDATE pg_catalog.pg_index SET indpred = NULL, indisunique = false WHERE indrelid = ANY ('%s') AND "
	    "indpred IS "
	    "NOT NULL",
	    oids, oids, oids, oids);
}

/* One that refuses even such a row, for the type of a column, stays without a page: the planner takes it for empty. */
static bool
dense_insert(DbSession *session, const char *sql, GPtrArray *notes, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (!db_session_execute(session, "SAVEPOINT pgassay_row", error))
		return false;
	if (db_session_execute(session, sql, &cause))
		return db_session_execute(session, "RELEASE SAVEPOINT pgassay_row", error);
	if (db_session_transaction_state(session) != DB_TRANSACTION_FAILED) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	g_ptr_array_add(notes, g_strdup_printf("a table has no size on this server: %s", cause->message));
	return db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_row; RELEASE SAVEPOINT pgassay_row", error);
}

bool
plan_dense(DbSession *session, const char *oids, GPtrArray *notes, GError **error)
{
	g_autofree char *open = dense_open_sql(oids);
	g_autoptr(DbResult) inserts = db_session_query(session, error, plan_sql_dense, oids, NULL);

	if (inserts == NULL || !db_session_execute(session, "SAVEPOINT pgassay_pages", error) ||
	    !db_session_execute(session, open, error))
		return false;
	for (int i = 0; i < db_result_rows(inserts); i++)
		if (!dense_insert(session, db_result_value(inserts, i, 0), notes, error))
			return false;
	return db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_pages; RELEASE SAVEPOINT pgassay_pages",
	                          error);
}
