/*
 * Flyway, community edition.
 */
#include "migration/format/flyway/flyway.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/text/rollback_comment.h"
#include "migration/text/script.h"
#include "migration/text/statement.h"

#include <string.h>

/* Maximum lengths of the history's columns. */
#define MAX_DESCRIPTION 200

typedef struct {
	MigrationSet *set;
	const MigrationOptions *options;
	FlywayConfig *config;
	GPtrArray *undos; /* of Undo * */
} Loader;

/* An undo script, until its migration is found. */
typedef struct {
	const MigrationFile *file;
	char *version;
	bool used;
} Undo;

static void
undo_free(gpointer data)
{
	Undo *undo = data;

	g_free(undo->version);
	g_free(undo);
}

/* The first file whose name is right with the prefix that the project's own settings have: another one than "V", or
 * none. The caller frees the reason. */
static char *
flyway_detect_by_settings(const MigrationOptions *options, const GPtrArray *files)
{
	g_autoptr(FlywayConfig) config = flyway_config_load(options, NULL);
	const char *prefix = config != NULL ? flyway_config_get(config, "sqlMigrationPrefix") : "V";

	if (strcmp(prefix, "V") == 0)
		return NULL;
	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		g_auto(FlywayName) name = { 0 };
		if (file->is_directory || strstr(file->name, "__") == NULL)
			continue;
		flyway_name_parse(config, migration_file_base(file), &name);
		if (name.kind == FLYWAY_VERSIONED)
			return g_strdup_printf("of the name \"%s\", and \"%s\" sets the prefix \"%s\"", file->name,
			                       config->path, prefix);
	}
	return NULL;
}

static char *
flyway_detect(const MigrationOptions *options)
{
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, true, NULL);
	const char *config = options->config;

	if (config != NULL && (g_str_has_suffix(config, ".conf") || g_str_has_suffix(config, ".toml")))
		return g_strdup_printf("its configuration is \"%s\"", config);
	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		const char *base = migration_file_base(file);
		if (strcmp(file->name, "flyway.toml") == 0 || strcmp(file->name, "flyway.conf") == 0)
			return g_strdup_printf("there is \"%s\"", file->name);
		if (!file->is_directory &&
		    g_regex_match_simple("^([VUB][0-9][0-9._]*|R)__.*\\.sql$", base, G_REGEX_CASELESS, 0) &&
		    g_ascii_isupper(*base))
			return g_strdup_printf("of the name \"%s\"", file->name);
	}
	return files != NULL ? flyway_detect_by_settings(options, files) : NULL;
}

/* --- Scripts -------------------------------------------------------------- */

static MigrationMappedText *
flyway_read_text(const Loader *loader, const Source *source, const MigrationFile *file,
                 const FlywayScriptConfig *script, GError **error)
{
	if (!script->replace_placeholders)
		return migration_source_text(source);
	return flyway_replace_placeholders(loader->config, source, file->name, error);
}

/* The undo script with the version, or NULL. */
static Undo *
find_undo(const Loader *loader, const char *version)
{
	for (guint i = 0; i < loader->undos->len; i++) {
		Undo *undo = g_ptr_array_index(loader->undos, i);
		if (flyway_version_compare(undo->version, version) == 0)
			return undo;
	}
	return NULL;
}

static MigrationScript *
load_undo(const Loader *loader, const Undo *undo, GError **error)
{
	FlywayScriptConfig script_config;
	g_autoptr(Source) source = migration_source_load(undo->file->path, error);

	if (source == NULL || !flyway_script_config_load(loader->config, undo->file->path, &script_config, error))
		return NULL;
	MigrationMappedText *text = flyway_read_text(loader, source, undo->file, &script_config, error);
	g_autoptr(MigrationScript) script = text != NULL ? migration_script_new(source, text, error) : NULL;
	if (script == NULL || !flyway_choose_mode(loader->config, &script_config, script, error))
		return NULL;
	return g_steal_pointer(&script);
}

