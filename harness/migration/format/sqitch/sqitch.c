/*
 * Sqitch: changes with deploy, revert and verify scripts, in the order of a plan. Sqitch has psql run them; a script
 * without psql's own commands is sent here as psql would send it, statement by statement, so that errors have their
 * place.
 */
#include "migration/format/sqitch/sqitch.h"

#include "base/error.h"
#include "base/file.h"
#include "base/reads.h"
#include "migration/history.h"
#include "migration/runner/access.h"
#include "migration/runner/advisory_lock.h"
#include "migration/runner/psql.h"
#include "migration/text/script.h"

#include <string.h>

#define LOCK_KEY 75474063

/* Where the parts of a project are. */
typedef struct {
	char *top;
	char *plan;
	char *deploy;
	char *revert;
	char *verify;
	char *extension;
	char *registry;
} SqitchPlaces;

static void
places_clear(SqitchPlaces *places)
{
	g_free(places->top);
	g_free(places->plan);
	g_free(places->deploy);
	g_free(places->revert);
	g_free(places->verify);
	g_free(places->extension);
	g_free(places->registry);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SqitchPlaces, places_clear)

/* --- The project --------------------------------------------------------------------------- */

static char *
sqitch_get(GKeyFile *config, const char *group, const char *key)
{
	char *value = config != NULL ? g_key_file_get_value(config, group, key, NULL) : NULL;

	return value != NULL ? g_strstrip(value) : NULL;
}

/* A path of the configuration is taken from where Sqitch runs, which is where the configuration is. */
static char *
sqitch_place(GKeyFile *config, const char *group, const char *key, const char *base, const char *default_value)
{
	g_autofree char *value = sqitch_get(config, group, key);

	if (value == NULL)
		return g_strdup(default_value);
	return g_path_is_absolute(value) ? g_steal_pointer(&value) : g_build_filename(base, value, NULL);
}

/* Comments may begin with a semicolon in Git's form of the file. */
static GKeyFile *
load_config(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	gsize length = 0;
	g_autoptr(GKeyFile) config = g_key_file_new();
	g_autoptr(GRegex) comment = g_regex_new("^\\s*;.*$", G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GError) cause = NULL;

	if (!base_file_read(path, MIGRATION_MAX_FILE_BYTES, &text, &length, error))
		return NULL;
	base_reads_add(path);
	g_autofree char *plain = g_regex_replace_literal(comment, text, -1, 0, "", 0, NULL);
	if (!g_key_file_load_from_data(config, plain, (gsize)-1, G_KEY_FILE_NONE, &cause)) {
		base_error_set(error, BASE_ERROR_INPUT,
		               "sections are [core] and [engine \"pg\"], lines are KEY = VALUE",
		               "could not understand \"%s\": %s", path, cause->message);
		return NULL;
	}
	return g_steal_pointer(&config);
}

/* How far above the plan a configuration is looked for. */
#define BASE_LEVELS 6

static bool
sqitch_has(const char *directory, const char *name)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* True when the folder's configuration says that the directory of the plan is that one. */
static bool
sqitch_names_top(const char *folder, const char *directory)
{
	g_autofree char *path = g_build_filename(folder, "sqitch.conf", NULL);
	g_autoptr(GKeyFile) config = g_file_test(path, G_FILE_TEST_EXISTS) ? load_config(path, NULL) : NULL;
	g_autofree char *top = config != NULL ? sqitch_place(config, "core", "top_dir", folder, folder) : NULL;
	g_autofree char *there = top != NULL ? g_canonicalize_filename(top, NULL) : NULL;
	g_autofree char *here = g_canonicalize_filename(directory, NULL);

	return g_strcmp0(there, here) == 0;
}

/* The directory that paths in the configuration begin at: the given one or the one above "deploy" has the plan; the
 * configuration may stand above it, and name it as its "top_dir". */
static char *
find_base(const char *directory)
{
	bool plan = sqitch_has(directory, "sqitch.plan");
	bool config = sqitch_has(directory, "sqitch.conf");
	g_autofree char *top = plan || config ? g_strdup(directory) : g_path_get_dirname(directory);
	g_autofree char *folder = g_strdup(top);

	if (sqitch_has(top, "sqitch.conf"))
		return g_steal_pointer(&top);
	for (guint level = 0; level < BASE_LEVELS; level++) {
		char *above = g_path_get_dirname(folder);
		g_free(folder);
		folder = above;
		/* From the working directory, paths begin with nothing. */
		if (sqitch_names_top(folder, top))
			return strcmp(folder, ".") == 0 ? g_strdup("") : g_steal_pointer(&folder);
	}
	return g_steal_pointer(&top);
}

