/* How a database is proved: its round trips and the rows for them, its resets. */
#include "suite/database_private.h"

/* Enough for every label of most enums and some values more. */
#define ROWS_DEFAULT 20

/* What comes by chance half of the time is found seven times out of eight. */
#define RESETS_DEFAULT 3
#define RESETS_MAX     1000

const SuiteShape suite_reset_shape = { .expects = "true, false, or a number, 0 or more",
	                               .accepts = SUITE_ACCEPT_BOOL | SUITE_ACCEPT_COUNT };

bool
suite_database_load_round_trips(SuiteDatabase *database, GError **error)
{
	const SuiteNode *node = database->node;
	const char *rollback = suite_node_get_text(node, "rollback");
	const char *after_use = suite_node_get_text(node, "after_use");
	const SuiteNode *rows = suite_node_get(node, "rows");
	const SuiteNode *idempotent = suite_node_get(node, "idempotent");
	gint64 n_rows = ROWS_DEFAULT;

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
