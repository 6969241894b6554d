/*
 * golang-migrate: VERSION_TITLE.up.sql and VERSION_TITLE.down.sql. The rules are those of its source/parse.go,
 * migrate.go and database/postgres, and were compared with the program itself (script/interop golang_migrate).
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

#define MULTI_STATEMENT "x-multi-statement"

/* The factor of the lock's key. */
#define LOCK_SALT 1486364155U

/* --- Names --------------------------------------------------------------- */

/* A file's name, taken apart. */
typedef struct {
	char *version; /* without leading zeros */
	char *title;
	bool down;
} GolangName;

static void
name_clear(GolangName *name)
{
	g_free(name->version);
	g_free(name->title);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GolangName, name_clear)

/* "1_a.up.sql"; the last ".up." or ".down." counts, with any suffix. */
static bool
golang_migrate_read_name(const char *text, GolangName *ret_name)
{
	gsize digits = migration_name_digits(text);
	g_autofree char *number = g_strndup(text, digits);
	guint64 version = 0;

	if (digits == 0 || text[digits] != '_' ||
	    !g_ascii_string_to_unsigned(number, 10, 0, G_MAXINT64, &version, NULL))
		return false;
	const char *title = text + digits + 1;
	const char *up = g_strrstr(title, ".up.");
	const char *down = g_strrstr(title, ".down.");
	const char *end = up > down ? up : down;
	if (end == NULL)
		return false;
	*ret_name = (GolangName){ .version = g_strdup_printf("%" G_GUINT64_FORMAT, version),
		                  .title = g_strndup(title, (gsize)(end - title)),
		                  .down = end == down };
	return true;
}

/* --- Files --------------------------------------------------------------- */

/* With x-multi-statement a message ends at every semicolon, wherever it stands. */
static GArray *
cut_at_semicolons(const Source *source)
{
	const char *text = base_source_text(source);
	GArray *cuts = g_array_new(FALSE, FALSE, sizeof(MigrationCut));
	MigrationCut cut = { 0 };

	for (gsize i = 0; i < base_source_length(source); i++) {
		cut.end = i + 1;
		if (text[i] != ';')
			continue;
		g_array_append_val(cuts, cut);
		cut.start = cut.end;
	}
	g_array_append_val(cuts, cut);
	return cuts;
}

static MigrationScript *
golang_migrate_make_script(const MigrationSet *set, Source *source)
{
	g_autoptr(GArray) cuts = migration_set_has(set, MULTI_STATEMENT) ? cut_at_semicolons(source) : NULL;
	MigrationScript *script = migration_script_new_cut(source, migration_source_text(source), cuts);

	migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
	return script;
}

/* The migration of the version, which is new where there is none yet. */
static Migration *
find_migration(MigrationSet *set, GHashTable *versions, const GolangName *name, const MigrationFile *file)
{
	Migration *migration = g_hash_table_lookup(versions, name->version);

	if (migration != NULL)
		return migration;
	migration = migration_new(MIGRATION_VERSIONED, file->name);
	migration->version = g_strdup(name->version);
	migration->description = g_strdup(name->title);
	g_ptr_array_add(set->migrations, migration);
	g_hash_table_insert(versions, migration->version, migration);
	return migration;
}

static bool
golang_migrate_load_file(MigrationSet *set, GHashTable *versions, const MigrationFile *file, const GolangName *name,
                         GError **error)
{
	Migration *migration = find_migration(set, versions, name, file);
	MigrationScript **script = name->down ? &migration->down : &migration->up;

	if (*script != NULL)
		return base_error_set(error, BASE_ERROR_INPUT, "keep one of them, or give it another version",
		                      "\"%s\" and \"%s\" have the same version \"%s\"",
		                      base_source_path(migration_script_source(*script)), file->name, name->version);
	g_autoptr(Source) source = migration_source_load_exact(file->path, "golang-migrate", error);
	if (source == NULL)
		return false;
	*script = golang_migrate_make_script(set, source);
	if (!name->down && strcmp(migration->name, file->name) != 0) {
		g_free(migration->name);
		migration->name = g_strdup(file->name);
	}
	return true;
}

static bool
golang_migrate_load_files(MigrationSet *set, const GPtrArray *files, GError **error)
{
	g_autoptr(GHashTable) versions = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		g_auto(GolangName) name = { 0 };
		if (file->is_directory || !golang_migrate_read_name(file->name, &name))
			migration_warn_ignored(set, file, "its name is not like 1_title.up.sql");
		else if (!golang_migrate_load_file(set, versions, file, &name, error))
			return false;
	}
	return true;
}

