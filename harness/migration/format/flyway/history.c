/* flyway_schema_history: the rows that Flyway writes, and their consequences. */
#include "migration/format/flyway/flyway.h"

#include "base/error.h"
#include "migration/runner/access.h"
#include "migration/runner/advisory_lock.h"
#include "migration/text/script.h"

#include <string.h>

/* The letters "Flyway" as one number; Flyway adds Java's hash of the quoted table's name. */
#define LOCK_BASE G_GINT64_CONSTANT(0x466c79776179)

#define COLUMNS   "installed_rank, version, description, type, script, checksum, installed_by, execution_time, success"

typedef struct {
	char *user;
	char *search_path; /* of the session before the run */
	gint64 lock;
	bool locked;
} FlywayState;

static void
flyway_history_state_free(gpointer data)
{
	FlywayState *state = data;

	g_free(state->user);
	g_free(state->search_path);
	g_free(state);
}

static const char *
get_setting(MigrationRunner *runner, const char *name)
{
	return g_hash_table_lookup(migration_runner_set(runner)->settings, name);
}

/* Java's String.hashCode, which counts UTF-16 units. */
static gint32
java_hash(const char *text)
{
	g_autofree gunichar2 *units = g_utf8_to_utf16(text, -1, NULL, NULL, NULL);
	guint32 hash = 0;

	for (gsize i = 0; units != NULL && units[i] != 0; i++)
		hash = hash * 31 + units[i];
	return (gint32)hash;
}

/* --- Creating it ----------------------------------------------------------- */

/* The schemas that Flyway looks after: the history's, then the configured ones. */
static GPtrArray *
list_schemas(MigrationRunner *runner)
{
	GPtrArray *schemas = g_ptr_array_new_with_free_func(g_free);
	const char *configured = get_setting(runner, FLYWAY_SETTING_SCHEMAS);
	g_auto(GStrv) parts = g_strsplit(configured != NULL ? configured : "", ",", -1);

	g_ptr_array_add(schemas, g_strdup(migration_runner_history_schema(runner)));
	for (gsize i = 0; parts[i] != NULL; i++) {
		const char *name = g_strstrip(parts[i]);
		if (*name != '\0' && !g_ptr_array_find_with_equal_func(schemas, name, g_str_equal, NULL))
			g_ptr_array_add(schemas, g_strdup(name));
	}
	return schemas;
}

/* Flyway's definition of an empty schema: no relation, type or function that is not an extension's. */
static bool
is_empty_schema(DbSession *session, const char *schema, bool *ret_empty, GError **error)
{
	g_autofree char *found = db_session_query_value(
	    session, error,
	    "WITH members AS (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e') "
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
	    "WHERE n.nspname = $1 AND c.relkind IN ('r', 'v', 'S', 't') "
	    "AND ('pg_catalog.pg_class'::regclass::oid, c.oid) NOT IN (SELECT * FROM members)) "
	    "OR EXISTS (SELECT FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
	    "WHERE n.nspname = $1 AND t.typcategory NOT IN ('A', 'C') "
	    "AND ('pg_catalog.pg_type'::regclass::oid, t.oid) NOT IN (SELECT * FROM members)) "
	    "OR EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace "
	    "WHERE n.nspname = $1 AND ('pg_catalog.pg_proc'::regclass::oid, p.oid) NOT IN (SELECT * FROM members))",
	    schema, NULL);

	if (found == NULL)
		return false;
	*ret_empty = *found == 'f';
	return true;
}

