#include "migration/migration.h"

#include "base/nearest.h"
#include "migration/format.h"
#include "migration/text/script.h"

#include <string.h>

/* Maximum number of files that one warning names. */
#define WARNING_FILES 4

Migration *
migration_new(MigrationKind kind, const char *name)
{
	Migration *migration = g_new0(Migration, 1);

	migration->kind = kind;
	migration->name = g_strdup(name);
	return migration;
}

void
migration_free(Migration *migration)
{
	if (migration == NULL)
		return;
	g_free(migration->version);
	g_free(migration->description);
	g_free(migration->name);
	g_free(migration->checksum);
	g_free(migration->irreversible);
	migration_script_free(migration->up);
	migration_script_free(migration->down);
	migration_script_free(migration->verify);
	g_free(migration);
}

void
migration_set_free(MigrationSet *set)
{
	if (set == NULL)
		return;
	g_clear_pointer(&set->suggested, g_hash_table_unref);
	g_free(set->suggestion);
	g_free(set->suggested_config);
	if (set->free_data != NULL)
		set->free_data(set->data);
	g_free(set->detected);
	g_free(set->directory);
	g_free(set->history_schema);
	g_free(set->history_table);
	g_ptr_array_unref(set->migrations);
	g_ptr_array_unref(set->warnings);
	g_ptr_array_unref(set->ignored);
	g_hash_table_unref(set->settings);
	g_free(set);
}

/* Ends of files' names that people leave out. */
static const char *const name_ends[] = { ".up.sql", ".sql" };

static bool
migration_is_meant(const Migration *migration, const char *text)
{
	gsize length = strlen(text);

	if (g_strcmp0(migration->version, text) == 0)
		return true;
	if (length == 0 || strncmp(migration->name, text, length) != 0)
		return false;
	const char *rest = migration->name + length;
	return rest[0] == '\0' || strcmp(rest, name_ends[0]) == 0 || strcmp(rest, name_ends[1]) == 0 ||
	       g_str_has_prefix(rest, "__");
}

/* "001" stands in the name of the file, where the version is 1. */
static bool
migration_is_numbered(const Migration *migration, const char *text)
{
	const char *version = migration->version;

	if (version == NULL || text[0] == '\0' || text[strspn(text, "0123456789")] != '\0' ||
	    version[strspn(version, "0123456789")] != '\0')
		return false;
	return strcmp(version + strspn(version, "0"), text + strspn(text, "0")) == 0;
}

const Migration *
migration_set_find(const MigrationSet *set, const char *text)
{
	bool (*const fits[])(const Migration *migration, const char *text) = { migration_is_meant,
		                                                               migration_is_numbered };

	for (gsize i = 0; i < G_N_ELEMENTS(fits); i++)
		for (guint j = 0; j < set->migrations->len; j++)
			if (fits[i](g_ptr_array_index(set->migrations, j), text))
				return g_ptr_array_index(set->migrations, j);
	return NULL;
}

char *
migration_set_hint(const MigrationSet *set, const char *text)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autoptr(GPtrArray) stems = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		char *stem = g_strdup(migration->name);
		for (gsize j = 0; j < G_N_ELEMENTS(name_ends); j++)
			if (g_str_has_suffix(stem, name_ends[j]))
				stem[strlen(stem) - strlen(name_ends[j])] = '\0';
		g_ptr_array_add(stems, stem);
		g_ptr_array_add(names, migration->name);
		g_ptr_array_add(names, stem);
		if (migration->version != NULL)
			g_ptr_array_add(names, migration->version);
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = base_nearest(text, (const char *const *)names->pdata);
	return nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                       : g_strdup("write its version, or the name of its file");
}

bool
migration_set_is_external(const MigrationSet *set)
{
	return set->format->migrate != NULL;
}

bool
migration_set_locks(const MigrationSet *set)
{
	if (migration_set_is_external(set))
		return g_strcmp0(migration_set_get(set, MIGRATION_SETTING_LOCK), "none") != 0;
	return set->format->end != NULL;
}

