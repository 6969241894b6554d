/* Flyway's settings where no file of its own has them: an application's, a build's, or the code that calls it. */
#include "migration/format/flyway/flyway.h"

#include <string.h>

#define PROJECT_FILE_BYTES ((gsize)1024 * 1024)
/* How far above the migrations such files are looked for, and how much code is looked at. */
#define PROJECT_LEVELS     16
#define PROJECT_CODE_FILES 3000
#define PROJECT_CODE_DEPTH 24

/* --- What is read ---------------------------------------------------------------- */

static void
project_add(GPtrArray *settings, const char *key, const char *value, gsize offset)
{
	TomlSetting *setting = g_new0(TomlSetting, 1);

	setting->key = g_strconcat("flyway.", key, NULL);
	setting->value = g_strdup(value);
	setting->offset = offset;
	g_ptr_array_add(settings, setting);
}

/* "${NAME:value}" is that value; one without it is known only where the application runs: NULL. The caller frees it. */
static char *
project_value(const char *text)
{
	g_autofree char *value = g_strstrip(g_strdup(text));
	gsize length = strlen(value);

	if (length > 1 && strchr("\"'", value[0]) != NULL && value[length - 1] == value[0]) {
		value[length - 1] = '\0';
		memmove(value, value + 1, length - 1);
	}
	const char *colon = g_str_has_prefix(value, "${") ? strchr(value, ':') : NULL;
	if (colon != NULL && g_str_has_suffix(value, "}") && strstr(value + 1, "${") == NULL)
		return g_strndup(colon + 1, strlen(colon + 1) - 1);
	return strstr(value, "${") == NULL ? g_steal_pointer(&value) : NULL;
}

/* The key of Flyway that an application's key means: "out-of-order" is "outOfOrder". The caller frees it. */
static char *
project_key(const char *text)
{
	GString *key = g_string_new(NULL);

	if (g_str_has_prefix(text, "placeholders."))
		return g_string_free(g_string_append(key, text), FALSE);
	if (strcmp(text, "postgresql.transactional-lock") == 0 || strcmp(text, "postgresql.transactionalLock") == 0)
		return g_string_free(g_string_append(key, "postgresql.transactional.lock"), FALSE);
	if (strcmp(text, "init-sqls") == 0 || strcmp(text, "initSqls") == 0)
		return g_string_free(g_string_append(key, "initSql"), FALSE);
	for (; *text != '\0'; text++) {
		bool dash = *text == '-' && text[1] != '\0';
		g_string_append_c(key, dash ? g_ascii_toupper(*++text) : *text);
	}
	return g_string_free(key, FALSE);
}

/* A setting of an application: all of its keys come here. */
static void
project_add_application(GPtrArray *settings, const char *key, const char *text, gsize offset)
{
	static const char *const prefixes[] = { "spring.flyway.", "quarkus.flyway.", "flyway.datasources.default.",
		                                "flyway." };

	for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		if (!g_str_has_prefix(key, prefixes[i]))
			continue;
		g_autofree char *own = project_key(key + strlen(prefixes[i]));
		g_autofree char *value = project_value(text);
		if (value != NULL && flyway_config_is_used(own))
			project_add(settings, own, value, offset);
		return;
	}
}

static void
project_read_properties(const Source *source, GPtrArray *settings)
{
	g_autoptr(GPtrArray) all = flyway_properties_read(source, NULL);

	for (guint i = 0; i < all->len; i++) {
		const TomlSetting *setting = g_ptr_array_index(all, i);
		project_add_application(settings, setting->key, setting->value, setting->offset);
	}
}

/* --- YAML ------------------------------------------------------------------------- */

/* A key that is open, with the column in which it begins. */
typedef struct {
	gsize column;
	char *path;
} ProjectKey;

static void
project_key_clear(gpointer data)
{
	g_free(((ProjectKey *)data)->path);
}

/* "- VALUE" belongs to the last setting, whose values are joined with commas. */
static void
project_add_item(GPtrArray *settings, const GArray *open, const char *text, gsize offset)
{
	const ProjectKey *key = open->len > 0 ? &g_array_index(open, ProjectKey, open->len - 1) : NULL;
	TomlSetting *last = settings->len > 0 ? g_ptr_array_index(settings, settings->len - 1) : NULL;
	guint before = settings->len;

	if (key == NULL)
		return;
	project_add_application(settings, key->path, text, offset);
	if (settings->len == before || last == NULL)
		return;
	const TomlSetting *item = g_ptr_array_index(settings, before);
	if (strcmp(item->key, last->key) != 0)
		return;
	g_autofree char *joined = last->value;
	last->value = g_strconcat(joined, ",", item->value, NULL);
	g_ptr_array_remove_index(settings, before);
}

