#include "check/proof/surroundings.h"

#include "check/proof/shared_objects.h"
#include "migration/text/script.h"

#include <string.h>

struct CheckSurroundings {
	CheckSurroundingsKind kind;
	DbResult *facts; /* sorted by name */
};

/* A fact is a name and a value. The value of a role is NULL: it is there to be known, and never differs. `role` and
 * `other` are the roles that it is about, or NULL. */
enum { SURROUNDINGS_NAME, SURROUNDINGS_VALUE, SURROUNDINGS_ROLE, SURROUNDINGS_OTHER };

#define OBJECT_PREFIX "large object "

/* Facts about the database; for both kinds. Without the right to read a large object, only its existence counts. */
static const char facts_sql[] =
    "SELECT pg_catalog.format('setting \"%s\" of the database%s', pg_catalog.split_part(s, '=', 1),"
    " CASE d.setrole WHEN 0 THEN '' ELSE pg_catalog.format(' for the role \"%s\"',"
    " pg_catalog.pg_get_userbyid(d.setrole)) END) AS name,"
    " pg_catalog.substr(s, pg_catalog.strpos(s, '=') + 1) AS value,"
    " CASE WHEN d.setrole <> 0 THEN pg_catalog.pg_get_userbyid(d.setrole) END::text AS role, NULL::text AS other"
    " FROM pg_catalog.pg_db_role_setting d"
    " JOIN pg_catalog.pg_database b ON b.oid = d.setdatabase AND b.datname = pg_catalog.current_database(),"
    " pg_catalog.unnest(d.setconfig) s"
    " UNION ALL "
    "SELECT pg_catalog.format('privilege %s on the database for %s', a.privilege_type,"
    " CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.format('the role \"%s\"',"
    " pg_catalog.pg_get_userbyid(a.grantee)) END),"
    " CASE WHEN a.is_grantable THEN 'granted, with grant option' ELSE 'granted' END,"
    " CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee) END::text, NULL"
    " FROM pg_catalog.pg_database b, pg_catalog.aclexplode(COALESCE(b.datacl, pg_catalog.acldefault('d', b.datdba))) a"
    " WHERE b.datname = pg_catalog.current_database()"
    " UNION ALL "
    "SELECT 'number of large objects', pg_catalog.count(*)::text, NULL, NULL FROM pg_catalog.pg_largeobject_metadata"
    " UNION ALL "
    "SELECT '" OBJECT_PREFIX
    "' || m.oid, pg_catalog.format('%s bytes, MD5 %s', pg_catalog.length(c), pg_catalog.md5(c)),"
    " NULL, NULL FROM pg_catalog.pg_largeobject_metadata m,"
    " LATERAL (SELECT CASE WHEN pg_catalog.pg_has_role(m.lomowner, 'USAGE') THEN pg_catalog.lo_get(m.oid) END AS c) l";

static const char backup_sql[] =
    " UNION ALL "
    "SELECT pg_catalog.format('last value of the sequence \"%s.%s\"', n.nspname, c.relname),"
    " COALESCE(pg_catalog.pg_sequence_last_value(c.oid)::text, 'none'), NULL, NULL"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'S' AND c.relpersistence <> 't'";

static const char roles_sql[] =
    " UNION ALL "
    "SELECT pg_catalog.format('role \"%s\"', rolname), NULL, NULL, NULL FROM pg_catalog.pg_roles";

static const char bonds_sql[] =
    " UNION ALL "
    "SELECT pg_catalog.format('setting \"%s\" of the role \"%s\"', pg_catalog.split_part(s, '=', 1),"
    " pg_catalog.pg_get_userbyid(d.setrole)), pg_catalog.substr(s, pg_catalog.strpos(s, '=') + 1),"
    " pg_catalog.pg_get_userbyid(d.setrole)::text, NULL"
    " FROM pg_catalog.pg_db_role_setting d, pg_catalog.unnest(d.setconfig) s WHERE d.setdatabase = 0"
    " UNION ALL "
    "SELECT DISTINCT pg_catalog.format('membership of \"%s\" in the role \"%s\"',"
    " pg_catalog.pg_get_userbyid(m.member), pg_catalog.pg_get_userbyid(m.roleid)),"
    " CASE WHEN m.admin_option THEN 'granted, with admin option' ELSE 'granted' END,"
    " pg_catalog.pg_get_userbyid(m.member)::text, pg_catalog.pg_get_userbyid(m.roleid)::text"
    " FROM pg_catalog.pg_auth_members m";