static bool
find_places(const MigrationOptions *options, SqitchPlaces *ret_places, GError **error)
{
	g_autofree char *base = find_base(options->directory);
	g_autofree char *path = options->config != NULL ? g_strdup(options->config)
	                                                : g_build_filename(base, "sqitch.conf", NULL);
	g_autoptr(GKeyFile) config = NULL;

	if (options->config != NULL || g_file_test(path, G_FILE_TEST_EXISTS)) {
		config = load_config(path, error);
		if (config == NULL)
			return false;
	}
	g_autofree char *engine = sqitch_get(config, "core", "engine");
	if (engine != NULL && strcmp(engine, "pg") != 0)
		return base_error_set(error, BASE_ERROR_INPUT, NULL, "the engine of \"%s\" is %s, not pg", path,
		                      engine);
	ret_places->top = sqitch_place(config, "core", "top_dir", base, base);
	g_autofree char *plan = g_build_filename(ret_places->top, "sqitch.plan", NULL);
	g_autofree char *deploy = g_build_filename(ret_places->top, "deploy", NULL);
	g_autofree char *revert = g_build_filename(ret_places->top, "revert", NULL);
	g_autofree char *verify = g_build_filename(ret_places->top, "verify", NULL);
	ret_places->plan = sqitch_place(config, "core", "plan_file", base, plan);
	ret_places->deploy = sqitch_place(config, "core", "deploy_dir", base, deploy);
	ret_places->revert = sqitch_place(config, "core", "revert_dir", base, revert);
	ret_places->verify = sqitch_place(config, "core", "verify_dir", base, verify);
	ret_places->extension = sqitch_get(config, "core", "extension");
	ret_places->registry = sqitch_get(config, "engine \"pg\"", "registry");
	return true;
}

/* --- Scripts -------------------------------------------------------------------------------- */

/* The script of the change below the folder; of a reworked one that of the first of its tags that has one. NULL: there
 * is none. */
static char *
find_script(const SqitchPlaces *places, const char *folder, const SqitchChange *change)
{
	const char *extension = places->extension != NULL ? places->extension : "sql";

	for (guint i = 0; i < change->rework_tags->len; i++) {
		g_autofree char *file = g_strdup_printf("%s@%s.%s", change->name,
		                                        (char *)g_ptr_array_index(change->rework_tags, i), extension);
		char *path = g_build_filename(folder, file, NULL);
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			return path;
		g_free(path);
	}
	g_autofree char *file = g_strdup_printf("%s.%s", change->name, extension);
	char *path = g_build_filename(folder, file, NULL);
	if (!change->reworked && g_file_test(path, G_FILE_TEST_EXISTS))
		return path;
	g_free(path);
	return NULL;
}

/* NULL with *error, or without one when there is no file. */
static MigrationScript *
sqitch_load_script(const MigrationOptions *options, const char *path, GError **error)
{
	g_autoptr(Source) source = path != NULL ? migration_source_load(path, error) : NULL;
	MigrationScript *script;

	if (source == NULL)
		return NULL;
	if (migration_psql_is_needed(source, options->placeholders)) {
		script = migration_script_new_cut(source, migration_source_text(source), NULL);
		migration_script_set_scope(script, MIGRATION_SCOPE_EXTERNAL);
		return script;
	}
	script = migration_script_new(source, migration_source_text(source), error);
	if (script != NULL)
		migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
	return script;
}

static bool
load_optional(const MigrationOptions *options, const SqitchPlaces *places, const char *folder,
              const SqitchChange *change, MigrationScript **ret_script, GError **error)
{
	g_autofree char *path = find_script(places, folder, change);

	*ret_script = NULL;
	if (path == NULL)
		return true;
	*ret_script = sqitch_load_script(options, path, error);
	return *ret_script != NULL;
}

static char *
sqitch_make_name(const SqitchChange *change)
{
	return change->reworked
	           ? g_strdup_printf("%s@%s", change->name, (char *)g_ptr_array_index(change->rework_tags, 0))
	           : g_strdup(change->name);
}

static bool
sqitch_add_change(MigrationSet *set, const MigrationOptions *options, const SqitchPlaces *places,
                  const SqitchPlan *plan, const SqitchChange *change, GError **error)
{
	g_autofree char *name = sqitch_make_name(change);
	g_autofree char *path = find_script(places, places->deploy, change);
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, name);

	migration->version = g_strdup(name);
	migration->description = g_strdup(change->note);
	migration->checksum = g_strdup(change->id);
	if (path == NULL)
		return migration_error_at(error, plan->source, change->offset,
		                          "add it, or take the line out of the plan",
		                          "the change \"%s\" has no deploy script in \"%s\"", name, places->deploy);
	migration->up = sqitch_load_script(options, path, error);
	if (migration->up == NULL || !load_optional(options, places, places->revert, change, &migration->down, error) ||
	    !load_optional(options, places, places->verify, change, &migration->verify, error))
		return false;
	if (migration->verify == NULL)
		migration_set_warn(set, "the change \"%s\" has no verify script", name);
	else if (migration_script_scope(migration->verify) == MIGRATION_SCOPE_EXTERNAL) {
		migration_set_warn(set, "the verify script of \"%s\" is not run: it has commands of psql", name);
		g_clear_pointer(&migration->verify, migration_script_free);
	}
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