static void
project_read_yaml_line(GPtrArray *settings, GArray *open, char *line, gsize offset)
{
	gsize column = strspn(line, " ");
	char *text = line + column;
	char *comment = strstr(text, " #");

	if (comment != NULL)
		*comment = '\0';
	if (*text == '#' || *g_strchomp(text) == '\0')
		return;
	if (*text == '-') {
		project_add_item(settings, open, text + 1, offset + column);
		return;
	}
	char *colon = g_str_has_suffix(text, ":") ? text + strlen(text) - 1 : strstr(text, ": ");
	if (colon == NULL)
		return;
	*colon = '\0';
	while (open->len > 0 && g_array_index(open, ProjectKey, open->len - 1).column >= column)
		g_array_set_size(open, open->len - 1);
	const char *above = open->len > 0 ? g_array_index(open, ProjectKey, open->len - 1).path : NULL;
	g_autofree char *own = project_value(text);
	ProjectKey key = { column, g_strjoin(".", above != NULL ? above : own, above != NULL ? own : NULL, NULL) };
	g_array_append_val(open, key);
	if (colon[1] != '\0')
		project_add_application(settings, key.path, colon + 1, offset + column);
}

/* Nested keys and lists of plain values, which is all that such files have of Flyway. The documents behind the first
 * one are for profiles. */
static void
project_read_yaml(const Source *source, GPtrArray *settings)
{
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(ProjectKey));
	const char *text = base_source_text(source);

	g_array_set_clear_func(open, project_key_clear);
	for (const char *start = text; *start != '\0';) {
		gsize length = strcspn(start, "\n");
		g_autofree char *line = g_strndup(start, length);
		if (g_str_has_prefix(line, "---") && open->len > 0)
			break;
		project_read_yaml_line(settings, open, line, (gsize)(start - text));
		start += length + (start[length] == '\n');
	}
}

/* --- Builds and code ---------------------------------------------------------------- */

/* Each match has a key in its first group and a value in its second one. */
static void
project_read_matches(const char *text, const char *pattern, GPtrArray *settings)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_RAW | G_REGEX_DOTALL, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *key = g_match_info_fetch(match, 1);
		g_autofree char *list = g_match_info_fetch(match, 2);
		g_auto(GStrv) parts = g_strsplit_set(list, "\"'[]", -1);
		g_autofree char *bare = g_strjoinv("", parts);
		g_autofree char *value = project_value(bare);
		int start = 0;
		g_match_info_fetch_pos(match, 1, &start, NULL);
		if (value != NULL && flyway_config_is_used(key))
			project_add(settings, key, value, (gsize)start);
	}
}

/* The text between the two patterns; NULL: it has none. The caller frees it. */
static char *
project_part(const char *text, const char *pattern)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_RAW | G_REGEX_DOTALL, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	return g_regex_match(regex, text, 0, &match) ? g_match_info_fetch(match, 0) : NULL;
}

static void
project_read_maven(const Source *source, GPtrArray *settings)
{
	const char *text = base_source_text(source);
	g_autofree char *plugin = project_part(text, "<artifactId>flyway-maven-plugin</artifactId>.*?</plugin>");

	project_read_matches(text, "<flyway\\.([\\w.]+)>([^<]*)</flyway\\.", settings);
	if (plugin != NULL)
		project_read_matches(plugin, "<(\\w+)>([^<]*)</\\1>", settings);
}

static void
project_read_gradle(const Source *source, GPtrArray *settings)
{
	g_autofree char *block = project_part(base_source_text(source), "(?<![\\w.])flyway\\s*\\{.*?\\n\\}");

	if (block != NULL)
		project_read_matches(
		    block, "(\\w+)\\s*=\\s*(true|false|\\d+|\"[^\"\\n]*\"|'[^'\\n]*'|\\[[^\\]\\n]*\\])", settings);
}

static void
project_read_code(const Source *source, GPtrArray *settings)
{
	const char *text = base_source_text(source);

	project_read_matches(text, "\"flyway\\.([\\w.]+)\"\\s*(?:,|to)\\s*(\"[^\"\\n]*\")", settings);
	if (g_regex_match_simple("Flyway\\s*\\.\\s*configure\\(|FluentConfiguration|FlywayConfigurationCustomizer",
	                         text, G_REGEX_RAW, 0))
		project_read_matches(
		    text, "\\.\\s*(\\w+)\\(\\s*(true|false|\\d+|\"[^\"\\n]*\"(?:\\s*,\\s*\"[^\"\\n]*\")*)\\s*\\)",
		    settings);
}

static const struct {
	const char *suffix;
	void (*read)(const Source *source, GPtrArray *settings);
} readers[] = {
	{ ".properties", project_read_properties },
	{ ".yml", project_read_yaml },
	{ ".yaml", project_read_yaml },
	{ "pom.xml", project_read_maven },
	{ ".gradle", project_read_gradle },
	{ ".gradle.kts", project_read_gradle },
	{ ".java", project_read_code },
	{ ".kt", project_read_code },
};

