#include "support.h"

#include "check/kind.h"

#include <string.h>

static const char *const schema =
    "CREATE TABLE public.users (id int PRIMARY KEY, email text CONSTRAINT email_key UNIQUE, role text);"
    "CREATE TABLE public.posts (user_id int CONSTRAINT author REFERENCES public.users DEFERRABLE INITIALLY DEFERRED);"
    "INSERT INTO public.users VALUES (1, 'a@x', 'admin'), (2, 'b@x', NULL);";

typedef struct {
	const char *kind;
	const char *check; /* YAML */
	ReportStatus status;
	const char *message; /* what the message or the details must hold; NULL: nothing */
} Row;

static void
take(ReportCase *test_case, void *data)
{
	*(ReportCase **)data = test_case;
}

static ReportCase *
run(DbSession *session, const Row *row)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) document = suite_document_parse("suite.yaml", row->check, &error);
	ReportCase *found = NULL;
	SuiteDatabase database = { .name = (char *)"db" };
	CheckContext context = {
		.suite_database = &database, .session = session, .report = take, .report_data = &found
	};
	const SuiteCheckKind *kinds = check_kinds();
	SuiteCheck check = { .name = (char *)"it", .database = &database };

	support_check(document != NULL, g_steal_pointer(&error), row->check);
	check.node = suite_document_root(document);
	while (strcmp(kinds[check.kind].name, row->kind) != 0)
		check.kind++;
	support_check(suite_shape_check(kinds[check.kind].shape, check.node, row->kind, &error),
	              g_steal_pointer(&error), row->check);
	support_check(check_run(&context, &check, &error), g_steal_pointer(&error), row->check);
	assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_IDLE);
	return found;
}

static void
run_rows(void **state, const Row *rows, size_t n)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, schema);
	for (size_t i = 0; i < n; i++) {
		g_autoptr(ReportCase) found = run(session, &rows[i]);
		g_autofree char *text = g_strconcat(found->message != NULL ? found->message : "", "\n", found->details,
		                                    NULL);
		if (found->status != rows[i].status ||
		    (rows[i].message != NULL && strstr(text, rows[i].message) == NULL))
			fail_msg("%s\nexpected: %s: %s\nfound: %s: %s", rows[i].check,
			         report_status_name(rows[i].status), rows[i].message, report_status_name(found->status),
			         text);
	}
	g_autofree char *users = db_session_query_value(session, NULL, "SELECT count(*)::text FROM public.users", NULL);
	assert_string_equal(users, "2");
}

static void
queries_give_rows(void **state)
{
	static const Row rows[] = {
		{ "query", "{ name: x, sql: 'SELECT id, role FROM users ORDER BY id', rows: [[1, admin], [2, null]] }",
		  REPORT_PASSED, NULL },
		{ "query", "{ name: x, sql: 'SELECT true, 1.50', rows: [[true, '1.50']] }", REPORT_PASSED, NULL },
		{ "query", "{ name: x, sql: SELECT 1 WHERE false, rows: [] }", REPORT_PASSED, NULL },
		{ "query", "{ name: x, setup: 'DELETE FROM users', sql: 'SELECT count(*) FROM users', rows: [[0]] }",
		  REPORT_PASSED, NULL },
		{ "query", "{ name: x, sql: SELECT count(*) FROM users, rows: [[3]] }", REPORT_FAILED,
		  "the query gives 2, expected 3" },
		{ "query", "{ name: x, sql: SELECT role FROM users WHERE id = 2, rows: [['null']] }", REPORT_FAILED,
		  "expected null" },
		{ "query", "{ name: x, sql: SELECT id FROM users ORDER BY id, rows: [[2], [1]] }", REPORT_FAILED,
		  "in another order" },
		{ "query", "{ name: x, sql: SELECT id FROM users, rows: [[1]] }", REPORT_FAILED, "found 2 rows" },
		{ "query", "{ name: x, sql: 'SELECT id, id FROM users WHERE id = 1', rows: [[1]] }", REPORT_FAILED,
		  "  1 | 1" },
		{ "query", "{ name: x, sql: SELECT nothing, rows: [[1]] }", REPORT_ERRORED,
		  "column \"nothing\" does not exist" },
		{ "query", "{ name: x, sql: CREATE TABLE y (), rows: [] }", REPORT_ERRORED, "it is not a query" },
		{ "query", "{ name: x, setup: nonsense, sql: SELECT 1, rows: [[1]] }", REPORT_ERRORED,
		  "the setup failed" },
		{ "query", "{ name: x, setup: COMMIT, sql: SELECT 1, rows: [[1]] }", REPORT_ERRORED,
		  "the setup ended the transaction" },
		{ "query", "{ name: x, sql: 'COMMIT; SELECT 1', rows: [[1]] }", REPORT_ERRORED,
		  "the statement ended the transaction" },
	};

	run_rows(state, rows, G_N_ELEMENTS(rows));
}

static void
statements_are_rejected(void **state)
{
	static const Row rows[] = {
		{ "reject",
		  "{ name: x, sql: \"INSERT INTO users VALUES (3, 'a@x')\", sqlstate: unique_violation, constraint: "
		  "email_key }",
		  REPORT_PASSED, NULL },
		{ "reject", "{ name: x, sql: \"INSERT INTO users VALUES (3, 'a@x')\", sqlstate: '23505' }",
		  REPORT_PASSED, NULL },
		{ "reject",
		  "{ name: x, sql: INSERT INTO posts VALUES (9), sqlstate: foreign_key_violation, constraint: author }",
		  REPORT_PASSED, NULL },
		{ "reject", "{ name: x, sql: \"INSERT INTO users VALUES (3, 'c@x')\", sqlstate: unique_violation }",
		  REPORT_FAILED, "the statement succeeded, expected it to fail with unique_violation" },
		{ "reject",
		  "{ name: x, sql: \"INSERT INTO users VALUES (1, 'c@x')\", sqlstate: unique_violation, constraint: "
		  "email_key }",
		  REPORT_FAILED, "constraint \"users_pkey\" refused the statement, expected \"email_key\"" },
		{ "reject", "{ name: x, sql: INSERT INTO posts VALUES (9), sqlstate: unique_violation }", REPORT_FAILED,
		  "the statement failed with 23503 (foreign_key_violation), expected 23505 (unique_violation)" },
		{ "reject", "{ name: x, sql: INSERT INTO postz VALUES (9), sqlstate: unique_violation }", REPORT_FAILED,
		  "relation \"postz\" does not exist" },
		{ "reject", "{ name: x, setup: nonsense, sql: SELECT 1, sqlstate: unique_violation }", REPORT_ERRORED,
		  "the setup failed" },
		{ "reject", "{ name: x, sql: 'ROLLBACK; SELECT 1/0', sqlstate: division_by_zero }", REPORT_ERRORED,
		  "the statement ended the transaction" },
	};

	run_rows(state, rows, G_N_ELEMENTS(rows));
}

static void
a_condition_name_must_exist(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) document = suite_document_parse(
	    "suite.yaml", "{ name: x, sql: SELECT 1, sqlstate: unique_violatoin }", NULL);

	(void)state;
	assert_false(check_reject_validate(suite_document_root(document), &error));
	assert_non_null(strstr(error->message, "suite.yaml:1:37"));
	assert_non_null(strstr(error->message, "did you mean \"unique_violation\"?"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(queries_give_rows),
		TEST(statements_are_rejected),
		TEST(a_condition_name_must_exist),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
