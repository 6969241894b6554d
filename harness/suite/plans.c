/* `queries:` and `plans:`. plan/condition.c defines the conditions. */
#include "suite/plans.h"
#include "suite/loading.h"
#include "suite/path.h"

#include "base/file.h"
#include "migration/directory.h"

#include <string.h>

static const SuiteShape value_shape = { .expects = "a text, a number, true, false or null",
	                                .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_NULL };
static const SuiteShape row_shape = { .expects = "a list with a value for each parameter",
	                              .accepts = SUITE_ACCEPT_LIST,
	                              .item = &value_shape };
static const SuiteShape values_shape = { .expects = "a list of lists, each with a value for each parameter",
	                                 .accepts = SUITE_ACCEPT_LIST,
	                                 .item = &row_shape };

static const SuiteKey max_keys[] = {
	{ "cost_ratio", &suite_shape_text, false,
	  "with plans: each: how many times dearer a migration may make the query; 1.5 without it" },
	{ "values_ratio", &suite_shape_text, false,
	  "how many times dearer the query may be with its worst values than with its best" },
	{ "buffers", &suite_shape_text, false, "on rows: blocks of 8 kB that the query reads, from memory or not" },
	{ "rows_misestimate", &suite_shape_text, false,
	  "on rows: how many times more or fewer rows come out of a node than the planner expects" },
	{ "temp_blocks", &suite_shape_text, false, "on rows: blocks that it reads from and writes to temporary files" },
	{ "rows_removed", &suite_shape_text, false, "on rows: rows that it reads and throws away" },
	{ "heap_fetches", &suite_shape_text, false, "on rows: rows that index only scans look up in the table" },
	{ NULL },
};
static const SuiteShape max_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = max_keys };

static const char *const level_choices[] = { "off", "access", "joins", "shape", NULL };
static const SuiteShape level_shape = { .expects = "off, access, joins or shape",
	                                .accepts = SUITE_ACCEPT_TEXT,
	                                .choices = level_choices };

static const SuiteKey plan_keys[] = {
	{ "name", &suite_shape_text, true, "the case's name" },
	{ "database", &suite_shape_text, false, "the database; needed when the suite has several" },
	{ "sql", &suite_shape_text, false, "the query, with $1, $2, ... for its parameters; either this or query" },
	{ "query", &suite_shape_text, false, "the name of a query under queries" },
	{ "values", &values_shape, false,
	  "values of the parameters; each of these lists is a case, and the plan is made for it" },
	{ "generic", &suite_shape_bool, false,
	  "true: the plan that serves all values, too; without values it is the only one" },
	{ "role", &suite_shape_text, false, "the role that sends it" },
	{ "settings", &suite_shape_text_mapping, false, "settings of the session that sends it" },
	{ "uses", &suite_shape_text_or_list, false, "indexes that the plan must use" },
	{ "access", &suite_shape_text_mapping, false, "table: how the plan must read it: index on (a, b)" },
	{ "requires", &suite_shape_text_or_list, false, "what the plan must hold: \"Index Only Scan on orders\"" },
	{ "forbids", &suite_shape_text_or_list, false, "what the plan may not hold: Sort, \"Seq Scan on orders\"" },
	{ "max", &max_shape, false, "limits" },
	{ "blessed", &level_shape, false,
	  "how much of the plan must be as in the database's blessed_plans: access (default), joins, shape; off: "
	  "nothing" },
	{ "xpath", &suite_shape_text_or_list, false, "XPath expressions that must be true of the plan in XML" },
	{ NULL },
};
static const SuiteShape plan_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = plan_keys };
const SuiteShape suite_plans_shape = { .expects = "a list of plans",
	                               .accepts = SUITE_ACCEPT_LIST,
	                               .item = &plan_shape };

/* --- Queries ---------------------------------------------------------------- */

static int
plans_compare_paths(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* True for TypeScript made by PgTyped; its head says so. */
static bool
plans_is_pgtyped(const MigrationFile *file)
{
	char head[4096];

	return (g_str_has_suffix(file->name, ".ts") || g_str_has_suffix(file->name, ".tsx")) &&
	       strstr(file->path, "/node_modules/") == NULL &&
	       base_file_read_start(file->path, BASE_FILE_FOLLOW, head, sizeof(head)) > 0 &&
	       strstr(head, "@pgtyped/") != NULL;
}

static bool
plans_is_query_file(const char *name)
{
	return g_str_has_suffix(name, ".sql") || g_pattern_match_simple("query-*.json", name);
}

/* All below a folder. */
static void
plans_list_folder(const char *folder, GPtrArray *files)
{
	g_autoptr(GPtrArray) all = migration_directory_list(folder, true, NULL);

	for (guint i = 0; all != NULL && i < all->len; i++) {
		const MigrationFile *file = g_ptr_array_index(all, i);
		if (!file->is_directory && (plans_is_query_file(migration_file_base(file)) || plans_is_pgtyped(file)))
			g_ptr_array_add(files, g_strdup(file->path));
	}
}

/* Those of a folder whose names match. */
static void
plans_list_matching(const char *path, GPtrArray *files)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *pattern = g_path_get_basename(path);
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *name;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL)
		if (name[0] != '.' && g_pattern_match_simple(pattern, name))
			g_ptr_array_add(files, g_build_filename(folder, name, NULL));
}

