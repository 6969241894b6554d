/* Atlas: from the directory to the list, and its revisions. */
#include "migration/format/atlas/atlas.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/format.h"
#include "migration/runner/access.h"
#include "migration/runner/advisory_lock.h"
#include "migration/runner/version_table.h"

#include <string.h>

/* FNV-1, 32 bits, of "atlas_migrate_execute". */
#define LOCK_KEY    G_GINT64_CONSTANT(2686470616)

#define HISTORY     "atlas_schema_revisions.atlas_schema_revisions"
#define TX_MODE     "tx-mode"
#define EXEC_ORDER  "exec-order"
#define ALLOW_DIRTY "allow-dirty"
#define CHECKPOINTS "checkpoints"

/* A row of Atlas Cloud's, which is no migration. */
#define ONLY_REVISIONS "version <> '.atlas_cloud_identifier'"

/* --- The directory ------------------------------------------------------- */

typedef struct {
	const MigrationFile *file;
	Source *source;
	const char *hash; /* the sum's; NULL: ignored */
	AtlasDirectives directives;
} AtlasFile;

static void
atlas_file_free(gpointer data)
{
	AtlasFile *file = data;

	base_source_unref(file->source);
	atlas_directives_clear(&file->directives);
	g_free(file);
}

static bool
atlas_add_file(GPtrArray *files, const MigrationFile *entry, AtlasSum *sum, GError **error)
{
	Source *source = migration_source_load_exact(entry->path, "Atlas", error);

	if (source == NULL)
		return false;
	AtlasFile *file = g_new0(AtlasFile, 1);
	file->file = entry;
	file->source = source;
	file->hash = atlas_sum_add(sum, entry->name, source);
	atlas_directives_read(source, &file->directives);
	g_ptr_array_add(files, file);
	return true;
}

/* The scope that Atlas runs the file in. False with *error where it refuses the directive. */
static bool
atlas_choose_scope(const MigrationSet *set, const AtlasFile *file, MigrationScope *ret_scope, GError **error)
{
	const AtlasDirectives *directives = &file->directives;
	const char *global = migration_set_get(set, TX_MODE);
	const char *mode = directives->txmode != NULL ? directives->txmode : global;
	const char *problem = NULL;

	if (directives->n_txmodes > 1)
		problem = "more than one txmode";
	else if (directives->n_txmodes == 0 || strcmp(mode, global) == 0)
		problem = strcmp(mode, "all") == 0 && directives->n_txmodes > 0 ? "txmode \"all\" is for no single file"
		                                                                : NULL;
	else if (strcmp(mode, "all") == 0)
		problem = "txmode \"all\" is for no single file";
	else if (strcmp(mode, "none") != 0 && strcmp(mode, "file") != 0)
		problem = "unknown txmode";
	else if (strcmp(global, "all") == 0)
		problem = "a txmode of its own does not go with the setting \"tx-mode: all\"";
	else if (strcmp(global, "none") == 0)
		problem =
		    "with \"tx-mode: none\", Atlas commits this file at the end of the run, and fails at the next one";
	if (problem != NULL)
		return migration_error_at(error, file->source, directives->txmode_at,
		                          "write \"-- atlas:txmode none\" or \"-- atlas:txmode file\", or nothing",
		                          "%s", problem);
	*ret_scope = strcmp(mode, "none") == 0 ? MIGRATION_SCOPE_AUTOCOMMIT : MIGRATION_SCOPE_TRANSACTION;
	return true;
}

static bool
atlas_add_migration(MigrationSet *set, const AtlasFile *file, GError **error)
{
	const char *name = file->file->name;
	gsize length = strlen(name) - strlen(".sql");
	gsize version = MIN(strcspn(name, "_"), length);
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, name);
	MigrationScope scope = MIGRATION_SCOPE_TRANSACTION;

	if (file->hash == NULL)
		return migration_error_at(error, file->source, 0,
		                          "take \"atlas:sum ignore\" out, or move the file away",
		                          "Atlas does not apply a file that has no sum");
	if (file->directives.unread_line > 0)
		migration_set_warn(set,
		                   "\"%s\": the directive in line %u does not count: directives stand at the top, with "
		                   "an empty line (LF) below them, the delimiter in line 1",
		                   name, file->directives.unread_line);
	if (!atlas_choose_scope(set, file, &scope, error))
		return false;
	migration->up = atlas_file_cut(file->source, error);
	if (migration->up == NULL)
		return false;
	migration_script_set_scope(migration->up, scope);
	migration->version = g_strndup(name, version);
	migration->description = version < length ? g_strndup(name + version + 1, length - version - 1) : g_strdup("");
	migration->checksum = g_strdup(file->hash);
	migration_warn_empty(set, migration);
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

