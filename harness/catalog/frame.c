#include "catalog/frame.h"

#include "base/error.h"

static const CatalogFrame transaction = {
	.before = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	.after = { "COMMIT" },
	.undo = "ROLLBACK",
};

static const CatalogFrame savepoint = {
	.before = "SAVEPOINT pgassay_snapshot",
	.after = { "ROLLBACK TO SAVEPOINT pgassay_snapshot", "RELEASE SAVEPOINT pgassay_snapshot" },
	.undo = "ROLLBACK TO SAVEPOINT pgassay_snapshot; RELEASE SAVEPOINT pgassay_snapshot",
	.in_open_transaction = true,
};

const CatalogFrame *
catalog_frame_choose(DbSession *session, const char *what, GError **error)
{
	switch (db_session_transaction_state(session)) {
	case DB_TRANSACTION_IDLE:
		return &transaction;
	case DB_TRANSACTION_OPEN:
		return &savepoint;
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
catalog_frame_add_after(const CatalogFrame *frame, GPtrArray *statements)
{
	for (gsize i = 0; i < G_N_ELEMENTS(frame->after) && frame->after[i] != NULL; i++)
		catalog_statements_add(statements, g_strdup(frame->after[i]));
}

void
catalog_frame_undo(DbSession *session, const CatalogFrame *frame, bool entered)
{
	DbTransactionState state = db_session_transaction_state(session);

	/* A savepoint that was not reached leaves the transaction as it was: open. */
	if (state == DB_TRANSACTION_FAILED || (state == DB_TRANSACTION_OPEN && (entered || frame == &transaction)))
		db_session_undo(session, frame->undo);
}

typedef struct {
	char *sql;
	const DbPrepared *prepared;
	char *parameter;
} Statement;

static void
statement_free(gpointer data)
{
	Statement *statement = data;

	g_free(statement->sql);
	g_free(statement->parameter);
	g_free(statement);
}

GPtrArray *
catalog_statements_new(void)
{
	return g_ptr_array_new_with_free_func(statement_free);
}

static void
add(GPtrArray *statements, Statement statement)
{
	g_ptr_array_add(statements, g_memdup2(&statement, sizeof statement));
}

void
catalog_statements_add(GPtrArray *statements, char *sql)
{
	add(statements, (Statement){ .sql = sql });
}

void
catalog_statements_add_prepared(GPtrArray *statements, const DbPrepared *prepared, char *parameter)
{
	add(statements, (Statement){ .prepared = prepared, .parameter = parameter });
}

static void
free_result(gpointer result)
{
	db_result_free(result);
}

bool
catalog_statements_run(DbSession *session, const GPtrArray *statements, GPtrArray **ret_results, GError **error)
{
	g_autofree DbRequest *requests = g_new0(DbRequest, statements->len + 1);
	g_autofree DbResult **results = g_new0(DbResult *, statements->len + 1);

	for (guint i = 0; i < statements->len; i++) {
		const Statement *statement = statements->pdata[i];
		requests[i] = (DbRequest){ statement->sql, statement->prepared, statement->parameter };
	}
	if (!db_session_pipeline_requests(session, (int)statements->len, requests, results, error))
		return false;
	*ret_results = g_ptr_array_new_with_free_func(free_result);
	for (guint i = 0; i < statements->len; i++)
		g_ptr_array_add(*ret_results, results[i]);
	return true;
}
