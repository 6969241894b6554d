#include "run/stage/owner_base.h"

char *
run_owner_find_roles(DbSession *session, const char *const *roles, GError **error)
{
	g_autofree char *names = g_strjoinv(",", (GStrv)roles);

	return db_session_query_value(
	    session, error,
	    "SELECT coalesce(pg_catalog.string_agg(pg_catalog.quote_ident(rolname), ', '), '') FROM pg_catalog.pg_roles"
	    " WHERE rolname = ANY (pg_catalog.string_to_array($1, ',')) AND NOT rolsuper",
	    names, NULL);
}

/* Gives the relations without privileges to the owner in one statement, with their indexes, TOAST tables and row types:
 * ALTER TABLE ... OWNER TO for each of them would take as long as creating them. Objects of the bootstrap superuser
 * have no row in pg_shdepend. */
static const char owner_of_relations[] =
    "WITH mine AS MATERIALIZED (SELECT c.oid, c.reltoastrelid FROM pg_catalog.pg_class c"
    " WHERE c.relowner = 10 AND pg_catalog.quote_ident(current_user)::pg_catalog.regrole = 10::pg_catalog.oid"
    " AND c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relacl IS NULL"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL)"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    " AND e.objid = c.oid AND e.deptype = 'e')),"
    " heaps AS (SELECT oid FROM mine UNION ALL SELECT reltoastrelid FROM mine WHERE reltoastrelid <> 0),"
    " rowtypes AS (SELECT t.oid, t.typarray FROM pg_catalog.pg_type t JOIN mine ON mine.oid = t.typrelid),"
    " types AS (UPDATE pg_catalog.pg_type SET typowner = %s FROM (SELECT oid AS type FROM rowtypes UNION ALL"
    " SELECT typarray FROM rowtypes) r WHERE oid = r.type),"
    " bonds AS (INSERT INTO pg_catalog.pg_shdepend SELECT d.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, mine.oid, "
    "0,"
    " 'pg_catalog.pg_authid'::pg_catalog.regclass, %s, 'o' FROM mine, pg_catalog.pg_database d"
    " WHERE d.datname = current_database())"
    " UPDATE pg_catalog.pg_class c SET relowner = %s FROM (SELECT oid AS relation FROM heaps UNION ALL"
    " SELECT i.indexrelid FROM pg_catalog.pg_index i JOIN heaps ON heaps.oid = i.indrelid) r WHERE c.oid = r.relation";

/* Gives the objects of the base that belong to a superuser here to the owner, as if the owner had created them: all
 * except extensions with their members, and objects that only a superuser can own. Sequences of columns go with
 * their tables. */
static const char owner_of_the_base[] =
    "DO $pgassay$ DECLARE v text; BEGIN FOR v IN"
    " SELECT o.what FROM ("
    "SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass AS class, n.oid,"
    " pg_catalog.format('SCHEMA %%I', n.nspname) AS what"
    " FROM pg_catalog.pg_namespace n WHERE n.nspowner = pg_catalog.quote_ident(current_user)::pg_catalog.regrole AND "
    "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    " UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, pg_catalog.format('TABLE %%s', "
    "c.oid::regclass)"
    " FROM pg_catalog.pg_class c WHERE c.relowner = pg_catalog.quote_ident(current_user)::pg_catalog.regrole AND c.oid "
    ">= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    " AND d.objid = c.oid AND c.relkind = 'S' AND d.deptype IN ('a', 'i'))"
    " UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid,"
    " pg_catalog.format('ROUTINE %%s', p.oid::pg_catalog.regprocedure)"
    " FROM pg_catalog.pg_proc p WHERE p.proowner = pg_catalog.quote_ident(current_user)::pg_catalog.regrole AND p.oid "
    ">= 16384"
    " UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid,"
    " pg_catalog.format('%%s %%s', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, t.oid::pg_catalog.regtype)"
    " FROM pg_catalog.pg_type t WHERE t.typowner = pg_catalog.quote_ident(current_user)::pg_catalog.regrole AND t.oid "
    ">= 16384 AND (t.typtype IN ('e', 'd', 'r')"
    " OR (t.typtype = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')))"
    " UNION ALL SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, l.oid,"
    " pg_catalog.format('COLLATION %%I.%%I', n.nspname, l.collname) FROM pg_catalog.pg_collation l"
    " JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace WHERE l.collowner = "
    "pg_catalog.quote_ident(current_user)::pg_catalog.regrole AND l.oid >= 16384"
    " UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid,"
    " pg_catalog.format('STATISTICS %%I.%%I', n.nspname, s.stxname) FROM pg_catalog.pg_statistic_ext s"
    " JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace WHERE s.stxowner = "
    "pg_catalog.quote_ident(current_user)::pg_catalog.regrole"
    ") o WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = o.class AND e.objid = o.oid"
    " AND e.deptype = 'e')"
    " LOOP EXECUTE pg_catalog.format('ALTER %%s OWNER TO %s', v); END LOOP; END $pgassay$";

bool
run_owner_take_base(const RunStage *stage, const char *role, GError **error)
{
	/* It stands inside of a literal of format(). */
	g_auto(GStrv) parts = g_strsplit(role, "%", -1);
	g_autofree char *inner = g_strjoinv("%%", parts);
	g_autofree char *sql = g_strdup_printf(owner_of_the_base, inner);
	DbSession *session = stage->workspace.session;
	g_autofree char *literal = db_session_quote_literal(session, role);
	g_autofree char *oid = g_strconcat(literal, "::pg_catalog.regrole", NULL);
	g_autofree char *relations = g_strdup_printf(owner_of_relations, oid, oid, oid);

	return stage->job->base == NULL ||
	       (db_session_execute(session, relations, error) && db_session_execute(session, sql, error));
}
