#include "migration/format/flyway/flyway.h"

#include "base/error.h"
#include "base/nearest.h"
#include "migration/text/script.h"

#include <string.h>

#define MAX_CONFIG_BYTES ((gsize)1024 * 1024)
#define HINT_LITERAL                                                                                                   \
	"pgassay reads no environment variables, so that a result does not depend on the shell: write the value"

typedef enum {
	KEY_USED,
	KEY_HARMLESS,  /* does not change the effect of migrations on a database */
	KEY_DIFFERENT, /* the tool would do something that pgassay does not: a warning */
} KeyUse;

/* The settings of Flyway, with the defaults of those that are used. */
static const struct {
	const char *name;
	KeyUse use;
	const char *value;
} keys[] = {
	{ "schemas", KEY_USED, "" },
	{ "defaultSchema", KEY_USED, "" },
	{ "createSchemas", KEY_USED, "true" },
	{ "table", KEY_USED, "flyway_schema_history" },
	{ "locations", KEY_USED, "" },
	{ "sqlMigrationPrefix", KEY_USED, "V" },
	{ "undoSqlMigrationPrefix", KEY_USED, "U" },
	{ "repeatableSqlMigrationPrefix", KEY_USED, "R" },
	{ "baselineMigrationPrefix", KEY_USED, "B" },
	{ "sqlMigrationSeparator", KEY_USED, "__" },
	{ "sqlMigrationSuffixes", KEY_USED, ".sql" },
	{ "encoding", KEY_USED, "UTF-8" },
	{ "environment", KEY_USED, "" },
	{ "placeholderReplacement", KEY_USED, "true" },
	{ "placeholderPrefix", KEY_USED, "${" },
	{ "placeholderSuffix", KEY_USED, "}" },
	{ "placeholderSeparator", KEY_USED, ":" },
	{ "executeInTransaction", KEY_USED, "true" },
	{ "mixed", KEY_USED, "false" },
	{ "group", KEY_USED, "false" },
	{ "outOfOrder", KEY_USED, "false" },
	{ "validateOnMigrate", KEY_USED, "true" },
	{ "validateMigrationNaming", KEY_USED, "false" },
	{ "baselineOnMigrate", KEY_USED, "false" },
	{ "baselineVersion", KEY_USED, "1" },
	{ "baselineDescription", KEY_USED, "<< Flyway Baseline >>" },
	{ "installedBy", KEY_USED, "" },
	{ "initSql", KEY_USED, "" },
	{ "postgresql.transactional.lock", KEY_USED, "true" },
	{ "callbackLocations", KEY_DIFFERENT, NULL },
	{ "callbacks", KEY_DIFFERENT, NULL },
	{ "cherryPick", KEY_DIFFERENT, NULL },
	{ "errorOverrides", KEY_DIFFERENT, NULL },
	{ "ignoreMigrationPatterns", KEY_DIFFERENT, NULL },
	{ "resolvers", KEY_DIFFERENT, NULL },
	{ "skipDefaultResolvers", KEY_DIFFERENT, NULL },
	{ "skipExecutingMigrations", KEY_DIFFERENT, NULL },
	{ "tablespace", KEY_DIFFERENT, NULL },
	{ "target", KEY_DIFFERENT, NULL },
	{ "autocommit", KEY_HARMLESS, NULL },
	{ "batch", KEY_HARMLESS, NULL },
	{ "cleanDisabled", KEY_HARMLESS, NULL },
	{ "cleanOnValidationError", KEY_HARMLESS, NULL },
	{ "color", KEY_HARMLESS, NULL },
	{ "configFileEncoding", KEY_HARMLESS, NULL },
	{ "configFiles", KEY_HARMLESS, NULL },
	{ "connectRetries", KEY_HARMLESS, NULL },
	{ "connectRetriesInterval", KEY_HARMLESS, NULL },
	{ "detectEncoding", KEY_HARMLESS, NULL },
	{ "driver", KEY_HARMLESS, NULL },
	{ "dryRunOutput", KEY_HARMLESS, NULL },
	{ "edition", KEY_HARMLESS, NULL },
	{ "email", KEY_HARMLESS, NULL },
	{ "failOnMissingLocations", KEY_HARMLESS, NULL },
	{ "failOnMissingTarget", KEY_HARMLESS, NULL },
	{ "jarDirs", KEY_HARMLESS, NULL },
	{ "kerberosConfigFile", KEY_HARMLESS, NULL },
	{ "licenseKey", KEY_HARMLESS, NULL },
	{ "lockRetryCount", KEY_HARMLESS, NULL },
	{ "loggers", KEY_HARMLESS, NULL },
	{ "outputFile", KEY_HARMLESS, NULL },
	{ "outputQueryResults", KEY_HARMLESS, NULL },
	{ "outputType", KEY_HARMLESS, NULL },
	{ "password", KEY_HARMLESS, NULL },
	{ "reportEnabled", KEY_HARMLESS, NULL },
	{ "reportFilename", KEY_HARMLESS, NULL },
	{ "scriptPlaceholderPrefix", KEY_HARMLESS, NULL },
	{ "scriptPlaceholderSuffix", KEY_HARMLESS, NULL },
	{ "skipDefaultCallbacks", KEY_HARMLESS, NULL },
	{ "stream", KEY_HARMLESS, NULL },
	{ "token", KEY_HARMLESS, NULL },
	{ "url", KEY_HARMLESS, NULL },
	{ "user", KEY_HARMLESS, NULL },
	{ "workingDirectory", KEY_HARMLESS, NULL },
};