/* The files that Atlas runs on an empty database: the last checkpoint and those after it. */
static bool
add_migrations(MigrationSet *set, const GPtrArray *files, GError **error)
{
	bool checkpoints = migration_set_has(set, CHECKPOINTS);
	guint first = 0;

	for (guint i = 0; checkpoints && i < files->len; i++)
		if (((const AtlasFile *)g_ptr_array_index(files, i))->directives.is_checkpoint)
			first = i;
	for (guint i = first; i < files->len; i++) {
		const AtlasFile *file = g_ptr_array_index(files, i);
		if ((checkpoints || !file->directives.is_checkpoint) && !atlas_add_migration(set, file, error))
			return false;
	}
	if (first == 0)
		return true;
	const Migration *checkpoint = g_ptr_array_index(set->migrations, 0);
	set->data = g_strdup(checkpoint->version);
	set->free_data = g_free;
	migration_set_warn(set,
	                   "%u files before the checkpoint \"%s\" are not run, as on any empty database; "
	                   "\"checkpoints: false\" runs them",
	                   first, checkpoint->name);
	return true;
}

static bool
atlas_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(atlas_file_free);
	g_auto(AtlasSum) sum = { 0 };

	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	g_autoptr(GPtrArray) entries = migration_directory_list(options->directory, false, error);
	if (entries == NULL)
		return false;
	atlas_sum_init(&sum);
	for (guint i = 0; i < entries->len; i++) {
		const MigrationFile *entry = g_ptr_array_index(entries, i);
		if (entry->is_directory || !g_str_has_suffix(entry->name, ".sql"))
			migration_warn_ignored(set, entry, "its name does not end with .sql");
		else if (!atlas_add_file(files, entry, &sum, error))
			return false;
	}
	if (files->len > 0 && (!atlas_sum_check(&sum, options->directory, error) || !add_migrations(set, files, error)))
		return false;
	migration_warn_letter_order(set);
	if (strcmp(migration_set_get(set, TX_MODE), "all") == 0)
		g_hash_table_insert(set->settings, g_strdup(MIGRATION_SETTING_GROUP), g_strdup("true"));
	set->history_is_schema = set->history_table == NULL;
	return migration_check_versions(set, error) &&
	       (set->history_table != NULL || migration_set_history_table(set, HISTORY, error));
}

/* --- A run ------------------------------------------------------------------ */

/* Progress of a script in scope A. */
typedef struct {
	guint n_done;
} AtlasState;

static bool
atlas_begin(MigrationRunner *runner, GError **error)
{
	static const char columns[] =
	    "version character varying NOT NULL, description character varying NOT NULL, "
	    "type bigint NOT NULL DEFAULT 2, applied bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0, "
	    "executed_at timestamptz NOT NULL, execution_time bigint NOT NULL, error text, error_stmt text, "
	    "hash character varying NOT NULL, partial_hashes jsonb, operator_version character varying NOT NULL, "
	    "PRIMARY KEY (version)";

	migration_runner_set_state(runner, g_new0(AtlasState, 1), g_free);
	return migration_advisory_lock(migration_runner_session(runner), LOCK_KEY, error) &&
	       migration_version_table_create(runner, columns, error);
}

static void
atlas_end(MigrationRunner *runner)
{
	migration_advisory_unlock(migration_runner_session(runner), LOCK_KEY);
}

/* Atlas's order of execution: below the first version of the history nothing is looked for, and with "linear-skip"
 * nothing below the last. */
