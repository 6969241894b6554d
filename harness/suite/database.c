#include "migration/detect/formats.h"

#include "base/error.h"
#include "migration/runner/commands.h"
#include "suite/commands.h"
#include "suite/impact.h"
#include "suite/loading.h"
#include "suite/path.h"
#include "suite/size.h"

#include <string.h>

static const char *const rollback_choices[] = { "down", "required", "restore", "none", NULL };

static const SuiteShape rollback_shape = { .expects = "down, required, restore or none",
	                                   .accepts = SUITE_ACCEPT_TEXT,
	                                   .choices = rollback_choices };

static const char *const column_order_choices[] = { "free", "strict", NULL };

static const SuiteShape column_order_shape = { .expects = "free or strict",
	                                       .accepts = SUITE_ACCEPT_TEXT,
	                                       .choices = column_order_choices };

/* In the order of the bits of SuiteIgnoredAttributes. */
static const char *const ignore_choices[] = { "privileges", "owners", "comments", NULL };

static const SuiteShape ignore_shape = { .expects = "privileges, owners or comments",
	                                 .accepts = SUITE_ACCEPT_TEXT,
	                                 .choices = ignore_choices };
static const SuiteShape ignore_list_shape = { .expects = "a list of privileges, owners, comments",
	                                      .accepts = SUITE_ACCEPT_LIST,
	                                      .item = &ignore_shape };

/* In the order of SuitePreconditions. */
static const char *const preconditions_choices[] = { "report", "fail", NULL };

static const SuiteShape preconditions_shape = { .expects = "report or fail",
	                                        .accepts = SUITE_ACCEPT_TEXT,
	                                        .choices = preconditions_choices };

static const char *const after_use_choices[] = { "report", "fail", NULL };

static const SuiteShape after_use_shape = { .expects = "report or fail",
	                                    .accepts = SUITE_ACCEPT_TEXT,
	                                    .choices = after_use_choices };

/* In the order of SuiteCrash. */
static const char *const crash_choices[] = { "off", "each", "sample", NULL };

static const SuiteShape crash_shape = { .expects = "off, each or sample",
	                                .accepts = SUITE_ACCEPT_TEXT,
	                                .choices = crash_choices };

/* In the order of SuiteEnvironment. */
static const char *const environment_choices[] = { "off", "report", "fail", NULL };

static const SuiteShape environment_shape = { .expects = "off, report or fail",
	                                      .accepts = SUITE_ACCEPT_TEXT,
	                                      .choices = environment_choices };

static const char *const deploy_choices[] = { "migrations_first", "code_first", "any_order", NULL };
static const SuiteShape deploy_shape = { .expects = "\"migrations_first\", \"code_first\" or \"any_order\"",
	                                 .accepts = SUITE_ACCEPT_TEXT,
	                                 .choices = deploy_choices };

static const char *const plans_when_choices[] = { "end", "each", NULL };

static const SuiteShape plans_when_shape = { .expects = "end or each",
	                                     .accepts = SUITE_ACCEPT_TEXT,
	                                     .choices = plans_when_choices };

static const SuiteShape data_files_shape = { .expects = "a path, a list of paths, or a mapping of tables to paths",
	                                     .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_LIST | SUITE_ACCEPT_MAPPING,
	                                     .item = &suite_shape_text,
	                                     .values = &suite_shape_text };
static const SuiteShape data_shape = { .expects = "a mapping of migrations to files",
	                               .accepts = SUITE_ACCEPT_MAPPING,
	                               .values = &data_files_shape };

/* Enough for every label of most enums and some values more. */
#define ROWS_DEFAULT 20
#define ROWS_MAX     100000

/* What comes by chance half of the time is found seven times out of eight. */
#define RESETS_DEFAULT        3
#define RESETS_MAX            1000

#define STATEMENT_TIMEOUT_MAX 604800 /* seconds: a week */

static const SuiteShape reset_shape = { .expects = "true, false, or a number, 0 or more",
	                                .accepts = SUITE_ACCEPT_BOOL | SUITE_ACCEPT_COUNT };

static const SuiteKey baseline_keys[] = {
	{ "version", &suite_shape_text, false,
	  "the last migration that the database has at the beginning; none without it" },
	{ "schema", &suite_shape_text, false,
	  "a file of SQL that makes it, relative to the suite; without it the migrations up to the version run" },
	{ "verify", &suite_shape_bool, false, "true (default): the dump has to be what these migrations make" },
	{ NULL },
};
static const SuiteShape baseline_shape = { .expects = "a mapping",
	                                   .accepts = SUITE_ACCEPT_MAPPING,
	                                   .keys = baseline_keys };

