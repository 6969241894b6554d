#include "suite/suite.h"

#include "base/error.h"
#include "base/nearest.h"
#include "suite/path.h"

#include <string.h>

/* Major versions; the upper bound only keeps out what is none (150018, 2024). */
#define VERSION_MIN 13
#define VERSION_MAX 99

/* --- Shape --------------------------------------------------------------- */

static const char *const rollback_choices[] = { "down", "required", "none", NULL };

static const SuiteShape rollback_shape = { .expects = "down, required or none",
	                                   .accepts = SUITE_ACCEPT_TEXT,
	                                   .choices = rollback_choices };

static const SuiteShape version_shape = { .expects = "a major version, or a list of them",
	                                  .accepts = SUITE_ACCEPT_COUNT | SUITE_ACCEPT_LIST,
	                                  .item = &suite_shape_count };

static const SuiteShape text_mapping_shape = { .expects = "a mapping of names to texts",
	                                       .accepts = SUITE_ACCEPT_MAPPING,
	                                       .values = &suite_shape_text };

static const SuiteKey server_keys[] = {
	{ "version", &version_shape, false,
	  "acceptable PostgreSQL major versions, best first; the first one that is found is used" },
	{ "extensions", &suite_shape_text_list, false, "extensions that the server must have" },
	{ "roles", &suite_shape_text_list, false, "roles that exist before the migrations run; created without login" },
	{ "stand_ins", &text_mapping_shape, false,
	  "extension: SQL file that runs in the place of its CREATE EXTENSION where the server lacks it" },
	{ NULL },
};
static const SuiteShape server_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = server_keys };

static const SuiteKey database_keys[] = {
	{ "migrations", &suite_shape_text, true, "the folder of the migrations, relative to the suite" },
	{ "format", &suite_shape_text, false, "the migration tool's format; detected when left out" },
	{ "config", &suite_shape_text, false, "the migration tool's own configuration file, relative to the suite" },
	{ "history_table", &suite_shape_text, false, "the tool's history table, as table or schema.table" },
	{ "placeholders", &text_mapping_shape, false,
	  "values of the tool's placeholders; they win over its configuration" },
	{ "expect", &suite_shape_text_or_list, false, "expectation fixtures, relative to the suite" },
	{ "rollback", &rollback_shape, false,
	  "down (default): every down that exists is proved; required: a migration without a down fails; none: no "
	  "round trips" },
	{ NULL },
};
static const SuiteShape database_shape = { .expects = "a mapping",
	                                   .accepts = SUITE_ACCEPT_MAPPING,
	                                   .keys = database_keys };
static const SuiteShape databases_shape = { .expects = "a mapping of database names",
	                                    .accepts = SUITE_ACCEPT_MAPPING,
	                                    .values = &database_shape };

/* The checks' own shapes are checked by kind, once the kind is known. */
static const SuiteShape any_shape = { .expects = "anything", .accepts = SUITE_ACCEPT_ANY };
static const SuiteShape checks_shape = { .expects = "a list of checks",
	                                 .accepts = SUITE_ACCEPT_LIST,
	                                 .item = &any_shape };

static const SuiteKey suite_keys[] = {
	{ "suite", &suite_shape_text, true, "the suite's name: letters, digits, _ and -" },
	{ "title", &suite_shape_text, false, "what people call it" },
	{ "server", &server_shape, false, "what the server must be and have" },
	{ "databases", &databases_shape, true, "the databases, each with its migrations" },
	{ "checks", &checks_shape, false, "checks that run after all migrations" },
	{ NULL },
};
static const SuiteShape whole_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = suite_keys };

const SuiteShape *
suite_shape(void)
{
	return &whole_shape;
}

/* --- Loading ------------------------------------------------------------- */

static void
suite_file_free(gpointer data)
{
	SuiteFile *file = data;

	g_free(file->path);
	g_free(file);
}

