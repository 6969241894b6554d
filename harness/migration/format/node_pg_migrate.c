/*
 * node-pg-migrate, as far as its migrations are SQL files.
 *
 * The rules were compared with the real tool (script/interop): 9.0.0.
 */
#include "migration/format.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/name_order.h"
#include "migration/runner/access.h"
#include "migration/runner/advisory_lock.h"
#include "migration/runner/version_table.h"
#include "migration/text/script.h"

#include <string.h>

#define LOCK_KEY G_GINT64_CONSTANT(7241865325823964)

/* A prefix with this many digits is a time, 20240131120000000; others are numbers. */
#define TIME_DIGITS    17

#define SETTING_LOADER "loader"
#define SETTING_SINGLE "single-transaction"
#define SETTING_ORDER  "check-order"

/* --- Files ------------------------------------------------------------------ */

/* A migration: a file, or two with the loader "sql". */
typedef struct {
	char *name; /* as the history has it */
	double number;
	const MigrationFile *up;
	const MigrationFile *down;
} Unit;

static void
unit_free(gpointer data)
{
	Unit *unit = data;

	g_free(unit->name);
	g_free(unit);
}

/* The number that decides the order, as JavaScript has it. */
static bool
node_pg_migrate_read_number(const MigrationFile *file, double *ret_number, GError **error)
{
	gsize digits = migration_name_digits(file->name);
	gint64 time = 0;

	if (digits == 0)
		return base_error_set(error, BASE_ERROR_INPUT,
		                      "give it one, or move it away: node-pg-migrate stops at it",
		                      "the name of \"%s\" does not begin with a number", file->path);
	if (digits == TIME_DIGITS && !migration_name_time(file->name, true, &time))
		return base_error_set(error, BASE_ERROR_INPUT, "17 digits are read as 20240131120000000",
		                      "the name of \"%s\" does not begin with a time", file->path);
	g_autofree char *number = g_strndup(file->name, digits);
	*ret_number = digits == TIME_DIGITS ? (double)time : g_ascii_strtod(number, NULL);
	return true;
}

static Unit *
find_unit(const GPtrArray *units, const char *name)
{
	for (guint i = 0; i < units->len; i++)
		if (strcmp(((const Unit *)g_ptr_array_index(units, i))->name, name) == 0)
			return g_ptr_array_index(units, i);
	return NULL;
}

/* True when the file is the up or the down of a pair; *ret_name is then their common name. */
static bool
is_half(const char *base, const char *suffix, char **ret_name)
{
	if (!g_str_has_suffix(base, suffix))
		return false;
	*ret_name = g_strndup(base, strlen(base) - strlen(suffix));
	return true;
}

static bool
place_file(const MigrationSet *set, GPtrArray *units, const MigrationFile *file, GError **error)
{
	bool pairs = strcmp(migration_set_get(set, SETTING_LOADER), "sql") == 0;
	g_autofree char *base = g_strndup(file->name, strlen(file->name) - strlen(".sql"));
	g_autofree char *name = NULL;
	bool down = is_half(base, ".down", &name);
	bool half = down || is_half(base, ".up", &name);

	if (half && !pairs)
		return base_error_set(
		    error, BASE_ERROR_INPUT, "say \"loader: sql\" under \"settings\", or rename it",
		    "\"%s\" would run as a migration of its own: the loader \"legacySql\" knows no pairs", file->path);
	Unit *unit = find_unit(units, half ? name : base);
	if (unit == NULL) {
		unit = g_new0(Unit, 1);
		unit->name = g_strdup(half ? name : base);
		g_ptr_array_add(units, unit);
	}
	if ((down ? unit->down : unit->up) != NULL)
		return base_error_set(error, BASE_ERROR_INPUT, "keep one of them",
		                      "\"%s\" and \"%s\" are the same migration", unit->up->name, file->name);
	if (!half && unit->down != NULL)
		return base_error_set(error, BASE_ERROR_INPUT, "keep the pair, or the one file",
		                      "\"%s\" and \"%s\" are the same migration", unit->down->name, file->name);
	*(down ? &unit->down : &unit->up) = file;
	return node_pg_migrate_read_number(file, &unit->number, error);
}