static bool
flyway_load_down(const Loader *loader, Migration *migration, const MigrationMappedText *text, GError **error)
{
	g_auto(MigrationRollbackComment) comment = { 0 };
	Source *source = migration_script_source(migration->up);
	Undo *undo = migration->version != NULL ? find_undo(loader, migration->version) : NULL;

	if (!migration_rollback_comment_read(text, source, &comment, error))
		return false;
	if (undo != NULL && (comment.sql != NULL || comment.irreversible != NULL))
		return migration_error_at(error, source, comment.offset, "keep one of them",
		                          "\"%s\" has a rollback comment, and there is also \"%s\"", migration->name,
		                          undo->file->name);
	migration->irreversible = g_steal_pointer(&comment.irreversible);
	if (undo != NULL) {
		undo->used = true;
		migration->down = load_undo(loader, undo, error);
		return migration->down != NULL;
	}
	if (comment.sql == NULL)
		return true;
	migration->down = migration_script_new(source, g_steal_pointer(&comment.sql), error);
	if (migration->down == NULL)
		return false;
	/* The comment is pgassay's own, so what fits PostgreSQL decides, not what Flyway would detect. */
	if (migration_script_find(migration->down,
	                          MIGRATION_STATEMENT_NO_TRANSACTION | MIGRATION_STATEMENT_TRANSACTION_CONTROL) != NULL)
		migration_script_set_scope(migration->down, MIGRATION_SCOPE_AUTOCOMMIT);
	return true;
}

static char *
flyway_checksum_of(const Source *source, const MigrationMappedText *text, FlywayKind kind)
{
	/* A repeatable migration runs again when its placeholders change, too. */
	gint32 checksum = kind == FLYWAY_REPEATABLE
	                      ? flyway_checksum(text->text->str, text->text->len)
	                      : flyway_checksum(base_source_text(source), base_source_length(source));

	return g_strdup_printf("%d", checksum);
}

static char *
flyway_abbreviate(const char *description)
{
	g_autofree char *start = NULL;

	if (g_utf8_strlen(description, -1) <= MAX_DESCRIPTION)
		return g_strdup(description);
	start = g_utf8_substring(description, 0, MAX_DESCRIPTION - 3);
	return g_strconcat(start, "...", NULL);
}

static bool
flyway_add_migration(const Loader *loader, const MigrationFile *file, const FlywayName *name, GError **error)
{
	static const MigrationKind kinds[] = { [FLYWAY_VERSIONED] = MIGRATION_VERSIONED,
		                               [FLYWAY_REPEATABLE] = MIGRATION_REPEATABLE,
		                               [FLYWAY_BASELINE] = MIGRATION_BASELINE };
	FlywayScriptConfig script_config;
	g_autoptr(Source) source = migration_source_load(file->path, error);

	if (source == NULL || !flyway_script_config_load(loader->config, file->path, &script_config, error))
		return false;
	if (!script_config.execute) {
		migration_set_warn(loader->set, "\"%s\" is not run: shouldExecute=false", file->name);
		return true;
	}
	g_autoptr(MigrationMappedText) text = flyway_read_text(loader, source, file, &script_config, error);
	if (text == NULL)
		return false;
	g_autoptr(Migration) migration = migration_new(kinds[name->kind], file->name);
	migration->version = g_strdup(name->version);
	migration->description = flyway_abbreviate(name->description);
	migration->checksum = flyway_checksum_of(source, text, name->kind);
	MigrationMappedText *up = flyway_read_text(loader, source, file, &script_config, error);
	migration->up = up != NULL ? migration_script_new(source, up, error) : NULL;
	if (migration->up == NULL || !flyway_choose_mode(loader->config, &script_config, migration->up, error) ||
	    !flyway_load_down(loader, migration, text, error))
		return false;
	g_ptr_array_add(loader->set->migrations, g_steal_pointer(&migration));
	return true;
}

/* --- The directory -------------------------------------------------------- */

static void
warn_script(const Loader *loader, const MigrationFile *file, const FlywayName *name)
{
	if (name->kind == FLYWAY_CALLBACK)
		migration_set_warn(loader->set, "the callback \"%s\" is not run", file->name);
	else if (name->kind == FLYWAY_INVALID)
		migration_set_ignore(loader->set, file->name, "is silently ignored by Flyway: %s", name->problem);
	else if (g_regex_match_simple("^[VRUB].*\\.(java|class|py|ps1|sh)$", migration_file_base(file), 0, 0))
		migration_set_ignore(loader->set, file->name, "is not run: it is not SQL");
}

