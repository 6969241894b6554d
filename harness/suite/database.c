/* One item of `databases:`, out of its parts. */
#include "suite/database_private.h"

#include "base/error.h"
#include "migration/runner/commands.h"
#include "suite/impact.h"

void
suite_database_free(gpointer data)
{
	SuiteDatabase *database = data;

	g_free(database->name);
	g_free((char *)database->migrations.directory);
	g_free((char *)database->migrations.format);
	g_free((char *)database->migrations.config);
	g_free((char *)database->migrations.history_table);
	g_clear_pointer(&database->migrations.placeholders, g_hash_table_unref);
	g_clear_pointer(&database->migrations.settings, g_hash_table_unref);
	suite_baseline_free(database->baseline);
	migration_commands_free((MigrationCommands *)database->migrations.commands);
	g_ptr_array_unref(database->fixtures);
	g_ptr_array_unref(database->at);
	g_ptr_array_unref(database->data);
	suite_declarations_free(database);
	g_clear_pointer(&database->statistics, suite_file_free);
	g_free(database->blessed_plans);
	if (database->ignores != NULL)
		g_ptr_array_unref(database->ignores);
	g_free(database);
}

typedef bool (*DatabasePart)(SuiteDatabase *database, GError **error);

/* Each part is loaded by itself, so that all errors are reported at once. */
static bool
database_load_parts(SuiteDatabase *database, const SuiteNode *key, GError **error)
{
	static const DatabasePart parts[] = {
		suite_database_load_migrations,  suite_database_load_baseline,
		suite_database_load_round_trips, suite_database_load_data,
		suite_declarations_load,         suite_database_load_resets,
		suite_database_load_size,        suite_load_drift,
		suite_database_load_expect,      suite_database_load_at,
	};
	GError *wrong = NULL;
	bool right = suite_check_name(key, "database", &wrong) || base_error_add(error, g_steal_pointer(&wrong));

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
		if (!parts[i](database, &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
	return right;
}

bool
suite_load_database(Suite *suite, const SuiteNode *databases, guint index, GError **error)
{
	const SuiteNode *node = suite_node_item(databases, index);
	SuiteDatabase *database = g_new0(SuiteDatabase, 1);

	g_ptr_array_add(suite->databases, database);
	database->suite = suite;
	database->name = g_strdup(suite_node_key(databases, index));
	database->node = node;
	database->fixtures = g_ptr_array_new_with_free_func(suite_file_free);
	database->at = g_ptr_array_new_with_free_func(suite_data_free);
	database->data = g_ptr_array_new_with_free_func(suite_data_free);
	suite_declarations_new(database);
	suite_database_load_words(database);
	suite_load_impact(database);
	return database_load_parts(database, suite_node_key_node(databases, index), error);
}
