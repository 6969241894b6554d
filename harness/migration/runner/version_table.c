#include "migration/runner/version_table.h"

#include "migration/format.h"
#include "migration/runner/access.h"

bool
migration_version_table_create(MigrationRunner *runner, const char *columns, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	const char *name = migration_runner_history_schema(runner);
	g_autofree char *schema = db_session_quote_identifier(session, name);
	g_autofree char *create_schema = g_strdup_printf("CREATE SCHEMA %s", schema);
	g_autofree char *create = g_strdup_printf("CREATE TABLE %s (%s)", migration_runner_history(runner), columns);
	bool exists = false;

	if (!migration_runner_has_history(runner, &exists, error))
		return false;
	if (exists)
		return true;
	g_autofree char *missing = db_session_query_value(
	    session, error, "SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)", name, NULL);
	if (missing == NULL || (*missing == 't' && !db_session_execute(session, create_schema, error)))
		return false;
	return db_session_execute(session, create, error);
}

/* const char *version -> Migration *, both owned by the set. */
static GHashTable *
index_versions(const MigrationSet *set)
{
	GHashTable *versions = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < set->migrations->len; i++) {
		Migration *migration = g_ptr_array_index(set->migrations, i);
		if (migration->version != NULL)
			g_hash_table_insert(versions, migration->version, migration);
	}
	return versions;
}

GHashTable *
migration_version_table_applied(MigrationRunner *runner, const char *sql, GError **error)
{
	g_autoptr(DbResult) rows = db_session_query(migration_runner_session(runner), error, sql, NULL);

	if (rows == NULL)
		return NULL;
	g_autoptr(GHashTable) versions = index_versions(migration_runner_set(runner));
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int row = 0; row < db_result_rows(rows); row++) {
		const char *version = db_result_value(rows, row, 0);
		const Migration *migration = version != NULL ? g_hash_table_lookup(versions, version) : NULL;
		if (migration != NULL)
			g_hash_table_add(names, g_strdup(migration->name));
	}
	return names;
}

bool
migration_version_table_history(const MigrationSet *set, DbSession *session, const char *sql,
                                MigrationChecksumReader read, MigrationHistory *history, GError **error)
{
	g_autoptr(DbResult) rows = db_session_query(session, error, sql, NULL);

	if (rows == NULL)
		return false;
	g_autoptr(GHashTable) versions = index_versions(set);
	for (int row = 0; row < db_result_rows(rows); row++) {
		const char *version = db_result_value(rows, row, 0);
		const char *checksum = db_result_value(rows, row, 1);
		const char *failed = db_result_value(rows, row, 2);
		if (version == NULL)
			continue;
		const Migration *migration = g_hash_table_lookup(versions, version);
		if (migration != NULL && checksum != NULL && read != NULL)
			checksum = read(migration, checksum);
		migration_history_add(history, migration, version, checksum, g_strcmp0(failed, "t") == 0);
	}
	return true;
}
