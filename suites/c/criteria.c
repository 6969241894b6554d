/*
 * The criteria of kanban, as tests in C: a template for yours. Each test leases a database of its own, in which the
 * board of `begin` stands. How to run it: README.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <pgassay.h>

static const char board[] =
    "INSERT INTO \"User\" (\"id\", \"email\", \"updatedAt\") VALUES ('u1', 'ada@example.org', now());"
    "INSERT INTO \"Project\" (\"id\", \"ownerId\", \"name\", \"updatedAt\") VALUES ('p1', 'u1', 'shop', now());"
    "INSERT INTO \"Board\" (\"id\", \"projectId\", \"name\", \"updatedAt\") VALUES ('b1', 'p1', 'web', now());"
    "INSERT INTO \"Column\" (\"id\", \"boardId\", \"name\", \"order\") VALUES ('c1', 'b1', 'To do', 1);"
    "INSERT INTO \"Task\" (\"id\", \"boardId\", \"columnId\", \"title\", \"updatedAt\")"
    " VALUES ('t1', 'b1', 'c1', 'Favicon', now());"
    "INSERT INTO \"Tag\" (\"id\", \"name\") VALUES ('g1', 'bug');"
    "INSERT INTO \"_TagToTask\" VALUES ('g1', 't1')";

/* The data of one test. */
typedef struct {
	PgassayDatabase *database;
	PGconn *session;
} Test;

static PgassayService *service;

/* --- Asking --------------------------------------------------------------------- */

/* Texts are compared, because a report holds both of them; it does not hold what fail_msg prints. */
static void
do_sql(PGconn *session, const char *sql)
{
	PGresult *result = PQexec(session, sql);

	assert_string_equal(PQresultErrorMessage(result), "");
	PQclear(result);
}

static void
must_be(PGconn *session, const char *sql, const char *expected)
{
	PGresult *result = PQexec(session, sql);

	assert_string_equal(PQntuples(result) == 1 ? PQgetvalue(result, 0, 0) : PQresultErrorMessage(result), expected);
	PQclear(result);
}

/* The server must refuse it, and name the constraint. */
static void
must_refuse(PGconn *session, const char *sql, const char *constraint)
{
	PGresult *result = PQexec(session, sql);
	const char *name = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);

	assert_string_equal(name != NULL ? name : "no constraint refuses it", constraint);
	PQclear(result);
}

/* --- Criteria --------------------------------------------------------------------- */

static void
task_has_a_tag_once(void **state)
{
	const Test *test = *state;

	must_refuse(test->session, "INSERT INTO \"_TagToTask\" VALUES ('g1', 't1')", "_TagToTask_AB_unique");
}

static void
column_with_tasks_stays(void **state)
{
	const Test *test = *state;

	must_refuse(test->session, "DELETE FROM \"Column\"", "Task_columnId_fkey");
}

static void
board_goes_with_its_tasks(void **state)
{
	const Test *test = *state;

	do_sql(test->session, "DELETE FROM \"Task\"");
	do_sql(test->session, "DELETE FROM \"Board\"");
	must_be(test->session, "SELECT (SELECT count(*) FROM \"Column\") + (SELECT count(*) FROM \"_TagToTask\")", "0");
	must_be(test->session, "SELECT count(*) FROM \"Tag\"", "1");
}

static void
new_task_is_of_low_priority(void **state)
{
	const Test *test = *state;

	must_be(test->session, "SELECT \"priority\" FROM \"Task\" WHERE \"id\" = 't1'", "LOW");
}

/* Rows that a test has written are removed when its rows are put back, and the session is still usable. */
static void
rows_come_back(void **state)
{
	const Test *test = *state;

	assert_string_equal(pgassay_reset_rows(test->database) ? "" : pgassay_message(), "");
	must_be(test->session, "SELECT count(*) FROM \"Task\"", "0");
}

/* --- The frame ---------------------------------------------------------------------- */

static int
begin(void **state)
{
	static Test test;

	test.database = pgassay_lease(service, NULL);
	if (test.database == NULL) {
		fprintf(stderr, "%s\n", pgassay_message());
		return -1;
	}
	test.session = PQconnectdb(pgassay_url(test.database));
	do_sql(test.session, board);
	*state = &test;
	return 0;
}

static int
end(void **state)
{
	Test *test = *state;

	PQfinish(test->session);
	return pgassay_release(test->database) ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(task_has_a_tag_once, begin, end),
		cmocka_unit_test_setup_teardown(column_with_tasks_stays, begin, end),
		cmocka_unit_test_setup_teardown(board_goes_with_its_tasks, begin, end),
		cmocka_unit_test_setup_teardown(new_task_is_of_low_priority, begin, end),
		cmocka_unit_test_setup_teardown(rows_come_back, begin, end),
	};

	service = pgassay_open(NULL);
	if (service == NULL) {
		fprintf(stderr, "%s\n", pgassay_message());
		return 2;
	}
	int result = cmocka_run_group_tests_name("criteria", tests, NULL, NULL);
	pgassay_close(service);
	return result;
}
