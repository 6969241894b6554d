/*
 * Migrations that are code (Ecto, Alembic, Django, Rails, Knex, ...): pgassay calls the team's own tool to apply and
 * revert each one, and checks the result in the tool's history table.
 */
#include "migration/format.h"
#include "migration/format/command/failure.h"
#include "migration/format/command/table.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/history.h"
#include "migration/runner/access.h"
#include "migration/runner/commands.h"
#include "migration/text/script.h"

#include <string.h>

static const char *const rows_values[] = { "all", "last", NULL };

static const char *const lock_values[] = { "tool", "none", NULL };

#define SETTING_VERSION  "version"
#define SETTING_ROWS     "rows"
#define SETTING_PREVIOUS "before_first"

static const MigrationSetting command_settings[] = {
	{ SETTING_VERSION, NULL, NULL,
	  "the SQL expression that gives a version or a name from a row of the history table" },
	{ SETTING_ROWS, rows_values, NULL,
	  "all: the history table has a row for each that is applied; last: for the last only" },
	{ SETTING_PREVIOUS, NULL, "0", "what {previous} is for the first migration" },
	{ MIGRATION_SETTING_LOCK, lock_values, "tool",
	  "tool: two commands that start together wait for each other; none: the team runs only one" },
	{ NULL, NULL, NULL, NULL },
};

/* --- The list ---------------------------------------------------------------- */

/* The file of the migration, for reports; an empty text if there is no such file. */
static Source *
find_source(const MigrationSet *set, const char *version)
{
	g_autoptr(GPtrArray) files = migration_directory_list(set->directory, false, NULL);

	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (file->is_directory || strstr(file->name, version) == NULL)
			continue;
		Source *source = base_source_load(file->path, MIGRATION_MAX_FILE_BYTES, NULL);
		if (source != NULL)
			return source;
	}
	return base_source_new(set->directory, "", 0);
}

static MigrationScript *
new_script(Source *source)
{
	g_autoptr(GArray) nothing = g_array_new(FALSE, FALSE, sizeof(MigrationCut));
	MigrationScript *script = migration_script_new_cut(source, migration_mapped_text_new(), nothing);

	migration_script_set_scope(script, MIGRATION_SCOPE_EXTERNAL);
	return script;
}

/* A tool that keeps numbers forgets their zeros. */
static const char *
format_command_without_zeros(const char *text)
{
	gsize length = strlen(text);

	return length > 0 && strspn(text, "0123456789") == length ? text + strspn(text, "0") : text;
}

/* The file that the command names, seen from where it runs. */
static Source *
format_command_source(const MigrationSet *set, const char *version, const char *file)
{
	g_autofree char *path = file != NULL ? g_canonicalize_filename(file, set->commands->directory) : NULL;
	g_autofree char *here = g_get_current_dir();
	gsize length = strlen(here);
	/* As people name it. */
	const char *shown = path != NULL && g_str_has_prefix(path, here) && path[length] == '/' ? path + length + 1
	                                                                                        : path;
	Source *source = path != NULL ? base_source_load(shown, MIGRATION_MAX_FILE_BYTES, NULL) : NULL;

	return source != NULL ? source : find_source(set, version);
}

static bool
format_command_add(MigrationSet *set, const char *version, const char *name, const char *file, GError **error)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *other = g_ptr_array_index(set->migrations, i);
		if (strcmp(format_command_without_zeros(other->version), format_command_without_zeros(version)) == 0)
			return base_error_set(error, BASE_ERROR_INPUT, "give one of them another version",
			                      "\"%s\" and \"%s\" have the same version %s", other->name, name, version);
	}
	g_autoptr(Source) source = format_command_source(set, version, file);
	Migration *migration = migration_new(MIGRATION_VERSIONED, name);
	migration->version = g_strdup(version);
	migration->description = g_strdup(name);
	migration->up = new_script(source);
	migration->down = set->commands->down_to != NULL ? new_script(source) : NULL;
	g_ptr_array_add(set->migrations, migration);
	return true;
}

/* "VERSION", "VERSION NAME", and behind either perhaps a tab and the path of its file. */
static bool
format_command_add_line(MigrationSet *set, char *line, GError **error)
{
	g_strstrip(line);
	if (*line == '\0' || *line == '#')
		return true;
	gsize length = strcspn(line, " \t");
	g_autofree char *version = g_strndup(line, length);
	char *tab = strchr(line, '\t');
	const char *file = tab != NULL && strchr(tab + 1, '/') != NULL ? tab + 1 : NULL;
	if (file != NULL)
		*tab = '\0';
	const char *name = g_strstrip(line + MIN(length, strlen(line)));
	return format_command_add(set, version, *name != '\0' ? name : version, file, error);
}

