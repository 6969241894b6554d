/*
 * Shared by the tests of kinds of checks: a check as text, run on a database, and its expected result.
 */
#ifndef TESTS_POSTGRES_CHECK_SUPPORT_KIND_H
#define TESTS_POSTGRES_CHECK_SUPPORT_KIND_H

#include "support.h"

#include "check/kind/kind.h"

#include <string.h>

typedef struct {
	const char *kind;
	const char *check; /* YAML */
	ReportStatus status;
	const char *message; /* what the message or the details must hold; NULL: nothing */
} Row;

static inline void
support_take(ReportCase *test_case, void *data)
{
	*(ReportCase **)data = test_case;
}

/* Loads the check as a suite would, and runs it. The caller frees the case. */
static inline ReportCase *
support_run_check(DbSession *session, const Row *row)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) document = suite_document_parse("suite.yaml", row->check, &error);
	ReportCase *found = NULL;
	SuiteDatabase database = { .name = (char *)"db" };
	CheckContext context = {
		.suite_database = &database, .session = session, .report = support_take, .report_data = &found
	};
	const SuiteCheckKind *const *kinds = check_kinds();
	SuiteCheck check = { .name = (char *)"it", .database = &database };

	support_check(document != NULL, g_steal_pointer(&error), row->check);
	check.node = suite_document_root(document);
	while (strcmp((*kinds)->name, row->kind) != 0)
		kinds++;
	check.kind = *kinds;
	bool valid = suite_shape_check(check.kind->shape, check.node, row->kind, &error) &&
	             (check.kind->validate == NULL || check.kind->validate(check.node, &error));
	support_check(valid, g_steal_pointer(&error), row->check);
	bool done = check_run(&context, &check, &error);
	support_check(done, g_steal_pointer(&error), row->check);
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_IDLE);
	return found;
}

/* Runs all of them on one database; the test fails where a result is not as its row says. */
static inline void
support_run_checks(DbSession *session, const Row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		g_autoptr(ReportCase) found = support_run_check(session, &rows[i]);
		g_autofree char *text = g_strconcat(found->message != NULL ? found->message : "", "\n", found->details,
		                                    NULL);
		if (found->status != rows[i].status ||
		    (rows[i].message != NULL && strstr(text, rows[i].message) == NULL))
			fail_msg("%s\nexpected: %s: %s\nfound: %s: %s", rows[i].check,
			         report_status_name(rows[i].status), rows[i].message != NULL ? rows[i].message : "",
			         report_status_name(found->status), text);
	}
}

#endif