static bool
sqitch_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_auto(SqitchPlaces) places = { 0 };

	if (!find_places(options, &places, error))
		return false;
	SqitchPlan *plan = sqitch_plan_load(places.plan, error);
	if (plan == NULL)
		return false;
	set->data = plan;
	set->free_data = sqitch_plan_free;
	for (guint i = 0; i < plan->changes->len; i++)
		if (!sqitch_add_change(set, options, &places, plan, g_ptr_array_index(plan->changes, i), error))
			return false;
	g_free(set->directory);
	set->directory = g_steal_pointer(&places.top);
	plan->variables = options->placeholders != NULL ? g_hash_table_ref(options->placeholders) : NULL;
	set->history_is_schema = true;
	set->checksum_is_id = true;
	g_autofree char *table = g_strconcat(places.registry != NULL ? places.registry : "sqitch", ".changes", NULL);
	return migration_set_history_table(set, table, error);
}

/* --- Running ----------------------------------------------------------------------------------- */

static bool
sqitch_begin(MigrationRunner *runner, GError **error)
{
	return migration_advisory_lock(migration_runner_session(runner), LOCK_KEY, error) &&
	       sqitch_registry_begin(runner, migration_runner_set(runner)->data, error);
}

static void
sqitch_end(MigrationRunner *runner)
{
	migration_advisory_unlock(migration_runner_session(runner), LOCK_KEY);
}

/* psql opens a connection of its own for each script, so settings of one script do not reach the next. */
static bool
sqitch_prepare(MigrationRunner *runner, GError **error)
{
	return db_session_reset(migration_runner_session(runner), error);
}

static bool
sqitch_execute(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
               MigrationOutcome *outcome, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	const MigrationScript *script = direction == MIGRATION_UP ? migration->up : migration->down;
	const SqitchPlan *plan = set->data;

	return migration_psql_run(migration_runner_session(runner), script, set->directory, plan->variables, outcome,
	                          error);
}

static bool
sqitch_record(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration,
              GError **error)
{
	(void)duration;
	return sqitch_registry_record(runner, migration_runner_set(runner)->data, migration, direction, error);
}

static bool
sqitch_record_failure(MigrationRunner *runner, const Migration *migration, gint64 duration, GError **error)
{
	(void)duration;
	return sqitch_registry_record_failure(runner, migration_runner_set(runner)->data, migration, error);
}

static GHashTable *
sqitch_applied(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autofree char *sql = g_strdup_printf("SELECT change_id FROM %s", migration_runner_history(runner));
	g_autoptr(DbResult) rows = db_session_query(migration_runner_session(runner), error, sql, NULL);
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

	if (rows == NULL)
		return NULL;
	for (int row = 0; row < db_result_rows(rows); row++)
		g_hash_table_add(ids, (gpointer)db_result_value(rows, row, 0));
	GHashTable *applied = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (g_hash_table_contains(ids, migration->checksum))
			g_hash_table_add(applied, g_strdup(migration->name));
	}
	return applied;
}

/* The change with the id, or NULL. */
static const Migration *
sqitch_find_change(const MigrationSet *set, const char *id)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (strcmp(migration->checksum, id) == 0)
			return migration;
	}
	return NULL;
}

static bool
sqitch_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
               GError **error)
{
	const SqitchPlan *plan = set->data;
	g_autofree char *sql = g_strdup_printf("SELECT change_id, change, script_hash FROM %s WHERE project = $1 "
	                                       "ORDER BY committed_at",
	                                       table);
	g_autoptr(DbResult) rows = db_session_query(session, error, sql, plan->project, NULL);

	if (rows == NULL)
		return false;
	for (int row = 0; row < db_result_rows(rows); row++) {
		const Migration *migration = sqitch_find_change(set, db_result_value(rows, row, 0));
		const char *found = db_result_value(rows, row, 2);
		g_autofree char *hash = migration != NULL ? sqitch_script_hash(migration) : NULL;
		bool same = migration == NULL || found == NULL || strcmp(found, hash) == 0;
		migration_history_add(history, migration, db_result_value(rows, row, 1),
		                      same && migration != NULL ? migration->checksum : found, false);
	}
	return true;
}

const MigrationFormat migration_format_sqitch = {
	.name = "sqitch",
	.title = "Sqitch",
	.no_transaction = "take BEGIN and COMMIT out of the script",
	.down_hint = "revert/NAME.sql",
	.load = sqitch_load,
	.begin = sqitch_begin,
	.prepare = sqitch_prepare,
	.execute = sqitch_execute,
	.record = sqitch_record,
	.record_failure = sqitch_record_failure,
	.applied = sqitch_applied,
	.end = sqitch_end,
	.history = sqitch_history,
};
