/*
 * Plain SQL files, applied in the order of their names by a runner of the team's own.
 */
#include "migration/format.h"

#include "base/error.h"
#include "migration/advisory_lock.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/rollback_comment.h"
#include "migration/version_table.h"

#include <string.h>

/* The letters "pgassay" as one number. */
#define LOCK_KEY G_GINT64_CONSTANT(31638865638023545)

/* The files of one version. */
typedef struct {
	const MigrationFile *up;
	const MigrationFile *down;
} PlainPair;

/* --- The directory ------------------------------------------------------- */

static bool
is_migration_file(const MigrationFile *file)
{
	return !file->is_directory && g_str_has_suffix(file->name, ".sql");
}

static char *
plain_detect(const MigrationOptions *options)
{
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, NULL);
	guint count = 0;

	for (guint i = 0; files != NULL && i < files->len; i++)
		count += is_migration_file(files->pdata[i]);
	return count > 0 ? g_strdup_printf("it has %u .sql files and no mark of another tool", count) : NULL;
}

/* "x.down.sql" and "x.up.sql" have the version x, as has "x.sql". */
static char *
version_of(const char *name, bool *ret_down)
{
	static const char *const suffixes[] = { ".down.sql", ".up.sql", ".sql" };

	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		if (!g_str_has_suffix(name, suffixes[i]))
			continue;
		*ret_down = i == 0;
		return g_strndup(name, strlen(name) - strlen(suffixes[i]));
	}
	g_assert_not_reached();
}

/* char *version -> PlainPair * */
static GHashTable *
pair_files(MigrationSet *set, const GPtrArray *files, GError **error)
{
	g_autoptr(GHashTable) pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = files->pdata[i];
		bool down = false;
		if (!is_migration_file(file)) {
			migration_warn_ignored(set, file, "its name does not end with .sql");
			continue;
		}
		g_autofree char *version = version_of(file->name, &down);
		PlainPair *pair = g_hash_table_lookup(pairs, version);
		if (pair == NULL) {
			pair = g_new0(PlainPair, 1);
			g_hash_table_insert(pairs, g_strdup(version), pair);
		}
		const MigrationFile **place = down ? &pair->down : &pair->up;
		if (*place != NULL) {
			base_error_set(error, BASE_ERROR_INPUT, "keep one of them",
			               "\"%s\" and \"%s\" have the same version \"%s\"", (*place)->name, file->name,
			               version);
			return NULL;
		}
		*place = file;
	}
	return g_steal_pointer(&pairs);
}

static int
compare_migrations(gconstpointer a, gconstpointer b)
{
	const Migration *const *left = a;
	const Migration *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

/* --- Files --------------------------------------------------------------- */

/* A runner that wraps every file in a transaction cannot run what refuses one, nor a file with its own. */
static void
choose_mode(MigrationScript *script)
{
	guint flags = MIGRATION_STATEMENT_NO_TRANSACTION | MIGRATION_STATEMENT_TRANSACTION_CONTROL;

	if (migration_script_find(script, flags) != NULL)
		migration_script_set_mode(script, MIGRATION_MODE_AUTOCOMMIT);
}

static MigrationScript *
load_script(const MigrationFile *file, GError **error)
{
	g_autoptr(Source) source = migration_source_load(file->path, error);

	if (source == NULL)
		return NULL;
	MigrationScript *script = migration_script_new(source, migration_source_text(source), error);
	if (script != NULL)
		choose_mode(script);
	return script;
}

static bool
load_down(Migration *migration, const PlainPair *pair, GError **error)
{
	g_auto(MigrationRollbackComment) comment = { 0 };
	Source *source = migration_script_source(migration->up);
	g_autoptr(MigrationMappedText) text = migration_source_text(source);

	if (!migration_rollback_comment_read(text, source, &comment, error))
		return false;
	if (pair->down != NULL && (comment.sql != NULL || comment.irreversible != NULL))
		return migration_error_at(error, source, comment.offset, "keep one of them",
		                          "\"%s\" has a rollback comment, and there is also \"%s\"", pair->up->name,
		                          pair->down->name);
	migration->irreversible = g_steal_pointer(&comment.irreversible);
	if (pair->down != NULL) {
		migration->down = load_script(pair->down, error);
		return migration->down != NULL;
	}
	if (comment.sql == NULL)
		return true;
	migration->down = migration_script_new(source, g_steal_pointer(&comment.sql), error);
	if (migration->down != NULL)
		choose_mode(migration->down);
	return migration->down != NULL;
}

static bool
add_migration(MigrationSet *set, const char *version, const PlainPair *pair, GError **error)
{
	if (pair->up == NULL) {
		g_autofree char *hint = g_strdup_printf("add \"%s.sql\", or remove the file", version);
		return base_error_set(error, BASE_ERROR_INPUT, hint, "\"%s\" takes back a migration that is not there",
		                      pair->down->name);
	}
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, pair->up->name);
	migration->version = g_strdup(version);
	migration->description = g_strdup(version);
	migration->up = load_script(pair->up, error);
	if (migration->up == NULL || !load_down(migration, pair, error))
		return false;
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

static bool
plain_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);
	g_autoptr(GHashTable) pairs = files != NULL ? pair_files(set, files, error) : NULL;
	if (pairs == NULL)
		return false;
	g_autoptr(GList) versions = g_list_sort(g_hash_table_get_keys(pairs), (GCompareFunc)strcmp);
	for (const GList *version = versions; version != NULL; version = version->next)
		if (!add_migration(set, version->data, g_hash_table_lookup(pairs, version->data), error))
			return false;
	g_ptr_array_sort(set->migrations, compare_migrations);
	migration_warn_letter_order(set);
	return migration_set_history_table(set, "public.schema_migrations", error);
}