/* Families of settings of other databases and of other commands. */
static const char *const harmless_families[] = { "check.",     "clean.",          "database.", "deploy.",  "generate.",
	                                         "info.",      "jdbcProperties.", "oracle.",   "plugins.", "snapshot.",
	                                         "sqlserver.", "vault.",          "report.",   NULL };

void
flyway_config_free(FlywayConfig *config)
{
	if (config == NULL)
		return;
	g_hash_table_unref(config->values);
	g_hash_table_unref(config->placeholders);
	g_ptr_array_unref(config->warnings);
	g_free(config->path);
	g_free(config);
}

/* --- Properties ---------------------------------------------------------- */

static void
add_property(GPtrArray *settings, char *line, gsize offset)
{
	char *start = line + strspn(line, " \t\f");
	gsize length = strcspn(start, "=: \t\f");
	char *value = start + length;

	if (*start == '\0' || *start == '#' || *start == '!')
		return;
	TomlSetting *setting = g_new0(TomlSetting, 1);
	setting->key = g_strndup(start, length);
	value += strspn(value, " \t\f");
	if (*value == '=' || *value == ':')
		value++;
	setting->value = g_strstrip(g_strdup(value));
	setting->offset = offset + (gsize)(start - line);
	g_ptr_array_add(settings, setting);
}

GPtrArray *
flyway_properties_read(const Source *source, GError **error)
{
	GPtrArray *settings = g_ptr_array_new_with_free_func(toml_setting_free);
	g_autoptr(GString) line = g_string_new(NULL);
	const char *text = base_source_text(source);
	gsize start = g_str_has_prefix(text, "\xef\xbb\xbf") ? 3 : 0;
	gsize position = start;

	(void)error;
	while (text[position] != '\0') {
		gsize length = strcspn(text + position, "\r\n");
		g_string_append_len(line, text + position, (gssize)length);
		position += length;
		position += text[position] == '\r' && text[position + 1] == '\n';
		position += text[position] != '\0';
		bool comment = strchr("#!", line->str[strspn(line->str, " \t\f")]) != NULL;
		if (!comment && g_str_has_suffix(line->str, "\\") && text[position] != '\0') {
			g_string_truncate(line, line->len - 1);
			position += strspn(text + position, " \t\f");
			continue;
		}
		add_property(settings, line->str, start);
		g_string_truncate(line, 0);
		start = position;
	}
	return settings;
}

/* --- Looking settings up -------------------------------------------------- */

static gssize
flyway_config_find_key(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (strcmp(keys[i].name, name) == 0)
			return (gssize)i;
	return -1;
}

const char *
flyway_config_get(const FlywayConfig *config, const char *key)
{
	const char *value = g_hash_table_lookup(config->values, key);
	gssize i = flyway_config_find_key(key);

	g_assert(i >= 0 && keys[i].use == KEY_USED);
	return value != NULL ? value : keys[i].value;
}

bool
flyway_config_is(const FlywayConfig *config, const char *key)
{
	return g_ascii_strcasecmp(flyway_config_get(config, key), "true") == 0;
}

bool
flyway_config_is_used(const char *key)
{
	gssize i = flyway_config_find_key(key);

	return g_str_has_prefix(key, "placeholders.") || (i >= 0 && keys[i].use == KEY_USED);
}