/* The tables of extensions: the fact's name, and the table as SQL. */
static const char tables_sql[] =
    "SELECT pg_catalog.format('number of rows in \"%s.%s\" of the extension \"%s\"', n.nspname, c.relname, e.extname),"
    " pg_catalog.format('%I.%I', n.nspname, c.relname)"
    " FROM pg_catalog.pg_depend d"
    " JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid"
    " JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'r'"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE d.deptype = 'e' AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    " AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass";

/* Hints for facts, by the beginning of their names. */
static const struct {
	const char *prefix;
	const char *hint;
} hints[] = {
	{ "setting ", "pg_dump leaves out the settings of the database unless it is called with --create" },
	{ "privilege ", "pg_dump leaves out the privileges on the database unless it is called with --create" },
	{ "number of rows in ", "pg_dump leaves out the rows of an extension's tables, unless the extension has asked "
	                        "for them by pg_extension_config_dump" },
};

bool
check_surroundings_in_set(const MigrationSet *set)
{
	static const char words[] =
	    "\\balter\\s+database\\b|\\bon\\s+database\\b|\\blo_|\\blargeobject|\\blarge\\s+object\\b";

	return check_shared_objects_in_set(set) || check_shared_objects_set_says(set, words);
}

static bool
surroundings_add_tables(DbSession *session, GString *sql, GError **error)
{
	g_autoptr(DbResult) tables = db_session_query(session, error, tables_sql, NULL);

	for (int i = 0; tables != NULL && i < db_result_rows(tables); i++) {
		g_autofree char *name = db_session_quote_literal(session, db_result_value(tables, i, 0));
		g_string_append_printf(sql, " UNION ALL SELECT %s, pg_catalog.count(*)::text, NULL, NULL FROM %s", name,
		                       db_result_value(tables, i, 1));
	}
	return tables != NULL;
}

CheckSurroundings *
check_surroundings_read(DbSession *session, CheckSurroundingsKind kind, GError **error)
{
	g_autoptr(GString) sql = g_string_new("SELECT name, pg_catalog.string_agg(value, ', ' ORDER BY value),"
	                                      " pg_catalog.min(role), pg_catalog.min(other) FROM (");

	g_string_append(sql, facts_sql);
	g_string_append(sql, kind == CHECK_SURROUNDINGS_BACKUP ? backup_sql : roles_sql);
	if (kind == CHECK_SURROUNDINGS_SERVER)
		g_string_append(sql, bonds_sql);
	if (kind == CHECK_SURROUNDINGS_BACKUP && !surroundings_add_tables(session, sql, error))
		return NULL;
	g_string_append(sql, ") f GROUP BY name ORDER BY name COLLATE \"C\"");
	DbResult *facts = db_session_query(session, error, sql->str, NULL);
	if (facts == NULL)
		return NULL;
	CheckSurroundings *surroundings = g_new0(CheckSurroundings, 1);
	surroundings->kind = kind;
	surroundings->facts = facts;
	return surroundings;
}

CheckSurroundings *
check_surroundings_read_workspace(const CheckWorkspace *workspace, GError **error)
{
	CheckSurroundingsKind kind = workspace->shares_objects && !workspace->bonds_stay ? CHECK_SURROUNDINGS_SERVER
	                                                                                 : CHECK_SURROUNDINGS_DATABASE;

	return check_surroundings_read(workspace->session, kind, error);
}

void
check_surroundings_free(CheckSurroundings *surroundings)
{
	if (surroundings == NULL)
		return;
	db_result_free(surroundings->facts);
	g_free(surroundings);
}

/* --- Comparing -------------------------------------------------------------- */

