#include "suite/suite.h"

#include "base/error.h"
#include "base/nearest.h"
#include "suite/checklist.h"
#include "suite/loading.h"
#include "suite/plans.h"
#include "suite/programs.h"
#include "suite/variables.h"

#include <string.h>

/* Major versions; the upper bound only refuses numbers such as 150018 or 2024. */
#define VERSION_MIN 13
#define VERSION_MAX 99

/* --- Shape --------------------------------------------------------------- */

static const SuiteShape version_shape = { .expects = "a major version, or a list of them",
	                                  .accepts = SUITE_ACCEPT_COUNT | SUITE_ACCEPT_LIST,
	                                  .item = &suite_shape_count };

static const char *const role_choices[] = { "owner", NULL };
static const SuiteKey role_keys[] = {
	{ "superuser", &suite_shape_text, true, "why a superuser runs the migrations in production" },
	{ NULL },
};
static const SuiteShape role_shape = { .expects = "\"owner\", or a mapping with \"superuser\" and the reason",
	                               .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_MAPPING,
	                               .choices = role_choices,
	                               .keys = role_keys };

static const SuiteShape provider_shape = { .expects = "the name of a provider",
	                                   .accepts = SUITE_ACCEPT_TEXT,
	                                   .choices = suite_provider_names };

static const SuiteKey server_keys[] = {
	{ "version", &version_shape, false,
	  "acceptable PostgreSQL major versions, best first; the first one that is found is used" },
	{ "extensions", &suite_shape_text_list, false, "extensions that the server must have" },
	{ "roles", &suite_shape_text_list, false, "roles that exist before the migrations run; created without login" },
	{ "role", &role_shape, false, "whose rights the migrations have to do with" },
	{ "provider", &provider_shape, false,
	  "the provider of the managed server: pgassay knows what its administrator may do" },
	{ "tcp", &suite_shape_bool, false,
	  "programs connect to 127.0.0.1, with a password, for drivers that cannot use a Unix socket (default: "
	  "false)" },
	{ "stand_ins", &suite_shape_text_mapping, false,
	  "extension: SQL file that runs in the place of its CREATE EXTENSION where the server lacks it" },
	{ NULL },
};
static const SuiteShape server_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = server_keys };

static const SuiteShape databases_shape = { .expects = "a mapping of database names",
	                                    .accepts = SUITE_ACCEPT_MAPPING,
	                                    .values = &suite_database_shape };

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
	{ "queries", &suite_shape_text_list, false, "files with the application's queries, relative to the suite" },
	{ "plans", &suite_plans_shape, false, "plans of queries, at the size of production" },
	{ "programs", &suite_programs_shape, false,
	  "test programs that run on the databases at the end of the migrations" },
	{ "checklist", &suite_checklist_shape, false,
	  "what must hold before, during and after a release, for \"pgassay checklist\"" },
	{ "env", &suite_variables_shape, false,
	  "environment variable: the database whose URL it holds, for programs that \"pgassay exec\" runs" },
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
check_free(gpointer data)
{
	SuiteCheck *check = data;

	g_free(check->name);
	g_clear_pointer(&check->databases, g_ptr_array_unref);
	g_free(check);
}

/* Names as the server takes them: any text but the empty one. `what` is their kind: "role". */
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

/* No managed server lets anybody be a superuser. */
static bool
load_provider(Suite *suite, const SuiteNode *server, GError **error)
{
	const SuiteNode *provider = suite_node_get(server, "provider");

	if (provider == NULL)
		return true;
	suite->provider = suite_provider_find(suite_node_text(provider));
	return suite->superuser == NULL ||
	       suite_node_error(provider, error, "take one of the two out",
	                        "%s has no superusers, but \"role\" says that a superuser runs the migrations",
	                        suite->provider->title);
}

