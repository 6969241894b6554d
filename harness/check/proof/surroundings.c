#include "check/proof/surroundings.h"

#include <string.h>

struct CheckSurroundings {
	DbResult *facts; /* sorted by name */
};

enum { NAME, VALUE };

/* A fact is a name and a value. */
static const char facts_sql[] =
    "SELECT pg_catalog.format('setting \"%s\" of the database%s', pg_catalog.split_part(s, '=', 1),"
    " CASE d.setrole WHEN 0 THEN '' ELSE pg_catalog.format(' for the role \"%s\"',"
    " pg_catalog.pg_get_userbyid(d.setrole)) END) AS name,"
    " pg_catalog.substr(s, pg_catalog.strpos(s, '=') + 1) AS value"
    " FROM pg_catalog.pg_db_role_setting d"
    " JOIN pg_catalog.pg_database b ON b.oid = d.setdatabase AND b.datname = pg_catalog.current_database(),"
    " pg_catalog.unnest(d.setconfig) s"
    " UNION ALL "
    "SELECT pg_catalog.format('privilege %s on the database for %s', a.privilege_type,"
    " CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.format('the role \"%s\"',"
    " pg_catalog.pg_get_userbyid(a.grantee)) END),"
    " CASE WHEN a.is_grantable THEN 'granted, with grant option' ELSE 'granted' END"
    " FROM pg_catalog.pg_database b, pg_catalog.aclexplode(COALESCE(b.datacl, pg_catalog.acldefault('d', b.datdba))) a"
    " WHERE b.datname = pg_catalog.current_database()"
    " UNION ALL "
    "SELECT pg_catalog.format('last value of the sequence \"%s.%s\"', n.nspname, c.relname),"
    " COALESCE(pg_catalog.pg_sequence_last_value(c.oid)::text, 'none')"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'S' AND c.relpersistence <> 't'"
    " UNION ALL "
    "SELECT 'number of large objects', pg_catalog.count(*)::text FROM pg_catalog.pg_largeobject_metadata";

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

/* What to do about facts whose names begin so. */
static const struct {
	const char *prefix;
	const char *hint;
} hints[] = {
	{ "setting ", "pg_dump leaves out the settings of the database unless it is called with --create" },
	{ "privilege ", "pg_dump leaves out the privileges on the database unless it is called with --create" },
	{ "number of rows in ", "pg_dump leaves out the rows of an extension's tables, unless the extension has asked "
	                        "for them by pg_extension_config_dump" },
};

CheckSurroundings *
check_surroundings_read(DbSession *session, GError **error)
{
	g_autoptr(DbResult) tables = db_session_query(session, error, tables_sql, NULL);
	g_autoptr(GString) sql = g_string_new("SELECT name, pg_catalog.string_agg(value, ', ' ORDER BY value) FROM (");

	if (tables == NULL)
		return NULL;
	g_string_append(sql, facts_sql);
	for (int i = 0; i < db_result_rows(tables); i++) {
		g_autofree char *name = db_session_quote_literal(session, db_result_value(tables, i, 0));
		g_string_append_printf(sql, " UNION ALL SELECT %s, pg_catalog.count(*)::text FROM %s", name,
		                       db_result_value(tables, i, 1));
	}
	g_string_append(sql, ") f GROUP BY name ORDER BY name COLLATE \"C\"");
	DbResult *facts = db_session_query(session, error, sql->str, NULL);
	if (facts == NULL)
		return NULL;
	CheckSurroundings *surroundings = g_new0(CheckSurroundings, 1);
	surroundings->facts = facts;
	return surroundings;
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

/* NULL values: there is no such fact. */
static void
add_difference(GString *lines, const char *name, const char *was, const char *is)
{
	if (g_strcmp0(was, is) == 0)
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
check_surroundings_compare(const CheckSurroundings *before, const CheckSurroundings *now)
{
	GString *lines = g_string_new(NULL);
	int i = 0;
	int j = 0;

	while (i < db_result_rows(before->facts) || j < db_result_rows(now->facts)) {
		const char *was = i < db_result_rows(before->facts) ? db_result_value(before->facts, i, NAME) : NULL;
		const char *is = j < db_result_rows(now->facts) ? db_result_value(now->facts, j, NAME) : NULL;
		int order = was == NULL ? 1 : is == NULL ? -1 : strcmp(was, is);
		add_difference(lines, order <= 0 ? was : is,
		               order <= 0 ? db_result_value(before->facts, i, VALUE) : NULL,
		               order >= 0 ? db_result_value(now->facts, j, VALUE) : NULL);
		i += order <= 0;
		j += order >= 0;
	}
	if (lines->len == 0) {
		g_string_free(lines, TRUE);
		return NULL;
	}
	surroundings_add_hints(lines);
	return g_string_free(lines, FALSE);
}
