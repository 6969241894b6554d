/*
 * The kinds of check that a suite lists under `checks:`. Adding one = one file, and a row in each of the two tables in
 * kind.c.
 */
#ifndef CHECK_KIND_KIND_H
#define CHECK_KIND_KIND_H

#include "check/context.h"

/* Does the check and sets the case's status and message. False only when nothing can go on (connection
 * lost, interrupted). The session is idle before and after. */
typedef bool (*CheckRun)(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error);

/* The table as the suite loader wants it; ends with a NULL name. */
const SuiteCheckKind *check_kinds(void);

/* Runs the check and reports one case. */
bool check_run(const CheckContext *context, const SuiteCheck *check, GError **error);

/* query.c */
extern const SuiteShape check_query_shape;
bool check_query_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error);

/* reject.c */
extern const SuiteShape check_reject_shape;
bool check_reject_validate(const SuiteNode *node, GError **error);
bool check_reject_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error);

/* accept.c */
extern const SuiteShape check_accept_shape;
bool check_accept_validate(const SuiteNode *node, GError **error);
bool check_accept_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error);

/* row_security.c */
extern const SuiteShape check_row_security_shape;
bool check_row_security_validate(const SuiteNode *node, GError **error);
char *check_row_security_name(const SuiteNode *node);
bool check_row_security_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case,
                            GError **error);

/* same_schema.c */
extern const SuiteShape check_same_schema_shape;
bool check_same_schema_validate(const SuiteNode *node, GError **error);
bool check_same_schema_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error);
/* "api and worker", of `databases:`. */
char *check_databases_name(const SuiteNode *node);

/* isolation.c */
extern const SuiteShape check_isolation_shape;
bool check_isolation_validate(const SuiteNode *node, GError **error);
bool check_isolation_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error);

/* security.c */
extern const SuiteShape check_security_shape;
bool check_security_validate(const SuiteNode *node, GError **error);
char *check_security_name(const SuiteNode *node);
bool check_security_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error);

#endif