static GHashTable *
atlas_applied(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autofree char *sql = g_strdup_printf("SELECT version, applied = total FROM %s WHERE " ONLY_REVISIONS
	                                       " ORDER BY version COLLATE \"C\"",
	                                       migration_runner_history(runner));
	g_autoptr(DbResult) rows = db_session_query(migration_runner_session(runner), error, sql, NULL);

	if (rows == NULL)
		return NULL;
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	int n = db_result_rows(rows);
	bool skips = strcmp(migration_set_get(set, EXEC_ORDER), "linear-skip") == 0;
	const char *border = n > 0 ? db_result_value(rows, skips ? n - 1 : 0, 0) : "";
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		bool is_applied = strcmp(migration->version, border) < 0 ||
		                  (n > 0 && g_strcmp0(set->data, migration->version) == 0);
		for (int row = 0; row < n; row++)
			if (strcmp(db_result_value(rows, row, 0), migration->version) == 0)
				is_applied = *db_result_value(rows, row, 1) == 't';
		if (is_applied)
			g_hash_table_add(names, g_strdup(migration->name));
	}
	return names;
}

static bool
check_clean(MigrationRunner *runner, GError **error)
{
	g_autofree char *found = db_session_query_value(
	    migration_runner_session(runner), error,
	    "SELECT coalesce(pg_catalog.min(pg_catalog.concat_ws('.', n.nspname, c.relname)), '') "
	    "FROM pg_catalog.pg_namespace n LEFT JOIN pg_catalog.pg_class c "
	    "ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p') "
	    "WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', $1) "
	    "AND (n.nspname <> 'public' OR c.oid IS NOT NULL)",
	    migration_runner_history_schema(runner), NULL);

	if (found == NULL || *found == '\0')
		return found != NULL;
	return base_error_set(error, BASE_ERROR_INPUT, "set \"allow-dirty\", or give the dump's version as a baseline",
	                      "the database is not clean, as Atlas has it: there is \"%s\"", found);
}

/* A database of the time before the checkpoint has to be through with the files before it. */
static bool
check_order(MigrationRunner *runner, const char *last, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	bool linear = strcmp(migration_set_get(set, EXEC_ORDER), "linear") == 0;
	g_autoptr(GHashTable) applied = atlas_applied(runner, error);

	for (guint i = 0; applied != NULL && linear && i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (strcmp(migration->version, last) < 0 && !g_hash_table_contains(applied, migration->name))
			return base_error_set(error, BASE_ERROR_INPUT,
			                      "give it a higher version, or set \"exec-order: non-linear\"",
			                      "\"%s\" was added out of order: the history has the higher version %s",
			                      migration->name, last);
	}
	if (applied == NULL || set->data == NULL || strcmp(last, set->data) >= 0)
		return applied != NULL;
	return base_error_set(error, BASE_ERROR_INPUT, "set \"checkpoints: false\": this database runs all other files",
	                      "the history ends at %s, before the checkpoint %s", last, (const char *)set->data);
}

static bool
atlas_validate(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf(
	    "SELECT coalesce(pg_catalog.max(version COLLATE \"C\"), '') FROM %s WHERE " ONLY_REVISIONS,
	    migration_runner_history(runner));
	g_autofree char *last = db_session_query_value(migration_runner_session(runner), error, sql, NULL);

	if (last == NULL)
		return false;
	if (*last != '\0')
		return check_order(runner, last, error);
	return migration_set_has(migration_runner_set(runner), ALLOW_DIRTY) || check_clean(runner, error);
}

/* --- Revisions ---------------------------------------------------------------- */

/* The hashes of the first statements, each over all before it, as Atlas keeps them of a file that is not through. */
static char *
list_hashes(const Migration *migration, guint n)
{
	const GPtrArray *messages = migration_script_messages(migration->up);
	g_autoptr(GChecksum) state = g_checksum_new(G_CHECKSUM_SHA256);
	g_autoptr(GString) list = g_string_new("[");

	for (guint i = 0; i < n; i++) {
		guint8 digest[32];
		gsize length = sizeof(digest);
		g_checksum_update(
		    state, (const guchar *)((const MigrationMessage *)g_ptr_array_index(messages, i))->text->sql, -1);
		g_autoptr(GChecksum) copy = g_checksum_copy(state);
		g_checksum_get_digest(copy, digest, &length);
		g_autofree char *hash = g_base64_encode(digest, length);
		g_string_append_printf(list, "%s\"h1:%s\"", i > 0 ? ", " : "", hash);
	}
	return n > 0 ? g_strconcat(list->str, "]", NULL) : g_strdup("null");
}

