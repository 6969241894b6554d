#include "scratch/settings.h"

#include <string.h>

/* The statements that give the new database ($2) the settings of the old one ($1); NULL, in most cases: none. */
static const char copy_sql[] =
    "WITH base AS (SELECT oid, datacl, pg_catalog.pg_get_userbyid(datdba) AS owner, pg_catalog.quote_ident($2) AS name"
    " FROM pg_catalog.pg_database WHERE datname = $1)"
    " SELECT pg_catalog.string_agg(s.statement, '; ' ORDER BY s.place) FROM ("
    "SELECT 1 AS place, pg_catalog.format('REVOKE ALL ON DATABASE %s FROM PUBLIC, %I', name, owner) AS statement"
    " FROM base WHERE datacl IS NOT NULL"
    " UNION ALL "
    "SELECT 2, pg_catalog.format('GRANT %s ON DATABASE %s TO %s%s', a.privilege_type, name,"
    " CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END,"
    " CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)"
    " FROM base, pg_catalog.aclexplode(datacl) a"
    " UNION ALL "
    "SELECT 3, " SCRATCH_SETTING_SQL(
	"CASE d.setrole WHEN 0 THEN 'DATABASE ' || b.name ELSE pg_catalog.format('ROLE %I IN DATABASE %s',"
	" pg_catalog.pg_get_userbyid(d.setrole), b.name) END",
	"c") " FROM base b JOIN pg_catalog.pg_db_role_setting d ON d.setdatabase = b.oid, "
	     "pg_catalog.unnest(d.setconfig) c) s";

/* Most databases have none, and the query above takes the server longer to plan than a copy may cost. */
static const DbPrepared settings_any = { DB_OWN_STATEMENTS "settings_any",
	                                 "SELECT d.datacl IS NOT NULL OR EXISTS (SELECT FROM "
	                                 "pg_catalog.pg_db_role_setting s WHERE s.setdatabase = d.oid) "
	                                 "FROM pg_catalog.pg_database d WHERE d.datname = $1" };

bool
scratch_settings_copy(DbSession *session, const char *from, const char *to, GError **error)
{
	const DbRequest request = { .prepared = &settings_any, .parameter = from };
	g_autoptr(DbResult) any = NULL;

	if (!db_session_pipeline_requests(session, 1, &request, &any, error))
		return false;
	if (db_result_rows(any) == 0 || strcmp(db_result_value(any, 0, 0), "f") == 0)
		return true;
	g_autoptr(DbResult) found = db_session_query(session, error, copy_sql, from, to, NULL);

	if (found == NULL)
		return false;
	const char *statements = db_result_rows(found) > 0 ? db_result_value(found, 0, 0) : NULL;
	return statements == NULL || db_session_execute(session, statements, error);
}