static bool
create_table(MigrationRunner *runner, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	const char *history = migration_runner_history(runner);
	const char *table = migration_runner_set(runner)->history_table;
	g_autofree char *key = g_strconcat(table, "_pk", NULL);
	g_autofree char *index = g_strconcat(table, "_s_idx", NULL);
	g_autofree char *quoted_key = db_session_quote_identifier(session, key);
	g_autofree char *quoted_index = db_session_quote_identifier(session, index);
	g_autofree char *sql = g_strdup_printf("CREATE TABLE %s (installed_rank integer NOT NULL, "
	                                       "version varchar(50), description varchar(200) NOT NULL, "
	                                       "type varchar(20) NOT NULL, script varchar(1000) NOT NULL, "
	                                       "checksum integer, installed_by varchar(100) NOT NULL, "
	                                       "installed_on timestamp NOT NULL DEFAULT now(), "
	                                       "execution_time integer NOT NULL, success boolean NOT NULL);"
	                                       "ALTER TABLE %s ADD CONSTRAINT %s PRIMARY KEY (installed_rank);"
	                                       "CREATE INDEX %s ON %s (success)",
	                                       history, history, quoted_key, quoted_index, history);

	return db_session_execute(session, sql, error);
}

typedef struct {
	const char *rank; /* NULL: the next one */
	const char *version;
	const char *description;
	const char *type;
	const char *script;
	const char *checksum;
	gint64 duration;
	bool success;
} Row;

static bool
insert_row(MigrationRunner *runner, const Row *row, GError **error)
{
	const FlywayState *state = migration_runner_state(runner);
	const char *by = get_setting(runner, FLYWAY_SETTING_INSTALLED_BY);
	const char *history = migration_runner_history(runner);
	g_autofree char *milliseconds = g_strdup_printf("%" G_GINT64_FORMAT, row->duration / 1000);
	g_autofree char *sql = g_strdup_printf(
	    "INSERT INTO %s (" COLUMNS ") SELECT coalesce($1::pg_catalog.int4, "
	    "(SELECT coalesce(pg_catalog.max(installed_rank), 0) + 1 FROM %s)), $2, $3, $4, $5, "
	    "$6::pg_catalog.int4, $7, $8::pg_catalog.int4, $9::pg_catalog.bool RETURNING installed_rank",
	    history, history);
	const char *params[] = { row->rank,
		                 row->version,
		                 row->description,
		                 row->type,
		                 row->script,
		                 row->checksum,
		                 by != NULL && *by != '\0' ? by : state->user,
		                 milliseconds,
		                 row->success ? "t" : "f" };
	g_autoptr(DbResult)
	    rows = db_session_query_params(migration_runner_session(runner), sql, G_N_ELEMENTS(params), params, error);

	return rows != NULL;
}

static bool
insert_baseline(MigrationRunner *runner, const char *version, GError **error)
{
	const char *description = get_setting(runner, FLYWAY_SETTING_BASELINE_DESCRIPTION);

	return insert_row(runner,
	                  &(Row){ .version = version,
	                          .description = description,
	                          .type = "BASELINE",
	                          .script = description,
	                          .success = true },
	                  error);
}

/* Creates the schemas that are missing; *ret_script is their list as the history has it, or NULL. */
static bool
create_schemas(MigrationRunner *runner, const GPtrArray *schemas, char **ret_script, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	g_autoptr(GString) script = g_string_new(NULL);

	for (guint i = 0; i < schemas->len; i++) {
		g_autofree char *exists = db_session_query_value(
		    session, error, "SELECT pg_catalog.count(*) FROM pg_catalog.pg_namespace WHERE nspname = $1",
		    g_ptr_array_index(schemas, i), NULL);
		if (exists == NULL)
			return false;
		if (*exists != '0')
			continue;
		g_autofree char *quoted = db_session_quote_identifier(session, g_ptr_array_index(schemas, i));
		g_autofree char *sql = g_strconcat("CREATE SCHEMA ", quoted, NULL);
		if (!db_session_execute(session, sql, error))
			return false;
		g_string_append_printf(script, "%s%s", script->len > 0 ? "," : "", quoted);
	}
	*ret_script = script->len > 0 ? g_strdup(script->str) : NULL;
	return true;
}

