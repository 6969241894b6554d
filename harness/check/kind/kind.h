/*
 * The kinds of check that a suite lists under `checks:`. Adding one = one file, declared here, and one entry in kind.c.
 */
#ifndef CHECK_KIND_KIND_H
#define CHECK_KIND_KIND_H

#include "check/context.h"

typedef struct {
	SuiteCheckKind suite; /* its key, its shape, its help; the first member: a SuiteCheck points to it */
	/* Does the check and sets the case's status and message. False only when nothing can go on (connection
	 * lost, interrupted), or when the server has refused a statement of the check: the case is an error then. The
	 * session is idle before and after. */
	bool (*run)(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error);
} CheckKind;

/* The table as the suite loader wants it; ends with NULL. */
const SuiteCheckKind *const *check_kinds(void);

/* Runs the check and reports one case. */
bool check_run(const CheckContext *context, const SuiteCheck *check, GError **error);

/* Each in the file of its name. */
extern const CheckKind check_query;
extern const CheckKind check_reject;
extern const CheckKind check_accept;
extern const CheckKind check_row_security;
extern const CheckKind check_same_schema;
extern const CheckKind check_isolation;
extern const CheckKind check_security;

/* "api and worker", of `databases:` (same_schema.c). */
char *check_databases_name(const SuiteNode *node);

#endif
