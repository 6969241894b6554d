#include "migration/detect/formats.h"

#include "base/error.h"
#include "base/nearest.h"
#include "migration/detect/detect.h"
#include "migration/detect/own_lock.h"

#include <string.h>

/* plain is last: it takes every directory that has SQL files. */
static const MigrationFormat *const formats[] = {
	/* clang-format off */
	&migration_format_flyway,
	&migration_format_command,
	&migration_format_atlas,
	&migration_format_dbmate,
	&migration_format_diesel,
	&migration_format_drizzle,
	&migration_format_golang_migrate,
	&migration_format_goose,
	&migration_format_graphile_migrate,
	&migration_format_liquibase,
	&migration_format_node_pg_migrate,
	&migration_format_prisma,
	&migration_format_refinery,
	&migration_format_sqitch,
	&migration_format_sql_migrate,
	&migration_format_sqlx,
	&migration_format_supabase,
	&migration_format_tern,
	&migration_format_plain,
	NULL,
	/* clang-format on */
};

const MigrationFormat *const *
migration_formats(void)
{
	return formats;
}

const char *const *
migration_format_names(void)
{
	static const char *names[G_N_ELEMENTS(formats)];
	static gsize once = 0;

	if (g_once_init_enter(&once)) {
		for (gsize i = 0; formats[i] != NULL; i++)
			names[i] = formats[i]->name;
		g_once_init_leave(&once, 1);
	}
	return names;
}