static const SuiteShape at_shape = { .expects = "a mapping of migrations to fixtures",
	                             .accepts = SUITE_ACCEPT_MAPPING,
	                             .values = &suite_shape_text_or_list };

static const SuiteKey database_keys[] = {
	{ "migrations", &suite_shape_text, true, "the folder of the migrations, relative to the suite" },
	{ "format", &suite_shape_text, false, "the migration tool's format; detected when left out" },
	{ "config", &suite_shape_text, false, "the migration tool's own configuration file, relative to the suite" },
	{ "history_table", &suite_shape_text, false, "the tool's history table, as table or schema.table" },
	{ "placeholders", &suite_shape_text_mapping, false,
	  "values of the tool's placeholders; they win over its configuration" },
	{ "commands", &suite_commands_shape, false, "how the tool is run, when its migrations are code" },
	{ "settings", &suite_shape_text_mapping, false,
	  "settings of the migration tool that change what is run; which there are is the format's" },
	{ "statement_timeout", &suite_shape_count, false,
	  "seconds that a statement of a migration may take; 0 (default): any" },
	{ "baseline", &baseline_shape, false, "what the database has before the first migration that is tested" },
	{ "expect", &suite_shape_text_or_list, false, "expectation fixtures, relative to the suite" },
	{ "ignore", &ignore_list_shape, false, "what a comparison with a schema in SQL leaves out" },
	{ "at", &at_shape, false, "migration: expectation fixtures that hold right after it" },
	{ "rollback", &rollback_shape, false,
	  "down (default): every down that exists is proved; required: a migration without a down fails; restore: a "
	  "backup from before every migration is proved, too; none: no round trips" },
	{ "after_use", &after_use_shape, false,
	  "a down that fails once rows use what the up allows: report (default) reports it, fail fails; with rollback: "
	  "required it fails" },
	{ "column_order", &column_order_shape, false,
	  "free (default): a round trip that puts columns into another order is reported; strict: it fails" },
	{ "idempotent", &suite_shape_bool, false, "true: the SQL of each migration, run twice, changes nothing" },
	{ "environment", &environment_shape, false,
	  "off (default); report: what depends on the time zone, the form of dates or the locale is reported; fail: it "
	  "fails" },
	{ "environment_except", &suite_shape_text_mapping, false,
	  "table, column or other object: why it may depend on settings of the server" },
	{ "reset", &reset_shape, false,
	  "how often the database is reset, each time with the same schema; true: 3 times; 0 or false (default): "
	  "never" },
	{ "rows", &suite_shape_count, false, "generated rows per table for round trips; 0: none" },
	{ "rows_except", &suite_shape_text_mapping, false, "migration: why it may fail on tables that have rows" },
	{ "repeatables_except", &suite_shape_text_mapping, false,
	  "migration: why it may fail where repeatable migrations are there already" },
	{ "preconditions", &preconditions_shape, false,
	  "report (default): what a migration asks of the rows that are there is reported; fail: it may ask for "
	  "nothing" },
	{ "data", &data_shape, false, "migration: files with rows, loaded once it is applied" },
	{ "layout", &suite_shape_text_mapping, false, "file: why what is odd about it is meant" },
	{ "lossy", &suite_shape_text_mapping, false, "migration: why its down loses rows or values" },
	{ "ignore_columns", &suite_shape_text_mapping, false,
	  "column, as schema.table.column with * for any characters: why rows are compared without it" },
	{ "changes", &suite_shape_text_mapping, false,
	  "migration: why its up loses rows or values, or stops what an application does" },
	{ "deploy", &deploy_shape, false,
	  "what a release brings first: migrations_first (default): the queries of the release before run on the new "
	  "schema; code_first: those of the new release on the old one; any_order: both" },
	{ "contract", &suite_shape_text_mapping, false,
	  "migration: why it may break queries of the release before it" },
	{ "irreversible", &suite_shape_text_mapping, false, "migration: why it has no down" },
	{ "superuser", &suite_shape_text_mapping, false, "migration: why only a superuser can run it" },
	{ "drift", &suite_drift_shape, false, "for pgassay drift: differences of a live database that are wanted" },
	{ "size", &suite_size_shape, false, "the size of its tables in production, at which plans are made" },
	{ "plans", &plans_when_shape, false,
	  "end (default): plans are made after all migrations; each: after each of them, and the one that changes a "
	  "plan "
	  "is named" },
	{ "blessed_plans", &suite_shape_text, false,
	  "the file, relative to the suite, in which pgassay bless keeps the plans that are wanted" },
	{ "impact", &suite_impact_shape, false,
	  "off (default); report: what migrations do to tables that are in use is reported; fail: it fails; or a "
	  "mapping" },
	{ "crash", &crash_shape, false,
	  "off (default); each: every migration is killed after each of its statements; sample: after one, which is "
	  "drawn" },
	{ NULL },
};
const SuiteShape suite_database_shape = { .expects = "a mapping",
	                                  .accepts = SUITE_ACCEPT_MAPPING,
	                                  .keys = database_keys };
