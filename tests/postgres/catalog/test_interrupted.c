/* An interruption in the middle of reading leaves an open transaction as it was. */
#include "support.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "catalog/snapshot.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE ((gint64)20 * G_USEC_PER_SEC)

/* The result of a child. */
enum { CHILD_OK, CHILD_BROKEN, CHILD_NOT_INTERRUPTED, CHILD_TRANSACTION_FAILED };

/* In a process of its own, because an interruption is for good. Waits until a byte comes in the pipe before it reads.
 */
static int
read_in_transaction(const ScratchDatabase *database, int go)
{
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_MIGRATION, NULL);
	g_autoptr(GError) error = NULL;
	char byte;

	base_interrupt_install();
	if (session == NULL || !db_session_execute(session, "BEGIN; CREATE TABLE inside (a int)", NULL) ||
	    read(go, &byte, 1) != 1)
		return CHILD_BROKEN;
	g_autoptr(CatalogSnapshot) snapshot = catalog_snapshot_read(session, NULL, &error);
	if (snapshot != NULL || !g_error_matches(error, BASE_ERROR, BASE_ERROR_INTERRUPTED))
		return CHILD_NOT_INTERRUPTED;
	return db_session_transaction_state(session) == DB_TRANSACTION_OPEN ? CHILD_OK : CHILD_TRANSACTION_FAILED;
}

/* Until somebody waits for a lock. */
static void
wait_for_waiter(DbSession *session)
{
	for (gint64 deadline = g_get_monotonic_time() + DEADLINE; g_get_monotonic_time() < deadline;) {
		g_autofree char *waiters = db_session_query_value(
		    session, NULL, "SELECT count(*) FROM pg_locks WHERE NOT granted", NULL);
		if (g_strcmp0(waiters, "1") == 0)
			return;
		poll(NULL, 0, 1);
	}
	fail_msg("nobody waits for the lock");
}

static void
a_full_read_rolls_its_savepoint_back(void **state)
{
	const SupportDatabase *database = *state;
	int status = 0;
	int go[2];

	assert_int_equal(pipe(go), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(read_in_transaction(database->database, go[0]));
	/* The reading has to wait in the middle, for a catalog that no connecting session reads. */
	support_execute(database->session, "BEGIN; LOCK TABLE pg_catalog.pg_enum IN ACCESS EXCLUSIVE MODE");
	assert_int_equal(write(go[1], "!", 1), 1);
	wait_for_waiter(database->session);
	assert_int_equal(kill(child, SIGINT), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	support_execute(database->session, "ROLLBACK");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), CHILD_OK);
	close(go[0]);
	close(go[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_full_read_rolls_its_savepoint_back, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