static bool
list_by_command(MigrationSet *set, GError **error)
{
	g_auto(BaseProcessEnd) end = { 0 };
	g_autoptr(GHashTable) values = migration_commands_values(NULL);

	if (!migration_commands_run(set->commands, set->commands->list, NULL, values, &end, error))
		return false;
	if (!end.succeeded)
		return base_error_set(error, BASE_ERROR_INPUT, "try it in a shell; it gets no database",
		                      "the command that lists migrations (\"%s\") fails%s:\n%s", set->commands->list[0],
		                      end.timed_out ? ", its time is over" : "", end.stderr_text);
	g_auto(GStrv) lines = g_strsplit(end.stderr_text, "\n", -1);
	for (char **line = lines; *line != NULL; line++)
		if (!format_command_add_line(set, *line, error))
			return false;
	return true;
}

static int
format_command_compare_numbers(gconstpointer a, gconstpointer b)
{
	const Migration *const *left = a;
	const Migration *const *right = b;
	guint64 x = g_ascii_strtoull((*left)->version, NULL, 10);
	guint64 y = g_ascii_strtoull((*right)->version, NULL, 10);

	return (x > y) - (x < y);
}

/* Files that begin with a number, as Ecto, Rails and Knex have them. */
static bool
list_by_name(MigrationSet *set, GError **error)
{
	g_autoptr(GPtrArray) files = migration_directory_list(set->directory, false, error);

	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		gsize digits = strspn(file->name, "0123456789");
		g_autofree char *version = g_strndup(file->name, digits);
		if (digits == 0)
			migration_set_warn(set,
			                   "\"%s\" is not taken for a migration: its name does not begin with a number",
			                   file->name);
		else if (!format_command_add(set, version, file->name, NULL, error))
			return false;
	}
	g_ptr_array_sort(set->migrations, format_command_compare_numbers);
	return files != NULL;
}

/* --- The history table --------------------------------------------------------- */

static void
set_default(MigrationSet *set, const char *setting, const char *value)
{
	if (migration_set_get(set, setting) == NULL)
		g_hash_table_insert(set->settings, g_strdup(setting), g_strdup(value));
}

static bool
format_command_name_history(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	const char *version = "version";
	const char *rows = "all";

	if (options->history_table == NULL)
		return base_error_set(error, BASE_ERROR_INPUT,
		                      "say \"history_table\": schema_migrations (Ecto, Rails), alembic_version, "
		                      "django_migrations, knex_migrations, ...",
		                      "the table in which the tool remembers what is applied is not known");
	if (!migration_set_history_table(set, options->history_table, error))
		return false;
	const CommandHistoryTable *known = format_command_find_table(set->history_table);
	if (known != NULL) {
		version = known->version;
		set->companions = known->companions;
		set->tool = known->tool;
		rows = known->last ? "last" : "all";
	}
	set_default(set, SETTING_VERSION, version);
	set_default(set, SETTING_ROWS, rows);
	return true;
}

static bool
tool_command_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (set->commands == NULL || set->commands->up_to == NULL)
		return base_error_set(
		    error, BASE_ERROR_INPUT,
		    "say under \"commands\" how the tool applies migrations up to one of them, such as "
		    "up_to: [mix, ecto.migrate, --to, \"{version}\"]",
		    "migrations that are code need the commands of their tool");
	if (!format_command_name_history(set, options, error))
		return false;
	return set->commands->list != NULL ? list_by_command(set, error) : list_by_name(set, error);
}

static bool
command_begin(MigrationRunner *runner, GError **error)
{
	(void)runner;
	(void)error;
	return true;
}

/* "20240101_a.exs" matches "20240101", its name, and its name without the suffix. */
static bool
format_command_is_meant(const Migration *migration, const char *text)
{
	const char *dot = strrchr(migration->name, '.');
	gsize stem = dot != NULL ? (gsize)(dot - migration->name) : strlen(migration->name);

	return strcmp(format_command_without_zeros(migration->version), format_command_without_zeros(text)) == 0 ||
	       strcmp(migration->name, text) == 0 ||
	       (strlen(text) == stem && strncmp(migration->name, text, stem) == 0);
}