static bool
has_downs(const MigrationSet *set)
{
	for (guint i = 0; i < set->migrations->len; i++)
		if (((const Migration *)g_ptr_array_index(set->migrations, i))->down != NULL)
			return true;
	return false;
}

/* A direction without a file is one without SQL; but who writes no downs at all does not mean to go back. */
static void
golang_migrate_fill_in(MigrationSet *set, Migration *migration, bool downs)
{
	MigrationScript *there = migration->up != NULL ? migration->up : migration->down;
	g_autoptr(Source) nothing = base_source_new(base_source_path(migration_script_source(there)), "", 0);

	if (migration->up == NULL)
		migration->up = golang_migrate_make_script(set, nothing);
	if (migration->down == NULL && downs)
		migration->down = golang_migrate_make_script(set, nothing);
	migration_warn_empty(set, migration);
}

static bool
golang_migrate_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);
	if (files == NULL || !golang_migrate_load_files(set, files, error))
		return false;
	bool downs = has_downs(set);
	for (guint i = 0; i < set->migrations->len; i++)
		golang_migrate_fill_in(set, g_ptr_array_index(set->migrations, i), downs);
	migration_sort_by_number(set);
	set->concurrently =
	    "and a second runner that waits for golang-migrate's lock meanwhile ends one of the two by a deadlock";
	set->concurrently_hint =
	    "let one job run the migrations and not each replica at its start, or use the pgx driver with "
	    "x-lock-strategy=table; then name the file under \"layout\" in the suite with that reason";
	return set->history_table != NULL || migration_set_history_table(set, "schema_migrations", error);
}

/* --- The lock ------------------------------------------------------------ */

static gint64
lock_key(MigrationRunner *runner, GError **error)
{
	g_autofree char *database = db_session_query_value(migration_runner_session(runner), error,
	                                                   "SELECT pg_catalog.current_database()", NULL);
	g_autoptr(GByteArray) text = g_byte_array_new();

	if (database == NULL)
		return -1;
	const char *schema = migration_runner_history_schema(runner);
	const char *table = migration_runner_set(runner)->history_table;
	g_byte_array_append(text, (const guint8 *)schema, (guint)strlen(schema) + 1);
	g_byte_array_append(text, (const guint8 *)table, (guint)strlen(table) + 1);
	g_byte_array_append(text, (const guint8 *)database, (guint)strlen(database));
	guint32 sum = (guint32)crc32(0, text->data, text->len);
	return (guint32)(sum * LOCK_SALT);
}

static void
golang_migrate_end(MigrationRunner *runner)
{
	gint64 key = lock_key(runner, NULL);

	if (key >= 0)
		migration_advisory_unlock(migration_runner_session(runner), key);
}

/* --- The history --------------------------------------------------------- */

static bool
golang_migrate_begin(MigrationRunner *runner, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	gint64 key = lock_key(runner, error);
	bool exists = false;

	if (key < 0 || !migration_advisory_lock(session, key, error) ||
	    !migration_runner_has_history(runner, &exists, error))
		return false;
	g_autofree char *create = g_strdup_printf(
	    "CREATE TABLE %s (version bigint not null primary key, dirty boolean not null)",
	    migration_runner_history(runner));
	return exists || db_session_execute(session, create, error);
}

/* The version of the history's only row: no migration is applied where there is none. */
static DbResult *
golang_migrate_read_version(DbSession *session, const char *table, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version, dirty FROM %s LIMIT 1", table);

	return db_session_query(session, error, sql, NULL);
}

static bool
is_up_to(const Migration *migration, gint64 version)
{
	return g_ascii_strtoll(migration->version, NULL, 10) <= version;
}

/* Everything up to the version: what came late is taken for applied, and never is. */
static GHashTable *
golang_migrate_applied(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autoptr(DbResult) row = golang_migrate_read_version(migration_runner_session(runner),
	                                                      migration_runner_history(runner), error);

	if (row == NULL)
		return NULL;
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	gint64 version = db_result_rows(row) > 0 ? g_ascii_strtoll(db_result_value(row, 0, 0), NULL, 10) : -1;
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (is_up_to(migration, version))
			g_hash_table_add(names, g_strdup(migration->name));
	}
	return names;
}

static const Migration *
golang_migrate_find_version(const MigrationSet *set, const char *version)
{
	for (guint i = 0; i < set->migrations->len; i++)
		if (strcmp(((const Migration *)g_ptr_array_index(set->migrations, i))->version, version) == 0)
			return g_ptr_array_index(set->migrations, i);
	return NULL;
}

