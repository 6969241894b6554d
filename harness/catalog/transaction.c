#include "catalog/transaction.h"

#include "base/error.h"
#include "catalog/statements.h"

static const CatalogTransaction transaction = {
	.begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	.end = { "COMMIT" },
	.abort = "ROLLBACK",
};

static const CatalogTransaction subtransaction = {
	.begin = "SAVEPOINT pgassay_snapshot",
	.end = { "ROLLBACK TO SAVEPOINT pgassay_snapshot", "RELEASE SAVEPOINT pgassay_snapshot" },
	.abort = "ROLLBACK TO SAVEPOINT pgassay_snapshot; RELEASE SAVEPOINT pgassay_snapshot",
	.in_open_transaction = true,
};

const CatalogTransaction *
catalog_transaction_choose(DbSession *session, const char *what, GError **error)
{
	switch (db_session_transaction_state(session)) {
	case DB_TRANSACTION_IDLE:
		return &transaction;
	case DB_TRANSACTION_OPEN:
		return &subtransaction;
	case DB_TRANSACTION_FAILED:
		base_error_set(error, BASE_ERROR_DATABASE, "roll the transaction back first",
		               "could not %s in a transaction that has failed", what);
		return NULL;
	case DB_TRANSACTION_LOST:
	default:
		base_error_set(error, BASE_ERROR_DATABASE, NULL, "could not %s: the connection to the server is lost",
		               what);
		return NULL;
	}
}

void
catalog_transaction_add_end(const CatalogTransaction *around, GPtrArray *statements)
{
	for (gsize i = 0; i < G_N_ELEMENTS(around->end) && around->end[i] != NULL; i++)
		catalog_statements_add(statements, g_strdup(around->end[i]));
}

void
catalog_transaction_abort(DbSession *session, const CatalogTransaction *around, bool begun)
{
	DbTransactionState state = db_session_transaction_state(session);

	/* A savepoint that was not reached leaves the transaction as it was: open. */
	if (state == DB_TRANSACTION_FAILED || (state == DB_TRANSACTION_OPEN && (begun || around == &transaction)))
		db_session_run_cleanup(session, around->abort);
}
