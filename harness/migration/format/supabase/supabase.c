/*
 * Supabase: the migrations of its CLI.
 *
 * The rules are those of the CLI's source in Go (supabase/cli, pkg/migration and pkg/parser), and the observed
 * behaviour of its successor in TypeScript. Both were compared with this (script/interop): 2.100 and 3.1.
 */
#include "migration/format.h"

#include "base/error.h"
#include "migration/file_names.h"
#include "migration/format/supabase/cut.h"
#include "migration/format/supabase/sql.h"
#include "migration/runner/access.h"
#include "migration/runner/version_table.h"
#include "migration/text/script.h"

#include <string.h>

/* A first file 2021..._init.sql of before this time is one of the old CLI, and is not run. */
#define INIT_BEFORE       G_GUINT64_CONSTANT(20211209000000)

#define SETTING_BOOTSTRAP "bootstrap"
#define SETTING_INCLUDE   "include-all"
#define SETTING_CLI       "cli"

/* The first line of a file that the CLI in TypeScript runs statement by statement. */
#define NO_TRANSACTION "-- pg-delta: transaction=false\n"

/* --- Files ------------------------------------------------------------------ */

static bool
is_old_init(const char *name)
{
	g_autoptr(GRegex) regex = g_regex_new("([0-9]{14})_init\\.sql", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(regex, name, 0, &match))
		return false;
	g_autofree char *time = g_match_info_fetch(match, 1);
	return g_ascii_strtoull(time, NULL, 10) < INIT_BEFORE;
}

/* The tool fails at it, because the next statement arrives where the server waits for data. */
static bool
refuse_copy(const MigrationScript *script, GError **error)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (statement->data != NULL)
			return migration_error_at(error, migration_script_source(script), statement->offset,
			                          "write an INSERT",
			                          "the Supabase CLI sends no data for COPY ... FROM STDIN");
	}
	return true;
}

static bool
is_typescript(const MigrationSet *set)
{
	return strcmp(migration_set_get(set, SETTING_CLI), "typescript") == 0;
}

/* The first words of the text, behind its comments, are those of the pattern. */
static bool
supabase_begins_with(const char *sql, const char *pattern)
{
	g_autofree char *whole = g_strconcat("^(?:\\s|--[^\n]*\n|(?s:/\\*.*?\\*/))*(?:", pattern, ")\\b", NULL);

	return g_regex_match_simple(whole, sql, G_REGEX_CASELESS | G_REGEX_RAW, 0);
}

/* True for statements that the CLI in TypeScript sends by themselves. They are only some of those that the server
 * refuses in a transaction. */
static bool
supabase_breaks_pipeline(const MigrationSet *set, const MigrationMessage *message)
{
	static const char words[] = "CREATE\\s+(UNIQUE\\s+)?INDEX\\s+CONCURRENTLY|DROP\\s+INDEX\\s+CONCURRENTLY|"
				    "REINDEX\\s+(INDEX|TABLE|SCHEMA|DATABASE|SYSTEM)\\s+CONCURRENTLY|VACUUM|CLUSTER|"
				    "ALTER\\s+SYSTEM";

	return is_typescript(set) && supabase_begins_with(message->text->sql, words);
}

static MigrationScope
supabase_choose_mode(const MigrationSet *set, const MigrationScript *script)
{
	static const char words[] = "BEGIN|START\\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|PREPARE\\s+TRANSACTION";
	const GPtrArray *messages = migration_script_messages(script);

	if (!is_typescript(set))
		return MIGRATION_SCOPE_PIPELINE;
	if (g_str_has_prefix(base_source_text(migration_script_source(script)), NO_TRANSACTION))
		return MIGRATION_SCOPE_AUTOCOMMIT;
	for (guint i = 0; i < messages->len; i++)
		if (supabase_begins_with(((const MigrationMessage *)g_ptr_array_index(messages, i))->text->sql, words))
			return MIGRATION_SCOPE_AUTOCOMMIT;
	return MIGRATION_SCOPE_PIPELINE;
}

/* Go sends a byte order mark, which the server refuses; TypeScript does not. */
static Source *
load_source(const MigrationSet *set, const char *path, GError **error)
{
	return is_typescript(set) ? migration_source_load(path, error)
	                          : migration_source_load_exact(path, "the Supabase CLI", error);
}

static bool
supabase_add_file(MigrationSet *set, const MigrationFile *file, GError **error)
{
	gsize digits = migration_name_digits(file->name);
	g_autoptr(Source) source = load_source(set, file->path, error);

	if (source == NULL)
		return false;
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, file->name);
	g_autoptr(GArray) cuts = migration_supabase_cut(base_source_text(source), is_typescript(set));
	migration->version = g_strndup(file->name, digits);
	migration->description = g_strndup(file->name + digits + 1, strlen(file->name) - digits - 1 - strlen(".sql"));
	migration->up = migration_script_new_cut(source, migration_source_text(source), cuts);
	migration_script_set_scope(migration->up, supabase_choose_mode(set, migration->up));
	if (!refuse_copy(migration->up, error))
		return false;
	migration_warn_empty(set, migration);
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

