/*
 * Prisma Migrate, as "prisma migrate deploy" runs it.
 *
 * The order, the history and the refusals were compared with its engine (script/interop): 7.10.
 */
#include "migration/format.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/name_order.h"
#include "migration/runner/access.h"
#include "migration/runner/advisory_lock.h"
#include "migration/runner/version_table.h"
#include "migration/text/script.h"
#include "migration/text/statement.h"

#include <string.h>

#define LOCK_KEY  72707369

#define SCRIPT    "migration.sql"
#define DOWN      "down.sql"
#define LOCK_FILE "migration_lock.toml"

/* --- The directory --------------------------------------------------------- */

/* The first line that begins with "provider" counts, as Prisma reads it. */
static bool
check_provider(const MigrationOptions *options, GError **error)
{
	g_autofree char *path = g_build_filename(options->directory, LOCK_FILE, NULL);
	g_autoptr(Source) source = NULL;

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	source = migration_source_load(path, error);
	if (source == NULL)
		return false;
	const char *text = base_source_text(source);
	for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!g_str_has_prefix(line, "provider"))
			continue;
		gsize length = strcspn(line, "\r\n");
		g_autofree char *setting = g_strndup(line, length);
		const char *value = strchr(setting, '=');
		g_autofree char *provider = g_strdup(value != NULL ? value + 1 : "");
		g_strdelimit(provider, "\"'", ' ');
		g_strstrip(provider);
		if (strcmp(provider, "postgresql") == 0 || strcmp(provider, "cockroachdb") == 0)
			return true;
		return migration_error_at(error, source, (gsize)(line - text),
		                          "these migrations are for another database system",
		                          "the provider is \"%s\", not \"postgresql\"", provider);
	}
	return true;
}

static bool
is_migration(MigrationSet *set, const MigrationFile *file)
{
	if (!file->is_directory) {
		if (g_str_has_suffix(file->name, ".sql"))
			migration_set_ignore(set, file->name, "is not run: a migration is a directory with a " SCRIPT);
		return false;
	}
	if (g_file_test(file->path, G_FILE_TEST_IS_SYMLINK)) {
		migration_set_ignore(set, file->name, "is not run: Prisma does not follow symbolic links");
		return false;
	}
	return true;
}

/* --- Scripts ---------------------------------------------------------------- */

/* True for statements that Prisma's parser (sqlparser 0.61) does not support; one of them makes Prisma send the
 * whole file as one message. */
static bool
is_unknown(const MigrationStatement *statement)
{
	static GRegex *pattern = NULL;
	static gsize once = 0;
	g_autofree char *words = migration_statement_key_words(statement->sql, 3);

	if (g_once_init_enter(&once)) {
		pattern = g_regex_new(
		    "^(ALTER (AGGREGATE|COLLATION|DATABASE|DEFAULT|DOMAIN|EVENT|EXTENSION|FOREIGN TABLE|FUNCTION|LARGE|"
		    "MATERIALIZED|PROCEDURE|PUBLICATION|RULE|SEQUENCE|SERVER|STATISTICS|SUBSCRIPTION|SYSTEM|"
		    "TEXT|TRIGGER)|CREATE (ACCESS|AGGREGATE|CAST|COLLATION|CONVERSION|EVENT|FOREIGN TABLE|LANGUAGE|"
		    "PUBLICATION|RULE|STATISTICS|SUBSCRIPTION|TABLESPACE|TEXT|TRANSFORM|USER MAPPING)|"
		    "DROP (AGGREGATE|CAST|COLLATION|EVENT|FOREIGN TABLE|INDEX CONCURRENTLY|LANGUAGE|OWNED|PUBLICATION|"
		    "RULE|SERVER|STATISTICS|SUBSCRIPTION|TEXT)|CHECKPOINT|CLUSTER|COPY|DO|IMPORT|LOCK|"
		    "PREPARE TRANSACTION|REASSIGN|REFRESH|REINDEX|SECURITY|SET CONSTRAINTS)( |$)",
		    0, 0, NULL);
		g_once_init_leave(&once, 1);
	}
	return g_regex_match(pattern, words, 0, NULL);
}

/* The statement for which Prisma gives up splitting, or NULL. */
static const MigrationStatement *
find_unknown(const MigrationScript *script)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len && statements->len > 1; i++)
		if (is_unknown(g_ptr_array_index(statements, i)))
			return g_ptr_array_index(statements, i);
	return NULL;
}

