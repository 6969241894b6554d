#include "migration/format.h"

#include "base/error.h"

#include <string.h>

bool
migration_set_history_table(MigrationSet *set, const char *table, GError **error)
{
	const char *dot = strchr(table, '.');

	if (*table == '\0' || dot == table || (dot != NULL && (dot[1] == '\0' || strchr(dot + 1, '.') != NULL)))
		return base_error_set(error, BASE_ERROR_INPUT, "write \"table\" or \"schema.table\"",
		                      "the history table \"%s\" is not a table's name", table);
	g_free(set->history_table);
	set->history_table = g_strdup(dot != NULL ? dot + 1 : table);
	if (dot != NULL) {
		g_free(set->history_schema);
		set->history_schema = g_strndup(table, (gsize)(dot - table));
	}
	return true;
}

bool
migration_refuse_config(const MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (options->config == NULL)
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "take \"config\" out, or name the format it belongs to",
	                      "%s migrations have no configuration file, but \"%s\" is given", set->format->name,
	                      options->config);
}

bool
migration_refuse_placeholders(const MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (options->placeholders == NULL || g_hash_table_size(options->placeholders) == 0)
		return true;
	return base_error_set(error, BASE_ERROR_INPUT, "take \"placeholders\" out, or name the format they belong to",
	                      "%s migrations have no placeholders, but some are given", set->format->name);
}

const char *
migration_set_get(const MigrationSet *set, const char *setting)
{
	return g_hash_table_lookup(set->settings, setting);
}

bool
migration_set_has(const MigrationSet *set, const char *setting)
{
	return g_strcmp0(g_hash_table_lookup(set->settings, setting), "true") == 0;
}