static int
compare_units(gconstpointer a, gconstpointer b)
{
	const Unit *const *left = a;
	const Unit *const *right = b;
	guint options = MIGRATION_NAME_NUMERIC | MIGRATION_NAME_IGNORE_PUNCTUATION;

	if ((*left)->number != (*right)->number)
		return (*left)->number < (*right)->number ? -1 : 1;
	int order = migration_name_compare((*left)->name, (*right)->name, options);
	return order != 0 ? order : strcmp((*left)->name, (*right)->name);
}

static bool
place_files(MigrationSet *set, GPtrArray *units, const GPtrArray *files, GError **error)
{
	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		double number = 0;
		if (file->is_directory) {
			migration_warn_ignored(set, file, "directories are not looked into");
			continue;
		}
		if (!node_pg_migrate_read_number(file, &number, error))
			return false;
		if (!g_str_has_suffix(file->name, ".sql"))
			return base_error_set(error, BASE_ERROR_INPUT,
			                      "where migrations are code, say \"format: command\" and how to run them",
			                      "\"%s\" is no SQL file: node-pg-migrate runs it as code", file->path);
		if (!place_file(set, units, file, error))
			return false;
	}
	for (guint i = 0; i < units->len; i++) {
		const Unit *unit = g_ptr_array_index(units, i);
		if (unit->up == NULL)
			return base_error_set(error, BASE_ERROR_INPUT, "add its .up.sql, or remove it",
			                      "\"%s\" takes back a migration that is not there", unit->down->name);
	}
	g_ptr_array_sort(units, compare_units);
	return true;
}

/* --- Sections ------------------------------------------------------------------ */

/* Where the line begins that opens the section, or -1. */
static gssize
node_pg_migrate_find_section(const char *text, const char *direction)
{
	g_autofree char *pattern = g_strdup_printf("^\\s*--[\\s-]*%s\\s+migration", direction);
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	int start = -1;

	if (g_regex_match(regex, text, 0, &match))
		g_match_info_fetch_pos(match, 0, &start, NULL);
	return start;
}

static MigrationScript *
cut_script(Source *source, gssize start, gssize end)
{
	g_autoptr(GArray) cuts = g_array_new(FALSE, FALSE, sizeof(MigrationCut));
	MigrationCut cut = { .start = (gsize)start, .end = end < 0 ? base_source_length(source) : (gsize)end };

	g_array_append_val(cuts, cut);
	return migration_script_new_cut(source, migration_source_text(source), cuts);
}

static bool
read_sections(Migration *migration, Source *source, GError **error)
{
	const char *text = base_source_text(source);
	gssize up = node_pg_migrate_find_section(text, "up");
	gssize down = node_pg_migrate_find_section(text, "down");

	if (up < 0 && down >= 0)
		return migration_error_at(error, source, (gsize)down + strspn(text + down, " \t\r\n"),
		                          "write \"-- Up Migration\" above the first section",
		                          "the file has a way down, but does not say where its way up begins: "
		                          "node-pg-migrate runs both, one after the other");
	migration->up = cut_script(source, MAX(up, 0), down > up ? down : -1);
	if (down >= 0)
		migration->down = cut_script(source, down, up > down ? up : -1);
	return true;
}

static bool
load_unit(MigrationSet *set, const Unit *unit, GError **error)
{
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, unit->name);
	g_autoptr(Source) source = migration_source_load_exact(unit->up->path, "node-pg-migrate", error);
	gsize digits = migration_name_digits(unit->name);

	if (source == NULL)
		return false;
	migration->version = g_strdup(unit->name);
	migration->description = g_strdup(unit->name[digits] != '\0' ? unit->name + digits + 1 : unit->name);
	if (!g_str_has_suffix(unit->up->name, ".up.sql")) {
		if (!read_sections(migration, source, error))
			return false;
	} else {
		migration->up = migration_script_new_cut(source, migration_source_text(source), NULL);
	}
	if (unit->down != NULL) {
		g_autoptr(Source) down = migration_source_load_exact(unit->down->path, "node-pg-migrate", error);
		if (down == NULL)
			return false;
		/* An empty file is none for JavaScript. */
		if (base_source_length(down) > 0)
			migration->down = migration_script_new_cut(down, migration_source_text(down), NULL);
	}
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

