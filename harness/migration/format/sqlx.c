/*
 * sqlx, as "sqlx migrate run" and "sqlx migrate revert" run its files.
 *
 * The rules were compared with the real tool (script/interop): 0.8.6.
 */
#include "migration/format.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/runner/access.h"
#include "migration/runner/advisory_lock.h"
#include "migration/runner/version_table.h"
#include "migration/text/script.h"

#include <string.h>
#include <zlib.h>

#define LOCK_FACTOR    G_GINT64_CONSTANT(0x3d32ad9e)

#define NO_TRANSACTION "-- no-transaction"

/* --- Names ------------------------------------------------------------------ */

typedef struct {
	const MigrationFile *file;
	gint64 version;
	char *description;
	bool down;
} SqlxFile;

static void
sqlx_file_free(gpointer data)
{
	SqlxFile *file = data;

	g_free(file->description);
	g_free(file);
}

/* As Rust reads an i64. */
static bool
sqlx_read_version(const char *digits, gint64 *ret_version)
{
	const char *number = *digits == '+' ? digits + 1 : digits;

	return g_ascii_string_to_signed(number, 10, G_MININT64, G_MAXINT64, ret_version, NULL) && *number != '+';
}

static bool
sqlx_add_file(MigrationSet *set, GPtrArray *found, const MigrationFile *file, GError **error)
{
	const char *underscore = strchr(file->name, '_');
	gint64 version = 0;

	if (file->is_directory || underscore == NULL || !g_str_has_suffix(underscore, ".sql")) {
		migration_warn_ignored(set, file, "its name is not VERSION_description.sql");
		return true;
	}
	g_autofree char *digits = g_strndup(file->name, (gsize)(underscore - file->name));
	if (!sqlx_read_version(digits, &version))
		return base_error_set(error, BASE_ERROR_INPUT, "name it 0001_description.sql, or move it away",
		                      "the version \"%s\" of \"%s\" is no number: sqlx stops at it", digits,
		                      file->path);
	const char *suffix = g_str_has_suffix(file->name, ".up.sql")     ? ".up.sql"
	                     : g_str_has_suffix(file->name, ".down.sql") ? ".down.sql"
	                                                                 : ".sql";
	SqlxFile *one = g_new0(SqlxFile, 1);
	one->file = file;
	one->version = version;
	one->down = strcmp(suffix, ".down.sql") == 0;
	one->description = g_strdup(underscore + 1);
	while (g_str_has_suffix(one->description, suffix))
		one->description[strlen(one->description) - strlen(suffix)] = '\0';
	g_strdelimit(one->description, "_", ' ');
	g_ptr_array_add(found, one);
	return true;
}

/* By version; the ways down behind the ways up. */
static int
sqlx_compare_files(gconstpointer a, gconstpointer b)
{
	const SqlxFile *const *left = a;
	const SqlxFile *const *right = b;

	if ((*left)->version != (*right)->version)
		return (*left)->version < (*right)->version ? -1 : 1;
	if ((*left)->down != (*right)->down)
		return (*left)->down ? 1 : -1;
	return strcmp((*left)->file->name, (*right)->file->name);
}

/* --- Scripts ---------------------------------------------------------------- */

static MigrationScript *
sqlx_load_script(const MigrationFile *file, GError **error)
{
	g_autoptr(Source) source = migration_source_load_exact(file->path, "sqlx", error);

	if (source == NULL)
		return NULL;
	MigrationScript *script = migration_script_new_cut(source, migration_source_text(source), NULL);
	if (g_str_has_prefix(base_source_text(source), NO_TRANSACTION))
		migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
	return script;
}

/* The mark counts at the very begin of a file only. */
static void
warn_late_mark(MigrationSet *set, const Source *source)
{
	const char *text = base_source_text(source);
	gsize blank = strspn(text, " \t\r\n");

	if (blank > 0 && g_str_has_prefix(text + blank, NO_TRANSACTION)) {
		g_autofree char *place = base_position_format(base_source_position(source, blank));
		migration_set_warn(
		    set, "%s: \"" NO_TRANSACTION "\" is not seen: it has to be the first text of the file", place);
	}
}