char **
flyway_config_list(const FlywayConfig *config, const char *key)
{
	g_auto(GStrv) parts = g_strsplit(flyway_config_get(config, key), ",", -1);
	g_autoptr(GPtrArray) list = g_ptr_array_new();

	for (gsize i = 0; parts[i] != NULL; i++)
		if (*g_strstrip(parts[i]) != '\0')
			g_ptr_array_add(list, g_strdup(parts[i]));
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}

/* --- Files ---------------------------------------------------------------- */

static bool
is_harmless_family(const char *key)
{
	for (gsize i = 0; harmless_families[i] != NULL; i++)
		if (g_str_has_prefix(key, harmless_families[i]))
			return true;
	return false;
}

static bool
unknown_key(const Source *source, const TomlSetting *setting, const char *key, GError **error)
{
	const char *names[G_N_ELEMENTS(keys) + 1] = { NULL };

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		names[i] = keys[i].name;
	const char *nearest = base_nearest(key, names);
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"flyway.%s\"?", nearest) : NULL;
	return migration_error_at(error, source, setting->offset, hint, "unknown Flyway setting \"%s\"", setting->key);
}

/* Flyway replaces ${NAME} in its configuration by the environment variable. */
static bool
check_literal(const Source *source, const TomlSetting *setting, GError **error)
{
	return strstr(setting->value, "${") == NULL ||
	       migration_error_at(error, source, setting->offset, HINT_LITERAL,
	                          "the value of \"%s\" is taken from the environment", setting->key);
}

static bool
check_value(const Source *source, const TomlSetting *setting, gssize key, GError **error)
{
	bool is_truth = strcmp(keys[key].value, "true") == 0 || strcmp(keys[key].value, "false") == 0;

	if (strcmp(keys[key].name, "placeholderPrefix") != 0 && !check_literal(source, setting, error))
		return false;
	if (is_truth && g_ascii_strcasecmp(setting->value, "true") != 0 &&
	    g_ascii_strcasecmp(setting->value, "false") != 0)
		return migration_error_at(error, source, setting->offset, NULL,
		                          "the value of \"%s\" is neither \"true\" nor \"false\"", setting->key);
	if (strcmp(keys[key].name, "encoding") == 0 && g_ascii_strcasecmp(setting->value, "UTF-8") != 0 &&
	    g_ascii_strcasecmp(setting->value, "UTF8") != 0)
		return migration_error_at(error, source, setting->offset, "save the migrations as UTF-8",
		                          "the encoding \"%s\" is not read", setting->value);
	return true;
}

static bool
take_setting(FlywayConfig *config, const Source *source, const TomlSetting *setting, GError **error)
{
	const char *key = setting->key + strlen("flyway.");

	if (g_str_has_prefix(key, "placeholders.")) {
		if (!check_literal(source, setting, error))
			return false;
		g_hash_table_insert(config->placeholders, g_utf8_strdown(key + strlen("placeholders."), -1),
		                    g_strdup(setting->value));
		return true;
	}
	gssize i = flyway_config_find_key(key);
	if (i < 0)
		return is_harmless_family(key) || unknown_key(source, setting, key, error);
	if (keys[i].use == KEY_DIFFERENT)
		g_ptr_array_add(config->warnings, g_strdup_printf("\"%s\" in \"%s\" is not looked at", setting->key,
		                                                  base_source_path(source)));
	if (keys[i].use != KEY_USED)
		return true;
	if (!check_value(source, setting, i, error))
		return false;
	g_hash_table_insert(config->values, g_strdup(key), g_strdup(setting->value));
	return true;
}

/* A .toml file has the schemas in the environment that it uses. */
static void
take_environment(FlywayConfig *config, const GPtrArray *settings)
{
	const char *environment = flyway_config_get(config, "environment");
	g_autofree char *schemas = g_strdup_printf("environments.%s.schemas",
	                                           *environment != '\0' ? environment : "default");

	for (guint i = 0; i < settings->len; i++) {
		const TomlSetting *setting = g_ptr_array_index(settings, i);
		if (strcmp(setting->key, schemas) == 0 && !g_hash_table_contains(config->values, "schemas"))
			g_hash_table_insert(config->values, g_strdup("schemas"), g_strdup(setting->value));
	}
}

