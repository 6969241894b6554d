/*
 * Shared by tests on a real server: one scratch server per program, a fresh database per test.
 *
 * PGASSAY_PG_BINDIR chooses the server. A program uses it like this:
 *
 *     cmocka_unit_test_setup_teardown(test, support_open, support_close)
 *     cmocka_run_group_tests(tests, support_start, support_stop)
 *
 * and in a test *state is a SupportDatabase.
 */
#ifndef TESTS_POSTGRES_SUPPORT_H
#define TESTS_POSTGRES_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch/database.h"

/* An empty database and a session on it. */
typedef struct {
	ScratchDatabase *database;
	DbSession *session;
} SupportDatabase;

/* Setup and teardown of the group: the server. */
int support_start(void **state);
int support_stop(void **state);

/* Setup and teardown of a test: *state is a SupportDatabase. */
int support_open(void **state);
int support_close(void **state);

/* The session of a test. */
static inline DbSession *
support_session(void **state)
{
	return ((SupportDatabase *)*state)->session;
}

/* The server of the program; valid between support_start and support_stop. */
ScratchServer *support_server(void);

/* One more database: a copy of the template, or empty (NULL). The test fails when there is none to be had. */
SupportDatabase *support_database(const ScratchDatabase *template);
void support_database_free(SupportDatabase *database); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SupportDatabase, support_database_free)

/* Runs the statements; the test fails, and shows the error, when the server refuses them. */
void support_execute(DbSession *session, const char *sql);

/* Fails the test with the error's message unless `done`. Frees the error. */
void support_check(bool done, GError *error, const char *what);

#endif