GPtrArray *
flyway_project_read(const Source *source)
{
	const char *path = base_source_path(source);
	g_autofree char *name = g_path_get_basename(path);

	/* One of Flyway's own, in which a key that is not known is an error. */
	if (g_str_has_prefix(name, "flyway."))
		return NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(readers); i++) {
		if (!g_str_has_suffix(path, readers[i].suffix))
			continue;
		GPtrArray *settings = g_ptr_array_new_with_free_func(toml_setting_free);
		readers[i].read(source, settings);
		return settings;
	}
	return NULL;
}

/* --- Where it is ----------------------------------------------------------------------- */

/* "db/migration/{vendor}" is every folder below "db/migration". */
static bool
project_is_at(const char *directory, const char *location)
{
	gsize length = strcspn(location, "{*");
	g_autofree char *place = g_strndup(location, length);
	g_autofree char *below = NULL;

	while (length > 0 && place[length - 1] == '/')
		place[--length] = '\0';
	below = g_strdup_printf("/%s/", place);
	g_autofree char *path = g_strdup_printf("/%s/", directory);
	return length > 0 && (location[length] != '\0' ? strstr(path, below) != NULL : g_str_has_suffix(path, below));
}

/* Whether the settings are those of the directory: one project may have several databases. */
static bool
project_is_for(const Source *source, const char *directory)
{
	static const char pattern[] = "(?:classpath|filesystem):/?([\\w./{}*-]+)";
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	bool any = false;

	for (g_regex_match(regex, base_source_text(source), 0, &match); g_match_info_matches(match);
	     g_match_info_next(match, NULL)) {
		g_autofree char *location = g_match_info_fetch(match, 1);
		if (project_is_at(directory, location))
			return true;
		any = true;
	}
	g_autofree char *name = g_path_get_basename(base_source_path(source));
	return !any && (!g_str_has_prefix(name, "application.") || project_is_at(directory, "db/migration"));
}

static bool
project_has_settings(const char *path, const char *directory)
{
	g_autoptr(Source) source = g_file_test(path, G_FILE_TEST_IS_REGULAR)
	                               ? base_source_load(path, PROJECT_FILE_BYTES, NULL)
	                               : NULL;

	if (source == NULL || strstr(base_source_text(source), "lyway") == NULL)
		return false;
	g_autoptr(GPtrArray) settings = flyway_project_read(source);
	return settings != NULL && settings->len > 0 && project_is_for(source, directory);
}

static int
project_compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The first such file in the folder and below it, by names; *n_files are left to look at. The caller frees it. */
static char *
project_find_code(const char *folder, const char *directory, guint depth, guint *n_files)
{
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (const char *name = NULL; entries != NULL && (name = g_dir_read_name(entries)) != NULL;)
		g_ptr_array_add(names, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(names, project_compare_names);
	for (guint i = 0; i<names->len && * n_files> 0; i++) {
		const char *path = g_ptr_array_index(names, i);
		char *found = NULL;
		if (g_file_test(path, G_FILE_TEST_IS_SYMLINK))
			continue;
		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			found = depth > 0 ? project_find_code(path, directory, depth - 1, n_files) : NULL;
		else if (--*n_files > 0 && project_has_settings(path, directory))
			found = g_strdup(path);
		if (found != NULL)
			return found;
	}
	return NULL;
}

static char *
flyway_project_find_in(const char *folder, const char *directory)
{
	static const char *const names[] = { "application.properties", "application.yml", "application.yaml", "pom.xml",
		                             "build.gradle",           "build.gradle.kts" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = strcmp(folder, ".") == 0 ? g_strdup(names[i])
		                                                 : g_build_filename(folder, names[i], NULL);
		if (project_has_settings(path, directory))
			return g_steal_pointer(&path);
	}
	return NULL;
}

char *
flyway_project_find(const char *directory)
{
	g_autofree char *folder = g_strdup(directory);

	for (guint level = 0; level < PROJECT_LEVELS; level++) {
		g_autofree char *code = strcmp(folder, ".") == 0 ? g_strdup("src/main")
		                                                 : g_build_filename(folder, "src/main", NULL);
		char *found = flyway_project_find_in(folder, directory);
		guint n_files = PROJECT_CODE_FILES;
		bool module = g_file_test(code, G_FILE_TEST_IS_DIR);
		if (found == NULL && module)
			found = project_find_code(code, directory, PROJECT_CODE_DEPTH, &n_files);
		if (found != NULL || module || strcmp(folder, ".") == 0 || strcmp(folder, "/") == 0)
			return found;
		char *above = g_path_get_dirname(folder);
		g_free(folder);
		folder = above;
	}
	return NULL;
}