static bool
flyway_config_read_file(FlywayConfig *config, GError **error)
{
	g_autoptr(Source) source = base_source_load(config->path, MAX_CONFIG_BYTES, error);

	if (source == NULL || !migration_source_check(source, error))
		return false;
	bool toml = g_str_has_suffix(config->path, ".toml");
	g_autoptr(GPtrArray) settings = flyway_project_read(source);
	if (settings == NULL)
		settings = toml ? toml_read(source, error) : flyway_properties_read(source, error);
	for (guint i = 0; settings != NULL && i < settings->len; i++) {
		const TomlSetting *setting = g_ptr_array_index(settings, i);
		if (g_str_has_prefix(setting->key, "flyway.") && !take_setting(config, source, setting, error))
			return false;
	}
	if (settings != NULL && toml)
		take_environment(config, settings);
	return settings != NULL;
}

static char *
flyway_config_find_file(const MigrationOptions *options)
{
	static const char *const places[] = { "flyway.toml", "flyway.conf", "../flyway.toml", "../flyway.conf" };
	/* Paths from the project's folder, as long as no suite names the file. */
	static const char *const project[] = { "flyway.toml", "flyway.conf", "conf/flyway.toml", "conf/flyway.conf" };

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *path = g_build_filename(options->directory, places[i], NULL);
		if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
			return g_steal_pointer(&path);
	}
	for (gsize i = 0; options->suggest && i < G_N_ELEMENTS(project); i++)
		if (g_file_test(project[i], G_FILE_TEST_IS_REGULAR))
			return g_strdup(project[i]);
	return options->suggest ? flyway_project_find(options->directory) : NULL;
}

FlywayConfig *
flyway_config_load(const MigrationOptions *options, GError **error)
{
	g_autoptr(FlywayConfig) config = g_new0(FlywayConfig, 1);
	GHashTableIter iter;
	gpointer name, value;

	config->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	config->placeholders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	config->warnings = g_ptr_array_new_with_free_func(g_free);
	config->path = options->config != NULL ? g_strdup(options->config) : flyway_config_find_file(options);
	if (config->path != NULL && !flyway_config_read_file(config, error))
		return NULL;
	if (options->placeholders != NULL) {
		g_hash_table_iter_init(&iter, options->placeholders);
		while (g_hash_table_iter_next(&iter, &name, &value))
			g_hash_table_insert(config->placeholders, g_utf8_strdown(name, -1), g_strdup(value));
	}
	return g_steal_pointer(&config);
}

/* --- One script's own file ------------------------------------------------ */

static bool
take_script_setting(const Source *source, const TomlSetting *setting, FlywayScriptConfig *config, GError **error)
{
	static const char *const names[] = { "executeInTransaction", "placeholderReplacement", "shouldExecute",
		                             "encoding", NULL };
	bool yes = g_ascii_strcasecmp(setting->value, "true") == 0;

	if (!g_strv_contains(names, setting->key)) {
		const char *nearest = base_nearest(setting->key, names);
		g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest) : NULL;
		return migration_error_at(error, source, setting->offset, hint, "unknown setting of a script \"%s\"",
		                          setting->key);
	}
	if (strcmp(setting->key, "encoding") == 0)
		return g_ascii_strcasecmp(setting->value, "UTF-8") == 0 ||
		       migration_error_at(error, source, setting->offset, "save the script as UTF-8",
		                          "the encoding \"%s\" is not read", setting->value);
	if (!yes && g_ascii_strcasecmp(setting->value, "false") != 0)
		return migration_error_at(error, source, setting->offset, "conditions are not evaluated here",
		                          "the value of \"%s\" is neither \"true\" nor \"false\"", setting->key);
	if (strcmp(setting->key, "executeInTransaction") == 0) {
		config->has_transaction = true;
		config->transaction = yes;
	} else if (strcmp(setting->key, "placeholderReplacement") == 0) {
		config->replace_placeholders = yes;
	} else {
		config->execute = yes;
	}
	return true;
}

bool
flyway_script_config_load(const FlywayConfig *config, const char *script_path, FlywayScriptConfig *ret_config,
                          GError **error)
{
	FlywayScriptConfig result = { .replace_placeholders = flyway_config_is(config, "placeholderReplacement"),
		                      .execute = true };
	g_autofree char *path = g_strconcat(script_path, ".conf", NULL);

	if (!flyway_config_is(config, "executeInTransaction"))
		result.has_transaction = true;
	if (g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		g_autoptr(Source) source = base_source_load(path, MAX_CONFIG_BYTES, error);
		if (source == NULL || !migration_source_check(source, error))
			return false;
		g_autoptr(GPtrArray) settings = flyway_properties_read(source, error);
		for (guint i = 0; settings != NULL && i < settings->len; i++)
			if (!take_script_setting(source, g_ptr_array_index(settings, i), &result, error))
				return false;
	}
	*ret_config = result;
	return true;
}