static const MigrationFormat *
formats_look_up(const char *name)
{
	for (gsize i = 0; formats[i] != NULL; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

static const MigrationFormat *
formats_find_format(const char *name, GError **error)
{
	const MigrationFormat *format = formats_look_up(name);

	if (format != NULL)
		return format;
	const char *nearest = base_nearest(name, migration_format_names());
	g_autofree char *all = g_strjoinv(", ", (char **)migration_format_names());
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                                        : g_strdup_printf("there are: %s", all);
	base_error_set(error, BASE_ERROR_INPUT, hint, "unknown migration format \"%s\"", name);
	return NULL;
}

/* --- Detection ----------------------------------------------------------- */

static void
not_there(const MigrationOptions *options, const MigrationDetection *detection, GError **error)
{
	bool code = detection->formats[0] == NULL;

	base_error_set(error, BASE_ERROR_INPUT,
	               code ? "give the commands of the tool under \"commands\", see \"pgassay help command\""
	                    : "where its files are plain SQL to be run in the order of their names, say "
	                      "\"format: plain\"; else see \"pgassay help formats\" for how to add a format",
	               "\"%s\" looks like %s (%s), which pgassay does not run yet", options->directory,
	               detection->title, detection->reason);
}

static void
formats_ambiguous(const MigrationOptions *options, const MigrationDetection *detection, GError **error)
{
	g_autoptr(GString) hint = g_string_new("say which one in the suite:");

	for (guint i = 0; detection->formats[i] != NULL; i++)
		if (formats_look_up(detection->formats[i]) != NULL)
			g_string_append_printf(hint, "%s \"format: %s\"", i == 0 ? "" : " or", detection->formats[i]);
	g_string_append(hint, "; for pgassay init, with --format");
	base_error_set(error, BASE_ERROR_INPUT, hint->str, "\"%s\" may be %s (%s)", options->directory,
	               detection->title, detection->reason);
}

static const MigrationFormat *
use_detection(const MigrationOptions *options, const MigrationDetection *detection, MigrationSet *set, GError **error)
{
	const MigrationFormat *found = NULL;

	for (guint i = 0; detection->formats[i] != NULL && found == NULL; i++)
		found = formats_look_up(detection->formats[i]);
	if (found == NULL) {
		not_there(options, detection, error);
	} else if (detection->formats[1] != NULL) {
		formats_ambiguous(options, detection, error);
		found = NULL;
	} else {
		set->detected = g_strdup(detection->reason);
		set->guessed = detection->guess;
	}
	return found;
}

static const MigrationFormat *
detect_format(const MigrationOptions *options, MigrationSet *set, GError **error)
{
	g_auto(MigrationDetection) detection = { 0 };

	if (migration_detect(options->directory, &detection))
		return use_detection(options, &detection, set, error);
	for (gsize i = 0; formats[i] != NULL; i++) {
		set->detected = formats[i]->detect != NULL ? formats[i]->detect(options) : NULL;
		if (set->detected != NULL)
			return formats[i];
	}
	base_error_set(error, BASE_ERROR_INPUT, "is it the directory that holds the .sql files?",
	               "there are no migrations in \"%s\"", options->directory);
	return NULL;
}

/* --- Settings -------------------------------------------------------------- */

static const MigrationSetting *
find_setting(const MigrationFormat *format, const char *name)
{
	for (const MigrationSetting *setting = format->settings; setting != NULL && setting->name != NULL; setting++)
		if (strcmp(setting->name, name) == 0)
			return setting;
	return NULL;
}

static bool
unknown_setting(const MigrationFormat *format, const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (const MigrationSetting *setting = format->settings; setting != NULL && setting->name != NULL; setting++)
		g_ptr_array_add(names, (gpointer)setting->name);
	g_ptr_array_add(names, NULL);
	const char *nearest = base_nearest(name, (const char *const *)names->pdata);
	g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
	g_autofree char *hint = nearest != NULL   ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                        : names->len == 1 ? g_strdup("take it out: the format has no settings")
	                                          : g_strdup_printf("there are: %s", all);
	return base_error_set(error, BASE_ERROR_INPUT, hint, "the format \"%s\" has no setting \"%s\"", format->name,
	                      name);
}

static bool
formats_take_settings(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	GHashTableIter iter;
	gpointer name;
	gpointer value;

	for (const MigrationSetting *setting = set->format->settings; setting != NULL && setting->name != NULL;
	     setting++)
		if (setting->default_value != NULL)
			g_hash_table_insert(set->settings, g_strdup(setting->name), g_strdup(setting->default_value));
	if (options->settings == NULL)
		return true;
	g_hash_table_iter_init(&iter, options->settings);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		const MigrationSetting *setting = find_setting(set->format, name);
		if (setting == NULL)
			return unknown_setting(set->format, name, error);
		if (setting->values != NULL && !g_strv_contains(setting->values, value)) {
			g_autofree char *all = g_strjoinv(", ", (char **)setting->values);
			g_autofree char *hint = g_strdup_printf("there are: %s", all);
			return base_error_set(error, BASE_ERROR_INPUT, hint, "\"%s\" is no value of the setting \"%s\"",
			                      (char *)value, (char *)name);
		}
		g_hash_table_insert(set->settings, g_strdup(name), g_strdup(value));
	}
	return true;
}

/* Rules of another tool may have been meant, where nobody has named it: two files of one version are one migration for
 * some tools, and an error for others. */
static bool
formats_load_files(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	GError *cause = NULL;

	if (set->format->load(set, options, &cause))
		return true;
	if (options->suggest && set->detected != NULL) {
		char *message = cause->message;
		cause->message = g_strdup_printf("%s\nthe files were taken for those of %s (%s); "
		                                 "\"--format NAME\" names another tool",
		                                 message, set->format->title, set->detected);
		g_free(message);
	}
	g_propagate_error(error, cause);
	return false;
}

static bool
formats_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	set->commands = options->commands;
	if (options->format == NULL && options->commands != NULL)
		set->format = &migration_format_command;
	else if (options->format != NULL)
		set->format = formats_find_format(options->format, error);
	else
		set->format = detect_format(options, set, error);
	if (set->format == NULL || !formats_take_settings(set, options, error) ||
	    !formats_load_files(set, options, error))
		return false;
	if (set->migrations->len == 0)
		return base_error_set(error, BASE_ERROR_INPUT,
		                      set->warnings->len > 0 ? g_ptr_array_index(set->warnings, 0)
		                                             : "is it the directory that holds the .sql files?",
		                      "there are no %s migrations in \"%s\"", set->format->title, options->directory);
	migration_own_lock_look(set);
	if (options->history_table == NULL)
		return true;
	/* The suite's own choice may be a schema that others have tables in. */
	set->history_is_schema = false;
	return migration_set_history_table(set, options->history_table, error);
}

MigrationSet *
migration_set_load(const MigrationOptions *options, GError **error)
{
	g_autoptr(MigrationSet) set = g_new0(MigrationSet, 1);

	set->directory = g_strdup(options->directory);
	set->statement_timeout = options->statement_timeout;
	set->migrations = g_ptr_array_new_with_free_func((GDestroyNotify)migration_free);
	set->warnings = g_ptr_array_new_with_free_func(g_free);
	set->ignored = g_ptr_array_new_with_free_func(migration_ignored_file_free);
	set->settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (!g_file_test(options->directory, G_FILE_TEST_IS_DIR)) {
		base_error_set(error, BASE_ERROR_INPUT, "give the directory that holds the migrations",
		               "there is no directory \"%s\"", options->directory);
		return NULL;
	}
	return formats_load(set, options, error) ? g_steal_pointer(&set) : NULL;
}
