/*
 * Diesel, as "diesel migration run" and "diesel migration revert" run its directories.
 *
 * The rules were compared with the real tool (script/interop): 2.2.12.
 */
#include "migration/format.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/runner/access.h"
#include "migration/runner/version_table.h"
#include "migration/text/script.h"
#include "migration/toml.h"

#include <string.h>

/* Maximum length of the history's column. */
#define MAX_VERSION 50

#define HINT_EMPTY  "say \"SELECT 1\" where there is nothing to do"

/* --- The directory ---------------------------------------------------------- */

/* The text before the first "_", without "-": 20151219180527 of "2015-12-19-180527_create". */
static char *
diesel_version_of(const char *name)
{
	g_autofree char *head = g_strndup(name, strcspn(name, "_"));
	g_auto(GStrv) parts = g_strsplit(head, "-", -1);

	return g_strjoinv("", parts);
}

/* Reads metadata.toml. Diesel ignores a file that it cannot read, but takes a missing key for "false". */
static bool
runs_in_transaction(MigrationSet *set, const MigrationFile *directory)
{
	g_autofree char *path = g_build_filename(directory->path, "metadata.toml", NULL);

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	g_autoptr(Source) source = migration_source_load(path, NULL);
	g_autoptr(GPtrArray) lines = source != NULL ? toml_read(source, NULL) : NULL;
	if (lines == NULL) {
		migration_set_warn(set, "\"%s\" cannot be read, so that Diesel passes it over", path);
		return true;
	}
	for (guint i = 0; i < lines->len; i++) {
		const TomlSetting *line = g_ptr_array_index(lines, i);
		if (strcmp(line->key, "run_in_transaction") == 0)
			return strcmp(line->value, "true") == 0;
	}
	migration_set_warn(set, "\"%s\" does not say \"run_in_transaction\": Diesel takes that for \"false\"", path);
	return false;
}

static MigrationScript *
diesel_load_script(const char *path, bool transaction, GError **error)
{
	g_autoptr(Source) source = migration_source_load_exact(path, "Diesel", error);

	if (source == NULL)
		return NULL;
	MigrationScript *script = migration_script_new_cut(source, migration_source_text(source), NULL);
	migration_script_set_scope(script, transaction ? MIGRATION_SCOPE_TRANSACTION : MIGRATION_SCOPE_AUTOCOMMIT);
	return script;
}

/* Diesel finds out about one without a statement when it is needed. */
static bool
diesel_add_down(MigrationSet *set, Migration *migration, const char *path, bool transaction, GError **error)
{
	g_autoptr(MigrationScript) down = diesel_load_script(path, transaction, error);

	if (down == NULL)
		return false;
	if (migration_script_statements(down)->len > 0) {
		migration->down = g_steal_pointer(&down);
		return true;
	}
	g_autofree char *file = g_build_filename(migration->name, "down.sql", NULL);
	migration_set_ignore_empty_down(set, migration, file,
	                                "holds no statement, and Diesel fails on it: " HINT_EMPTY);
	return true;
}

static bool
diesel_add_migration(MigrationSet *set, const MigrationFile *directory, GError **error)
{
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, directory->name);
	g_autofree char *up = g_build_filename(directory->path, "up.sql", NULL);
	g_autofree char *down = g_build_filename(directory->path, "down.sql", NULL);
	const char *underscore = strchr(directory->name, '_');

	if (!g_file_test(up, G_FILE_TEST_IS_REGULAR))
		return base_error_set(error, BASE_ERROR_INPUT, "add it, or remove the directory: Diesel stops at it",
		                      "there is no \"up.sql\" in \"%s\"", directory->path);
	migration->version = diesel_version_of(directory->name);
	if (g_utf8_strlen(migration->version, -1) > MAX_VERSION)
		return base_error_set(error, BASE_ERROR_INPUT, "put \"_\" behind its number",
		                      "the version of \"%s\" has more than %d characters", directory->path,
		                      MAX_VERSION);
	migration->description = g_strdup(underscore != NULL ? underscore + 1 : directory->name);
	bool transaction = runs_in_transaction(set, directory);
	migration->up = diesel_load_script(up, transaction, error);
	if (migration->up == NULL)
		return false;
	if (migration_script_statements(migration->up)->len == 0)
		return base_error_set(error, BASE_ERROR_INPUT, HINT_EMPTY,
		                      "\"%s\" holds no statement: Diesel fails on it", up);
	if (g_file_test(down, G_FILE_TEST_EXISTS) && !diesel_add_down(set, migration, down, transaction, error))
		return false;
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

static int
diesel_compare_migrations(gconstpointer a, gconstpointer b)
{
	const Migration *const *left = a;
	const Migration *const *right = b;

	return strcmp((*left)->version, (*right)->version);
}

static bool
diesel_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);
	if (files == NULL)
		return false;
	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (!file->is_directory)
			migration_warn_ignored(set, file, "a migration is a directory with an up.sql");
		else if (!diesel_add_migration(set, file, error))
			return false;
	}
	g_ptr_array_sort(set->migrations, diesel_compare_migrations);
	migration_warn_letter_order(set);
	return migration_check_versions(set, error) &&
	       migration_set_history_table(set, "__diesel_schema_migrations", error);
}

/* --- A run ------------------------------------------------------------------ */

static bool
diesel_begin(MigrationRunner *runner, GError **error)
{
	return migration_version_table_create(
	    runner, "version varchar(50) PRIMARY KEY NOT NULL, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP",
	    error);
}

static char *
diesel_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration)
{
	const char *table = migration_runner_history(runner);
	g_autofree char *version = db_session_quote_literal(migration_runner_session(runner), migration->version);

	(void)duration;
	return direction == MIGRATION_UP ? g_strdup_printf("INSERT INTO %s (version) VALUES (%s)", table, version)
	                                 : g_strdup_printf("DELETE FROM %s WHERE version = %s", table, version);
}

static GHashTable *
diesel_applied(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version FROM %s", migration_runner_history(runner));

	return migration_version_table_applied(runner, sql, error);
}

static bool
diesel_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
               GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version, NULL, false FROM %s ORDER BY run_on, version", table);

	history->any_order = true; /* it applies missing migrations at any position */
	return migration_version_table_history(set, session, sql, NULL, history, error);
}

const MigrationFormat migration_format_diesel = {
	.name = "diesel",
	.title = "Diesel",
	.no_transaction =
	    "write \"run_in_transaction = false\" in metadata.toml beside up.sql, and nothing else in up.sql",
	.down_hint = "down.sql beside up.sql",
	.load = diesel_load,
	.begin = diesel_begin,
	.record_sql = diesel_record_sql,
	.applied = diesel_applied,
	.history = diesel_history,
	.lost_transaction = "cannot perform this operation outside of a transaction",
};