static bool
add_up(MigrationSet *set, const SqlxFile *file, GError **error)
{
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, file->file->name);

	migration->version = g_strdup_printf("%" G_GINT64_FORMAT, file->version);
	migration->description = g_strdup(file->description);
	migration->up = sqlx_load_script(file->file, error);
	if (migration->up == NULL)
		return false;
	const Source *source = migration_script_source(migration->up);
	migration->checksum = g_compute_checksum_for_string(G_CHECKSUM_SHA384, base_source_text(source), -1);
	warn_late_mark(set, source);
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

static bool
sqlx_add_down(MigrationSet *set, const SqlxFile *file, GError **error)
{
	g_autofree char *version = g_strdup_printf("%" G_GINT64_FORMAT, file->version);
	Migration *last = set->migrations->len > 0 ? g_ptr_array_index(set->migrations, set->migrations->len - 1)
	                                           : NULL;

	if (last == NULL || strcmp(last->version, version) != 0) {
		migration_set_ignore(set, file->file->name, "is not run: it takes back a migration that is not there");
		return true;
	}
	if (last->down != NULL)
		return base_error_set(error, BASE_ERROR_INPUT, "keep one of them",
		                      "the version %s has two ways down; one of them is \"%s\"", version,
		                      file->file->name);
	last->down = sqlx_load_script(file->file, error);
	if (last->down != NULL)
		warn_late_mark(set, migration_script_source(last->down));
	return last->down != NULL;
}

static bool
sqlx_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(sqlx_file_free);

	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);
	if (files == NULL)
		return false;
	for (guint i = 0; i < files->len; i++)
		if (!sqlx_add_file(set, found, g_ptr_array_index(files, i), error))
			return false;
	g_ptr_array_sort(found, sqlx_compare_files);
	for (guint i = 0; i < found->len; i++) {
		const SqlxFile *file = g_ptr_array_index(found, i);
		if (file->down ? !sqlx_add_down(set, file, error) : !add_up(set, file, error))
			return false;
	}
	set->concurrently =
	    "and a second runner that waits for sqlx's lock meanwhile ends one of the two by a deadlock";
	set->concurrently_hint =
	    "let one job run the migrations and not each replica at its start, and turn the lock off there by "
	    "set_locking(false); or name the file under \"layout\" in the suite with that reason";
	return migration_check_versions(set, error) && migration_set_history_table(set, "_sqlx_migrations", error);
}

/* --- A run ------------------------------------------------------------------ */

static bool
sqlx_read_lock(MigrationRunner *runner, gint64 *ret_key, GError **error)
{
	g_autofree char *database = db_session_query_value(migration_runner_session(runner), error,
	                                                   "SELECT pg_catalog.current_database()", NULL);

	if (database == NULL)
		return false;
	*ret_key = LOCK_FACTOR * (gint64)crc32(0, (const Bytef *)database, (uInt)strlen(database));
	return true;
}

static bool
sqlx_begin(MigrationRunner *runner, GError **error)
{
	gint64 *key = g_new0(gint64, 1);

	migration_runner_set_state(runner, key, g_free);
	return sqlx_read_lock(runner, key, error) &&
	       migration_advisory_lock(migration_runner_session(runner), *key, error) &&
	       migration_version_table_create(runner,
	                                      "version bigint PRIMARY KEY, description text NOT NULL, "
	                                      "installed_on timestamptz NOT NULL DEFAULT now(), "
	                                      "success boolean NOT NULL, checksum bytea NOT NULL, "
	                                      "execution_time bigint NOT NULL",
	                                      error);
}

static void
sqlx_end(MigrationRunner *runner)
{
	const gint64 *key = migration_runner_state(runner);

	if (key != NULL && *key != 0)
		migration_advisory_unlock(migration_runner_session(runner), *key);
}