GPtrArray *
suite_list_queries(const char *path)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);

	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		plans_list_folder(path, files);
	else
		plans_list_matching(path, files);
	g_ptr_array_sort(files, plans_compare_paths);
	return files;
}

static bool
plans_refuse(const char *path, const SuiteNode *node, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *pattern = g_path_get_basename(path);

	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return suite_node_error(
		    node, error, "write the path of the files with the queries",
		    "no file below \"%s\" ends with .sql, is one of sqlx's query-*.json, or PgTyped's TypeScript",
		    path);
	if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
		return suite_node_error(node, error,
		                        "paths are relative to the suite; * stands for any characters of a name",
		                        "there is no folder \"%s\"", folder);
	return suite_node_error(node, error, "write the path of the files with the queries",
	                        "no file in \"%s\" matches \"%s\"", folder, pattern);
}

bool
suite_load_queries(Suite *suite, const SuiteNode *list, GError **error)
{
	for (guint i = 0; list != NULL && i < suite_node_size(list); i++) {
		const SuiteNode *node = suite_node_item(list, i);
		g_autofree char *path = suite_path_resolve(suite->directory, suite_node_text(node));
		g_autoptr(GPtrArray) files = suite_list_queries(path);
		if (files->len == 0)
			return plans_refuse(path, node, error);
		for (guint j = 0; j < files->len; j++) {
			SuiteFile *file = g_new0(SuiteFile, 1);
			file->path = g_strdup(g_ptr_array_index(files, j));
			file->node = node;
			g_ptr_array_add(suite->queries, file);
		}
	}
	return true;
}

/* --- Plans --------------------------------------------------------------------- */

void
suite_plan_free(gpointer data)
{
	SuitePlan *plan = data;

	g_free(plan->name);
	g_free(plan);
}

static bool
plans_load_name(const Suite *suite, SuitePlan *plan, GError **error)
{
	const SuiteNode *named = suite_node_get(plan->node, "name");

	plan->name = g_strdup(suite_node_text(named));
	if (plan->name[0] == '\0' || strpbrk(plan->name, "\n\r\t") != NULL)
		return suite_node_error(named, error, "say in a few words which query it is",
		                        "the name of a plan must be one line that is not empty");
	for (guint i = 0; i + 1 < suite->plans->len; i++) {
		const SuitePlan *earlier = g_ptr_array_index(suite->plans, i);
		if (strcmp(earlier->name, plan->name) == 0)
			return suite_node_error(named, error, "give each plan a name of its own",
			                        "another plan is named \"%s\" too", plan->name);
	}
	return true;
}

static bool
plans_find_database(const Suite *suite, SuitePlan *plan, GError **error)
{
	const SuiteNode *named = suite_node_get(plan->node, "database");

	if (named == NULL && suite->databases->len > 1)
		return suite_node_error(plan->node, error, "the suite has several databases",
		                        "plan \"%s\" needs the key \"database\"", plan->name);
	plan->database = named != NULL ? suite_find_database(suite, suite_node_text(named))
	                               : g_ptr_array_index(suite->databases, 0);
	if (plan->database == NULL)
		return suite_node_error(named, error, "name one of those under \"databases\"",
		                        "the suite has no database \"%s\"", suite_node_text(named));
	return plan->database->size != NULL ||
	       suite_node_error(
		   plan->node, error,
		   "state it by \"size\" of the database: \"pgassay help plans\" shows how; a plan on tables of "
		   "no size says nothing",
		   "database \"%s\" of plan \"%s\" has no size", plan->database->name, plan->name);
}

bool
suite_load_plans(Suite *suite, const SuiteNode *list, GError **error)
{
	for (guint i = 0; list != NULL && i < suite_node_size(list); i++) {
		SuitePlan *plan = g_new0(SuitePlan, 1);
		g_ptr_array_add(suite->plans, plan);
		plan->node = suite_node_item(list, i);
		if (!plans_load_name(suite, plan, error) || !plans_find_database(suite, plan, error))
			return false;
		if ((suite_node_get(plan->node, "sql") != NULL) == (suite_node_get(plan->node, "query") != NULL))
			return suite_node_error(plan->node, error,
			                        "write the query as \"sql\", or its name as \"query\"",
			                        "plan \"%s\" needs either \"sql\" or \"query\"", plan->name);
	}
	return true;
}
