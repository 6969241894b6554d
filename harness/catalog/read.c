/* One round trip: the class queries, in a transaction or a savepoint of their own. */
#include "base/error.h"
#include "catalog/snapshot_private.h"

/* What the text of a deparsed expression depends on, and what the planner needs to know: fresh catalogs
 * have no statistics, and a nested loop over two of them is what the wrong guess ends in. */
static const char settings[] = "SELECT pg_catalog.set_config(s.name, s.setting, true)"
			       " FROM (VALUES ('search_path', ''), ('client_encoding', 'UTF8'),"
			       " ('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'), ('TimeZone', 'UTC'),"
			       " ('extra_float_digits', '1'), ('quote_all_identifiers', 'off'),"
			       " ('bytea_output', 'hex'), ('standard_conforming_strings', 'on'),"
			       " ('lc_monetary', 'C'), ('statement_timeout', '0'), ('lock_timeout', '0'),"
			       " ('jit', 'off'), ('enable_nestloop', 'off'), ('work_mem', '64MB'))"
			       " AS s(name, setting)";

/* What stands around the queries, so that nothing of them stays. */
typedef struct {
	const char *before;
	const char *after[2]; /* the second may be NULL */
	const char *undo;     /* when one of them failed */
} Frame;

static const Frame transaction = {
	.before = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	.after = { "COMMIT" },
	.undo = "ROLLBACK",
};

static const Frame savepoint = {
	.before = "SAVEPOINT pgassay_snapshot",
	.after = { "ROLLBACK TO SAVEPOINT pgassay_snapshot", "RELEASE SAVEPOINT pgassay_snapshot" },
	.undo = "ROLLBACK TO SAVEPOINT pgassay_snapshot; RELEASE SAVEPOINT pgassay_snapshot",
};

static const Frame *
choose_frame(DbSession *session, GError **error)
{
	switch (db_session_transaction_state(session)) {
	case DB_TRANSACTION_IDLE:
		return &transaction;
	case DB_TRANSACTION_OPEN:
		return &savepoint;
	case DB_TRANSACTION_FAILED:
		base_error_set(error, BASE_ERROR_DATABASE, "roll the transaction back first",
		               "could not read the catalog in a transaction that has failed");
		return NULL;
	case DB_TRANSACTION_LOST:
	default:
		base_error_set(error, BASE_ERROR_DATABASE, NULL,
		               "could not read the catalog: the connection to the server is lost");
		return NULL;
	}
}

static void
undo(DbSession *session, const Frame *frame)
{
	DbTransactionState state = db_session_transaction_state(session);

	/* A savepoint that was not reached leaves the transaction as it was: open. */
	if (state == DB_TRANSACTION_FAILED || (state == DB_TRANSACTION_OPEN && frame == &transaction))
		db_session_execute(session, frame->undo, NULL);
}

#define MAX_STATEMENTS (CATALOG_N_CLASSES + 4)

CatalogSnapshot *
catalog_snapshot_read(DbSession *session, const CatalogExclusions *exclusions, GError **error)
{
	const char *statements[MAX_STATEMENTS];
	DbResult *results[MAX_STATEMENTS];
	const Frame *frame = choose_frame(session, error);
	int n = 0;

	if (frame == NULL)
		return NULL;
	statements[n++] = frame->before;
	statements[n++] = settings;
	for (int i = 0; i < CATALOG_N_CLASSES; i++)
		statements[n++] = catalog_class((CatalogClassId)i)->sql;
	for (gsize i = 0; i < G_N_ELEMENTS(frame->after) && frame->after[i] != NULL; i++)
		statements[n++] = frame->after[i];
	if (!db_session_pipeline(session, n, statements, results, error)) {
		g_prefix_error(error, "could not read the catalog: ");
		undo(session, frame);
		return NULL;
	}
	CatalogSnapshot *snapshot = catalog_snapshot_build((const DbResult *const *)results + 2, exclusions, error);
	for (int i = 0; i < n; i++)
		db_result_free(results[i]);
	return snapshot;
}
