/*
 * Statements of checks: run in a transaction that is always rolled back.
 */
#ifndef CHECK_STATEMENT_H
#define CHECK_STATEMENT_H

#include "check/context.h"

/* Begins the transaction and runs the check's `setup:`, when it has one. On an SQL error in the setup, or when it ends
 * the transaction, the case is set to errored, *ret_ready to false, and the transaction is rolled back. False with
 * *error only when nothing can go on. */
bool check_statement_begin(const CheckContext *context, const SuiteNode *check, ReportCase *test_case, bool *ret_ready,
                           GError **error);

/* Rolls the transaction back. When the check's SQL ended it before, the case is set to errored. */
bool check_statement_end(const CheckContext *context, ReportCase *test_case, GError **error);

/* What the server said, in the lines that psql would show: message, SQLSTATE with its condition name, detail, hint,
 * context. The caller frees it. */
char *check_statement_describe(const DbDiagnostic *diagnostic);

/* True when a failed call was the server's refusal of the statement; false when the connection is lost or the run
 * interrupted. */
bool check_statement_refused(const CheckContext *context);

#endif