/* --- Loading ------------------------------------------------------------- */

static void
data_free(gpointer item)
{
	SuiteData *data = item;

	g_free(data->migration);
	g_free(data->table);
	g_free(data->path);
	g_free(data);
}

static void
baseline_free(SuiteBaseline *baseline)
{
	if (baseline == NULL)
		return;
	g_free(baseline->version);
	g_free(baseline->schema);
	g_free(baseline);
}

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
	baseline_free(database->baseline);
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

static bool
database_load_fixture(const Suite *suite, const SuiteNode *item, SuiteDatabase *database, GError **error)
{
	SuiteFile *file = suite_file_new(suite, item, G_FILE_TEST_IS_REGULAR, error);

	if (file == NULL)
		return false;
	g_ptr_array_add(database->fixtures, file);
	for (guint i = 0; i + 1 < database->fixtures->len; i++)
		if (strcmp(((SuiteFile *)g_ptr_array_index(database->fixtures, i))->path, file->path) == 0)
			return suite_node_error(item, error, "remove one of the two",
			                        "the fixture \"%s\" is listed twice", file->path);
	return true;
}

static bool
load_fixtures(const Suite *suite, const SuiteNode *expect, SuiteDatabase *database, GError **error)
{
	bool list = expect != NULL && suite_node_kind(expect) == SUITE_NODE_LIST;
	guint n = expect == NULL ? 0 : list ? suite_node_size(expect) : 1;
	bool right = true;

	for (guint i = 0; i < n; i++) {
		const SuiteNode *item = list ? suite_node_item(expect, i) : expect;
		GError *wrong = NULL;
		if (!database_load_fixture(suite, item, database, &wrong))
			right = base_error_add(error, wrong);
	}
	return right;
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

/* What needs the SQL of the migrations is not to be had from commands. */
static bool
refuse_sql(const SuiteDatabase *database, const char *key, GError **error)
{
	const SuiteNode *node = suite_node_get(database->node, key);

	if (node == NULL)
		return true;
	return suite_node_error(node, error, "take it out, or give the migrations as SQL",
	                        "\"%s\" needs the SQL of the migrations, which \"commands\" do not show", key);
}

static bool
load_commands(const Suite *suite, SuiteDatabase *database, GError **error)
{
	const SuiteNode *node = suite_node_get(database->node, "commands");
	const SuiteNode *format = suite_node_get(database->node, "format");

	if (node == NULL)
		return true;
	if (format != NULL && strcmp(suite_node_text(format), "command") != 0)
		return suite_node_error(node, error, "take one of the two out",
		                        "\"commands\" and the format \"%s\" exclude each other",
		                        suite_node_text(format));
	database->migrations.commands = suite_commands_new(suite, node, error);
	return database->migrations.commands != NULL && refuse_sql(database, "idempotent", error) &&
	       refuse_sql(database, "crash", error);
}

static bool
load_statement_timeout(SuiteDatabase *database, GError **error)
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

static bool
suite_database_load_migrations(const Suite *suite, SuiteDatabase *database, GError **error)
{
	MigrationOptions *options = &database->migrations;
	const SuiteNode *placeholders = suite_node_get(database->node, "placeholders");
	const SuiteNode *settings = suite_node_get(database->node, "settings");
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
		options->placeholders = suite_load_texts(placeholders);
	if (settings != NULL)
		options->settings = suite_load_texts(settings);
	return load_commands(suite, database, error) && load_statement_timeout(database, error);
}

static bool
suite_database_load_baseline(const Suite *suite, SuiteDatabase *database, GError **error)
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
		    "the baseline says nothing");
	if (version == NULL && verify != NULL)
		return suite_node_error(verify, error, "name the last of them as \"version\", or take \"verify\" out",
		                        "there are no migrations to compare the schema with");
	database->baseline = g_new0(SuiteBaseline, 1);
	database->baseline->node = version != NULL ? version : schema;
	database->baseline->version = version != NULL ? g_strdup(suite_node_text(version)) : NULL;
	database->baseline->verify = version != NULL;
	if (verify != NULL)
		suite_node_is_bool(verify, &database->baseline->verify);
	if (!load_path(suite, schema, G_FILE_TEST_IS_REGULAR, &path, error))
		return false;
	database->baseline->schema = (char *)path;
	return true;
}

