#include "suite/loading.h"

#include <string.h>

static const char *const rollback_choices[] = { "down", "required", "none", NULL };

static const SuiteShape rollback_shape = { .expects = "down, required or none",
	                                   .accepts = SUITE_ACCEPT_TEXT,
	                                   .choices = rollback_choices };

static const SuiteKey database_keys[] = {
	{ "migrations", &suite_shape_text, true, "the folder of the migrations, relative to the suite" },
	{ "format", &suite_shape_text, false, "the migration tool's format; detected when left out" },
	{ "config", &suite_shape_text, false, "the migration tool's own configuration file, relative to the suite" },
	{ "history_table", &suite_shape_text, false, "the tool's history table, as table or schema.table" },
	{ "placeholders", &suite_shape_text_mapping, false,
	  "values of the tool's placeholders; they win over its configuration" },
	{ "expect", &suite_shape_text_or_list, false, "expectation fixtures, relative to the suite" },
	{ "rollback", &rollback_shape, false,
	  "down (default): every down that exists is proved; required: a migration without a down fails; none: no "
	  "round trips" },
	{ NULL },
};
const SuiteShape suite_database_shape = { .expects = "a mapping",
	                                   .accepts = SUITE_ACCEPT_MAPPING,
	                                   .keys = database_keys };
/* --- Loading ------------------------------------------------------------- */

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
	g_ptr_array_unref(database->fixtures);
	g_free(database);
}

static bool
load_fixtures(const Suite *suite, const SuiteNode *expect, SuiteDatabase *database, GError **error)
{
	bool list = expect != NULL && suite_node_kind(expect) == SUITE_NODE_LIST;
	guint n = expect == NULL ? 0 : list ? suite_node_size(expect) : 1;

	for (guint i = 0; i < n; i++) {
		const SuiteNode *item = list ? suite_node_item(expect, i) : expect;
		SuiteFile *file = suite_file_new(suite, item, G_FILE_TEST_IS_REGULAR, error);
		if (file == NULL)
			return false;
		g_ptr_array_add(database->fixtures, file);
		for (guint j = 0; j < i; j++)
			if (strcmp(((SuiteFile *)g_ptr_array_index(database->fixtures, j))->path, file->path) == 0)
				return suite_node_error(item, error, "remove one of the two",
				                        "the fixture \"%s\" is listed twice", file->path);
	}
	return true;
}

/* The path of the key's file or folder in *ret_path; NULL when the key is not there. */
static bool
load_path(const Suite *suite, const SuiteNode *node, GFileTest test, const char **ret_path, GError **error)
{
	*ret_path = NULL;
	if (node == NULL)
		return true;
	SuiteFile *file = suite_file_new(suite, node, test, error);
	if (file == NULL)
		return false;
	*ret_path = g_steal_pointer(&file->path);
	suite_file_free(file);
	return true;
}

/* "table" or "schema.table"; what the migration module would refuse too, but without the place. */
static bool
check_table(const SuiteNode *node, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(suite_node_text(node), ".", -1);
	guint n = g_strv_length(parts);

	if (n >= 1 && n <= 2 && parts[0][0] != '\0' && parts[n - 1][0] != '\0')
		return true;
	return suite_node_error(node, error, "write \"table\" or \"schema.table\"", "\"%s\" is not a table's name",
	                        suite_node_text(node));
}

static GHashTable *
load_placeholders(const SuiteNode *node)
{
	GHashTable *placeholders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; i < suite_node_size(node); i++)
		g_hash_table_insert(placeholders, g_strdup(suite_node_key(node, i)),
		                    g_strdup(suite_node_text(suite_node_item(node, i))));
	return placeholders;
}

static bool
load_migrations(const Suite *suite, SuiteDatabase *database, GError **error)
{
	MigrationOptions *options = &database->migrations;
	const SuiteNode *placeholders = suite_node_get(database->node, "placeholders");
	const SuiteNode *format = suite_node_get(database->node, "format");
	const SuiteNode *table = suite_node_get(database->node, "history_table");

	database->migrations_node = suite_node_get(database->node, "migrations");
	if (!load_path(suite, database->migrations_node, G_FILE_TEST_IS_DIR, &options->directory, error) ||
	    !load_path(suite, suite_node_get(database->node, "config"), G_FILE_TEST_IS_REGULAR, &options->config,
	               error))
		return false;
	if (format != NULL && !suite_check_one_of(format, migration_format_names(), "migration format", error))
		return false;
	if (table != NULL && !check_table(table, error))
		return false;
	options->format = g_strdup(suite_node_get_text(database->node, "format"));
	options->history_table = g_strdup(suite_node_get_text(database->node, "history_table"));
	if (placeholders != NULL)
		options->placeholders = load_placeholders(placeholders);
	return true;
}

bool
suite_load_database(Suite *suite, const SuiteNode *databases, guint index, GError **error)
{
	const SuiteNode *node = suite_node_item(databases, index);
	SuiteDatabase *database = g_new0(SuiteDatabase, 1);
	const char *rollback = suite_node_get_text(node, "rollback");

	g_ptr_array_add(suite->databases, database);
	database->name = g_strdup(suite_node_key(databases, index));
	database->node = node;
	database->fixtures = g_ptr_array_new_with_free_func(suite_file_free);
	if (g_strcmp0(rollback, "required") == 0)
		database->rollback = SUITE_ROLLBACK_REQUIRED;
	else if (g_strcmp0(rollback, "none") == 0)
		database->rollback = SUITE_ROLLBACK_NONE;
	return suite_check_name(suite_node_key_node(databases, index), "database", error) &&
	       load_migrations(suite, database, error) &&
	       load_fixtures(suite, suite_node_get(node, "expect"), database, error);
}
