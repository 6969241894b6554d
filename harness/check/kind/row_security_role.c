/* Who the role of a line is, and whether row security binds it. */
#include "check/kind/row_security_private.h"

#include <string.h>

enum { SUPER = CHECK_ROLE_NAME + 1, BYPASS, OWNS, KIND = CHECK_ROLE_TABLE + 1, ENABLED, FORCED, OWNER };

static const char facts_sql[] =
    "SELECT r.rolname, r.rolsuper, r.rolbypassrls, pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE'),"
    " CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END, c.relkind, "
    "c.relrowsecurity, c.relforcerowsecurity,"
    " pg_catalog.pg_get_userbyid(c.relowner)"
    " FROM (SELECT pg_catalog.to_regclass($2) AS oid) t"
    " LEFT JOIN pg_catalog.pg_roles r ON r.rolname = $1"
    " LEFT JOIN pg_catalog.pg_class c ON c.oid = t.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
    " LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace";

DbResult *
check_row_role_facts(const CheckContext *context, const char *role, const char *table, GError **error)
{
	return db_session_query(context->session, error, facts_sql, role, table, NULL);
}

static bool
row_role_is_true(const DbResult *facts, int column)
{
	return g_strcmp0(db_result_value(facts, 0, column), "t") == 0;
}

char *
check_row_role_unbound(const DbResult *facts)
{
	const char *kind = db_result_value(facts, 0, KIND);
	const char *role = db_result_value(facts, 0, CHECK_ROLE_NAME);
	const char *table = db_result_value(facts, 0, CHECK_ROLE_TABLE);

	if (row_role_is_true(facts, SUPER))
		return g_strdup_printf("role \"%s\" is a superuser, and bypasses row security: this proves nothing\n"
		                       "hint: test the role that the application connects as",
		                       role);
	if (row_role_is_true(facts, BYPASS))
		return g_strdup_printf("role \"%s\" has BYPASSRLS: this proves nothing\n"
		                       "hint: ALTER ROLE %s NOBYPASSRLS",
		                       role, role);
	if (strchr("rp", kind[0]) == NULL)
		return NULL;
	if (!row_role_is_true(facts, ENABLED))
		return g_strdup_printf("row security is not enabled on \"%s\": its policies have no effect\n"
		                       "hint: ALTER TABLE %s ENABLE ROW LEVEL SECURITY",
		                       table, table);
	if (row_role_is_true(facts, OWNS) && !row_role_is_true(facts, FORCED))
		return g_strdup_printf(
		    "role \"%s\" %s \"%s\", and bypasses its row security: this proves nothing\n"
		    "hint: ALTER TABLE %s FORCE ROW LEVEL SECURITY, or test another role",
		    role, g_str_equal(role, db_result_value(facts, 0, OWNER)) ? "owns" : "is a member of the owner of",
		    table, table);
	return NULL;
}