/* The migration of the version, or NULL. */
static const Migration *
sqlx_find_version(const MigrationSet *set, const char *version)
{
	for (guint i = 0; i < set->migrations->len; i++)
		if (strcmp(((const Migration *)g_ptr_array_index(set->migrations, i))->version, version) == 0)
			return g_ptr_array_index(set->migrations, i);
	return NULL;
}

static bool
sqlx_check_row(const MigrationSet *set, const DbResult *rows, int row, GError **error)
{
	const char *version = db_result_value(rows, row, 0);
	const Migration *migration = sqlx_find_version(set, version);

	if (*db_result_value(rows, row, 2) == 'f')
		return base_error_set(error, BASE_ERROR_INPUT, "clean up what it left, then remove or mend its row",
		                      "the history says that version %s failed", version);
	if (migration == NULL)
		return base_error_set(error, BASE_ERROR_INPUT,
		                      "bring the file back, or say \"ignore-missing: true\" under \"settings\"",
		                      "the history has version %s, but there is no such file", version);
	if (strcmp(db_result_value(rows, row, 1), migration->checksum) != 0)
		return base_error_set(error, BASE_ERROR_INPUT, "undo the change of the file",
		                      "\"%s\" was changed after it was applied", migration->name);
	return true;
}

static bool
sqlx_validate(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autofree char *sql = g_strdup_printf("SELECT version::pg_catalog.text, pg_catalog.encode(checksum, 'hex'), "
	                                       "success FROM %s ORDER BY success, version",
	                                       migration_runner_history(runner));
	g_autoptr(DbResult) rows = db_session_query(migration_runner_session(runner), error, sql, NULL);

	if (rows == NULL)
		return false;
	for (int row = 0; row < db_result_rows(rows); row++) {
		bool missing = sqlx_find_version(set, db_result_value(rows, row, 0)) == NULL;
		if (missing && *db_result_value(rows, row, 2) == 't' && migration_set_has(set, "ignore-missing"))
			continue;
		if (!sqlx_check_row(set, rows, row, error))
			return false;
	}
	return true;
}

static char *
sqlx_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration)
{
	const char *table = migration_runner_history(runner);

	if (direction == MIGRATION_DOWN)
		return g_strdup_printf("DELETE FROM %s WHERE version = %s", table, migration->version);
	g_autofree char *description = db_session_quote_literal(migration_runner_session(runner),
	                                                        migration->description);
	return g_strdup_printf("INSERT INTO %s (version, description, success, checksum, execution_time) "
	                       "VALUES (%s, %s, true, '\\x%s', %" G_GINT64_FORMAT ")",
	                       table, migration->version, description, migration->checksum, duration * 1000);
}

static GHashTable *
sqlx_applied(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version::pg_catalog.text FROM %s",
	                                       migration_runner_history(runner));

	return migration_version_table_applied(runner, sql, error);
}

static bool
sqlx_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version::pg_catalog.text, pg_catalog.encode(checksum, 'hex'), "
	                                       "NOT success FROM %s ORDER BY installed_on, version",
	                                       table);

	history->any_order = true; /* it applies missing migrations at any position */
	return migration_version_table_history(set, session, sql, NULL, history, error);
}

static const char *const truth_values[] = { "true", "false", NULL };

static const MigrationSetting settings[] = {
	{ "ignore-missing", truth_values, "false", "true: rows of the history whose file is gone are no error" },
	{ 0 },
};

const MigrationFormat migration_format_sqlx = {
	.name = "sqlx",
	.title = "sqlx",
	.no_transaction = "write \"-- no-transaction\" as the first line, and nothing else in the file",
	.down_hint = "NAME.down.sql beside NAME.up.sql",
	.settings = settings,
	.load = sqlx_load,
	.begin = sqlx_begin,
	.validate = sqlx_validate,
	.record_sql = sqlx_record_sql,
	.applied = sqlx_applied,
	.end = sqlx_end,
	.history = sqlx_history,
};