static bool
flyway_history_create_history(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autoptr(GPtrArray) schemas = list_schemas(runner);
	g_autofree char *created = NULL;
	const char *taken = NULL;

	for (guint i = 0; i < schemas->len && taken == NULL; i++) {
		bool empty = false;
		if (!is_empty_schema(migration_runner_session(runner), g_ptr_array_index(schemas, i), &empty, error))
			return false;
		if (!empty)
			taken = g_ptr_array_index(schemas, i);
	}
	bool baseline = migration_runner_is_baseline(runner);
	if (taken != NULL && !baseline && !migration_set_has(set, FLYWAY_SETTING_BASELINE_ON_MIGRATE))
		return base_error_set(
		    error, BASE_ERROR_INPUT,
		    "begin with an empty schema, or set baselineOnMigrate=true as for a database that "
		    "is older than Flyway",
		    "the schema \"%s\" is not empty and has no schema history table %s", taken,
		    migration_runner_history(runner));
	if (migration_set_has(set, FLYWAY_SETTING_CREATE_SCHEMAS) && !create_schemas(runner, schemas, &created, error))
		return false;
	if (!create_table(runner, error))
		return false;
	if (baseline)
		return true;
	if (taken != NULL)
		return insert_baseline(runner, get_setting(runner, FLYWAY_SETTING_BASELINE_VERSION), error);
	return created == NULL || insert_row(runner,
	                                     &(Row){ .rank = "0",
	                                             .description = "<< Flyway Schema Creation >>",
	                                             .type = "SCHEMA",
	                                             .script = created,
	                                             .success = true },
	                                     error);
}

/* --- A run ----------------------------------------------------------------- */

bool
flyway_history_begin(MigrationRunner *runner, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	const char *init = get_setting(runner, FLYWAY_SETTING_INIT_SQL);
	FlywayState *state = g_new0(FlywayState, 1);
	bool exists = false;

	migration_runner_set_state(runner, state, flyway_history_state_free);
	if (init != NULL && *init != '\0' && !db_session_execute(session, init, error))
		return false;
	state->user = db_session_query_value(session, error, "SELECT current_user", NULL);
	if (state->user != NULL)
		state->search_path = db_session_query_value(session, error, "SHOW search_path", NULL);
	if (state->search_path == NULL)
		return false;
	state->lock = LOCK_BASE + java_hash(migration_runner_history(runner));
	if (!migration_advisory_lock(session, state->lock, error))
		return false;
	state->locked = true;
	if (!migration_runner_has_history(runner, &exists, error))
		return false;
	if (exists)
		return true;
	if (!db_session_execute(session, "BEGIN", error))
		return false;
	if (flyway_history_create_history(runner, error))
		return db_session_execute(session, "COMMIT", error);
	db_session_run_cleanup(session, "ROLLBACK");
	return false;
}

static bool
flyway_history_set_role(MigrationRunner *runner, GError **error)
{
	const FlywayState *state = migration_runner_state(runner);
	DbSession *session = migration_runner_session(runner);
	g_autofree char *user = db_session_quote_identifier(session, state->user);
	g_autofree char *sql = g_strconcat("SET ROLE ", user, NULL);

	return db_session_execute(session, sql, error);
}

static bool
set_search_path(MigrationRunner *runner, const char *search_path, GError **error)
{
	g_autofree char *done = db_session_query_value(migration_runner_session(runner), error,
	                                               "SELECT pg_catalog.set_config('search_path', $1, false)",
	                                               search_path, NULL);

	return done != NULL;
}

/* Flyway sets the role and the search_path before each script, so that settings of one script do not reach the next. */
bool
flyway_history_prepare(MigrationRunner *runner, GError **error)
{
	const FlywayState *state = migration_runner_state(runner);
	const char *schema = migration_runner_history_schema(runner);
	g_autofree char *first = g_strconcat(schema, ",", NULL);
	g_autofree char *quoted = db_session_quote_identifier(migration_runner_session(runner), schema);
	g_autofree char *search_path = NULL;

	if (strcmp(state->search_path, schema) == 0 || g_str_has_prefix(state->search_path, first))
		search_path = g_strdup(state->search_path);
	else
		search_path = g_strjoin(*state->search_path != '\0' ? "," : "", quoted, state->search_path, NULL);
	return flyway_history_set_role(runner, error) && set_search_path(runner, search_path, error);
}