const char *
migration_set_format_title(const MigrationSet *set)
{
	return set->tool != NULL ? set->tool : set->format->title;
}

const char *
migration_set_format_name(const MigrationSet *set)
{
	return set->format->name;
}

char *
migration_set_describe_down(const MigrationSet *set)
{
	const MigrationFormat *format = set->format;

	return format->down_hint != NULL ? g_strdup_printf("%s: %s", format->title, format->down_hint) : NULL;
}

bool
migration_has_empty_down(const Migration *migration)
{
	return migration->down != NULL && migration_script_statements(migration->down)->len == 0;
}

void
migration_lose_down(Migration *migration)
{
	g_clear_pointer(&migration->down, migration_script_free);
	migration->lost_down = true;
}

void
migration_set_lose_empty_down(MigrationSet *set, guint index)
{
	((MigrationIgnoredFile *)g_ptr_array_index(set->ignored, index))->empty_down->lost_down = true;
	g_ptr_array_remove_index(set->ignored, index);
}

const char *const *
migration_set_platform_schemas(const MigrationSet *set)
{
	return set->format->platform_schemas;
}

const char *
migration_set_search_path(const MigrationSet *set)
{
	return set->format->search_path != NULL ? set->format->search_path(set) : NULL;
}

void
migration_set_warn(MigrationSet *set, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_ptr_array_add(set->warnings, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

/* The part of a warning after the file name that it begins with; all of it if it begins with none. */
static const char *
said_of_file(const char *warning)
{
	const char *end = *warning == '"' ? strchr(warning + 1, '"') : NULL;

	return end != NULL ? end + 1 : warning;
}

static char *
join_warnings(const GPtrArray *alike)
{
	GString *text = g_string_new(g_ptr_array_index(alike, 0));

	for (guint i = 1; i < MIN(alike->len, WARNING_FILES); i++) {
		const char *warning = g_ptr_array_index(alike, i);
		g_string_append(text, i == 1 ? "; the same of " : ", ");
		g_string_append_len(text, warning, said_of_file(warning) - warning);
	}
	if (alike->len > WARNING_FILES)
		g_string_append_printf(text, " and %u more", alike->len - WARNING_FILES);
	return g_string_free(text, FALSE);
}

GPtrArray *
migration_set_describe_warnings(const MigrationSet *set)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	g_autoptr(GHashTable) by_text = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < set->warnings->len; i++) {
		const char *said = said_of_file(g_ptr_array_index(set->warnings, i));
		GPtrArray *alike = g_hash_table_lookup(by_text, said);
		if (alike == NULL) {
			alike = g_ptr_array_new();
			g_ptr_array_add(groups, alike);
			g_hash_table_insert(by_text, (gpointer)said, alike);
		}
		g_ptr_array_add(alike, g_ptr_array_index(set->warnings, i));
	}
	for (guint i = 0; i < groups->len; i++)
		g_ptr_array_add(lines, join_warnings(g_ptr_array_index(groups, i)));
	return lines;
}

void
migration_ignored_file_free(gpointer data)
{
	MigrationIgnoredFile *file = data;

	g_free(file->name);
	g_free(file->reason);
	g_free(file);
}

void
migration_set_ignore(MigrationSet *set, const char *file, const char *format, ...)
{
	MigrationIgnoredFile *passed = g_new0(MigrationIgnoredFile, 1);
	va_list arguments;

	va_start(arguments, format);
	passed->name = g_strdup(file);
	passed->reason = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_ptr_array_add(set->ignored, passed);
	migration_set_warn(set, "\"%s\" %s", file, passed->reason);
}

void
migration_set_ignore_empty_down(MigrationSet *set, Migration *migration, const char *file, const char *reason)
{
	migration_set_ignore(set, file, "%s", reason);
	((MigrationIgnoredFile *)g_ptr_array_index(set->ignored, set->ignored->len - 1))->empty_down = migration;
}