static bool
golang_migrate_validate(MigrationRunner *runner, GError **error)
{
	g_autoptr(DbResult) row = golang_migrate_read_version(migration_runner_session(runner),
	                                                      migration_runner_history(runner), error);

	if (row == NULL || db_result_rows(row) == 0)
		return row != NULL;
	const char *version = db_result_value(row, 0, 0);
	if (*db_result_value(row, 0, 1) == 't')
		return base_error_set(error, BASE_ERROR_INPUT, "clean up, then \"migrate force VERSION\"",
		                      "the history says that version %s is dirty: it failed", version);
	if (golang_migrate_find_version(migration_runner_set(runner), version) != NULL)
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "bring the file back",
	                      "the history has the version %s, but there is no such file", version);
}

/* The version after the step. */
static char *
target_version(MigrationRunner *runner, const Migration *migration, MigrationDirection direction)
{
	GPtrArray *migrations = migration_runner_set(runner)->migrations;
	guint i = 0;

	if (direction == MIGRATION_UP)
		return g_strdup(migration->version);
	g_ptr_array_find(migrations, migration, &i);
	return g_strdup(i > 0 ? ((const Migration *)g_ptr_array_index(migrations, i - 1))->version : "-1");
}

/* In one message, which is a transaction by itself. No row stands for "nothing is applied". */
static char *
set_version(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, bool dirty)
{
	const char *table = migration_runner_history(runner);
	/* Each TRUNCATE makes new files, and changes the catalog, which a proof then has to look at. */
	bool is_brief = migration_runner_is_within(runner) || migration_runner_is_brief(runner);
	const char *empty = is_brief ? "DELETE FROM" : "TRUNCATE";
	g_autofree char *version = target_version(runner, migration, direction);

	if (strcmp(version, "-1") == 0 && !dirty)
		return g_strdup_printf("%s %s", empty, table);
	return g_strdup_printf("%s %s; INSERT INTO %s (version, dirty) VALUES (%s, %s)", empty, table, table, version,
	                       dirty ? "true" : "false");
}

static bool
golang_migrate_start(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, GError **error)
{
	g_autofree char *sql = set_version(runner, migration, direction, true);

	return db_session_execute(migration_runner_session(runner), sql, error);
}

static char *
golang_migrate_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                          gint64 duration)
{
	(void)duration;
	return set_version(runner, migration, direction, false);
}

/* migrate force VERSION: the effects of the file exist, because all of it is sent as one text. */
static bool
golang_migrate_repair(MigrationRunner *runner, const Migration *migration, GError **error)
{
	g_autofree char *sql = set_version(runner, migration, MIGRATION_UP, false);

	return db_session_execute(migration_runner_session(runner), sql, error);
}

/* The same, with the version before it. */
static bool
golang_migrate_repair_again(MigrationRunner *runner, const Migration *migration, GError **error)
{
	g_autofree char *sql = set_version(runner, migration, MIGRATION_DOWN, false);

	return db_session_execute(migration_runner_session(runner), sql, error);
}

static bool
golang_migrate_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                       GError **error)
{
	g_autoptr(DbResult) row = golang_migrate_read_version(session, table, error);

	if (row == NULL || db_result_rows(row) == 0)
		return row != NULL;
	const char *version = db_result_value(row, 0, 0);
	bool dirty = *db_result_value(row, 0, 1) == 't';
	gint64 number = g_ascii_strtoll(version, NULL, 10);
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (is_up_to(migration, number))
			migration_history_add(history, migration, migration->version, NULL,
			                      dirty && strcmp(migration->version, version) == 0);
	}
	if (number >= 0 && golang_migrate_find_version(set, version) == NULL)
		migration_history_add(history, NULL, version, NULL, dirty);
	return true;
}

static const char *const truth[] = { "true", "false", NULL };

static const MigrationSetting settings[] = {
	{ MULTI_STATEMENT, truth, "false", "a message ends at every semicolon" },
	{ NULL },
};

const MigrationFormat migration_format_golang_migrate = {
	.name = "golang-migrate",
	.title = "golang-migrate",
	.no_transaction = "move it to a file of its own, without another statement",
	.down_hint = "NAME.down.sql beside NAME.up.sql",
	.settings = settings,
	.load = golang_migrate_load,
	.begin = golang_migrate_begin,
	.validate = golang_migrate_validate,
	.start = golang_migrate_start,
	.record_sql = golang_migrate_record_sql,
	.applied = golang_migrate_applied,
	.end = golang_migrate_end,
	.repair = golang_migrate_repair,
	.repair_command = "migrate force",
	.repair_again = golang_migrate_repair_again,
	.history = golang_migrate_history,
};