/* With rows "last", the migrations before it are applied, too. */
static void
add_applied(const MigrationSet *set, const char *text, bool last, GHashTable *applied)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (!format_command_is_meant(migration, text))
			continue;
		for (guint j = last ? 0 : i; j <= i; j++)
			g_hash_table_add(applied,
			                 g_strdup(((const Migration *)g_ptr_array_index(set->migrations, j))->name));
	}
}

static GHashTable *
command_applied(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	bool last = strcmp(migration_set_get(set, SETTING_ROWS), "last") == 0;
	bool exists = false;

	if (!migration_runner_has_history(runner, &exists, error))
		return NULL;
	g_autoptr(GHashTable) applied = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!exists)
		return g_steal_pointer(&applied);
	g_autofree char *sql = g_strdup_printf("SELECT (%s)::text FROM %s", migration_set_get(set, SETTING_VERSION),
	                                       migration_runner_history(runner));
	g_autoptr(DbResult) rows = db_session_query(migration_runner_session(runner), error, sql, NULL);
	if (rows == NULL)
		return NULL;
	for (int row = 0; row < db_result_rows(rows); row++)
		if (db_result_value(rows, row, 0) != NULL)
			add_applied(set, db_result_value(rows, row, 0), last, applied);
	return g_steal_pointer(&applied);
}

static bool
command_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                GError **error)
{
	bool last = strcmp(migration_set_get(set, SETTING_ROWS), "last") == 0;
	g_autofree char *sql = g_strdup_printf("SELECT (%s)::text FROM %s", migration_set_get(set, SETTING_VERSION),
	                                       table);
	g_autoptr(DbResult) rows = db_session_query(session, error, sql, NULL);

	if (rows == NULL)
		return false;
	/* The rows have no order that shows which one was applied first. */
	history->any_order = true;
	for (int row = 0; row < db_result_rows(rows); row++) {
		const char *text = db_result_value(rows, row, 0);
		guint i = 0;
		while (text != NULL && i < set->migrations->len &&
		       !format_command_is_meant(g_ptr_array_index(set->migrations, i), text))
			i++;
		bool known = i < set->migrations->len;
		for (guint j = last ? 0 : i; known && j < i; j++) {
			const Migration *before = g_ptr_array_index(set->migrations, j);
			migration_history_add(history, before, before->name, NULL, false);
		}
		if (text != NULL)
			migration_history_add(history, known ? g_ptr_array_index(set->migrations, i) : NULL, text, NULL,
			                      false);
	}
	return true;
}

/* --- Running --------------------------------------------------------------------- */

/* As a shell shows it, so that no report takes it for SQL. The caller frees it. */
static char *
format_command_show(const char *text)
{
	return g_strconcat("$ ", text, NULL);
}

static void
format_command_fail(MigrationOutcome *outcome, const Migration *migration, char **command, char *message,
                    const char *details)
{
	outcome->failed = true;
	outcome->position = migration_script_position(migration->up);
	outcome->message = message;
	outcome->details = g_strdup(details);
	if (outcome->statement == NULL) {
		g_autofree char *words = g_strjoinv(" ", command);
		outcome->statement = format_command_show(words);
	}
}

/* The tool has failed, and has written why. */
static void
format_command_fail_by_itself(MigrationOutcome *outcome, const Migration *migration, char **command, const char *output)
{
	const Source *source = migration_script_source(migration->up);
	CommandFailure failure = format_command_read_failure(output, base_source_path(source));
	guint line = failure.line > 0 ? failure.line
	                              : format_command_find_line(output, failure.message, base_source_text(source));

	format_command_fail(outcome, migration, command, g_steal_pointer(&failure.message), failure.details);
	if (line > 0) {
		gsize start = base_source_offset(source, line, 1);
		gsize indent = strspn(base_source_text(source) + start, " \t");
		outcome->position = base_source_position(source, start + indent);
	}
	format_command_clear_failure(&failure);
}