static bool
load_server(Suite *suite, const SuiteNode *server, GError **error)
{
	if (!load_versions(suite_node_get(server, "version"), suite->versions, error) ||
	    !load_names(suite_node_get(server, "extensions"), "extension", suite->extensions, error) ||
	    !load_names(suite_node_get(server, "roles"), "role", suite->roles, error))
		return false;
	const SuiteNode *role = suite_node_get(server, "role");
	if (role != NULL && suite_node_kind(role) == SUITE_NODE_MAPPING) {
		const SuiteNode *reason = suite_node_get(role, "superuser");
		if (suite_node_text(reason)[0] == '\0')
			return suite_node_error(reason, error, NULL, "the reason is empty");
		suite->superuser = g_strdup(suite_node_text(reason));
	}
	const SuiteNode *tcp = suite_node_get(server, "tcp");
	if (!load_provider(suite, server, error))
		return false;
	if (tcp != NULL)
		suite_node_is_bool(tcp, &suite->tcp);
	const SuiteNode *stand_ins = suite_node_get(server, "stand_ins");
	for (guint i = 0; stand_ins != NULL && i < suite_node_size(stand_ins); i++) {
		SuiteFile *file = suite_file_new(suite, suite_node_item(stand_ins, i), G_FILE_TEST_IS_REGULAR, error);
		if (file == NULL)
			return false;
		g_hash_table_insert(suite->stand_ins, g_strdup(suite_node_key(stand_ins, i)), file);
	}
	return true;
}

static bool
find_kind(const SuiteCheckKind *const *kinds, const SuiteNode *key, const SuiteCheckKind **ret_kind, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; kinds[i] != NULL; i++) {
		if (strcmp(kinds[i]->name, suite_node_text(key)) == 0) {
			*ret_kind = kinds[i];
			return true;
		}
		g_ptr_array_add(names, (gpointer)kinds[i]->name);
	}
	g_ptr_array_add(names, NULL);
	return suite_check_one_of(key, (const char *const *)names->pdata, "kind of check", error);
}

static char *
list_databases(const Suite *suite)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < suite->databases->len; i++)
		g_ptr_array_add(names, ((SuiteDatabase *)g_ptr_array_index(suite->databases, i))->name);
	g_ptr_array_add(names, NULL);
	g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
	return g_strdup_printf("the databases are: %s", all);
}

bool
suite_find_named_database(const Suite *suite, const SuiteNode *name, const SuiteDatabase **ret_database, GError **error)
{
	g_autofree char *hint = list_databases(suite);

	*ret_database = suite_find_database(suite, suite_node_text(name));
	return *ret_database != NULL ||
	       suite_node_error(name, error, hint, "the suite has no database \"%s\"", suite_node_text(name));
}

/* The databases that a check compares: `databases:`. */
static bool
find_check_databases(const Suite *suite, SuiteCheck *check, const SuiteNode *list, GError **error)
{
	check->databases = g_ptr_array_new();
	if (suite_node_size(list) < 2)
		return suite_node_error(list, error, NULL, "a check of several databases needs two or more");
	for (guint i = 0; i < suite_node_size(list); i++) {
		const SuiteNode *item = suite_node_item(list, i);
		const SuiteDatabase *database = NULL;
		if (!suite_find_named_database(suite, item, &database, error))
			return false;
		if (g_ptr_array_find(check->databases, database, NULL))
			return suite_node_error(item, error, "remove one of the two", "database \"%s\" is listed twice",
			                        database->name);
		g_ptr_array_add(check->databases, (gpointer)database);
	}
	for (guint i = 0; i < suite->databases->len; i++)
		if (g_ptr_array_find(check->databases, g_ptr_array_index(suite->databases, i), NULL))
			check->database = g_ptr_array_index(suite->databases, i);
	return true;
}

bool
suite_find_its_database(const Suite *suite, const SuiteNode *node, const char *what, const char *name,
                        const SuiteDatabase **ret_database, GError **error)
{
	const SuiteNode *named = suite_node_get(node, "database");

	if (named == NULL && suite->databases->len == 1) {
		*ret_database = g_ptr_array_index(suite->databases, 0);
		return true;
	}
	g_autofree char *hint = list_databases(suite);
	if (named == NULL)
		return suite_node_error(node, error, hint, "%s \"%s\" needs the key \"database\"", what, name);
	return suite_find_named_database(suite, named, ret_database, error);
}

