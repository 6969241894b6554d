#include "support_kind.h"

static const char *const schema =
    "CREATE TABLE public.users (id int PRIMARY KEY, email text CONSTRAINT email_key UNIQUE, role text);"
    "CREATE TABLE public.posts (user_id int CONSTRAINT author REFERENCES public.users DEFERRABLE INITIALLY DEFERRED);"
    "INSERT INTO public.users VALUES (1, 'a@x', 'admin'), (2, 'b@x', NULL);";

static void
run_rows(void **state, const Row *rows, size_t n)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, schema);
	support_run_checks(session, rows, n);
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
		{ "reject",
		  "{ name: x, sql: [\"INSERT INTO users VALUES (3, 'a@x')\", \"INSERT INTO users VALUES (4, 'a@x')\"], "
		  "sqlstate: unique_violation }",
		  REPORT_PASSED, NULL },
		{ "reject",
		  "{ name: x, sql: [\"INSERT INTO users VALUES (3, 'a@x')\", \"INSERT INTO users VALUES (4, 'd@x')\"], "
		  "sqlstate: unique_violation }",
		  REPORT_FAILED, "statement 2 succeeded, expected it to fail with unique_violation" },
		{ "reject", "{ name: x, setup: nonsense, sql: SELECT 1, sqlstate: unique_violation }", REPORT_ERRORED,
		  "the setup failed" },
		{ "reject", "{ name: x, sql: 'ROLLBACK; SELECT 1/0', sqlstate: division_by_zero }", REPORT_ERRORED,
		  "the statement ended the transaction" },
	};

	run_rows(state, rows, G_N_ELEMENTS(rows));
}

static void
statements_are_accepted(void **state)
{
	static const Row rows[] = {
		{ "accept", "{ name: x, sql: \"INSERT INTO users VALUES (3, 'c@x')\" }", REPORT_PASSED, NULL },
		/* Each of a list alone: together they would break two constraints. */
		{ "accept",
		  "{ name: x, sql: [\"INSERT INTO users VALUES (3, 'c@x')\", \"INSERT INTO users VALUES (3, 'c@x')\", "
		  "INSERT INTO posts VALUES (1)] }",
		  REPORT_PASSED, NULL },
		{ "accept", "{ name: x, setup: DELETE FROM users, sql: \"INSERT INTO users VALUES (1, 'a@x')\" }",
		  REPORT_PASSED, NULL },
		{ "accept", "{ name: x, sql: ALTER TABLE users ADD age int }", REPORT_PASSED, NULL },
		{ "accept", "{ name: x, sql: \"INSERT INTO users VALUES (3, 'a@x')\" }", REPORT_FAILED,
		  "the statement is refused: duplicate key value violates unique constraint \"email_key\"" },
		{ "accept", "{ name: x, sql: INSERT INTO posts VALUES (9) }", REPORT_FAILED, "constraint: author" },
		{ "accept", "{ name: x, sql: [INSERT INTO posts VALUES (1), INSERT INTO posts VALUES (9)] }",
		  REPORT_FAILED, "statement 2 is refused" },
		{ "accept", "{ name: x, sql: UPDATE users SET role = 'x' WHERE id = 7 }", REPORT_FAILED, "on no row" },
		{ "accept", "{ name: x, setup: nonsense, sql: SELECT 1 }", REPORT_ERRORED, "the setup failed" },
		{ "accept", "{ name: x, sql: COMMIT }", REPORT_ERRORED, "the statement ended the transaction" },
		{ "accept", "{ name: x, sql: [SELECT 1, ROLLBACK, SELECT 1] }", REPORT_ERRORED,
		  "the statement ended the transaction" },
	};

	run_rows(state, rows, G_N_ELEMENTS(rows));
}

static void
a_statement_must_be_there(void **state)
{
	(void)state;
	static const char *const texts[] = { "{ name: x, sql: [] }", "{ name: x, sql: [SELECT 1, ' ; '] }" };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(SuiteDocument) document = suite_document_parse("suite.yaml", texts[i], NULL);
		assert_false(check_accept.suite.validate(suite_document_root(document), &error));
		assert_non_null(strstr(error->message, i == 0 ? "the list of statements is empty" : "suite.yaml:1:28"));
	}
}

static void
a_condition_name_must_exist(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) document = suite_document_parse(
	    "suite.yaml", "{ name: x, sql: SELECT 1, sqlstate: unique_violatoin }", NULL);

	(void)state;
	assert_false(check_reject.suite.validate(suite_document_root(document), &error));
	assert_non_null(strstr(error->message, "suite.yaml:1:37"));
	assert_non_null(strstr(error->message, "did you mean \"unique_violation\"?"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(queries_give_rows),         TEST(statements_are_rejected),     TEST(statements_are_accepted),
		TEST(a_statement_must_be_there), TEST(a_condition_name_must_exist),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
