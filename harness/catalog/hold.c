#include "catalog/hold.h"

bool
catalog_hold(DbSession *session, GError **error)
{
	/* 16384 is the first OID that is not the server's own. */
	g_autofree char *tables = db_session_query_value(
	    session, error,
	    "SELECT pg_catalog.string_agg(pg_catalog.format('%I.%I', n.nspname, c.relname), ', ') "
	    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
	    "WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND c.oid >= '16384'::pg_catalog.oid",
	    NULL);

	if (tables == NULL)
		return false;
	g_autofree char *lock = *tables != '\0' ? g_strdup_printf("LOCK TABLE %s IN ACCESS SHARE MODE", tables) : NULL;
	return db_session_execute(session, "BEGIN ISOLATION LEVEL REPEATABLE READ", error) &&
	       (lock == NULL || db_session_execute(session, lock, error)) &&
	       db_session_execute(session, "SELECT 1", error);
}