/* Inserts the history row; if it exists, `update` is the action instead. */
static char *
row_sql(MigrationRunner *runner, const Migration *migration, guint applied, gint64 duration, const char *update)
{
	DbSession *session = migration_runner_session(runner);
	g_autofree char *version = db_session_quote_literal(session, migration->version);
	g_autofree char *description = db_session_quote_literal(session, migration->description);

	return g_strdup_printf("INSERT INTO %s (version, description, applied, total, executed_at, execution_time, "
	                       "error, error_stmt, hash, partial_hashes, operator_version) "
	                       "VALUES (%s, %s, %u, %u, pg_catalog.clock_timestamp(), %" G_GINT64_FORMAT
	                       ", '', '', '%s', 'null', 'pgassay') ON CONFLICT (version) DO %s",
	                       migration_runner_history(runner), version, description, applied,
	                       migration_script_messages(migration->up)->len, duration * 1000, migration->checksum,
	                       update);
}

/* Continues where an earlier run stopped, provided that the statements it ran are unchanged in the file. */
static bool
atlas_start(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, GError **error)
{
	AtlasState *state = migration_runner_state(runner);
	DbSession *session = migration_runner_session(runner);
	g_autofree char *row = row_sql(runner, migration, 0, 0, "NOTHING");
	g_autofree char *sql = g_strdup_printf("SELECT applied, partial_hashes::text FROM %s WHERE version = $1",
	                                       migration_runner_history(runner));

	(void)direction; /* there is no way down */
	state->n_done = 0;
	if (migration_script_scope(migration->up) != MIGRATION_SCOPE_AUTOCOMMIT)
		return true;
	if (!db_session_execute(session, row, error))
		return false;
	g_autoptr(DbResult) rows = db_session_query(session, error, sql, migration->version, NULL);
	if (rows == NULL || db_result_rows(rows) == 0)
		return rows != NULL;
	guint n = (guint)g_ascii_strtoull(db_result_value(rows, 0, 0), NULL, 10);
	g_autofree char *hashes = list_hashes(migration, MIN(n, migration_script_messages(migration->up)->len));
	if (n > 0 && g_strcmp0(hashes, db_result_value(rows, 0, 1)) != 0)
		return base_error_set(error, BASE_ERROR_INPUT, "undo the change in what was run already",
		                      "\"%s\" was applied in part, and its first %u statements have changed since",
		                      migration->name, n);
	state->n_done = n;
	return true;
}

static guint
atlas_resume(const MigrationRunner *runner)
{
	return ((const AtlasState *)migration_runner_state(runner))->n_done;
}

static bool
atlas_progress(MigrationRunner *runner, const Migration *migration, guint n, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	g_autofree char *version = db_session_quote_literal(session, migration->version);
	g_autofree char *hashes = list_hashes(migration, n);
	g_autofree char *sql = g_strdup_printf("UPDATE %s SET applied = %u, partial_hashes = '%s', error = '', "
	                                       "error_stmt = '' WHERE version = %s",
	                                       migration_runner_history(runner), n, hashes, version);

	((AtlasState *)migration_runner_state(runner))->n_done = n;
	return db_session_execute(session, sql, error);
}

/* The first total stays, as in Atlas: a file that has got more statements since is never through. */
static char *
atlas_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration)
{
	(void)direction;
	return row_sql(runner, migration, migration_script_messages(migration->up)->len, duration,
	               "UPDATE SET applied = excluded.applied, execution_time = excluded.execution_time, error = '', "
	               "error_stmt = '', partial_hashes = 'null', operator_version = excluded.operator_version");
}

