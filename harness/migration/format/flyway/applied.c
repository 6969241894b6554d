/* Reads flyway_schema_history: the applied migrations, and the states from which Flyway refuses to go on. */
#include "migration/format/flyway/flyway.h"
#include "migration/runner/access.h"

#include "base/error.h"

#include <string.h>

/* The history, as far as it decides what runs next. Texts belong to `rows`. */
typedef struct {
	DbResult *rows;
	GHashTable *versions;    /* canonical version (char *) -> row + 1: applied and not undone */
	GHashTable *repeatables; /* description -> row + 1: the last run */
	const char *baseline;    /* the highest baseline version, or NULL */
	char *highest;           /* the highest applied version, canonical, or NULL */
	int failed;              /* the row of a failed migration, or -1 */
} History;

/* Characters of a description in the table. */
#define DESCRIPTION_MAX 200

enum { COLUMN_VERSION, COLUMN_DESCRIPTION, COLUMN_TYPE, COLUMN_SCRIPT, COLUMN_CHECKSUM, COLUMN_SUCCESS };

static void
history_clear(History *history)
{
	g_clear_pointer(&history->rows, db_result_free);
	g_clear_pointer(&history->versions, g_hash_table_unref);
	g_clear_pointer(&history->repeatables, g_hash_table_unref);
	g_clear_pointer(&history->highest, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(History, history_clear)

static void
take_version(History *history, int row, const char *version, const char *type)
{
	g_autofree char *canonical = flyway_version_canonical(version);

	if (g_str_has_prefix(type, "UNDO") || strcmp(type, "DELETE") == 0) {
		g_hash_table_remove(history->versions, canonical);
		return;
	}
	if (g_str_has_suffix(type, "BASELINE") &&
	    (history->baseline == NULL || flyway_version_compare(version, history->baseline) > 0))
		history->baseline = version;
	g_hash_table_replace(history->versions, g_steal_pointer(&canonical), GINT_TO_POINTER(row + 1));
}

static void
find_highest(History *history)
{
	GHashTableIter iter;
	gpointer version;

	g_hash_table_iter_init(&iter, history->versions);
	while (g_hash_table_iter_next(&iter, &version, NULL)) {
		if (history->highest != NULL && flyway_version_compare(version, history->highest) <= 0)
			continue;
		g_free(history->highest);
		history->highest = g_strdup(version);
	}
}

static bool
flyway_applied_read_history(DbSession *session, const char *table, History *history, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT version, coalesce(description, ''), coalesce(type, ''), "
	                                       "coalesce(script, ''), checksum, coalesce(success, false) FROM %s "
	                                       "ORDER BY installed_rank",
	                                       table);

	history->failed = -1;
	history->versions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	history->repeatables = g_hash_table_new(g_str_hash, g_str_equal);
	history->rows = db_session_query(session, error, sql, NULL);
	if (history->rows == NULL)
		return false;
	for (int row = 0; row < db_result_rows(history->rows); row++) {
		const char *version = db_result_value(history->rows, row, COLUMN_VERSION);
		const char *type = db_result_value(history->rows, row, COLUMN_TYPE);
		if (*db_result_value(history->rows, row, COLUMN_SUCCESS) == 'f')
			history->failed = row;
		else if (version != NULL)
			take_version(history, row, version, type);
		else if (strcmp(type, "SCHEMA") != 0)
			g_hash_table_replace(history->repeatables,
			                     (gpointer)db_result_value(history->rows, row, COLUMN_DESCRIPTION),
			                     GINT_TO_POINTER(row + 1));
	}
	find_highest(history);
	return true;
}

/* The row of the migration, or -1. */
static int
find_row(const History *history, const Migration *migration)
{
	if (migration->version == NULL)
		return GPOINTER_TO_INT(g_hash_table_lookup(history->repeatables, migration->description)) - 1;
	g_autofree char *canonical = flyway_version_canonical(migration->version);
	return GPOINTER_TO_INT(g_hash_table_lookup(history->versions, canonical)) - 1;
}

static bool
has_checksum(const History *history, int row, const Migration *migration)
{
	const char *checksum = db_result_value(history->rows, row, COLUMN_CHECKSUM);

	return checksum == NULL || g_strcmp0(checksum, migration->checksum) == 0;
}

static bool
is_applied(const History *history, const Migration *migration)
{
	int row = find_row(history, migration);

	if (migration->kind == MIGRATION_REPEATABLE)
		return row >= 0 && has_checksum(history, row, migration);
	if (migration->kind == MIGRATION_BASELINE)
		return history->highest != NULL;
	return row >= 0 ||
	       (history->baseline != NULL && flyway_version_compare(migration->version, history->baseline) <= 0);
}

GHashTable *
flyway_history_applied(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_auto(History) history = { 0 };

	if (!flyway_applied_read_history(migration_runner_session(runner), migration_runner_history(runner), &history,
	                                 error))
		return NULL;
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (is_applied(&history, migration))
			g_hash_table_add(names, g_strdup(migration->name));
	}
	return names;
}

/* --- Flyway's validation before a migration -------------------------------- */

/* Long ones are cut in the table, and one that is empty is written as something else. */
static bool
has_description(const History *history, int row, const Migration *migration)
{
	glong length = migration->description != NULL ? g_utf8_strlen(migration->description, -1) : 0;

	return length == 0 || length > DESCRIPTION_MAX ||
	       strcmp(db_result_value(history->rows, row, COLUMN_DESCRIPTION), migration->description) == 0;
}