static int
compare_versions(gconstpointer a, gconstpointer b)
{
	const Migration *const *left = a;
	const Migration *const *right = b;

	return strcmp((*left)->version, (*right)->version);
}

static bool
supabase_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);
	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		gsize digits = migration_name_digits(file->name);
		if (i == 0 && is_old_init(file->name))
			migration_warn_ignored(set, file,
			                       "the Supabase CLI passes over the first file where it is "
			                       "named \"init\" and older than December 9, 2021");
		else if (file->is_directory || digits == 0 || file->name[digits] != '_' ||
		         !g_str_has_suffix(file->name, ".sql"))
			migration_warn_ignored(set, file, "its name is not like 20240131120000_name.sql");
		else if (!supabase_add_file(set, file, error))
			return false;
	}
	if (files == NULL || !migration_check_versions(set, error))
		return false;
	if (is_typescript(set))
		g_ptr_array_sort(set->migrations, compare_versions);
	migration_warn_letter_order(set);
	if (migration_set_has(set, SETTING_BOOTSTRAP))
		migration_set_warn(set, "a database without the schema \"auth\" gets a likeness of Supabase's roles, "
		                        "schemas and functions first (setting \"" SETTING_BOOTSTRAP "\")");
	set->history_is_schema = true;
	return migration_set_history_table(set, "supabase_migrations.schema_migrations", error);
}

/* --- A run ------------------------------------------------------------------ */

/* Roles are created on a server of our own only, because nobody would drop them on others. */
static bool
supabase_check_roles(DbSession *session, GError **error)
{
	static const char sql[] =
	    "SELECT CASE WHEN pg_catalog.current_setting('cluster_name') = 'pgassay' THEN NULL ELSE "
	    "pg_catalog.string_agg(r, ', ') END FROM pg_catalog.unnest(ARRAY['anon', 'authenticated', 'service_role', "
	    "'authenticator', 'supabase_admin', 'supabase_auth_admin', 'supabase_storage_admin', "
	    "'supabase_realtime_admin', 'dashboard_user']) r "
	    "WHERE r NOT IN (SELECT rolname FROM pg_catalog.pg_roles)";
	g_autofree char *missing = db_session_query_value(session, error, sql, NULL);

	if (missing == NULL || *missing == '\0')
		return missing != NULL;
	g_autofree char *hint = g_strdup_printf("say \"roles: [%s]\" under \"server\" in the suite, or "
	                                        "\"" SETTING_BOOTSTRAP ": false\" under \"settings\"",
	                                        missing);
	return base_error_set(error, BASE_ERROR_INPUT, hint, "the server lacks roles of a Supabase database: %s",
	                      missing);
}

static bool
supabase_bootstrap(MigrationRunner *runner, GError **error)
{
	DbSession *session = migration_runner_session(runner);

	if (!migration_set_has(migration_runner_set(runner), SETTING_BOOTSTRAP))
		return true;
	g_autofree char *has = db_session_query_value(
	    session, error, "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'auth')", NULL);
	if (has == NULL || *has == 't')
		return has != NULL;
	return supabase_check_roles(session, error) && db_session_execute(session, migration_sql_supabase, error);
}

static GHashTable *
supabase_applied(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version FROM %s", migration_runner_history(runner));

	return migration_version_table_applied(runner, sql, error);
}

/* Tables of older versions of the CLI have the version alone; the columns come when something is pending. */
static bool
add_columns(MigrationRunner *runner, GError **error)
{
	g_autoptr(GHashTable) applied = supabase_applied(runner, error);
	const char *table = migration_runner_history(runner);
	g_autofree char *sql = g_strdup_printf("ALTER TABLE %s ADD COLUMN IF NOT EXISTS statements text[]; "
	                                       "ALTER TABLE %s ADD COLUMN IF NOT EXISTS name text",
	                                       table, table);

	if (applied == NULL)
		return false;
	return g_hash_table_size(applied) == migration_runner_set(runner)->migrations->len ||
	       db_session_execute(migration_runner_session(runner), sql, error);
}

static bool
supabase_begin(MigrationRunner *runner, GError **error)
{
	return supabase_bootstrap(runner, error) &&
	       migration_version_table_create(runner, "version text NOT NULL PRIMARY KEY", error) &&
	       add_columns(runner, error);
}

