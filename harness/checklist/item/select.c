#include "checklist/item/select.h"

#include "db/sqlstate.h"

#include <string.h>

static ChecklistRefusal
select_refusal(const char *sqlstate)
{
	static const char *const by_rows[] = { DB_SQLSTATE_CLASS_CARDINALITY, DB_SQLSTATE_CLASS_DATA_EXCEPTION,
		                               DB_SQLSTATE_CLASS_INTEGRITY_CONSTRAINT };

	if (sqlstate == NULL)
		return CHECKLIST_REFUSAL_OTHER;
	for (gsize i = 0; i < G_N_ELEMENTS(by_rows); i++)
		if (g_str_has_prefix(sqlstate, by_rows[i]))
			return CHECKLIST_REFUSAL_ROW;
	if (strcmp(sqlstate, DB_SQLSTATE_QUERY_CANCELED) == 0 || strcmp(sqlstate, DB_SQLSTATE_LOCK_NOT_AVAILABLE) == 0)
		return CHECKLIST_REFUSAL_TIME;
	return strcmp(sqlstate, DB_SQLSTATE_INSUFFICIENT_PRIVILEGE) == 0 ? CHECKLIST_REFUSAL_RIGHT
	                                                                 : CHECKLIST_REFUSAL_OTHER;
}

bool
checklist_select(DbSession *session, const char *sql, DbResult **ret_rows, char **ret_refused,
                 ChecklistRefusal *ret_refusal, GError **error)
{
	g_autofree char *declare = g_strdup_printf("DECLARE pgassay_cursor NO SCROLL CURSOR FOR %s", sql);
	g_autofree char *fetch = g_strdup_printf("FETCH %d FROM pgassay_cursor", CHECKLIST_SELECT_MAX);
	g_autoptr(GError) cause = NULL;

	*ret_rows = NULL;
	*ret_refused = NULL;
	*ret_refusal = CHECKLIST_REFUSAL_OTHER;
	if (!db_session_execute(session, "SAVEPOINT pgassay_select", error))
		return false;
	/* The extended protocol takes one statement, so that nothing can stand behind the query. */
	const char *const declares[] = { declare };
	guint failed = 0;
	g_autoptr(DbResult) rows = db_session_execute_pipeline(session, 1, declares, &failed, &cause)
	                               ? db_session_query(session, &cause, fetch, NULL)
	                               : NULL;
	const DbDiagnostic *diagnostic = rows == NULL ? db_session_diagnostic(session) : NULL;
	if (rows == NULL && diagnostic == NULL) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	if (diagnostic != NULL) {
		*ret_refused = g_strdup(diagnostic->message);
		*ret_refusal = select_refusal(diagnostic->sqlstate);
	}
	*ret_rows = g_steal_pointer(&rows);
	return db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_select", error);
}

char *
checklist_select_grant(const char *refused, const char *role)
{
	g_autoptr(GRegex) regex = g_regex_new(
	    "denied for (schema|table|view|sequence|function|materialized view|foreign table) (\\S+)$", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(regex, refused, 0, &match))
		return g_strdup_printf("GRANT SELECT ON what it reads TO %s", role);
	g_autofree char *kind = g_match_info_fetch(match, 1);
	g_autofree char *name = g_match_info_fetch(match, 2);
	if (strcmp(kind, "schema") == 0)
		return g_strdup_printf("GRANT USAGE ON SCHEMA %s TO %s", name, role);
	if (strcmp(kind, "function") == 0)
		return g_strdup_printf("GRANT EXECUTE ON FUNCTION %s TO %s", name, role);
	return g_strdup_printf("GRANT SELECT ON %s%s TO %s", strcmp(kind, "sequence") == 0 ? "SEQUENCE " : "", name,
	                       role);
}

bool
checklist_select_set_path(DbSession *session, GError **error)
{
	static const char set[] =
	    "SELECT pg_catalog.set_config('search_path', coalesce((SELECT substr(c.setting, length('search_path=') + "
	    "1) "
	    "FROM pg_db_role_setting s, unnest(s.setconfig) c(setting) WHERE c.setting LIKE 'search\\_path=%' "
	    "AND s.setrole IN (0, (SELECT r.oid FROM pg_roles r WHERE r.rolname = session_user)) "
	    "AND s.setdatabase IN (0, (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())) "
	    "ORDER BY s.setrole = 0, s.setdatabase = 0 LIMIT 1), '\"$user\", public'), true)";
	g_autofree char *path = db_session_query_value(session, error, set, NULL);

	return path != NULL;
}