/* A walk through two lists of facts. */
typedef struct {
	const CheckSurroundings *before;
	const CheckSurroundings *now;
	bool another_run;
	GString *lines;
} Comparison;

static bool
surroundings_was_there(const Comparison *comparison, const char *role)
{
	const DbResult *facts = comparison->before->facts;
	g_autofree char *name = g_strdup_printf("role \"%s\"", role != NULL ? role : "");

	for (int i = 0; role != NULL && i < db_result_rows(facts); i++)
		if (strcmp(db_result_value(facts, i, SURROUNDINGS_NAME), name) == 0)
			return true;
	return role == NULL;
}

/* True when it came with a role that is new, too. */
static bool
surroundings_belongs_to_new_role(const Comparison *comparison, int j)
{
	const DbResult *facts = comparison->now->facts;

	return comparison->now->kind != CHECK_SURROUNDINGS_BACKUP &&
	       (!surroundings_was_there(comparison, db_result_value(facts, j, SURROUNDINGS_ROLE)) ||
	        !surroundings_was_there(comparison, db_result_value(facts, j, SURROUNDINGS_OTHER)));
}

/* i, j: the indexes of the fact in the lists, or -1: it is missing. */
static void
surroundings_add_difference(const Comparison *comparison, int i, int j)
{
	const DbResult *before = comparison->before->facts;
	const DbResult *now = comparison->now->facts;
	const char *name = i >= 0 ? db_result_value(before, i, SURROUNDINGS_NAME)
	                          : db_result_value(now, j, SURROUNDINGS_NAME);
	const char *was = i >= 0 ? db_result_value(before, i, SURROUNDINGS_VALUE) : NULL;
	const char *is = j >= 0 ? db_result_value(now, j, SURROUNDINGS_VALUE) : NULL;
	GString *lines = comparison->lines;

	if (g_strcmp0(was, is) == 0 || (comparison->another_run && g_str_has_prefix(name, OBJECT_PREFIX)) ||
	    (i < 0 && surroundings_belongs_to_new_role(comparison, j)))
		return;
	g_string_append_printf(lines, "%s%s", lines->len > 0 ? "\n" : "", name);
	if (was == NULL)
		g_string_append_printf(lines, " is unexpected: \"%s\"", is);
	else if (is == NULL)
		g_string_append_printf(lines, ": was \"%s\", is missing", was);
	else
		g_string_append_printf(lines, ": was \"%s\", is \"%s\"", was, is);
}

static void
surroundings_add_hints(GString *lines)
{
	g_auto(GStrv) all = g_strsplit(lines->str, "\n", -1);

	for (gsize i = 0; i < G_N_ELEMENTS(hints); i++)
		for (char **line = all; *line != NULL; line++)
			if (g_str_has_prefix(*line, hints[i].prefix)) {
				g_string_append_printf(lines, "\nhint: %s", hints[i].hint);
				break;
			}
}

char *
check_surroundings_compare(const CheckSurroundings *before, const CheckSurroundings *now, bool another_run)
{
	GString *lines = g_string_new(NULL);
	const Comparison comparison = { .before = before, .now = now, .another_run = another_run, .lines = lines };
	int i = 0;
	int j = 0;

	while (i < db_result_rows(before->facts) || j < db_result_rows(now->facts)) {
		const char *was = i < db_result_rows(before->facts)
		                      ? db_result_value(before->facts, i, SURROUNDINGS_NAME)
		                      : NULL;
		const char *is = j < db_result_rows(now->facts) ? db_result_value(now->facts, j, SURROUNDINGS_NAME)
		                                                : NULL;
		int order = was == NULL ? 1 : is == NULL ? -1 : strcmp(was, is);
		surroundings_add_difference(&comparison, order <= 0 ? i : -1, order >= 0 ? j : -1);
		i += order <= 0;
		j += order >= 0;
	}
	if (lines->len == 0) {
		g_string_free(lines, TRUE);
		return NULL;
	}
	if (now->kind == CHECK_SURROUNDINGS_BACKUP)
		surroundings_add_hints(lines);
	return g_string_free(lines, FALSE);
}
