/*
 * Statements of checks: run in a transaction that is always rolled back.
 */
#ifndef CHECK_KIND_STATEMENT_H
#define CHECK_KIND_STATEMENT_H

#include "check/context.h"

/* Begins the transaction and runs the check's `setup:`, when it has one. On an SQL error in the setup, or when it ends
 * the transaction, the case is set to errored, *ret_ready to false, and the transaction is rolled back. False with
 * *error only when nothing can go on. */
bool check_statement_begin(const CheckContext *context, const SuiteNode *check, ReportCase *test_case, bool *ret_ready,
                           GError **error);

/* Rolls the transaction back. When the check's SQL ended it before, the case is set to errored. */
bool check_statement_end(const CheckContext *context, ReportCase *test_case, GError **error);

typedef enum {
	CHECK_STATEMENT_DONE,
	CHECK_STATEMENT_REFUSED, /* the session's diagnostic says why */
	CHECK_STATEMENT_ENDED,   /* it ended the transaction, and so the check */
} CheckStatementOutcome;

/* Runs SQL in a subtransaction, deferred constraints included. The subtransaction stays open, so that the caller can
 * look at the effects, until check_statement_undo. *ret_rows (or NULL) is the number of rows in the command tag of
 * the last statement; -1: the tag has none. False with *error only if the session cannot go on. */
bool check_statement_try(const CheckContext *context, const char *sql, CheckStatementOutcome *ret_outcome,
                         gint64 *ret_rows, GError **error);

/* Begins and rolls back such a subtransaction; the second does nothing when the transaction was ended. */
bool check_statement_mark(const CheckContext *context, GError **error);
bool check_statement_undo(const CheckContext *context, GError **error);

/* `sql`, of a check that takes one text or a list of them: it may not be empty; how many, and which. */
bool check_statement_validate(const SuiteNode *sql, GError **error);
guint check_statement_count(const SuiteNode *sql);
const char *check_statement_text(const SuiteNode *sql, guint index);
/* How a message names it: "the statement", or "statement 2" of a list. The caller frees it. */
char *check_statement_name(const SuiteNode *sql, guint index);

/* The server's message as psql would show it: message, SQLSTATE with its condition name, detail, hint, context. The
 * caller frees it. */
char *check_statement_describe(const DbDiagnostic *diagnostic);
/* The same without the message, which stands elsewhere. */
char *check_statement_describe_rest(const DbDiagnostic *diagnostic);

/* For a kind of check that has failed: if the server refused one of our statements, the case is an error, and later
 * cases can still be tested; the transaction is rolled back. Takes ownership of the cause. False, with the cause in
 * *error, if the session cannot go on. */
bool check_statement_take_refusal(const CheckContext *context, GError *cause, ReportCase *test_case, GError **error);

/* True when a failed call was the server's refusal of the statement; false when the connection is lost or the run
 * interrupted. */
bool check_statement_refused(const CheckContext *context);

#endif
