#include "check/proof/shared_objects.h"

#include "migration/text/script.h"
#include "scratch/settings.h"

#include <string.h>

struct CheckSharedObjects {
	GHashTable *names; /* "ROLE name", "TABLESPACE name" */
	DbResult *bonds;   /* settings and memberships of roles */
};

/* Tablespaces first: a role that owns one cannot be dropped. */
static const char shared_sql[] = "SELECT 'TABLESPACE', spcname FROM pg_catalog.pg_tablespace"
				 " UNION ALL SELECT 'ROLE', rolname FROM pg_catalog.pg_roles ORDER BY 1 DESC";

enum { SHARED_KIND, SHARED_NAME };

/* A setting or a membership of a role: the statement that makes it, the one that removes it, and the role. */
static const char bonds_sql[] = "SELECT " SCRATCH_SETTING_SQL(
    "pg_catalog.format('ROLE %I', pg_catalog.pg_get_userbyid(d.setrole))",
    "s") ","
	 " pg_catalog.format('ALTER ROLE %I RESET %I', pg_catalog.pg_get_userbyid(d.setrole), pg_catalog.split_part(s, "
	 "'=', 1)),"
	 " pg_catalog.pg_get_userbyid(d.setrole)::text"
	 " FROM pg_catalog.pg_db_role_setting d, pg_catalog.unnest(d.setconfig) s WHERE d.setdatabase = 0"
	 " UNION ALL "
	 "SELECT DISTINCT pg_catalog.format('GRANT %I TO %I%s', pg_catalog.pg_get_userbyid(m.roleid),"
	 " pg_catalog.pg_get_userbyid(m.member), CASE WHEN m.admin_option THEN ' WITH ADMIN OPTION' ELSE '' END),"
	 " pg_catalog.format('REVOKE %I FROM %I', pg_catalog.pg_get_userbyid(m.roleid), "
	 "pg_catalog.pg_get_userbyid(m.member)),"
	 " pg_catalog.pg_get_userbyid(m.member)::text FROM pg_catalog.pg_auth_members m";

enum { BOND_MAKE, BOND_UNDO, BOND_ROLE };

/* CREATE or DROP of such a thing. */
static const char makes[] = "\\b(create|drop)\\s+(role|user(?!\\s+mapping)|group|tablespace)\\b";
/* Statements that affect memberships and settings of roles: GRANT and REVOKE without ON are about memberships. */
static const char binds[] = "\\balter\\s+(role|user(?!\\s+mapping)|group)\\b"
			    "|\\b(grant|revoke)\\s+(?:(?!\\bon\\b)[^;]){0,400}?\\b(to|from)\\b";

/* Of code, the text of its file: what it runs is not known before. */
static bool
shared_script_says(const MigrationScript *script, const GRegex *regex)
{
	const GPtrArray *statements = script != NULL ? migration_script_statements(script) : NULL;

	if (script != NULL && migration_script_scope(script) == MIGRATION_SCOPE_EXTERNAL)
		return g_regex_match(regex, base_source_text(migration_script_source(script)), 0, NULL);

	for (guint i = 0; statements != NULL && i < statements->len; i++)
		if (g_regex_match(regex, ((const MigrationStatement *)g_ptr_array_index(statements, i))->sql, 0, NULL))
			return true;
	return false;
}

static GRegex *
shared_compile(const char *expression)
{
	return g_regex_new(expression, G_REGEX_CASELESS | G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
}

bool
check_shared_objects_in_script(const MigrationScript *script)
{
	g_autoptr(GRegex) regex = shared_compile(makes);

	return shared_script_says(script, regex);
}

bool
check_shared_objects_set_says(const MigrationSet *set, const char *expression)
{
	g_autoptr(GRegex) regex = shared_compile(expression);

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (shared_script_says(migration->up, regex) || shared_script_says(migration->down, regex))
			return true;
	}
	return false;
}

bool
check_shared_objects_in_set(const MigrationSet *set)
{
	return check_shared_objects_set_says(set, makes) || check_shared_objects_set_says(set, binds);
}

static DbSession *
open_session(const ScratchServer *server, GError **error)
{
	DbSession *session = db_session_open(scratch_server_endpoint(server), "postgres", DB_SESSION_CLEANUP, NULL);

	return session != NULL
	           ? session
	           : db_session_open(scratch_server_endpoint(server), "template1", DB_SESSION_CLEANUP, error);
}

static char *
shared_key(const DbResult *found, int row)
{
	return g_strconcat(db_result_value(found, row, SHARED_KIND), " ", db_result_value(found, row, SHARED_NAME),
	                   NULL);
}

