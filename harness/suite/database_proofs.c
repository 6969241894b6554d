/* How a database is proved: the rows of its round trips, its resets. */
#include "suite/database_private.h"

/* Enough for every label of most enums and some values more. */
#define ROWS_DEFAULT 20

/* A fault that occurs in half of the runs is found with probability 7/8. */
#define RESETS_DEFAULT 3
#define RESETS_MAX     1000

const SuiteShape suite_reset_shape = { .expects = "true, false, or a number, 0 or more",
	                               .accepts = SUITE_ACCEPT_BOOL | SUITE_ACCEPT_COUNT };

bool
suite_database_load_round_trips(SuiteDatabase *database, GError **error)
{
	const SuiteNode *node = database->node;
	const SuiteNode *rows = suite_node_get(node, "rows");
	const SuiteNode *idempotent = suite_node_get(node, "idempotent");
	gint64 n_rows = ROWS_DEFAULT;

	if (idempotent != NULL)
		suite_node_is_bool(idempotent, &database->idempotent);
	if (rows != NULL && suite_node_is_int(rows, &n_rows) && n_rows > SUITE_ROWS_MAX)
		return suite_node_error(rows, error, "20 are enough for most schemas",
		                        "more than %d generated rows per table are not supported", SUITE_ROWS_MAX);
	database->rows = (guint)n_rows;
	return true;
}

bool
suite_database_load_resets(SuiteDatabase *database, GError **error)
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