/* One file of the migration in the key; `table`: of a CSV file. */
static bool
load_data_file(const Suite *suite, GPtrArray *files, const SuiteNode *key, const char *table, const SuiteNode *path,
               GError **error)
{
	SuiteFile *file = suite_file_new(suite, path, G_FILE_TEST_IS_REGULAR, error);

	if (file == NULL)
		return false;
	SuiteData *data = g_new0(SuiteData, 1);
	data->migration = g_strdup(suite_node_text(key));
	data->node = key;
	data->table = g_strdup(table);
	data->path = g_steal_pointer(&file->path);
	suite_file_free(file);
	g_ptr_array_add(files, data);
	return true;
}

static bool
database_load_files(const Suite *suite, GPtrArray *ret_files, const SuiteNode *key, const SuiteNode *files,
                    GError **error)
{
	bool tables = suite_node_kind(files) == SUITE_NODE_MAPPING;
	bool right = true;

	if (suite_node_kind(files) == SUITE_NODE_SCALAR)
		return load_data_file(suite, ret_files, key, NULL, files, error);
	if (suite_node_size(files) == 0)
		return suite_node_error(files, error, "name a file, or remove the migration", "\"%s\" names no file",
		                        suite_node_text(key));
	for (guint i = 0; i < suite_node_size(files); i++) {
		GError *wrong = NULL;
		if (!load_data_file(suite, ret_files, key, tables ? suite_node_key(files, i) : NULL,
		                    suite_node_item(files, i), &wrong))
			right = base_error_add(error, wrong);
	}
	return right;
}

/* A mapping of migrations to files. */
static bool
suite_database_load_data(const Suite *suite, GPtrArray *ret_files, const SuiteNode *all, GError **error)
{
	bool right = true;

	for (guint i = 0; all != NULL && i < suite_node_size(all); i++) {
		GError *wrong = NULL;
		if (!database_load_files(suite, ret_files, suite_node_key_node(all, i), suite_node_item(all, i),
		                         &wrong))
			right = base_error_add(error, wrong);
	}
	return right;
}

static bool
load_resets(SuiteDatabase *database, GError **error)
{
	const SuiteNode *node = suite_node_get(database->node, "reset");
	gint64 number = 0;
	bool wanted = false;

	if (node == NULL)
		return true;
	if (suite_node_is_bool(node, &wanted))
		number = wanted ? RESETS_DEFAULT : 0;
	else if (suite_node_is_int(node, &number) && number > RESETS_MAX)
		return suite_node_error(node, error, "3 are enough for most databases",
		                        "more than %d resets are not supported", RESETS_MAX);
	database->resets = (guint)number;
	return true;
}

/* How the round trips are made. */
static bool
load_round_trips(const Suite *suite, SuiteDatabase *database, GError **error)
{
	const SuiteNode *node = database->node;
	const char *rollback = suite_node_get_text(node, "rollback");
	const char *after_use = suite_node_get_text(node, "after_use");
	const SuiteNode *rows = suite_node_get(node, "rows");
	const SuiteNode *idempotent = suite_node_get(node, "idempotent");
	gint64 n_rows = ROWS_DEFAULT;

	(void)suite;
	database->after_use_fails = g_strcmp0(after_use, "fail") == 0 ||
	                            (after_use == NULL && g_strcmp0(rollback, "required") == 0);
	if (g_strcmp0(rollback, "required") == 0)
		database->rollback = SUITE_ROLLBACK_REQUIRED;
	else if (g_strcmp0(rollback, "restore") == 0)
		database->rollback = SUITE_ROLLBACK_RESTORE;
	else if (g_strcmp0(rollback, "none") == 0)
		database->rollback = SUITE_ROLLBACK_NONE;
	database->strict_column_order = g_strcmp0(suite_node_get_text(node, "column_order"), "strict") == 0;
	if (g_strcmp0(suite_node_get_text(node, "preconditions"), "fail") == 0)
		database->preconditions = SUITE_PRECONDITIONS_FAIL;
	if (idempotent != NULL)
		suite_node_is_bool(idempotent, &database->idempotent);
	if (rows != NULL && suite_node_is_int(rows, &n_rows) && n_rows > ROWS_MAX)
		return suite_node_error(rows, error, "20 are enough for most schemas",
		                        "more than %d generated rows per table are not supported", ROWS_MAX);
	database->rows = (guint)n_rows;
	return true;
}

