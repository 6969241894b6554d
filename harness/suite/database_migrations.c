/* The migrations of a database, how they are run, and its contents before the first one: `baseline:`. */
#include "suite/database_private.h"

#include "migration/detect/formats.h"
#include "suite/commands.h"

#include <string.h>

#define STATEMENT_TIMEOUT_MAX 604800 /* seconds: a week */

/* Sets *ret_path to the path of the key's file or folder; NULL when the key is missing. */
static bool
migrations_load_path(const SuiteDatabase *database, const SuiteNode *node, GFileTest test, const char **ret_path,
                     GError **error)
{
	*ret_path = NULL;
	if (node == NULL)
		return true;
	SuiteFile *file = suite_file_new(database->suite, node, test, error);
	if (file == NULL)
		return false;
	*ret_path = g_steal_pointer(&file->path);
	suite_file_free(file);
	return true;
}

/* "table" or "schema.table"; the migration module would refuse other texts, too, but without a position. */
static bool
migrations_check_table(const SuiteNode *node, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(suite_node_text(node), ".", -1);
	guint n = g_strv_length(parts);

	if (n >= 1 && n <= 2 && parts[0][0] != '\0' && parts[n - 1][0] != '\0')
		return true;
	return suite_node_error(node, error, "write \"table\" or \"schema.table\"", "\"%s\" is not a table's name",
	                        suite_node_text(node));
}

static bool
migrations_load_commands(SuiteDatabase *database, GError **error)
{
	const SuiteNode *node = suite_node_get(database->node, "commands");
	const SuiteNode *format = suite_node_get(database->node, "format");

	if (node == NULL)
		return true;
	if (format != NULL && strcmp(suite_node_text(format), "command") != 0)
		return suite_node_error(node, error, "take one of the two out",
		                        "\"commands\" and the format \"%s\" exclude each other",
		                        suite_node_text(format));
	database->migrations.commands = suite_commands_new(database->suite, node, error);
	return database->migrations.commands != NULL;
}

static bool
migrations_load_statement_timeout(SuiteDatabase *database, GError **error)
{
	const SuiteNode *node = suite_node_get(database->node, "statement_timeout");
	gint64 seconds = 0;

	if (node == NULL)
		return true;
	suite_node_is_int(node, &seconds);
	if (seconds > STATEMENT_TIMEOUT_MAX)
		return suite_node_error(node, error, "it is in seconds", "\"statement_timeout\" must be from 0 to %d",
		                        STATEMENT_TIMEOUT_MAX);
	database->migrations.statement_timeout = (guint)seconds;
	if (database->migrations.commands != NULL)
		return suite_node_error(node, error, "give the commands a \"timeout\"",
		                        "\"statement_timeout\" is for statements that pgassay sends");
	return true;
}

bool
suite_database_load_migrations(SuiteDatabase *database, GError **error)
{
	MigrationOptions *options = &database->migrations;
	const SuiteNode *placeholders = suite_node_get(database->node, "placeholders");
	const SuiteNode *settings = suite_node_get(database->node, "settings");
	const SuiteNode *format = suite_node_get(database->node, "format");
	const SuiteNode *table = suite_node_get(database->node, "history_table");

	database->migrations_node = suite_node_get(database->node, "migrations");
	if (!migrations_load_path(database, database->migrations_node, G_FILE_TEST_IS_DIR, &options->directory,
	                          error) ||
	    !migrations_load_path(database, suite_node_get(database->node, "config"), G_FILE_TEST_IS_REGULAR,
	                          &options->config, error))
		return false;
	if (format != NULL && !suite_check_one_of(format, migration_format_names(), "migration format", error))
		return false;
	if (table != NULL && !migrations_check_table(table, error))
		return false;
	options->format = g_strdup(suite_node_get_text(database->node, "format"));
	options->history_table = g_strdup(suite_node_get_text(database->node, "history_table"));
	if (placeholders != NULL)
		options->placeholders = suite_load_texts(placeholders);
	if (settings != NULL)
		options->settings = suite_load_texts(settings);
	return migrations_load_commands(database, error) && migrations_load_statement_timeout(database, error);
}

/* --- The baseline --------------------------------------------------------------- */

static const SuiteKey baseline_keys[] = {
	{ "version", &suite_shape_text, false,
	  "the last migration that the database has at the beginning; none without it" },
	{ "schema", &suite_shape_text, false,
	  "a file of SQL that makes it, relative to the suite; without it the migrations up to the version run" },
	{ "verify", &suite_shape_bool, false, "true (default): the dump has to be what these migrations make" },
	{ NULL },
};
const SuiteShape suite_baseline_shape = { .expects = "a mapping",
	                                  .accepts = SUITE_ACCEPT_MAPPING,
	                                  .keys = baseline_keys };

void
suite_baseline_free(SuiteBaseline *baseline)
{
	if (baseline == NULL)
		return;
	g_free(baseline->version);
	g_free(baseline->schema);
	g_free(baseline);
}

bool
suite_database_load_baseline(SuiteDatabase *database, GError **error)
{
	const SuiteNode *node = suite_node_get(database->node, "baseline");
	const SuiteNode *verify = suite_node_get(node, "verify");
	const SuiteNode *schema = suite_node_get(node, "schema");
	const char *path = NULL;

	if (node == NULL)
		return true;
	if (schema == NULL && verify != NULL)
		return suite_node_error(verify, error, "give the dump as \"schema\", or take \"verify\" out",
		                        "there is no dump to be verified");
	const SuiteNode *version = suite_node_get(node, "version");
	if (schema == NULL && version == NULL)
		return suite_node_error(
		    node, error,
		    "give the last migration that it has as \"version\", or what there is before the "
		    "first one as \"schema\"",
		    "the baseline is empty");
	if (version == NULL && verify != NULL)
		return suite_node_error(verify, error, "name the last of them as \"version\", or take \"verify\" out",
		                        "there are no migrations to compare the schema with");
	database->baseline = g_new0(SuiteBaseline, 1);
	database->baseline->node = version != NULL ? version : schema;
	database->baseline->version = version != NULL ? g_strdup(suite_node_text(version)) : NULL;
	database->baseline->verify = version != NULL;
	if (verify != NULL)
		suite_node_is_bool(verify, &database->baseline->verify);
	if (!migrations_load_path(database, schema, G_FILE_TEST_IS_REGULAR, &path, error))
		return false;
	database->baseline->schema = (char *)path;
	return true;
}