static MigrationScript *
split_script(MigrationSet *set, Source *source, GError **error)
{
	g_autoptr(MigrationScript) script = migration_script_new(source, migration_source_text(source), error);

	if (script == NULL)
		return NULL;
	const MigrationStatement *unknown = find_unknown(script);
	if (unknown == NULL)
		return g_steal_pointer(&script);
	g_autofree char *place = base_position_format(base_source_position(source, unknown->offset));
	g_autofree char *words = migration_statement_key_words(unknown->sql, 3);
	migration_set_warn(set, "%s: Prisma's splitter does not know %s, so the file is sent as one", place, words);
	return migration_script_new_cut(source, migration_source_text(source), NULL);
}

static MigrationScript *
prisma_load_script(MigrationSet *set, const char *path, GError **error)
{
	g_autoptr(Source) source = migration_source_load_exact(path, "Prisma", error);

	if (source == NULL)
		return NULL;
	MigrationScript *script = g_strcmp0(migration_set_get(set, "sending"), "split") == 0
	                              ? split_script(set, source, error)
	                              : migration_script_new_cut(source, migration_source_text(source), NULL);
	if (script != NULL)
		migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
	return script;
}

static bool
prisma_load_down(MigrationSet *set, const MigrationFile *file, Migration *migration, GError **error)
{
	static const char *const note = "\"" DOWN "\" is taken as the way down; Prisma itself does not look at it";
	g_autofree char *path = g_build_filename(file->path, DOWN, NULL);

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	if (!g_ptr_array_find_with_equal_func(set->warnings, note, g_str_equal, NULL))
		migration_set_warn(set, "%s", note);
	migration->down = prisma_load_script(set, path, error);
	return migration->down != NULL;
}

static bool
prisma_add_migration(MigrationSet *set, const MigrationFile *file, GError **error)
{
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, file->name);
	g_autofree char *path = g_build_filename(file->path, SCRIPT, NULL);
	const char *underscore = strchr(file->name, '_');

	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return base_error_set(error, BASE_ERROR_INPUT,
		                      "add the file, or remove the directory: Prisma stops at it",
		                      "there is no \"" SCRIPT "\" in \"%s\"", file->path);
	migration->version = g_strdup(file->name);
	migration->description = g_strdup(underscore != NULL ? underscore + 1 : file->name);
	migration->up = prisma_load_script(set, path, error);
	if (migration->up == NULL || !prisma_load_down(set, file, migration, error))
		return false;
	const Source *source = migration_script_source(migration->up);
	migration->checksum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, base_source_text(source),
	                                                    (gssize)base_source_length(source));
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

static int
prisma_compare_migrations(gconstpointer a, gconstpointer b)
{
	const Migration *const *left = a;
	const Migration *const *right = b;
	int order = migration_name_compare((*left)->name, (*right)->name, 0);

	return order != 0 ? order : strcmp((*left)->name, (*right)->name);
}

static bool
prisma_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error) ||
	    !check_provider(options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);
	if (files == NULL)
		return false;
	for (guint i = 0; i < files->len; i++)
		if (is_migration(set, g_ptr_array_index(files, i)) &&
		    !prisma_add_migration(set, g_ptr_array_index(files, i), error))
			return false;
	g_ptr_array_sort(set->migrations, prisma_compare_migrations);
	migration_name_warn_order(set);
	return migration_set_history_table(set, "public._prisma_migrations", error);
}

/* --- A run ------------------------------------------------------------------ */

typedef struct {
	char *search_path; /* of the session before the run */
	char *id;          /* of the row of the script that runs */
	bool locked;
} PrismaState;

static void
prisma_state_free(gpointer data)
{
	PrismaState *state = data;

	g_free(state->search_path);
	g_free(state->id);
	g_free(state);
}

static bool
refuse_full_schema(MigrationRunner *runner, GError **error)
{
	const char *schema = migration_runner_history_schema(runner);
	g_autofree char *table = db_session_query_value(
	    migration_runner_session(runner), error,
	    "SELECT pg_catalog.min(c.relname::pg_catalog.text) FROM pg_catalog.pg_class c "
	    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
	    "WHERE c.relkind = 'r' AND n.nspname = $1 AND c.relname <> 'spatial_ref_sys'",
	    schema, NULL);

	if (table == NULL)
		return false;
	if (*table == '\0')
		return true;
	return base_error_set(error, BASE_ERROR_INPUT,
	                      "begin with an empty schema, or give the suite the dump and its version as a baseline",
	                      "the schema \"%s\" is not empty (table \"%s\") and has no %s: Prisma's error P3005",
	                      schema, table, migration_runner_set(runner)->history_table);
}

