#include "check/proof/shared_objects.h"

#include "migration/text/script.h"

#include <string.h>

struct CheckSharedObjects {
	GHashTable *names; /* "ROLE name", "TABLESPACE name" */
};

/* Tablespaces first: a role that owns one cannot be dropped. */
static const char shared_sql[] = "SELECT 'TABLESPACE', spcname FROM pg_catalog.pg_tablespace"
				 " UNION ALL SELECT 'ROLE', rolname FROM pg_catalog.pg_roles ORDER BY 1 DESC";

enum { SHARED_KIND, SHARED_NAME };

static bool
names_shared_object(const char *text)
{
	return g_regex_match_simple("\\b(create|drop)\\s+(role|user(?!\\s+mapping)|group|tablespace)\\b", text,
	                            (GRegexCompileFlags)(G_REGEX_CASELESS | G_REGEX_RAW), (GRegexMatchFlags)0);
}

bool
check_shared_objects_in_script(const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++)
		if (names_shared_object(((const MigrationStatement *)g_ptr_array_index(statements, i))->sql))
			return true;
	return false;
}

bool
check_shared_objects_in_set(const MigrationSet *set)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (check_shared_objects_in_script(migration->up) ||
		    (migration->down != NULL && check_shared_objects_in_script(migration->down)))
			return true;
	}
	return false;
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

	if (found == NULL)
		return NULL;
	CheckSharedObjects *objects = g_new0(CheckSharedObjects, 1);
	objects->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int row = 0; row < db_result_rows(found); row++)
		g_hash_table_add(objects->names, shared_key(found, row));
	return objects;
}

void
check_shared_objects_free(CheckSharedObjects *objects)
{
	if (objects == NULL)
		return;
	g_hash_table_unref(objects->names);
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

/* An object that was there before, or cannot be dropped, is none of this run's. */
static void
try_statement(DbSession *session, const char *verb, const char *kind, const char *name)
{
	g_autofree char *quoted = db_session_quote_identifier(session, name);
	g_autofree char *sql = g_strdup_printf("%s %s %s", verb, kind, quoted);

	db_session_execute(session, sql, NULL);
}

void
check_shared_objects_restore(const ScratchServer *server, const MigrationSet *set, const CheckSharedObjects *before)
{
	g_autoptr(DbSession) session = open_session(server, NULL);
	g_autoptr(DbResult) now = session != NULL ? db_session_query(session, NULL, shared_sql, NULL) : NULL;
	g_autoptr(GHashTable) there = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iterator;
	gpointer key;

	if (now == NULL)
		return;
	for (int row = 0; row < db_result_rows(now); row++) {
		char *name = shared_key(now, row);
		g_hash_table_add(there, name);
		if (!g_hash_table_contains(before->names, name) &&
		    (scratch_server_is_own(server) || is_named(set, db_result_value(now, row, SHARED_NAME))))
			try_statement(session, "DROP", db_result_value(now, row, SHARED_KIND),
			              db_result_value(now, row, SHARED_NAME));
	}
	g_hash_table_iter_init(&iterator, before->names);
	while (g_hash_table_iter_next(&iterator, &key, NULL))
		if (!g_hash_table_contains(there, key) && g_str_has_prefix(key, "ROLE "))
			try_statement(session, "CREATE", "ROLE", (const char *)key + strlen("ROLE "));
}