static bool
atlas_record_failure(MigrationRunner *runner, const Migration *migration, gint64 duration, GError **error)
{
	const AtlasState *state = migration_runner_state(runner);
	const GPtrArray *messages = migration_script_messages(migration->up);
	DbSession *session = migration_runner_session(runner);
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);
	g_autofree char *message = g_strconcat(
	    "pq: ", diagnostic != NULL && diagnostic->message != NULL ? diagnostic->message : "failed", NULL);
	g_autofree char *quoted = db_session_quote_literal(session, message);
	g_autofree char *version = db_session_quote_literal(session, migration->version);
	g_autofree char *statement = db_session_quote_literal(
	    session, state->n_done < messages->len
			 ? ((const MigrationMessage *)g_ptr_array_index(messages, state->n_done))->text->sql
			 : "");
	g_autofree char *sql = g_strdup_printf(
	    "UPDATE %s SET error = %s, error_stmt = %s, execution_time = %" G_GINT64_FORMAT " WHERE version = %s",
	    migration_runner_history(runner), quoted, statement, duration * 1000, version);

	return db_session_execute(session, sql, error);
}

static bool
atlas_record_baseline(MigrationRunner *runner, const char *version, GError **error)
{
	const Migration *migration = migration_set_find(migration_runner_set(runner), version);
	DbSession *session = migration_runner_session(runner);
	g_autofree char *number = db_session_quote_literal(session, migration != NULL ? migration->version : version);
	g_autofree char *description = db_session_quote_literal(session,
	                                                        migration != NULL ? migration->description : "");
	g_autofree char *sql = g_strdup_printf(
	    "INSERT INTO %s (version, description, type, executed_at, execution_time, error, error_stmt, hash, "
	    "partial_hashes, operator_version) "
	    "VALUES (%s, %s, 1, pg_catalog.clock_timestamp(), 0, '', '', '', 'null', 'pgassay')",
	    migration_runner_history(runner), number, description);

	return db_session_execute(session, sql, error);
}

/* A checkpoint stands for all versions below it, and the other way round. Hashes go on from file to file, so that they
 * say something only where nothing may come in between. */
static bool
atlas_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history, GError **error)
{
	bool linear = strcmp(migration_set_get(set, EXEC_ORDER), "non-linear") != 0;
	g_autofree char *checkpoint = db_session_quote_literal(session, set->data != NULL ? set->data : "");
	g_autofree char *sql = g_strdup_printf(
	    "SELECT v, h, f FROM (SELECT version::text AS v, CASE WHEN %s THEN nullif(hash, '') END AS h, "
	    "applied <> total AS f FROM %s WHERE " ONLY_REVISIONS " AND version COLLATE \"C\" >= %s "
	    "UNION ALL SELECT %s, NULL, false WHERE EXISTS (SELECT FROM %s WHERE version COLLATE \"C\" < %s "
	    "AND " ONLY_REVISIONS ") AND NOT EXISTS (SELECT FROM %s WHERE version = %s)) rows ORDER BY v COLLATE \"C\"",
	    linear ? "true" : "false", table, checkpoint, checkpoint, table, checkpoint, table, checkpoint);

	history->any_order = !linear;
	return migration_version_table_history(set, session, sql, NULL, history, error);
}

static const char *const truth[] = { "true", "false", NULL };
static const char *const tx_modes[] = { "file", "all", "none", NULL };
static const char *const exec_orders[] = { "linear", "linear-skip", "non-linear", NULL };

static const MigrationSetting settings[] = {
	{ TX_MODE, tx_modes, "file", "--tx-mode" },
	{ EXEC_ORDER, exec_orders, "linear", "--exec-order: what happens to a pending version below an applied one" },
	{ ALLOW_DIRTY, truth, "false", "--allow-dirty: the first run may find a database with tables in it" },
	{ CHECKPOINTS, truth, "true",
	  "false: all files but checkpoints run, as on a database that is older than they" },
	{ NULL },
};

const MigrationFormat migration_format_atlas = {
	.name = "atlas",
	.title = "Atlas",
	.no_transaction = "write \"-- atlas:txmode none\" as the first line, and an empty line behind it",
	.settings = settings,
	.load = atlas_load,
	.begin = atlas_begin,
	.validate = atlas_validate,
	.start = atlas_start,
	.resume = atlas_resume,
	.progress = atlas_progress,
	.record_sql = atlas_record_sql,
	.record_failure = atlas_record_failure,
	.applied = atlas_applied,
	.end = atlas_end,
	.history = atlas_history,
	.record_baseline = atlas_record_baseline,
	.lost_transaction = "unexpected transaction status idle",
};
