/*
 * refinery, as its runner in a program or "refinery migrate" runs its files.
 *
 * The rules were compared with the real tool (script/interop): refinery_cli 0.10.0.
 */
#include "migration/format.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/runner/access.h"
#include "migration/runner/version_table.h"
#include "migration/siphash.h"
#include "migration/text/script.h"

#include <string.h>

#define ABORT_DIVERGENT "abort-divergent"
#define ABORT_MISSING   "abort-missing"
#define GROUPED         "grouped"
#define INT8_VERSIONS   "int8-versions"
#define TARGET          "target"

/* --- Names ------------------------------------------------------------------ */

static gint64
to_number(const char *version)
{
	return g_ascii_strtoll(version, NULL, 10);
}

/* A U may come late; a V may not. */
static bool
is_unversioned(const Migration *migration)
{
	const char *slash = strrchr(migration->name, '/');

	return *(slash != NULL ? slash + 1 : migration->name) == 'U';
}

static bool
refinery_read_version(const MigrationSet *set, const MigrationFile *file, const char *digits, gint64 *ret_version,
                      GError **error)
{
	bool large = migration_set_has(set, INT8_VERSIONS);

	if (g_ascii_string_to_signed(digits, 10, 0, large ? G_MAXINT64 : G_MAXINT32, ret_version, NULL))
		return true;
	return base_error_set(error, BASE_ERROR_INPUT,
	                      large ? "rename it"
	                            : "take a whole number up to 2147483647; or, where refinery is built with the "
	                              "feature \"int8-versions\", say \"int8-versions: true\" under \"settings\"",
	                      "the version \"%s\" of \"%s\" is no number that refinery takes: it stops at it", digits,
	                      file->path);
}

/* The parts of the file's name: all of it, prefix, version, name. NULL: it is none of refinery's, or (with *error)
 * refinery breaks off at it. */
static char **
match_name(const MigrationFile *file, const char *suffix, GError **error)
{
	g_autofree char *pattern = g_strdup_printf("\\A([U|V])(\\d+(?:\\.\\d+)?)__(\\w+)\\.%s\\z", suffix);
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (file->is_directory || !g_regex_match(regex, migration_file_base(file), 0, &match))
		return NULL;
	g_auto(GStrv) words = g_match_info_fetch_all(match);
	if (*words[1] == '|') {
		base_error_set(error, BASE_ERROR_INPUT, "rename it", "refinery breaks off at the name of \"%s\"",
		               file->path);
		return NULL;
	}
	return g_steal_pointer(&words);
}

static void
refinery_ignore(MigrationSet *set, const MigrationFile *file)
{
	g_auto(GStrv) code = match_name(file, "rs", NULL);

	if (code != NULL)
		migration_set_ignore(set, file->name,
		                     "is not run: it is Rust code, which a program that embeds it runs, and neither "
		                     "\"refinery migrate\" nor pgassay");
	else if (!file->is_directory)
		migration_warn_ignored(set, file, "its name is not V1__name.sql or U1__name.sql");
}

/* --- Scripts ---------------------------------------------------------------- */

/* The name, the version and the text, as Rust hashes them. */
static char *
compute_checksum(const MigrationSet *set, const char *name, gint64 version, const Source *source)
{
	guint size = migration_set_has(set, INT8_VERSIONS) ? 8 : 4;
	guint64 number = GUINT64_TO_LE((guint64)version);
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)name, (guint)strlen(name));
	g_byte_array_append(bytes, (const guint8 *)"\xff", 1);
	g_byte_array_append(bytes, (const guint8 *)&number, size);
	g_byte_array_append(bytes, (const guint8 *)base_source_text(source), (guint)base_source_length(source));
	g_byte_array_append(bytes, (const guint8 *)"\xff", 1);
	return g_strdup_printf("%" G_GUINT64_FORMAT, migration_siphash13(bytes->data, bytes->len));
}

static bool
refinery_load_file(MigrationSet *set, const MigrationFile *file, char *const *words, GError **error)
{
	gint64 version = 0;

	if (!refinery_read_version(set, file, words[2], &version, error))
		return false;
	g_autoptr(Source) source = migration_source_load_exact(file->path, "refinery", error);
	if (source == NULL)
		return false;
	Migration *migration = migration_new(MIGRATION_VERSIONED, file->name);
	migration->version = g_strdup_printf("%" G_GINT64_FORMAT, version);
	migration->description = g_strdup(words[3]);
	migration->checksum = compute_checksum(set, words[3], version, source);
	migration->up = migration_script_new_cut(source, migration_source_text(source), NULL);
	if (!migration_set_has(set, GROUPED))
		migration_script_set_records_after_commit(migration->up);
	g_ptr_array_add(set->migrations, migration);
	return true;
}