void
flyway_history_end(MigrationRunner *runner)
{
	const FlywayState *state = migration_runner_state(runner);

	if (state == NULL || !state->locked)
		return;
	if (flyway_history_set_role(runner, NULL) && set_search_path(runner, state->search_path, NULL))
		migration_advisory_unlock(migration_runner_session(runner), state->lock);
}

/* --- Rows of migrations ----------------------------------------------------- */

static bool
insert_migration(MigrationRunner *runner, const Migration *migration, gint64 duration, bool success, GError **error)
{
	return insert_row(runner,
	                  &(Row){ .version = migration->version,
	                          .description = migration->description,
	                          .type = migration->kind == MIGRATION_BASELINE ? "SQL_BASELINE" : "SQL",
	                          .script = migration->name,
	                          .checksum = migration->checksum,
	                          .duration = duration,
	                          .success = success },
	                  error);
}

/* As "flyway baseline", or migrate with baselineOnMigrate, which has to mean the same version. */
bool
flyway_history_record_baseline(MigrationRunner *runner, const char *version, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	const Migration *migration = migration_set_find(set, version);
	const char *number = migration != NULL ? migration->version : version + strcspn(version, "0123456789");
	const char *configured = get_setting(runner, FLYWAY_SETTING_BASELINE_VERSION);

	if (!migration_set_has(set, FLYWAY_SETTING_BASELINE_ON_MIGRATE) ||
	    flyway_version_compare(configured, number) == 0)
		return flyway_history_set_role(runner, error) && insert_baseline(runner, number, error);
	g_autofree char *hint = g_strdup_printf("set flyway.baselineVersion=%s, or take flyway.baselineOnMigrate out",
	                                        number);
	return base_error_set(error, BASE_ERROR_INPUT, hint,
	                      "the baseline is \"%s\", but Flyway would take %s (flyway.baselineVersion)", version,
	                      configured);
}

/* A rollback comment is not known to Flyway, so its history is left as if the migration had never run. */
static bool
delete_migration(MigrationRunner *runner, const Migration *migration, GError **error)
{
	g_autofree char *script = db_session_quote_literal(migration_runner_session(runner), migration->name);
	g_autofree char *sql = g_strdup_printf("DELETE FROM %s WHERE script = %s", migration_runner_history(runner),
	                                       script);

	return db_session_execute(migration_runner_session(runner), sql, error);
}

/* As Flyway Teams records an undo script. */
static bool
insert_undo(MigrationRunner *runner, const Migration *migration, gint64 duration, GError **error)
{
	const Source *source = migration_script_source(migration->down);
	g_autofree char *script = g_path_get_basename(base_source_path(source));
	g_autofree char *checksum = g_strdup_printf(
	    "%d", flyway_checksum(base_source_text(source), base_source_length(source)));

	return insert_row(runner,
	                  &(Row){ .version = migration->version,
	                          .description = migration->description,
	                          .type = "UNDO_SQL",
	                          .script = script,
	                          .checksum = checksum,
	                          .duration = duration,
	                          .success = true },
	                  error);
}

bool
flyway_history_record(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                      gint64 duration, GError **error)
{
	if (!flyway_history_set_role(runner, error))
		return false;
	if (direction == MIGRATION_UP)
		return insert_migration(runner, migration, duration, true, error);
	if (migration_script_source(migration->down) == migration_script_source(migration->up))
		return delete_migration(runner, migration, error);
	return insert_undo(runner, migration, duration, error);
}

bool
flyway_history_record_failure(MigrationRunner *runner, const Migration *migration, gint64 duration, GError **error)
{
	return flyway_history_set_role(runner, error) && insert_migration(runner, migration, duration, false, error);
}

/* Removes the rows of failed runs; the objects that these runs created stay. */
bool
flyway_history_repair(MigrationRunner *runner, const Migration *migration, GError **error)
{
	g_autofree char *sql = g_strdup_printf("DELETE FROM %s WHERE NOT success", migration_runner_history(runner));

	(void)migration;
	return flyway_history_set_role(runner, error) &&
	       db_session_execute(migration_runner_session(runner), sql, error);
}