static bool
find_check_database(const Suite *suite, SuiteCheck *check, GError **error)
{
	const SuiteNode *list = suite_node_get(check->node, "databases");

	return list != NULL
	           ? find_check_databases(suite, check, list, error)
	           : suite_find_its_database(suite, check->node, "check", check->name, &check->database, error);
}

/* A name is a line of a report, and distinguishes its check from all others. */
static bool
load_check_name(const Suite *suite, SuiteCheck *check, GError **error)
{
	const SuiteNode *named = suite_node_get(check->node, "name");
	const SuiteNode *node = named != NULL ? named : check->node;

	check->name = named != NULL ? g_strdup(suite_node_text(named)) : check->kind->make_name(check->node);
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
load_check(Suite *suite, const SuiteCheckKind *const *kinds, const SuiteNode *item, GError **error)
{
	if (suite_node_kind(item) != SUITE_NODE_MAPPING || suite_node_size(item) != 1)
		return suite_node_error(item, error, "write it as \"- query: { name: ..., sql: ... }\"",
		                        "a check must be one kind of check with its mapping");
	SuiteCheck *check = g_new0(SuiteCheck, 1);
	g_ptr_array_add(suite->checks, check);
	check->node = suite_node_item(item, 0);
	if (!find_kind(kinds, suite_node_key_node(item, 0), &check->kind, error))
		return false;
	const SuiteCheckKind *kind = check->kind;
	return suite_shape_check(kind->shape, check->node, kind->name, error) &&
	       (kind->validate == NULL || kind->validate(check->node, error)) && load_check_name(suite, check, error) &&
	       find_check_database(suite, check, error);
}

/* False for a mapping that has no key that could be "suite", mistyped: it is another kind of file. */
static bool
suite_is_meant(const SuiteNode *root)
{
	static const char *const key[] = { "suite", NULL };
	bool meant = suite_node_kind(root) != SUITE_NODE_MAPPING || suite_node_size(root) == 0;

	for (guint i = 0; !meant && i < suite_node_size(root); i++)
		meant = base_nearest(suite_node_key(root, i), key) != NULL;
	return meant;
}

static bool
suite_load_databases(Suite *suite, const SuiteNode *databases, GError **error)
{
	bool right = true;

	if (suite_node_size(databases) == 0)
		return suite_node_error(databases, error, "add a database with its migrations",
		                        "the suite has no database");
	for (guint i = 0; i < suite_node_size(databases); i++) {
		GError *wrong = NULL;
		if (!suite_load_database(suite, databases, i, &wrong))
			right = base_error_add(error, wrong);
	}
	return right;
}

static bool
suite_load_checks(Suite *suite, const SuiteCheckKind *const *kinds, const SuiteNode *checks, GError **error)
{
	bool right = true;

	for (guint i = 0; checks != NULL && i < suite_node_size(checks); i++) {
		GError *wrong = NULL;
		guint n = suite->checks->len;
		if (load_check(suite, kinds, suite_node_item(checks, i), &wrong))
			continue;
		/* A check without a name would stop later ones from loading. */
		g_ptr_array_set_size(suite->checks, (gint)n);
		right = base_error_add(error, wrong);
	}
	return right;
}

/* Loads the parts that refer to databases, once these are valid. */
static bool
suite_load_rest(Suite *suite, const SuiteCheckKind *const *kinds, const SuiteNode *root, GError **error)
{
	static const struct {
		const char *key;
		bool (*load)(Suite *suite, const SuiteNode *node, GError **error);
	} parts[] = {
		{ "queries", suite_load_queries },     { "plans", suite_load_plans },
		{ "programs", suite_load_programs },   { "env", suite_load_variables },
		{ "checklist", suite_load_checklist },
	};
	GError *wrong = NULL;
	bool right = true;

	if (!suite_load_checks(suite, kinds, suite_node_get(root, "checks"), &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
		if (!parts[i].load(suite, suite_node_get(root, parts[i].key), &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
	return right;
}

static bool
load_all(Suite *suite, const SuiteCheckKind *const *kinds, GError **error)
{
	const SuiteNode *root = suite_document_root(suite->document);

	if (!suite_is_meant(root))
		return suite_node_error(root, error,
		                        "a suite begins with \"suite: NAME\"; a fixture is named in a suite, under "
		                        "\"expect\"",
		                        "this file is no suite: it has no key \"suite\"");
	if (!suite_shape_check(&whole_shape, root, "the suite", error) ||
	    !suite_check_name(suite_node_get(root, "suite"), "suite", error))
		return false;
	suite->name = g_strdup(suite_node_get_text(root, "suite"));
	suite->title = g_strdup(suite_node_get_text(root, "title"));
	const SuiteNode *server = suite_node_get(root, "server");
	GError *wrong = NULL;
	bool right = true;
	if (server != NULL && !load_server(suite, server, &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	if (!suite_load_databases(suite, suite_node_get(root, "databases"), &wrong))
		return base_error_add(error, wrong);
	if (!suite_load_rest(suite, kinds, root, &wrong))
		right = base_error_add(error, wrong);
	return right;
}

/* Takes ownership of the document, which may be NULL. */
static Suite *
suite_load_document(const char *path, SuiteDocument *document, const SuiteCheckKind *const *kinds, GError **error)
{
	g_autoptr(Suite) suite = g_new0(Suite, 1);

	suite->path = g_strdup(path);
	suite->directory = g_path_get_dirname(path);
	suite->versions = g_array_new(FALSE, FALSE, sizeof(guint));
	suite->extensions = g_ptr_array_new_with_free_func(g_free);
	suite->roles = g_ptr_array_new_with_free_func(g_free);
	suite->stand_ins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, suite_file_free);
	suite->databases = g_ptr_array_new_with_free_func(suite_database_free);
	suite->checks = g_ptr_array_new_with_free_func(check_free);
	suite->queries = g_ptr_array_new_with_free_func(suite_file_free);
	suite->plans = g_ptr_array_new_with_free_func(suite_plan_free);
	suite->programs = g_ptr_array_new_with_free_func(suite_program_free);
	suite->variables = g_ptr_array_new_with_free_func(suite_variable_free);
	suite->checklist = g_ptr_array_new_with_free_func(suite_item_free);
	suite->document = document;
	if (suite->document == NULL || !load_all(suite, kinds, error))
		return NULL;
	return g_steal_pointer(&suite);
}

Suite *
suite_load(const char *path, const SuiteCheckKind *const *kinds, GError **error)
{
	return suite_load_document(path, suite_document_load(path, error), kinds, error);
}

Suite *
suite_load_text(const char *path, const char *text, const SuiteCheckKind *const *kinds, GError **error)
{
	Suite *suite = suite_load_document(path, suite_document_parse(path, text, error), kinds, error);

	if (suite != NULL)
		suite->text = g_strdup(text);
	return suite;
}

void
suite_free(Suite *suite)
{
	if (suite == NULL)
		return;
	g_free(suite->name);
	g_free(suite->title);
	g_free(suite->superuser);
	g_free(suite->path);
	g_free(suite->directory);
	g_free(suite->text);
	g_array_unref(suite->versions);
	g_ptr_array_unref(suite->extensions);
	g_ptr_array_unref(suite->roles);
	g_hash_table_unref(suite->stand_ins);
	g_ptr_array_unref(suite->checks);
	g_ptr_array_unref(suite->checklist);
	g_ptr_array_unref(suite->variables);
	g_ptr_array_unref(suite->programs);
	g_ptr_array_unref(suite->plans);
	g_ptr_array_unref(suite->queries);
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
