/*
 * A fixture in a text, held against a database.
 */
#ifndef SUPPORT_EXPECT_H
#define SUPPORT_EXPECT_H

#include "support.h"

#include "check/fixture/expect.h"
#include "check/fixture/fixture.h"

#include <string.h>

typedef struct {
	guint n_cases;
	GString *problems;
} Collected;

static void
collect(ReportCase *test_case, void *data)
{
	Collected *collected = data;

	collected->n_cases++;
	if (test_case->status != REPORT_PASSED) {
		g_autofree char *place = base_position_format(test_case->position);
		g_string_append_printf(collected->problems, "%s: %s\n%s\n", place, test_case->message,
		                       test_case->details != NULL ? test_case->details : "");
	}
	report_case_free(test_case);
}

/* Holds the fixture against the database; gives all problems as one text. */
static char *
problems_of(DbSession *session, const CatalogSnapshot *snapshot, const char *yaml)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) fixture = suite_document_parse("fixture.yaml", yaml, &error);
	Collected collected = { .problems = g_string_new(NULL) };
	SuiteDatabase database = { .name = (char *)"shop" };
	CheckContext context = { .suite_database = &database,
		                 .session = session,
		                 .snapshot = snapshot,
		                 .report = collect,
		                 .report_data = &collected };

	support_check(fixture != NULL &&
	                  suite_shape_check(check_fixture_shape(), suite_document_root(fixture), "the fixture", &error),
	              g_steal_pointer(&error), yaml);
	support_check(check_expect_run(&context, fixture, &error), g_steal_pointer(&error), yaml);
	assert_int_not_equal(collected.n_cases, 0);
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_IDLE);
	return g_string_free(collected.problems, FALSE);
}

#endif