/* A path that must exist; NULL with *error that points at the suite's line. */
static SuiteFile *
file_new(const Suite *suite, const SuiteNode *node, GFileTest test, GError **error)
{
	g_autofree char *path = suite_path_resolve(suite->directory, suite_node_text(node));

	if (suite_node_text(node)[0] == '\0') {
		suite_node_error(node, error, "\".\" is the suite's own folder", "the path is empty");
		return NULL;
	}
	if (!g_file_test(path, test)) {
		suite_node_error(node, error, "paths are relative to the suite's own folder", "there is no %s \"%s\"",
		                 test == G_FILE_TEST_IS_DIR ? "folder" : "file", path);
		return NULL;
	}
	SuiteFile *file = g_new0(SuiteFile, 1);
	file->path = g_steal_pointer(&path);
	file->node = node;
	return file;
}

static void
database_free(gpointer data)
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

static void
check_free(gpointer data)
{
	SuiteCheck *check = data;

	g_free(check->name);
	g_free(check);
}

static bool
check_name(const SuiteNode *node, const char *what, GError **error)
{
	const char *name = suite_node_text(node);

	if (name[0] != '\0' && strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-") == strlen(name))
		return true;
	return suite_node_error(node, error, "use letters, digits, _ and -", "\"%s\" cannot be the name of a %s", name,
	                        what);
}

/* Names in the server's own sense: anything but nothing. `what` is what they are names of: "role". */
static bool
load_names(const SuiteNode *list, const char *what, GPtrArray *names, GError **error)
{
	for (guint i = 0; list != NULL && i < suite_node_size(list); i++) {
		const SuiteNode *item = suite_node_item(list, i);
		if (suite_node_text(item)[0] == '\0')
			return suite_node_error(item, error, NULL, "the name of the %s is empty", what);
		g_ptr_array_add(names, g_strdup(suite_node_text(item)));
	}
	return true;
}

static bool
load_version(const SuiteNode *node, GArray *versions, GError **error)
{
	gint64 number = 0;

	suite_node_is_int(node, &number);
	if (number < VERSION_MIN || number > VERSION_MAX)
		return suite_node_error(node, error, "write the major version, 13 or later",
		                        "\"%s\" is no version of PostgreSQL that is supported", suite_node_text(node));
	guint version = (guint)number;
	g_array_append_val(versions, version);
	return true;
}

static bool
load_versions(const SuiteNode *node, GArray *versions, GError **error)
{
	if (node == NULL)
		return true;
	if (suite_node_kind(node) == SUITE_NODE_SCALAR)
		return load_version(node, versions, error);
	for (guint i = 0; i < suite_node_size(node); i++)
		if (!load_version(suite_node_item(node, i), versions, error))
			return false;
	return true;
}

static bool
load_server(Suite *suite, const SuiteNode *server, GError **error)
{
	if (!load_versions(suite_node_get(server, "version"), suite->versions, error) ||
	    !load_names(suite_node_get(server, "extensions"), "extension", suite->extensions, error) ||
	    !load_names(suite_node_get(server, "roles"), "role", suite->roles, error))
		return false;
	const SuiteNode *stand_ins = suite_node_get(server, "stand_ins");
	for (guint i = 0; stand_ins != NULL && i < suite_node_size(stand_ins); i++) {
		SuiteFile *file = file_new(suite, suite_node_item(stand_ins, i), G_FILE_TEST_IS_REGULAR, error);
		if (file == NULL)
			return false;
		g_hash_table_insert(suite->stand_ins, g_strdup(suite_node_key(stand_ins, i)), file);
	}
	return true;
}

static bool
load_fixtures(const Suite *suite, const SuiteNode *expect, SuiteDatabase *database, GError **error)
{
	bool list = expect != NULL && suite_node_kind(expect) == SUITE_NODE_LIST;
	guint n = expect == NULL ? 0 : list ? suite_node_size(expect) : 1;

	for (guint i = 0; i < n; i++) {
		const SuiteNode *item = list ? suite_node_item(expect, i) : expect;
		SuiteFile *file = file_new(suite, item, G_FILE_TEST_IS_REGULAR, error);
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

/* One of the names that a key may have as its value; the error is about a `what`: "migration format". */
static bool
check_one_of(const SuiteNode *node, const char *const *names, const char *what, GError **error)
{
	const char *text = suite_node_text(node);

	if (g_strv_contains(names, text))
		return true;
	const char *nearest = base_nearest(text, names);
	g_autofree char *all = g_strjoinv(", ", (char **)names);
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                                        : g_strdup_printf("there are: %s", all);
	return suite_node_error(node, error, hint, "there is no %s \"%s\"", what, text);
}

/* The path of the key's file or folder in *ret_path; NULL when the key is not there. */
static bool
load_path(const Suite *suite, const SuiteNode *node, GFileTest test, const char **ret_path, GError **error)
{
	*ret_path = NULL;
	if (node == NULL)
		return true;
	SuiteFile *file = file_new(suite, node, test, error);
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
	if (format != NULL && !check_one_of(format, migration_format_names(), "migration format", error))
		return false;
	if (table != NULL && !check_table(table, error))
		return false;
	options->format = g_strdup(suite_node_get_text(database->node, "format"));
	options->history_table = g_strdup(suite_node_get_text(database->node, "history_table"));
	if (placeholders != NULL)
		options->placeholders = load_placeholders(placeholders);
	return true;
}

static bool
load_database(Suite *suite, const SuiteNode *databases, guint index, GError **error)
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
	return check_name(suite_node_key_node(databases, index), "database", error) &&
	       load_migrations(suite, database, error) &&
	       load_fixtures(suite, suite_node_get(node, "expect"), database, error);
}

static bool
find_kind(const SuiteCheckKind *kinds, const SuiteNode *key, guint *ret_kind, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; kinds[i].name != NULL; i++) {
		if (strcmp(kinds[i].name, suite_node_text(key)) == 0) {
			*ret_kind = i;
			return true;
		}
		g_ptr_array_add(names, (gpointer)kinds[i].name);
	}
	g_ptr_array_add(names, NULL);
	return check_one_of(key, (const char *const *)names->pdata, "kind of check", error);
}

/* The database a check is about: named by `database:`, or the only one there is. */
static bool
find_check_database(const Suite *suite, SuiteCheck *check, GError **error)
{
	const SuiteNode *named = suite_node_get(check->node, "database");
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	if (named == NULL && suite->databases->len == 1) {
		check->database = g_ptr_array_index(suite->databases, 0);
		return true;
	}
	for (guint i = 0; i < suite->databases->len; i++)
		g_ptr_array_add(names, ((SuiteDatabase *)g_ptr_array_index(suite->databases, i))->name);
	g_ptr_array_add(names, NULL);
	g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
	g_autofree char *hint = g_strdup_printf("the databases are: %s", all);
	if (named == NULL)
		return suite_node_error(check->node, error, hint, "check \"%s\" needs the key \"database\"",
		                        check->name);
	check->database = suite_find_database(suite, suite_node_text(named));
	if (check->database == NULL)
		return suite_node_error(named, error, hint, "the suite has no database \"%s\"", suite_node_text(named));
	return true;
}

/* A name is a line of a report, and tells its check from all others. */
static bool
load_check_name(const Suite *suite, SuiteCheck *check, GError **error)
{
	const SuiteNode *node = suite_node_get(check->node, "name");

	check->name = g_strdup(suite_node_text(node));
	if (check->name[0] == '\0' || strpbrk(check->name, "\n\r\t") != NULL)
		return suite_node_error(node, error, "say in a few words what is checked",
		                        "the name of a check must be one line that is not empty");
	for (guint i = 0; i + 1 < suite->checks->len; i++) {
		const SuiteCheck *earlier = g_ptr_array_index(suite->checks, i);
		if (strcmp(earlier->name, check->name) == 0)
			return suite_node_error(node, error, "give each check a name of its own",
			                        "another check is named \"%s\" too", check->name);
	}
	return true;
}

static bool
load_check(Suite *suite, const SuiteCheckKind *kinds, const SuiteNode *item, GError **error)
{
	if (suite_node_kind(item) != SUITE_NODE_MAPPING || suite_node_size(item) != 1)
		return suite_node_error(item, error, "write it as \"- query: { name: ..., sql: ... }\"",
		                        "a check must be one kind of check with its mapping");
	SuiteCheck *check = g_new0(SuiteCheck, 1);
	g_ptr_array_add(suite->checks, check);
	check->node = suite_node_item(item, 0);
	if (!find_kind(kinds, suite_node_key_node(item, 0), &check->kind, error))
		return false;
	const SuiteCheckKind *kind = &kinds[check->kind];
	return suite_shape_check(kind->shape, check->node, kind->name, error) &&
	       (kind->validate == NULL || kind->validate(check->node, error)) && load_check_name(suite, check, error) &&
	       find_check_database(suite, check, error);
}

static bool
load_all(Suite *suite, const SuiteCheckKind *kinds, GError **error)
{
	const SuiteNode *root = suite_document_root(suite->document);

	if (!suite_shape_check(&whole_shape, root, "the suite", error) ||
	    !check_name(suite_node_get(root, "suite"), "suite", error))
		return false;
	suite->name = g_strdup(suite_node_get_text(root, "suite"));
	suite->title = g_strdup(suite_node_get_text(root, "title"));
	const SuiteNode *server = suite_node_get(root, "server");
	const SuiteNode *databases = suite_node_get(root, "databases");
	const SuiteNode *checks = suite_node_get(root, "checks");
	if (server != NULL && !load_server(suite, server, error))
		return false;
	if (suite_node_size(databases) == 0)
		return suite_node_error(databases, error, "add a database with its migrations",
		                        "the suite has no database");
	for (guint i = 0; i < suite_node_size(databases); i++)
		if (!load_database(suite, databases, i, error))
			return false;
	for (guint i = 0; checks != NULL && i < suite_node_size(checks); i++)
		if (!load_check(suite, kinds, suite_node_item(checks, i), error))
			return false;
	return true;
}

Suite *
suite_load(const char *path, const SuiteCheckKind *kinds, GError **error)
{
	g_autoptr(Suite) suite = g_new0(Suite, 1);

	suite->path = g_strdup(path);
	suite->directory = g_path_get_dirname(path);
	suite->versions = g_array_new(FALSE, FALSE, sizeof(guint));
	suite->extensions = g_ptr_array_new_with_free_func(g_free);
	suite->roles = g_ptr_array_new_with_free_func(g_free);
	suite->stand_ins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, suite_file_free);
	suite->databases = g_ptr_array_new_with_free_func(database_free);
	suite->checks = g_ptr_array_new_with_free_func(check_free);
	suite->document = suite_document_load(path, error);
	if (suite->document == NULL || !load_all(suite, kinds, error))
		return NULL;
	return g_steal_pointer(&suite);
}

void
suite_free(Suite *suite)
{
	if (suite == NULL)
		return;
	g_free(suite->name);
	g_free(suite->title);
	g_free(suite->path);
	g_free(suite->directory);
	g_array_unref(suite->versions);
	g_ptr_array_unref(suite->extensions);
	g_ptr_array_unref(suite->roles);
	g_hash_table_unref(suite->stand_ins);
	g_ptr_array_unref(suite->checks);
	g_ptr_array_unref(suite->databases);
	suite_document_free(suite->document);
	g_free(suite);
}

const SuiteDatabase *
suite_find_database(const Suite *suite, const char *name)
{
	for (guint i = 0; i < suite->databases->len; i++) {
		const SuiteDatabase *database = g_ptr_array_index(suite->databases, i);
		if (strcmp(database->name, name) == 0)
			return database;
	}
	return NULL;
}