static guint
load_ignored_attributes(const SuiteNode *list)
{
	guint ignored = 0;

	for (guint i = 0; list != NULL && i < suite_node_size(list); i++)
		for (guint j = 0; ignore_choices[j] != NULL; j++)
			if (strcmp(suite_node_text(suite_node_item(list, i)), ignore_choices[j]) == 0)
				ignored |= 1U << j;
	return ignored;
}

/* The number of the key's word among the choices: the shape has refused what is not among them. 0 without the key. */
static guint
load_choice(const SuiteNode *node, const char *key, const char *const *choices)
{
	const char *word = suite_node_get_text(node, key);

	for (guint i = 0; word != NULL && choices[i] != NULL; i++)
		if (strcmp(choices[i], word) == 0)
			return i;
	return 0;
}

static bool
load_size(const Suite *suite, SuiteDatabase *database, GError **error)
{
	database->size = suite_node_get(database->node, "size");
	database->plans_each = g_strcmp0(suite_node_get_text(database->node, "plans"), "each") == 0;
	const SuiteNode *file = suite_node_get(database->size, "statistics");
	const SuiteNode *blessed = suite_node_get(database->node, "blessed_plans");
	if (blessed != NULL && database->size == NULL)
		return suite_node_error(blessed, error, "state it by \"size\": \"pgassay help plans\" shows how",
		                        "\"blessed_plans\" needs the size of the tables");
	if (blessed != NULL)
		database->blessed_plans = suite_path_resolve(suite->directory, suite_node_text(blessed));
	if (file != NULL)
		database->statistics = suite_file_new(suite, file, G_FILE_TEST_IS_REGULAR, error);
	return file == NULL || database->statistics != NULL;
}

static bool
database_load_expect(const Suite *suite, SuiteDatabase *database, GError **error)
{
	return load_fixtures(suite, suite_node_get(database->node, "expect"), database, error);
}

static bool
database_load_at(const Suite *suite, SuiteDatabase *database, GError **error)
{
	return suite_database_load_data(suite, database->at, suite_node_get(database->node, "at"), error);
}

static bool
database_load_given_rows(const Suite *suite, SuiteDatabase *database, GError **error)
{
	return suite_database_load_data(suite, database->data, suite_node_get(database->node, "data"), error);
}

static bool
database_load_declared(const Suite *suite, SuiteDatabase *database, GError **error)
{
	(void)suite;
	return suite_declarations_load(database, error);
}

static bool
database_load_resets(const Suite *suite, SuiteDatabase *database, GError **error)
{
	(void)suite;
	return load_resets(database, error);
}

static bool
database_load_drift(const Suite *suite, SuiteDatabase *database, GError **error)
{
	(void)suite;
	return suite_load_drift(database, error);
}

/* Each part by itself, so that what is wrong in all of them is said at once. */
static bool
suite_database_load_parts(const Suite *suite, SuiteDatabase *database, const SuiteNode *key, GError **error)
{
	static bool (*const parts[])(const Suite *suite, SuiteDatabase *database, GError **error) = {
		suite_database_load_migrations,
		suite_database_load_baseline,
		load_round_trips,
		database_load_given_rows,
		database_load_declared,
		database_load_resets,
		load_size,
		database_load_drift,
		database_load_expect,
		database_load_at,
	};
	GError *wrong = NULL;
	bool right = suite_check_name(key, "database", &wrong) || base_error_add(error, g_steal_pointer(&wrong));

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
		if (!parts[i](suite, database, &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
	return right;
}

bool
suite_load_database(Suite *suite, const SuiteNode *databases, guint index, GError **error)
{
	const SuiteNode *node = suite_node_item(databases, index);
	SuiteDatabase *database = g_new0(SuiteDatabase, 1);

	g_ptr_array_add(suite->databases, database);
	database->name = g_strdup(suite_node_key(databases, index));
	database->node = node;
	database->fixtures = g_ptr_array_new_with_free_func(suite_file_free);
	database->at = g_ptr_array_new_with_free_func(data_free);
	database->data = g_ptr_array_new_with_free_func(data_free);
	suite_declarations_new(database);
	database->crash = (SuiteCrash)load_choice(node, "crash", crash_choices);
	database->deploy = (SuiteDeploy)load_choice(node, "deploy", deploy_choices);
	database->environment = (SuiteEnvironment)load_choice(node, "environment", environment_choices);
	suite_load_impact(database);
	database->ignored_attributes = load_ignored_attributes(suite_node_get(node, "ignore"));
	return suite_database_load_parts(suite, database, suite_node_key_node(databases, index), error);
}