/* Runs the command, and keeps its output. */
static bool
format_command_run(MigrationRunner *runner, const Migration *migration, char **command, MigrationOutcome *outcome,
                   GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	DbSession *session = migration_runner_session(runner);
	g_autoptr(GHashTable) values = migration_commands_values(session);
	g_auto(BaseProcessEnd) end = { 0 };
	guint index = 0;

	while (index < set->migrations->len && g_ptr_array_index(set->migrations, index) != migration)
		index++;
	const char *previous = index > 0 ? ((const Migration *)g_ptr_array_index(set->migrations, index - 1))->version
	                                 : migration_set_get(set, SETTING_PREVIOUS);
	g_hash_table_insert(values, g_strdup("version"), g_strdup(migration->version));
	g_hash_table_insert(values, g_strdup("name"), g_strdup(migration->name));
	g_hash_table_insert(values, g_strdup("previous"), g_strdup(previous));
	g_autofree char *written = g_strjoinv(" ", command);
	if (!migration_commands_run(set->commands, command, session, values, &end, error))
		return false;
	g_autofree char *filled = migration_commands_replace(written, values);
	outcome->statement = format_command_show(filled);
	if (end.timed_out)
		format_command_fail(outcome, migration, command,
		                    g_strdup_printf("the command is not through after %u s", set->commands->timeout),
		                    end.stderr_text);
	else if (!end.succeeded)
		format_command_fail_by_itself(outcome, migration, command, end.stderr_text);
	else
		outcome->notices = g_steal_pointer(&end.stderr_text);
	return true;
}

/* A command that succeeds must have applied or reverted the migration. */
static bool
check_applied(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, char **command,
              MigrationOutcome *outcome, GError **error)
{
	g_autoptr(GHashTable) applied = command_applied(runner, error);

	if (applied == NULL)
		return false;
	if (g_hash_table_contains(applied, migration->name) == (direction == MIGRATION_UP))
		return true;
	g_autofree char *said = g_strdup_printf(
	    "%s\nhint: look at the command, at \"history_table\" and at the setting \"version\"",
	    outcome->notices != NULL ? outcome->notices : "");
	g_clear_pointer(&outcome->notices, g_free);
	format_command_fail(outcome, migration, command,
	                    g_strdup_printf("the command ends well, but the history table %s %s that \"%s\" is applied",
	                                    migration_runner_history(runner),
	                                    direction == MIGRATION_UP ? "does not say" : "still says",
	                                    migration->version),
	                    said);
	return true;
}

static bool
command_execute(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                MigrationOutcome *outcome, GError **error)
{
	const MigrationCommands *commands = migration_runner_set(runner)->commands;
	char **command = direction == MIGRATION_UP ? commands->up_to : commands->down_to;

	return format_command_run(runner, migration, command, outcome, error) &&
	       (outcome->failed || check_applied(runner, migration, direction, command, outcome, error));
}

/* The tool has done so. */
static bool
command_record(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration,
               GError **error)
{
	(void)runner;
	(void)migration;
	(void)direction;
	(void)duration;
	(void)error;
	return true;
}

static const Migration *
first_pending(const MigrationSet *set, GHashTable *applied)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (!g_hash_table_contains(applied, migration->name))
			return migration;
	}
	return NULL;
}

/* The tool decides what is pending, so it runs even if nothing seems to be. */
static bool
command_migrate(MigrationRunner *runner, guint *ret_applied, const Migration **ret_failed,
                MigrationOutcome *ret_outcome, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	const Migration *last = g_ptr_array_index(set->migrations, set->migrations->len - 1);
	char **command = set->commands->up != NULL ? set->commands->up : set->commands->up_to;
	MigrationOutcome outcome = { 0 };
	g_autoptr(GHashTable) before = command_applied(runner, error);

	*ret_failed = NULL;
	if (before == NULL || !format_command_run(runner, last, command, &outcome, error) ||
	    (!outcome.failed && !check_applied(runner, last, MIGRATION_UP, command, &outcome, error))) {
		migration_outcome_clear(&outcome);
		return false;
	}
	g_autoptr(GHashTable) after = command_applied(runner, error);
	if (after == NULL) {
		migration_outcome_clear(&outcome);
		return false;
	}
	if (outcome.failed) {
		const Migration *pending = first_pending(set, after);
		*ret_failed = pending != NULL ? pending : last;
	}
	*ret_applied = g_hash_table_size(after) - MIN(g_hash_table_size(before), g_hash_table_size(after));
	*ret_outcome = outcome;
	return true;
}

const MigrationFormat migration_format_command = {
	.name = "command",
	.title = "command",
	.down_hint = "\"down_to\" among the commands of the suite",
	.settings = command_settings,
	.load = tool_command_load,
	.begin = command_begin,
	.execute = command_execute,
	.record = command_record,
	.applied = command_applied,
	.history = command_history,
	.migrate = command_migrate,
};
