#include "check/kind/kind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool
load(const char *text, char **ret_name, GError **error)
{
	g_autoptr(SuiteDocument) document = suite_document_parse("suite.yaml", text, error);

	if (document == NULL)
		return false;
	const SuiteNode *node = suite_document_root(document);
	if (!suite_shape_check(check_row_security.suite.shape, node, "row_security", error) ||
	    !check_row_security.suite.validate(node, error))
		return false;
	*ret_name = check_row_security.suite.make_name(node);
	return true;
}

static void
a_check_has_a_name_of_its_own_or_is_given_one(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"{ role: app, table: notes, sees: 2 }",
		"{ table: notes, cases: [{ role: app, sees: 2 }, { role: guest, deletes: rejected }] }",
		"{ cases: [{ role: app, table: notes, inserts: { id: 1 } }] }",
		"{ role: app, cases: [{ table: notes, inserts: [{ id: 1 }], rejected: '42501' }] }",
		"{ role: app, table: notes, updates: rejected, to: { owner: null } }",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *name = NULL;
		if (!load(texts[i], &name, &error))
			fail_msg("%s: %s", texts[i], error->message);
		assert_string_equal(name, "app on notes");
	}
}

static void
untestable_lines_are_refused(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "{ table: notes, sees: 2 }", "suite.yaml:1:1: there is no role here" },
		{ "{ role: app, sees: 2 }", "there is no table here" },
		{ "{ role: app, table: notes }", "nothing is stated here" },
		{ "{ role: app, table: notes, cases: [] }", "1:35: the list of cases is empty" },
		{ "{ role: app, table: notes, cases: [{ sees: 1 }, { set: {} }] }", "1:49: nothing is stated here" },
		{ "{ role: app, table: notes, sees: 1, cases: [{ sees: 1 }] }",
		  "1:34: \"sees\" must stand in a case when there are cases" },
		{ "{ role: app, table: notes, sees: 1, to: { id: 1 } }", "\"to\" belongs to \"updates\"" },
		{ "{ role: app, table: notes, updates: 1, to: {} }", "\"to\" is empty" },
		{ "{ role: app, table: notes, inserts: [] }", "\"inserts\" has no row" },
		{ "{ role: app, table: notes, set: { ROLE: x }, sees: 1 }", "1:35: the role is no setting here" },
		{ "{ role: app, table: notes, sees: 1, rejected: '42501' }", "nothing is said to be rejected here" },
		{ "{ role: app, table: notes, sees: rejected, rejected: insufficient_privileges }",
		  "did you mean \"insufficient_privilege\"?" },
		{ "{ role: app, table: notes, sees: -1 }", "\"sees\" must be a number of rows, or the word rejected" },
		{ "{ role: app, table: notes, deletes: reject }", "did you mean \"rejected\"?" },
		{ "{ role: app, table: notes, see_s: 1 }", "did you mean \"sees\"?" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *name = NULL;
		if (load(rows[i][0], &name, &error))
			fail_msg("%s is taken", rows[i][0]);
		if (strstr(error->message, rows[i][1]) == NULL)
			fail_msg("%s\nexpected: %s\nfound: %s", rows[i][0], rows[i][1], error->message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_check_has_a_name_of_its_own_or_is_given_one),
		cmocka_unit_test(untestable_lines_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