static bool
take_undo(const Loader *loader, const MigrationFile *file, const FlywayName *name, GError **error)
{
	const Undo *other = find_undo(loader, name->version);

	if (other != NULL)
		return base_error_set(error, BASE_ERROR_INPUT, "give one of them another version",
		                      "\"%s\" and \"%s\" both undo version %s", other->file->name, file->name,
		                      name->version);
	Undo *undo = g_new0(Undo, 1);
	undo->file = file;
	undo->version = g_strdup(name->version);
	g_ptr_array_add(loader->undos, undo);
	return true;
}

/* Undo scripts first, so that each migration finds its own. */
static bool
take_files(const Loader *loader, const GPtrArray *files, bool undos, GError **error)
{
	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		g_auto(FlywayName) name = { 0 };
		if (file->is_directory)
			continue;
		flyway_name_parse(loader->config, migration_file_base(file), &name);
		if ((name.kind == FLYWAY_UNDO) != undos)
			continue;
		if (name.kind == FLYWAY_INVALID && flyway_config_is(loader->config, "validateMigrationNaming"))
			return base_error_set(error, BASE_ERROR_INPUT, "rename it, see \"pgassay help flyway\"",
			                      "the name \"%s\" is not one of Flyway's: %s", file->name, name.problem);
		if (undos ? !take_undo(loader, file, &name, error)
		          : name.kind > FLYWAY_CALLBACK && !flyway_add_migration(loader, file, &name, error))
			return false;
		warn_script(loader, file, &name);
	}
	return true;
}

static int
flyway_compare_migrations(gconstpointer a, gconstpointer b)
{
	const Migration *left = *(const Migration *const *)a;
	const Migration *right = *(const Migration *const *)b;
	bool left_repeatable = left->kind == MIGRATION_REPEATABLE;
	bool right_repeatable = right->kind == MIGRATION_REPEATABLE;

	if (left_repeatable != right_repeatable)
		return left_repeatable ? 1 : -1;
	if (left_repeatable)
		return strcmp(left->description, right->description);
	int order = flyway_version_compare(left->version, right->version);
	if (order == 0 && left->kind != right->kind)
		return left->kind == MIGRATION_BASELINE ? -1 : 1;
	return order;
}

static bool
check_duplicates(const GPtrArray *migrations, GError **error)
{
	for (guint i = 1; i < migrations->len; i++) {
		const Migration *before = g_ptr_array_index(migrations, i - 1);
		const Migration *after = g_ptr_array_index(migrations, i);
		if (before->kind != after->kind || flyway_compare_migrations(&before, &after) != 0)
			continue;
		bool repeatable = after->kind == MIGRATION_REPEATABLE;
		return base_error_set(
		    error, BASE_ERROR_INPUT,
		    repeatable ? "give one of them another description" : "give one of them another version",
		    "\"%s\" and \"%s\" have the same %s \"%s\"", before->name, after->name,
		    repeatable ? "description" : "version", repeatable ? after->description : after->version);
	}
	return true;
}

/* On an empty history Flyway runs the highest baseline migration instead of all versions up to its own. */
static void
apply_baseline(MigrationSet *set)
{
	const Migration *baseline = NULL;

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (migration->kind == MIGRATION_BASELINE)
			baseline = migration;
	}
	for (guint i = 0; baseline != NULL && i < set->migrations->len;) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (migration == baseline || migration->kind == MIGRATION_REPEATABLE ||
		    flyway_version_compare(migration->version, baseline->version) > 0) {
			i++;
			continue;
		}
		migration_set_warn(set, "\"%s\" is not run: on an empty database \"%s\" stands for it", migration->name,
		                   baseline->name);
		g_ptr_array_remove_index(set->migrations, i);
	}
}

/* --- Settings ------------------------------------------------------------- */

static void
flyway_take_settings(const Loader *loader)
{
	static const char *const kept[] = { MIGRATION_SETTING_GROUP,
		                            MIGRATION_SETTING_MIXED,
		                            FLYWAY_SETTING_SCHEMAS,
		                            FLYWAY_SETTING_CREATE_SCHEMAS,
		                            FLYWAY_SETTING_BASELINE_ON_MIGRATE,
		                            FLYWAY_SETTING_BASELINE_VERSION,
		                            FLYWAY_SETTING_BASELINE_DESCRIPTION,
		                            FLYWAY_SETTING_INSTALLED_BY,
		                            FLYWAY_SETTING_INIT_SQL,
		                            FLYWAY_SETTING_OUT_OF_ORDER,
		                            FLYWAY_SETTING_VALIDATE };
	MigrationSet *set = loader->set;

	for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
		g_hash_table_insert(set->settings, g_strdup(kept[i]),
		                    g_strdup(flyway_config_get(loader->config, kept[i])));
	g_auto(GStrv) schemas = flyway_config_list(loader->config, "schemas");
	const char *schema = flyway_config_get(loader->config, "defaultSchema");
	if (*schema == '\0' && schemas[0] != NULL)
		schema = schemas[0];
	set->history_schema = *schema != '\0' ? g_strdup(schema) : NULL;
	set->history_table = g_strdup(flyway_config_get(loader->config, "table"));
	if (loader->config->path != NULL)
		g_hash_table_insert(set->settings, g_strdup("config"), g_strdup(loader->config->path));
}

