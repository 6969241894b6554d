/* Plans of a database's queries: the size of its tables, the plans that are kept. */
#include "suite/database_private.h"

#include "suite/path.h"

bool
suite_database_load_size(SuiteDatabase *database, GError **error)
{
	database->size = suite_node_get(database->node, "size");
	const SuiteNode *file = suite_node_get(database->size, "statistics");
	const SuiteNode *blessed = suite_node_get(database->node, "blessed_plans");
	if (blessed != NULL && database->size == NULL)
		return suite_node_error(blessed, error, "state it by \"size\": \"pgassay help plans\" shows how",
		                        "\"blessed_plans\" needs the size of the tables");
	if (blessed != NULL)
		database->blessed_plans = suite_path_resolve(database->suite->directory, suite_node_text(blessed));
	if (file != NULL)
		database->statistics = suite_file_new(database->suite, file, G_FILE_TEST_IS_REGULAR, error);
	return file == NULL || database->statistics != NULL;
}