/* Checks an applied migration against its file. */
static bool
flyway_applied_check_file(const History *history, int row, const Migration *migration, GError **error)
{
	if (!has_checksum(history, row, migration))
		return base_error_set(
		    error, BASE_ERROR_INPUT, "undo the change of the file, or run Flyway's repair where it was wanted",
		    "\"%s\" was changed after it was applied: its checksum was %s and is %s", migration->name,
		    db_result_value(history->rows, row, COLUMN_CHECKSUM), migration->checksum);
	return has_description(history, row, migration) ||
	       base_error_set(
		   error, BASE_ERROR_INPUT, "give the file its name back, or run Flyway's repair where it was wanted",
		   "\"%s\" was renamed after it was applied: its description was \"%s\" and is \"%s\"", migration->name,
		   db_result_value(history->rows, row, COLUMN_DESCRIPTION), migration->description);
}

static bool
flyway_applied_check_migration(const MigrationSet *set, const History *history, const Migration *migration,
                               GError **error)
{
	int row = find_row(history, migration);

	if (migration->kind != MIGRATION_VERSIONED)
		return true;
	if (row >= 0) {
		const char *type = db_result_value(history->rows, row, COLUMN_TYPE);
		return strcmp(type, "SQL") != 0 || flyway_applied_check_file(history, row, migration, error);
	}
	if (is_applied(history, migration) || history->highest == NULL ||
	    migration_set_has(set, FLYWAY_SETTING_OUT_OF_ORDER) ||
	    flyway_version_compare(migration->version, history->highest) > 0)
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "give it a higher version, or set outOfOrder=true",
	                      "\"%s\" is not applied, but the higher version %s is", migration->name, history->highest);
}

static bool
is_in_set(const MigrationSet *set, const char *version)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (migration->version == NULL)
			continue;
		int order = flyway_version_compare(version, migration->version);
		if (order == 0 || (order < 0 && migration->kind == MIGRATION_BASELINE))
			return true;
	}
	return false;
}

static bool
check_rows(const MigrationSet *set, const History *history, GError **error)
{
	GHashTableIter iter;
	gpointer version, row;

	g_hash_table_iter_init(&iter, history->versions);
	while (g_hash_table_iter_next(&iter, &version, &row)) {
		int i = GPOINTER_TO_INT(row) - 1;
		const char *type = db_result_value(history->rows, i, COLUMN_TYPE);
		if (g_str_has_suffix(type, "BASELINE") || is_in_set(set, version))
			continue;
		return base_error_set(error, BASE_ERROR_INPUT, "bring the file back, or run Flyway's repair",
		                      "the history has \"%s\", but there is no such file",
		                      db_result_value(history->rows, i, COLUMN_SCRIPT));
	}
	return true;
}

bool
flyway_history_validate(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_auto(History) history = { 0 };

	if (!migration_set_has(set, FLYWAY_SETTING_VALIDATE))
		return true;
	if (!flyway_applied_read_history(migration_runner_session(runner), migration_runner_history(runner), &history,
	                                 error))
		return false;
	if (history.failed >= 0)
		return base_error_set(error, BASE_ERROR_INPUT,
		                      "remove what it left half done, then run Flyway's repair",
		                      "the history says that \"%s\" failed",
		                      db_result_value(history.rows, history.failed, COLUMN_SCRIPT));
	for (guint i = 0; i < set->migrations->len; i++)
		if (!flyway_applied_check_migration(set, &history, g_ptr_array_index(set->migrations, i), error))
			return false;
	return check_rows(set, &history, error);
}

/* --- The history of a database that is not ours ----------------------------- */

/* The migration that a row is about: by its version, or a repeatable one by its description. */
static const Migration *
migration_of(const MigrationSet *set, const char *version, const char *description)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (version != NULL ? migration->kind == MIGRATION_VERSIONED &&
		                          flyway_version_compare(version, migration->version) == 0
		                    : migration->kind == MIGRATION_REPEATABLE &&
		                          g_strcmp0(description, migration->description) == 0)
			return migration;
	}
	return NULL;
}

/* Those that the baseline stands for; they came first. */
static void
add_covered(const MigrationSet *set, const History *found, MigrationHistory *history)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (migration->kind == MIGRATION_VERSIONED && find_row(found, migration) < 0 &&
		    is_applied(found, migration))
			migration_history_add(history, migration, migration->name, NULL, false);
	}
}

static void
add_row(const MigrationSet *set, const History *found, int row, MigrationHistory *history)
{
	const char *version = db_result_value(found->rows, row, COLUMN_VERSION);
	const char *type = db_result_value(found->rows, row, COLUMN_TYPE);
	bool failed = *db_result_value(found->rows, row, COLUMN_SUCCESS) == 'f';
	g_autofree char *canonical = version != NULL ? flyway_version_canonical(version) : NULL;
	const Migration *migration = migration_of(set, version, db_result_value(found->rows, row, COLUMN_DESCRIPTION));
	bool last = canonical == NULL || GPOINTER_TO_INT(g_hash_table_lookup(found->versions, canonical)) == row + 1;

	if (strcmp(type, "SCHEMA") == 0 || (!failed && !last) ||
	    (migration == NULL && g_str_has_suffix(type, "BASELINE")))
		return;
	migration_history_add(history, migration, db_result_value(found->rows, row, COLUMN_SCRIPT),
	                      strcmp(type, "SQL") == 0 ? db_result_value(found->rows, row, COLUMN_CHECKSUM) : NULL,
	                      failed);
}

bool
flyway_history_read(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                    GError **error)
{
	g_auto(History) found = { 0 };

	if (!flyway_applied_read_history(session, table, &found, error))
		return false;
	history->any_order = migration_set_has(set, FLYWAY_SETTING_OUT_OF_ORDER);
	add_covered(set, &found, history);
	for (int row = 0; row < db_result_rows(found.rows); row++)
		add_row(set, &found, row, history);
	return true;
}