/* --- The history --------------------------------------------------------- */

static bool
check_history(MigrationRunner *runner, GError **error)
{
	g_autofree char *has_version = db_session_query_value(
	    migration_runner_session(runner), error,
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass($1) AND "
	    "attname = "
	    "'version' AND NOT attisdropped)",
	    migration_runner_history(runner), NULL);

	if (has_version == NULL)
		return false;
	if (*has_version == 't')
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "name the runner's table with \"history_table\"",
	                      "the history table %s has no column \"version\"", migration_runner_history(runner));
}

static bool
plain_begin(MigrationRunner *runner, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	bool exists = false;

	if (!migration_advisory_lock(session, LOCK_KEY, error) || !migration_runner_has_history(runner, &exists, error))
		return false;
	if (exists)
		return check_history(runner, error);
	g_autofree char *create = g_strdup_printf("CREATE TABLE %s (version text PRIMARY KEY, "
	                                          "applied_at timestamptz NOT NULL DEFAULT now())",
	                                          migration_runner_history(runner));
	return db_session_execute(session, create, error);
}

static void
plain_end(MigrationRunner *runner)
{
	migration_advisory_unlock(migration_runner_session(runner), LOCK_KEY);
}

static char *
plain_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration)
{
	DbSession *session = migration_runner_session(runner);
	const char *table = migration_runner_history(runner);
	g_autofree char *version = db_session_quote_literal(session, migration->version);

	(void)duration;
	return direction == MIGRATION_UP ? g_strdup_printf("INSERT INTO %s (version) VALUES (%s)", table, version)
	                                 : g_strdup_printf("DELETE FROM %s WHERE version = %s", table, version);
}

static GHashTable *
plain_applied(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version::text FROM %s", migration_runner_history(runner));

	return migration_version_table_applied(runner, sql, error);
}

/* The place of the version in the set, or -1. */
static int
find_version(const MigrationSet *set, const char *version)
{
	for (guint i = 0; i < set->migrations->len; i++)
		if (strcmp(((const Migration *)set->migrations->pdata[i])->version, version) == 0)
			return (int)i;
	return -1;
}

typedef struct {
	const char *version;
	const char *time; /* NULL: the table does not say */
	int place;        /* in the set, or -1 */
} Applied;

/* The time tells the order; those of one transaction have the same one. */
static int
compare_applied(const void *a, const void *b)
{
	const Applied *left = a;
	const Applied *right = b;
	int order = g_strcmp0(left->time, right->time);

	return order != 0 ? order : left->place - right->place;
}

static bool
plain_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history, GError **error)
{
	/* By way of JSON, because a table that somebody else made may have no such column. */
	g_autofree char *sql = g_strdup_printf("SELECT t.version::pg_catalog.text, pg_catalog.to_jsonb(t) ->> "
	                                       "'applied_at' FROM %s t WHERE t.version IS NOT NULL ORDER BY 1",
	                                       table);
	g_autoptr(DbResult) rows = db_session_query(session, error, sql, NULL);

	if (rows == NULL)
		return false;
	guint n = (guint)db_result_rows(rows);
	g_autofree Applied *applied = g_new(Applied, n + 1);
	for (guint i = 0; i < n; i++) {
		const char *version = db_result_value(rows, (int)i, 0);
		applied[i] = (Applied){ version, db_result_value(rows, (int)i, 1), find_version(set, version) };
	}
	qsort(applied, n, sizeof *applied, compare_applied);
	for (guint i = 0; i < n; i++)
		migration_history_add(history, applied[i].place >= 0 ? set->migrations->pdata[applied[i].place] : NULL,
		                      applied[i].version, NULL, false);
	return true;
}

const MigrationFormat migration_format_plain = {
	.name = "plain",
	.title = "plain SQL",
	.detect = plain_detect,
	.load = plain_load,
	.begin = plain_begin,
	.record_sql = plain_record_sql,
	.applied = plain_applied,
	.end = plain_end,
	.history = plain_history,
};