static void
warn_config(const Loader *loader)
{
	g_auto(GStrv) locations = flyway_config_list(loader->config, "locations");
	g_autofree char *base = g_path_get_basename(loader->options->directory);

	for (guint i = 0; i < loader->config->warnings->len; i++)
		migration_set_warn(loader->set, "%s", (const char *)g_ptr_array_index(loader->config->warnings, i));
	for (gsize i = 0; locations[i] != NULL; i++) {
		const char *path = strchr(locations[i], ':');
		g_autofree char *name = g_path_get_basename(path != NULL ? path + 1 : locations[i]);
		if (locations[1] == NULL && strcmp(name, base) == 0)
			continue;
		migration_set_warn(loader->set, "flyway.locations has \"%s\"; what is read is \"%s\"", locations[i],
		                   loader->options->directory);
	}
}

/* From version 9.1.2 on, Flyway's own lock is held by an open transaction, and CREATE INDEX CONCURRENTLY waits for all
 * of those. */
static void
note_lock(const Loader *loader)
{
	g_autofree char *version = flyway_project_version(loader->options->directory);

	if (!flyway_config_is(loader->config, "postgresql.transactional.lock") ||
	    (version != NULL && flyway_version_compare(version, "9.1.2") < 0))
		return;
	loader->set->concurrently = "and Flyway waits for ever there: its own lock is an open transaction";
	loader->set->concurrently_hint =
	    "write \"flyway.postgresql.transactional.lock=false\" into flyway.conf beside the migrations, or "
	    "\"spring.flyway.postgresql.transactional-lock=false\" into application.properties; where Java code starts "
	    "Flyway: .configuration(Map.of(\"flyway.postgresql.transactional.lock\", \"false\"))";
}

static bool
flyway_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_autoptr(FlywayConfig) config = flyway_config_load(options, error);
	g_autoptr(GPtrArray) undos = g_ptr_array_new_with_free_func(undo_free);
	Loader loader = { .set = set, .options = options, .config = config, .undos = undos };

	if (config == NULL)
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, true, error);
	if (files == NULL || !take_files(&loader, files, true, error) || !take_files(&loader, files, false, error))
		return false;
	g_ptr_array_sort(set->migrations, flyway_compare_migrations);
	if (!check_duplicates(set->migrations, error))
		return false;
	for (guint i = 0; i < undos->len; i++) {
		const Undo *undo = g_ptr_array_index(undos, i);
		if (!undo->used)
			migration_set_ignore(set, undo->file->name, "undoes a version that is not there");
	}
	apply_baseline(set);
	flyway_take_settings(&loader);
	if (options->suggest)
		set->suggested_config = g_strdup(config->path);
	warn_config(&loader);
	flyway_warn_java(set, options->directory);
	note_lock(&loader);
	return true;
}

const MigrationFormat migration_format_flyway = {
	.name = "flyway",
	.title = "Flyway",
	.no_transaction = "write \"executeInTransaction=false\" in a file NAME.sql.conf beside it",
	.down_hint = "U1__name.sql, or \"-- Rollback: SQL\" at the head of the file",
	.detect = flyway_detect,
	.load = flyway_load,
	.begin = flyway_history_begin,
	.validate = flyway_history_validate,
	.prepare = flyway_history_prepare,
	.record = flyway_history_record,
	.record_failure = flyway_history_record_failure,
	.applied = flyway_history_applied,
	.end = flyway_history_end,
	.history = flyway_history_read,
	.record_baseline = flyway_history_record_baseline,
	.repair = flyway_history_repair,
	.repair_command = "flyway repair",
};