static bool
node_pg_migrate_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_autoptr(GPtrArray) units = g_ptr_array_new_with_free_func(unit_free);

	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, false, error);
	if (files == NULL || !place_files(set, units, files, error))
		return false;
	for (guint i = 0; i < units->len; i++)
		if (!load_unit(set, g_ptr_array_index(units, i), error))
			return false;
	migration_name_warn_order(set);
	g_hash_table_insert(set->settings, g_strdup(MIGRATION_SETTING_GROUP),
	                    g_strdup(migration_set_get(set, SETTING_SINGLE)));
	return migration_set_history_table(set, "public.pgmigrations", error);
}

/* --- A run ------------------------------------------------------------------ */

static bool
node_pg_migrate_begin(MigrationRunner *runner, GError **error)
{
	return migration_advisory_lock(migration_runner_session(runner), LOCK_KEY, error) &&
	       migration_version_table_create(
		   runner, "id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL", error);
}

static void
node_pg_migrate_end(MigrationRunner *runner)
{
	migration_advisory_unlock(migration_runner_session(runner), LOCK_KEY);
}

/* The names of the history and of the files have to be the same, one by one, as far as both go. */
static bool
node_pg_migrate_validate(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autofree char *sql = g_strdup_printf("SELECT name FROM %s ORDER BY run_on, id",
	                                       migration_runner_history(runner));

	if (!migration_set_has(set, SETTING_ORDER))
		return true;
	g_autoptr(DbResult) rows = db_session_query(migration_runner_session(runner), error, sql, NULL);
	for (guint i = 0; rows != NULL && i < MIN((guint)db_result_rows(rows), set->migrations->len); i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		const char *name = db_result_value(rows, (int)i, 0);
		if (strcmp(name, migration->version) != 0)
			return base_error_set(
			    error, BASE_ERROR_INPUT,
			    "give it a later number, or say \"check-order: false\" under \"settings\"",
			    "\"%s\" comes before \"%s\", which has been run already", migration->name, name);
	}
	return rows != NULL;
}

static char *
node_pg_migrate_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                           gint64 duration)
{
	const char *table = migration_runner_history(runner);
	g_autofree char *name = db_session_quote_literal(migration_runner_session(runner), migration->version);

	(void)duration;
	return direction == MIGRATION_UP
	           ? g_strdup_printf("INSERT INTO %s (name, run_on) VALUES (%s, now())", table, name)
	           : g_strdup_printf("DELETE FROM %s WHERE name = %s", table, name);
}

static GHashTable *
node_pg_migrate_applied(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT name FROM %s", migration_runner_history(runner));

	return migration_version_table_applied(runner, sql, error);
}

static bool
node_pg_migrate_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                        GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT name, NULL, false FROM %s ORDER BY run_on, id", table);

	history->any_order = !migration_set_has(set, SETTING_ORDER);
	return migration_version_table_history(set, session, sql, NULL, history, error);
}

static const char *const loaders[] = { "legacySql", "sql", NULL };
static const char *const truth_values[] = { "true", "false", NULL };

static const MigrationSetting settings[] = {
	{ SETTING_LOADER, loaders, "legacySql",
	  "legacySql: one file, with sections; sql: also pairs of .up.sql and .down.sql" },
	{ SETTING_SINGLE, truth_values, "true", "false: a transaction for each migration" },
	{ SETTING_ORDER, truth_values, "true", "false: a migration may come before those that have been run" },
	{ 0 },
};

const MigrationFormat migration_format_node_pg_migrate = {
	.name = "node-pg-migrate",
	.title = "node-pg-migrate",
	.no_transaction = "write this migration in JavaScript, with pgm.noTransaction(), because a SQL file always "
			  "runs in a transaction",
	.down_hint = "\"-- Down Migration\" in the same file",
	.settings = settings,
	.load = node_pg_migrate_load,
	.begin = node_pg_migrate_begin,
	.validate = node_pg_migrate_validate,
	.record_sql = node_pg_migrate_record_sql,
	.applied = node_pg_migrate_applied,
	.end = node_pg_migrate_end,
	.history = node_pg_migrate_history,
};