static bool
refuse_missing(const char *version, GError **error)
{
	g_autofree char *hint = g_strdup_printf("bring its file back, or say \"supabase migration repair --status "
	                                        "reverted %s\"",
	                                        version);

	return base_error_set(error, BASE_ERROR_INPUT, hint, "the history has the version \"%s\", which has no file",
	                      version);
}

/* Both lists are sorted by version; every file before the last version of the history has to be in the history. */
static bool
supabase_validate(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autofree char *sql = g_strdup_printf("SELECT version FROM %s ORDER BY version",
	                                       migration_runner_history(runner));
	g_autoptr(DbResult) rows = db_session_query(migration_runner_session(runner), error, sql, NULL);
	const Migration *unapplied = NULL;
	guint local = 0;
	int row = 0;

	while (rows != NULL && row < db_result_rows(rows)) {
		const char *version = db_result_value(rows, row, 0);
		const Migration *migration = local < set->migrations->len ? g_ptr_array_index(set->migrations, local)
		                                                          : NULL;
		int order = migration != NULL ? strcmp(version, migration->version) : -1;
		if (order < 0)
			return refuse_missing(version, error);
		if (order > 0 && unapplied == NULL)
			unapplied = migration;
		local++;
		row += order == 0;
	}
	if (rows == NULL || unapplied == NULL || migration_set_has(set, SETTING_INCLUDE))
		return rows != NULL;
	return base_error_set(error, BASE_ERROR_INPUT,
	                      "give it a later version, or say \"" SETTING_INCLUDE ": true\" under \"settings\"",
	                      "\"%s\" comes before migrations that have been run already", unapplied->name);
}

/* A setting of Supabase's databases. */
static const char *
supabase_search_path(const MigrationSet *set)
{
	return migration_set_has(set, SETTING_BOOTSTRAP) ? "\"$user\", public, extensions" : NULL;
}

static bool
supabase_prepare(MigrationRunner *runner, GError **error)
{
	const char *path = supabase_search_path(migration_runner_set(runner));
	g_autofree char *sql = path != NULL ? g_strdup_printf("RESET ALL; SET search_path TO %s", path) : NULL;

	return db_session_execute(migration_runner_session(runner), sql != NULL ? sql : "RESET ALL", error);
}

static char *
supabase_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration)
{
	DbSession *session = migration_runner_session(runner);
	const GPtrArray *messages = migration_script_messages(migration->up);
	g_autofree char *version = db_session_quote_literal(session, migration->version);
	g_autofree char *name = db_session_quote_literal(session, migration->description);
	bool is_null = messages->len == 0 && !is_typescript(migration_runner_set(runner));
	g_autoptr(GString) statements = g_string_new(is_null ? "NULL" : "ARRAY[");

	(void)direction; /* there is no way down */
	(void)duration;
	for (guint i = 0; i < messages->len; i++) {
		g_autofree char *text = db_session_quote_literal(
		    session, ((const MigrationMessage *)g_ptr_array_index(messages, i))->text->sql);
		g_string_append_printf(statements, "%s%s", i > 0 ? ", " : "", text);
	}
	return g_strdup_printf("INSERT INTO %s (version, name, statements) VALUES (%s, %s, %s%s)",
	                       migration_runner_history(runner), version, name, statements->str,
	                       is_null ? "" : "]::pg_catalog.text[]");
}

static bool
supabase_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                 GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version, NULL, false FROM %s ORDER BY version", table);

	history->any_order = migration_set_has(set, SETTING_INCLUDE);
	return migration_version_table_history(set, session, sql, NULL, history, error);
}

static const char *const truth_values[] = { "true", "false", NULL };
static const char *const generations[] = { "go", "typescript", NULL };

static const MigrationSetting settings[] = {
	{ SETTING_BOOTSTRAP, truth_values, "true",
	  "true: a database without the schema auth gets what a Supabase database has" },
	{ SETTING_INCLUDE, truth_values, "false", "true: a migration may come before those that have been run" },
	{ SETTING_CLI, generations, "go", "go: as the CLI 2.100; typescript: as 2.122 and 3" },
	{ 0 },
};

static const char *const platform_schemas[] = { "auth",     "extensions", "graphql", "graphql_public",
	                                        "realtime", "storage",    "vault",   NULL };

const MigrationFormat migration_format_supabase = {
	.name = "supabase",
	.title = "Supabase",
	.no_transaction = "move it to the beginning of a file of its own",
	.settings = settings,
	.load = supabase_load,
	.begin = supabase_begin,
	.validate = supabase_validate,
	.prepare = supabase_prepare,
	.record_sql = supabase_record_sql,
	.breaks_pipeline = supabase_breaks_pipeline,
	.applied = supabase_applied,
	.history = supabase_history,
	.platform_schemas = platform_schemas,
	.extension_schema = "extensions",
	.search_path = supabase_search_path,
};