static bool
is_below(const MigrationFile *file, const char *directory)
{
	gsize length = directory != NULL ? strlen(directory) : 0;

	return length > 0 && strncmp(file->name, directory, length) == 0 && file->name[length] == '/';
}

/* --- The list --------------------------------------------------------------- */

static bool
refinery_load_files(MigrationSet *set, const GPtrArray *files, GError **error)
{
	const char *link = NULL; /* the last folder that is a symbolic link: refinery does not look into it */

	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		GError *cause = NULL;
		if (is_below(file, link))
			continue;
		if (file->is_directory && g_file_test(file->path, G_FILE_TEST_IS_SYMLINK)) {
			link = file->name;
			migration_set_warn(set, "the directory \"%s\" is not looked into: it is a symbolic link",
			                   file->name);
			continue;
		}
		g_auto(GStrv) words = match_name(file, "sql", &cause);
		if (cause != NULL) {
			g_propagate_error(error, cause);
			return false;
		}
		if (words == NULL)
			refinery_ignore(set, file);
		else if (!refinery_load_file(set, file, words, error))
			return false;
	}
	return true;
}

/* True when the suite has a target and the version is above it. */
static bool
is_above_target(const MigrationSet *set, const char *version)
{
	const char *target = migration_set_get(set, TARGET);

	return target != NULL && to_number(version) > to_number(target);
}

static bool
refinery_leave_out(MigrationSet *set, GError **error)
{
	const char *target = migration_set_get(set, TARGET);
	gint64 number = 0;

	if (target != NULL && !g_ascii_string_to_signed(target, 10, 0, G_MAXINT64, &number, NULL))
		return base_error_set(error, BASE_ERROR_INPUT, "give the version to stop at, as a whole number",
		                      "\"%s\" is no value of the setting \"target\"", target);
	for (guint i = set->migrations->len; i > 0; i--) {
		const Migration *migration = g_ptr_array_index(set->migrations, i - 1);
		if (!is_above_target(set, migration->version))
			continue;
		migration_set_warn(set, "\"%s\" is not run: it is above the target %s", migration->name, target);
		g_ptr_array_remove_index(set->migrations, i - 1);
	}
	return true;
}

static bool
refinery_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, true, error);
	if (files == NULL || !refinery_load_files(set, files, error))
		return false;
	migration_sort_by_number(set);
	if (migration_set_has(set, GROUPED))
		g_hash_table_insert(set->settings, g_strdup(MIGRATION_SETTING_GROUP), g_strdup("true"));
	return migration_check_versions(set, error) && refinery_leave_out(set, error) &&
	       migration_set_history_table(set, "refinery_schema_history", error);
}

/* --- A run ------------------------------------------------------------------ */

static bool
refinery_begin(MigrationRunner *runner, GError **error)
{
	bool large = migration_set_has(migration_runner_set(runner), INT8_VERSIONS);
	bool exists = false;

	if (!migration_runner_has_history(runner, &exists, error))
		return false;
	if (exists)
		return true;
	g_autofree char *create = g_strdup_printf("CREATE TABLE %s (version %s PRIMARY KEY, name varchar(255), "
	                                          "applied_on varchar(255), checksum varchar(255))",
	                                          migration_runner_history(runner), large ? "int8" : "int4");
	return db_session_execute(migration_runner_session(runner), create, error);
}

/* The migration of the version, or NULL. */
static const Migration *
refinery_find_version(const MigrationSet *set, const char *version)
{
	for (guint i = 0; i < set->migrations->len; i++)
		if (strcmp(((const Migration *)g_ptr_array_index(set->migrations, i))->version, version) == 0)
			return g_ptr_array_index(set->migrations, i);
	return NULL;
}

static bool
refinery_check_row(const MigrationSet *set, const DbResult *rows, int row, GError **error)
{
	const char *version = db_result_value(rows, row, 0);
	const Migration *migration = refinery_find_version(set, version);

	if (is_above_target(set, version))
		return true;
	if (migration == NULL)
		return !migration_set_has(set, ABORT_MISSING) ||
		       base_error_set(error, BASE_ERROR_INPUT,
		                      "bring the file back, or say \"abort-missing: false\" under \"settings\" where "
		                      "your runner does",
		                      "the history has version %s, but there is no such file", version);
	if (!migration_set_has(set, ABORT_DIVERGENT) ||
	    (g_strcmp0(db_result_value(rows, row, 1), migration->description) == 0 &&
	     g_strcmp0(db_result_value(rows, row, 2), migration->checksum) == 0))
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "undo the change of its text or its name",
	                      "\"%s\" was changed after it was applied", migration->name);
}

static DbResult *
refinery_read_rows(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version::pg_catalog.text, name, checksum FROM %s ORDER BY %s."
	                                       "version",
	                                       migration_runner_history(runner), migration_runner_history(runner));

	return db_session_query(migration_runner_session(runner), error, sql, NULL);
}