CheckSharedObjects *
check_shared_objects_read(const ScratchServer *server, GError **error)
{
	g_autoptr(DbSession) session = open_session(server, error);
	g_autoptr(DbResult) found = session != NULL ? db_session_query(session, error, shared_sql, NULL) : NULL;
	DbResult *bonds = found != NULL ? db_session_query(session, error, bonds_sql, NULL) : NULL;

	if (bonds == NULL)
		return NULL;
	CheckSharedObjects *objects = g_new0(CheckSharedObjects, 1);
	objects->bonds = bonds;
	objects->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int row = 0; row < db_result_rows(found); row++)
		g_hash_table_add(objects->names, shared_key(found, row));
	return objects;
}

static bool
shared_has_bond(const DbResult *bonds, const char *make)
{
	for (int row = 0; row < db_result_rows(bonds); row++)
		if (strcmp(db_result_value(bonds, row, BOND_MAKE), make) == 0)
			return true;
	return false;
}

bool
check_shared_objects_equal(const CheckSharedObjects *a, const CheckSharedObjects *b)
{
	GHashTableIter iterator;
	gpointer name;

	if (g_hash_table_size(a->names) != g_hash_table_size(b->names) ||
	    db_result_rows(a->bonds) != db_result_rows(b->bonds))
		return false;
	g_hash_table_iter_init(&iterator, a->names);
	while (g_hash_table_iter_next(&iterator, &name, NULL))
		if (!g_hash_table_contains(b->names, name))
			return false;
	for (int row = 0; row < db_result_rows(a->bonds); row++)
		if (!shared_has_bond(b->bonds, db_result_value(a->bonds, row, BOND_MAKE)))
			return false;
	return true;
}

void
check_shared_objects_free(CheckSharedObjects *objects)
{
	if (objects == NULL)
		return;
	g_hash_table_unref(objects->names);
	db_result_free(objects->bonds);
	g_free(objects);
}

static bool
script_names(const MigrationScript *script, const char *name)
{
	g_autofree char *text = script != NULL ? g_ascii_strdown(base_source_text(migration_script_source(script)), -1)
	                                       : g_strdup("");
	g_autofree char *low = g_ascii_strdown(name, -1);

	return strstr(text, low) != NULL;
}

static bool
is_named(const MigrationSet *set, const char *name)
{
	bool named = false;

	for (guint i = 0; i < set->migrations->len && !named; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		named = script_names(migration->up, name) || script_names(migration->down, name);
	}
	return named;
}

/* An error is ignored: the object existed before, or cannot be dropped. */
static void
try_statement(DbSession *session, const char *verb, const char *kind, const char *name)
{
	g_autofree char *quoted = db_session_quote_identifier(session, name);
	g_autofree char *sql = g_strdup_printf("%s %s %s", verb, kind, quoted);

	db_session_execute(session, sql, NULL);
}

/* Sends the statement of each bond of `from` that `other` has not. */
static void
shared_try_bonds(DbSession *session, const MigrationSet *only, const DbResult *from, const DbResult *other,
                 int statement)
{
	for (int row = 0; row < db_result_rows(from); row++)
		if (!shared_has_bond(other, db_result_value(from, row, BOND_MAKE)) &&
		    (only == NULL || is_named(only, db_result_value(from, row, BOND_ROLE))))
			db_session_execute(session, db_result_value(from, row, statement), NULL);
}

void
check_shared_objects_restore(const ScratchServer *server, const MigrationSet *set, const CheckSharedObjects *before,
                             bool bonds_stay)
{
	g_autoptr(DbSession) session = open_session(server, NULL);
	g_autoptr(DbResult) now = session != NULL ? db_session_query(session, NULL, shared_sql, NULL) : NULL;
	g_autoptr(DbResult) bonds = now != NULL ? db_session_query(session, NULL, bonds_sql, NULL) : NULL;
	const MigrationSet *only = scratch_server_is_own(server) ? NULL : set;
	g_autoptr(GHashTable) there = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iterator;
	gpointer key;

	if (bonds == NULL)
		return;
	if (!bonds_stay)
		shared_try_bonds(session, only, bonds, before->bonds, BOND_UNDO);
	for (int row = 0; row < db_result_rows(now); row++) {
		char *name = shared_key(now, row);
		g_hash_table_add(there, name);
		if (!g_hash_table_contains(before->names, name) &&
		    (only == NULL || is_named(only, db_result_value(now, row, SHARED_NAME))))
			try_statement(session, "DROP", db_result_value(now, row, SHARED_KIND),
			              db_result_value(now, row, SHARED_NAME));
	}
	g_hash_table_iter_init(&iterator, before->names);
	while (g_hash_table_iter_next(&iterator, &key, NULL))
		if (!g_hash_table_contains(there, key) && g_str_has_prefix(key, "ROLE "))
			try_statement(session, "CREATE", "ROLE", (const char *)key + strlen("ROLE "));
	shared_try_bonds(session, only, before->bonds, bonds, BOND_MAKE);
}