static bool
prisma_create_history(MigrationRunner *runner, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	g_autofree char *schema = db_session_quote_identifier(session, migration_runner_history_schema(runner));
	g_autofree char *create_schema = g_strconcat("CREATE SCHEMA IF NOT EXISTS ", schema, NULL);
	g_autofree char *sql = g_strdup_printf("CREATE TABLE %s (id varchar(36) PRIMARY KEY NOT NULL, "
	                                       "checksum varchar(64) NOT NULL, finished_at timestamptz, "
	                                       "migration_name varchar(255) NOT NULL, logs text, "
	                                       "rolled_back_at timestamptz, "
	                                       "started_at timestamptz NOT NULL DEFAULT now(), "
	                                       "applied_steps_count integer NOT NULL DEFAULT 0)",
	                                       migration_runner_history(runner));

	return db_session_execute(session, create_schema, error) &&
	       (migration_runner_is_baseline(runner) || refuse_full_schema(runner, error)) &&
	       db_session_execute(session, sql, error);
}

static bool
prisma_begin(MigrationRunner *runner, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	PrismaState *state = g_new0(PrismaState, 1);
	bool exists = false;

	migration_runner_set_state(runner, state, prisma_state_free);
	state->search_path = db_session_query_value(session, error, "SHOW search_path", NULL);
	if (state->search_path == NULL || !migration_advisory_lock(session, LOCK_KEY, error))
		return false;
	state->locked = true;
	return migration_runner_has_history(runner, &exists, error) && (exists || prisma_create_history(runner, error));
}

/* Prisma sets it when it connects, and changes by a script last: so it is set only if the session is in its initial
 * state. */
static bool
prisma_prepare(MigrationRunner *runner, GError **error)
{
	const PrismaState *state = migration_runner_state(runner);
	DbSession *session = migration_runner_session(runner);
	g_autofree char *schema = db_session_quote_identifier(session, migration_runner_history_schema(runner));
	g_autoptr(DbResult) rows = db_session_query(session, error,
	                                            "SELECT pg_catalog.set_config('search_path', $1, false) "
	                                            "WHERE pg_catalog.current_setting('search_path') = $2",
	                                            schema, state->search_path, NULL);

	return rows != NULL;
}

static void
prisma_end(MigrationRunner *runner)
{
	const PrismaState *state = migration_runner_state(runner);
	DbSession *session = migration_runner_session(runner);

	if (state == NULL || !state->locked)
		return;
	g_autofree char *done = db_session_query_value(
	    session, NULL, "SELECT pg_catalog.set_config('search_path', $1, false)", state->search_path, NULL);
	if (done != NULL)
		migration_advisory_unlock(session, LOCK_KEY);
}

static bool
prisma_validate(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf(
	    "SELECT coalesce(pg_catalog.min(migration_name::pg_catalog.text), '') FROM %s "
	    "WHERE finished_at IS NULL AND rolled_back_at IS NULL",
	    migration_runner_history(runner));
	g_autofree char *failed = db_session_query_value(migration_runner_session(runner), error, sql, NULL);

	if (failed == NULL)
		return false;
	if (*failed == '\0')
		return true;
	return base_error_set(
	    error, BASE_ERROR_INPUT,
	    "clean up what it left, then say \"prisma migrate resolve --rolled-back\" or \"--applied\"",
	    "the history says that \"%s\" failed: Prisma's error P3009", failed);
}

/* prisma migrate resolve --applied: a script is sent as one text, so that it is through, but for its row. */
static bool
prisma_repair(MigrationRunner *runner, const Migration *migration, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	g_autofree char *name = db_session_quote_literal(session, migration->version);
	g_autofree char *sql = g_strdup_printf("UPDATE %s SET finished_at = pg_catalog.clock_timestamp() "
	                                       "WHERE migration_name = %s AND finished_at IS NULL "
	                                       "AND rolled_back_at IS NULL",
	                                       migration_runner_history(runner), name);

	return db_session_execute(session, sql, error);
}

/* --- Rows ------------------------------------------------------------------- */

static bool
prisma_start(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	PrismaState *state = migration_runner_state(runner);

	if (direction == MIGRATION_DOWN)
		return true;
	g_free(state->id);
	state->id = g_uuid_string_random();
	g_autofree char *name = db_session_quote_literal(session, migration->version);
	g_autofree char *sql = g_strdup_printf("INSERT INTO %s (id, checksum, started_at, migration_name) "
	                                       "VALUES ('%s', '%s', pg_catalog.clock_timestamp(), %s)",
	                                       migration_runner_history(runner), state->id, migration->checksum, name);
	return db_session_execute(session, sql, error);
}