/* The highest version that is applied, or -1. */
static gint64
current_version(const DbResult *rows)
{
	int n = db_result_rows(rows);

	return n > 0 ? to_number(db_result_value(rows, n - 1, 0)) : -1;
}

static bool
is_too_late(const Migration *migration, gint64 current)
{
	return !is_unversioned(migration) && to_number(migration->version) <= current;
}

static GHashTable *
list_versions(const DbResult *rows)
{
	GHashTable *versions = g_hash_table_new(g_str_hash, g_str_equal);

	for (int row = 0; row < db_result_rows(rows); row++)
		g_hash_table_add(versions, (gpointer)db_result_value(rows, row, 0));
	return versions;
}

static bool
refinery_validate(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autoptr(DbResult) rows = refinery_read_rows(runner, error);

	if (rows == NULL)
		return false;
	for (int row = 0; row < db_result_rows(rows); row++)
		if (!refinery_check_row(set, rows, row, error))
			return false;
	g_autoptr(GHashTable) versions = list_versions(rows);
	gint64 current = current_version(rows);
	for (guint i = 0; i < set->migrations->len && migration_set_has(set, ABORT_MISSING); i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (!g_hash_table_contains(versions, migration->version) && is_too_late(migration, current))
			return base_error_set(error, BASE_ERROR_INPUT,
			                      "give it a higher version; or begin its name with U, which may come late",
			                      "\"%s\" is not applied, but version %" G_GINT64_FORMAT " is",
			                      migration->name, current);
	}
	return true;
}

/* A V below the highest version that is applied is never run: with "abort-missing" it is an error before that. */
static GHashTable *
refinery_applied(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autoptr(DbResult) rows = refinery_read_rows(runner, error);

	if (rows == NULL)
		return NULL;
	g_autoptr(GHashTable) versions = list_versions(rows);
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	gint64 current = migration_set_has(set, ABORT_MISSING) ? -1 : current_version(rows);
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (g_hash_table_contains(versions, migration->version) || is_too_late(migration, current))
			g_hash_table_add(names, g_strdup(migration->name));
	}
	return names;
}

/* Without the schema, as refinery writes it: a script that sets the search_path keeps its row from being written. */
static char *
refinery_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration)
{
	const MigrationSet *set = migration_runner_set(runner);
	DbSession *session = migration_runner_session(runner);
	g_autofree char *bare = db_session_quote_identifier(session, set->history_table);
	const char *table = set->history_schema == NULL && !migration_runner_is_baseline(runner)
	                        ? bare
	                        : migration_runner_history(runner);
	g_autofree char *name = db_session_quote_literal(session, migration->description);

	(void)duration;
	if (direction == MIGRATION_DOWN)
		return g_strdup_printf("DELETE FROM %s WHERE version = %s", table, migration->version);
	return g_strdup_printf("INSERT INTO %s (version, name, applied_on, checksum) VALUES (%s, %s, "
	                       "pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', "
	                       "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '%s')",
	                       table, migration->version, name, migration->checksum);
}

static bool
refinery_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                 GError **error)
{
	const char *target = migration_set_get(set, TARGET);
	g_autofree char *sql = g_strdup_printf("SELECT version::pg_catalog.text, checksum, false FROM %s WHERE "
	                                       "version <= %s ORDER BY applied_on::pg_catalog.timestamptz, %s.version",
	                                       table, target != NULL ? target : "9223372036854775807", table);

	for (guint i = 0; i < set->migrations->len; i++)
		history->any_order = history->any_order || is_unversioned(g_ptr_array_index(set->migrations, i));
	return migration_version_table_history(set, session, sql, NULL, history, error);
}

static const char *const truth[] = { "true", "false", NULL };

static const MigrationSetting settings[] = {
	{ ABORT_DIVERGENT, truth, "true", "a file that was changed after it was applied is an error" },
	{ ABORT_MISSING, truth, "true", "a row without a file, and a V below the last version, are errors" },
	{ GROUPED, truth, "false", "everything pending runs in one transaction" },
	{ INT8_VERSIONS, truth, "false", "refinery is built with versions of 64 bits" },
	{ TARGET, NULL, NULL, "the last version that is run" },
	{ NULL },
};

const MigrationFormat migration_format_refinery = {
	.name = "refinery",
	.title = "refinery",
	.no_transaction =
	    "build the index by hand before the release, and write CREATE INDEX IF NOT EXISTS without CONCURRENTLY, "
	    "because refinery runs each file in a transaction",
	.settings = settings,
	.load = refinery_load,
	.begin = refinery_begin,
	.validate = refinery_validate,
	.record_sql = refinery_record_sql,
	.applied = refinery_applied,
	.history = refinery_history,
};
