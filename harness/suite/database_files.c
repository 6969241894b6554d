/* The files of a database: fixtures of `expect:` and `at:`, rows of `data:`. */
#include "suite/database_private.h"

#include "base/error.h"
#include "suite/path.h"

#include <string.h>

static const SuiteShape data_files_shape = { .expects = "a path, a list of paths, or a mapping of tables to paths",
	                                     .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_LIST | SUITE_ACCEPT_MAPPING,
	                                     .item = &suite_shape_text,
	                                     .values = &suite_shape_text };
const SuiteShape suite_data_shape = { .expects = "a mapping of migrations to files",
	                              .accepts = SUITE_ACCEPT_MAPPING,
	                              .values = &data_files_shape };
const SuiteShape suite_at_shape = { .expects = "a mapping of migrations to fixtures",
	                            .accepts = SUITE_ACCEPT_MAPPING,
	                            .values = &suite_shape_text_or_list };

void
suite_data_free(gpointer item)
{
	SuiteData *data = item;

	g_free(data->migration);
	g_free(data->table);
	g_free(data->path);
	g_free(data);
}

/* --- Fixtures that hold at the end --------------------------------------------- */

/* It may be one that is still to be written. */
static bool
files_refuse_fixture(const SuiteDatabase *database, const SuiteNode *item, const char *path, GError **error)
{
	g_autofree char *hint = g_strdup_printf("paths are relative to the suite's own folder; if it is still to be "
	                                        "written, take \"expect\" out until then: pgassay snapshot -o %s %s",
	                                        path, database->suite->path);

	return suite_node_error(item, error, hint, "there is no file \"%s\"", path);
}

static bool
files_load_fixture(SuiteDatabase *database, const SuiteNode *item, GError **error)
{
	g_autofree char *path = suite_path_resolve(database->suite->directory, suite_node_text(item));

	if (suite_node_text(item)[0] != '\0' && !g_file_test(path, G_FILE_TEST_EXISTS))
		return files_refuse_fixture(database, item, path, error);
	SuiteFile *file = suite_file_new(database->suite, item, G_FILE_TEST_IS_REGULAR, error);

	if (file == NULL)
		return false;
	g_ptr_array_add(database->fixtures, file);
	for (guint i = 0; i + 1 < database->fixtures->len; i++)
		if (strcmp(((SuiteFile *)g_ptr_array_index(database->fixtures, i))->path, file->path) == 0)
			return suite_node_error(item, error, "remove one of the two",
			                        "the fixture \"%s\" is listed twice", file->path);
	return true;
}

bool
suite_database_load_expect(SuiteDatabase *database, GError **error)
{
	const SuiteNode *expect = suite_node_get(database->node, "expect");
	bool list = expect != NULL && suite_node_kind(expect) == SUITE_NODE_LIST;
	guint n = expect == NULL ? 0 : list ? suite_node_size(expect) : 1;
	bool right = true;

	for (guint i = 0; i < n; i++) {
		const SuiteNode *item = list ? suite_node_item(expect, i) : expect;
		GError *wrong = NULL;
		if (!files_load_fixture(database, item, &wrong))
			right = base_error_add(error, wrong);
	}
	return right;
}

/* --- Files of migrations --------------------------------------------------------- */

/* One file of the migration in the key; `table`: of a CSV file. */
static bool
files_load_one(const Suite *suite, GPtrArray *files, const SuiteNode *key, const char *table, const SuiteNode *path,
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
files_load_migration(const Suite *suite, GPtrArray *ret_files, const SuiteNode *key, const SuiteNode *files,
                     GError **error)
{
	bool tables = suite_node_kind(files) == SUITE_NODE_MAPPING;
	bool right = true;

	if (suite_node_kind(files) == SUITE_NODE_SCALAR)
		return files_load_one(suite, ret_files, key, NULL, files, error);
	if (suite_node_size(files) == 0)
		return suite_node_error(files, error, "name a file, or remove the migration", "\"%s\" names no file",
		                        suite_node_text(key));
	for (guint i = 0; i < suite_node_size(files); i++) {
		GError *wrong = NULL;
		if (!files_load_one(suite, ret_files, key, tables ? suite_node_key(files, i) : NULL,
		                    suite_node_item(files, i), &wrong))
			right = base_error_add(error, wrong);
	}
	return right;
}

/* A mapping of migrations to files. */
static bool
files_load_all(const Suite *suite, GPtrArray *ret_files, const SuiteNode *all, GError **error)
{
	bool right = true;

	for (guint i = 0; all != NULL && i < suite_node_size(all); i++) {
		GError *wrong = NULL;
		if (!files_load_migration(suite, ret_files, suite_node_key_node(all, i), suite_node_item(all, i),
		                          &wrong))
			right = base_error_add(error, wrong);
	}
	return right;
}

bool
suite_database_load_at(SuiteDatabase *database, GError **error)
{
	return files_load_all(database->suite, database->at, suite_node_get(database->node, "at"), error);
}

bool
suite_database_load_data(SuiteDatabase *database, GError **error)
{
	return files_load_all(database->suite, database->data, suite_node_get(database->node, "data"), error);
}