/* A migration may have several rows; the others are rolled back already. */
static char *
prisma_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration)
{
	const PrismaState *state = migration_runner_state(runner);
	const char *table = migration_runner_history(runner);

	(void)duration;
	if (direction == MIGRATION_UP)
		return g_strdup_printf("UPDATE %s SET applied_steps_count = applied_steps_count + 1, "
		                       "finished_at = pg_catalog.clock_timestamp() WHERE id = '%s'",
		                       table, state->id);
	g_autofree char *name = db_session_quote_literal(migration_runner_session(runner), migration->version);
	return g_strdup_printf("UPDATE %s SET rolled_back_at = pg_catalog.clock_timestamp() "
	                       "WHERE migration_name = %s AND rolled_back_at IS NULL",
	                       table, name);
}

static bool
prisma_record_failure(MigrationRunner *runner, const Migration *migration, gint64 duration, GError **error)
{
	const PrismaState *state = migration_runner_state(runner);
	DbSession *session = migration_runner_session(runner);
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);
	const char *message = diagnostic != NULL && diagnostic->message != NULL ? diagnostic->message : "failed";
	g_autofree char *logs = db_session_quote_literal(session, message);
	g_autofree char *sql = g_strdup_printf("UPDATE %s SET logs = %s WHERE id = '%s'",
	                                       migration_runner_history(runner), logs, state->id);

	(void)migration;
	(void)duration;
	return db_session_execute(session, sql, error);
}

static GHashTable *
prisma_applied(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT migration_name FROM %s WHERE rolled_back_at IS NULL",
	                                       migration_runner_history(runner));

	return migration_version_table_applied(runner, sql, error);
}

/* --- The history of a database that is not ours -------------------------------- */

/* Checksums of the first versions lack the zero before a byte below 16. */
static char *
prisma_without_zeros(const char *checksum)
{
	GString *text = g_string_new(NULL);

	for (; checksum[0] != '\0' && checksum[1] != '\0'; checksum += 2)
		g_string_append_len(text, checksum + (checksum[0] == '0'), checksum[0] == '0' ? 1 : 2);
	return g_string_free(text, FALSE);
}

/* True when `found` is the checksum of the text in one of its two forms. */
static bool
is_checksum_of(const char *text, const char *found)
{
	g_autofree char *checksum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	g_autofree char *old = prisma_without_zeros(checksum);

	return strcmp(found, checksum) == 0 || (strlen(found) != strlen(checksum) && strcmp(found, old) == 0);
}

/* Prisma takes a file as unchanged also when only its line ends are others. */
static const char *
prisma_read_checksum(const Migration *migration, const char *found)
{
	const char *text = base_source_text(migration_script_source(migration->up));
	g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
	g_autofree char *unix_text = g_strjoinv("\n", lines);
	g_auto(GStrv) unix_lines = g_strsplit(unix_text, "\n", -1);
	g_autofree char *windows_text = g_strjoinv("\r\n", unix_lines);

	return is_checksum_of(text, found) || is_checksum_of(unix_text, found) || is_checksum_of(windows_text, found)
	           ? migration->checksum
	           : found;
}

static bool
prisma_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
               GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT migration_name, checksum, finished_at IS NULL FROM %s "
	                                       "WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name",
	                                       table);

	history->any_order = true; /* it applies missing migrations at any position */
	return migration_version_table_history(set, session, sql, prisma_read_checksum, history, error);
}

static const char *const ways_of_sending[] = { "batch", "split", NULL };

static const MigrationSetting settings[] = {
	{ "sending", ways_of_sending, "batch",
	  "batch: the whole file, up to Prisma 7.3; split: by statements, from 7.4" },
	{ 0 },
};

const MigrationFormat migration_format_prisma = {
	.name = "prisma",
	.title = "Prisma",
	.no_transaction = "move it to a migration of its own, without another statement",
	.down_hint = "down.sql beside migration.sql",
	.settings = settings,
	.load = prisma_load,
	.begin = prisma_begin,
	.validate = prisma_validate,
	.start = prisma_start,
	.prepare = prisma_prepare,
	.record_sql = prisma_record_sql,
	.record_failure = prisma_record_failure,
	.applied = prisma_applied,
	.end = prisma_end,
	.history = prisma_history,
	.repair = prisma_repair,
	.repair_command = "prisma migrate resolve --applied",
};
