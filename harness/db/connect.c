/* Connecting, with an end. */
#include "db/session_private.h"

#include "base/error.h"
#include "base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <unistd.h>

/* One attempt. A thread that works on it may be left behind in the resolver of names, which nothing can interrupt; the
 * last one to let go frees it. */
typedef struct {
	gatomicrefcount references;
	char **keywords;
	char **values;
	gint64 deadline;
	int stop[2]; /* readable at [0]: the connection is no longer wanted */
	int done[2]; /* readable at [0]: the thread is done */
	PGconn *connection;
	gint answered; /* atomic: with a connection, or a refusal */
} Attempt;

static void
connect_close_pipe(int ends[2])
{
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
}

static void
attempt_unref(Attempt *attempt)
{
	if (!g_atomic_ref_count_dec(&attempt->references))
		return;
	PQfinish(attempt->connection);
	g_strfreev(attempt->keywords);
	g_strfreev(attempt->values);
	connect_close_pipe(attempt->stop);
	connect_close_pipe(attempt->done);
	g_free(attempt);
}

static int
connect_milliseconds_left(gint64 deadline)
{
	gint64 left = (deadline - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND;

	return (int)CLAMP(left, 0, G_MAXINT);
}

/* Waits until one of the two can be read (or the first one written); false at the deadline. */
static bool
connect_wait_for(struct pollfd ready[2], gint64 deadline)
{
	for (;;) {
		int n = poll(ready, 2, connect_milliseconds_left(deadline));
		if (n > 0)
			return true;
		if (n == 0 || errno != EINTR)
			return false;
	}
}

/* Goes on until libpq has an answer, the deadline comes, or `stop` can be read. */
static void
connect_drive(Attempt *attempt, int stop)
{
	attempt->connection = PQconnectStartParams((const char *const *)attempt->keywords,
	                                           (const char *const *)attempt->values, 0);
	PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;

	while (PQstatus(attempt->connection) != CONNECTION_BAD && wanted != PGRES_POLLING_OK &&
	       wanted != PGRES_POLLING_FAILED) {
		struct pollfd ready[2] = {
			{ .fd = PQsocket(attempt->connection),
			  .events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT },
			{ .fd = stop, .events = POLLIN },
		};
		if (!connect_wait_for(ready, attempt->deadline) || ready[1].revents != 0)
			return;
		wanted = PQconnectPoll(attempt->connection);
	}
	g_atomic_int_set(&attempt->answered, true);
}

static gpointer
connect_drive_on_thread(gpointer data)
{
	Attempt *attempt = data;

	connect_drive(attempt, attempt->stop[0]);
	if (write(attempt->done[1], "!", 1) < 0) {
		/* Nobody reads it any more. */
	}
	attempt_unref(attempt);
	return NULL;
}

/* The names of hosts are looked up by a thread, which is left to itself when that takes too long. */
static bool
connect_drive_beside(Attempt *attempt, int interrupt)
{
	if (!g_unix_open_pipe(attempt->stop, FD_CLOEXEC, NULL) || !g_unix_open_pipe(attempt->done, FD_CLOEXEC, NULL))
		return false;
	g_atomic_ref_count_inc(&attempt->references);
	g_thread_unref(g_thread_new("connect", connect_drive_on_thread, attempt));
	struct pollfd ready[2] = {
		{ .fd = attempt->done[0], .events = POLLIN },
		{ .fd = interrupt, .events = POLLIN },
	};
	char byte;
	if (connect_wait_for(ready, attempt->deadline) && ready[0].revents != 0)
		return read(attempt->done[0], &byte, 1) == 1;
	if (write(attempt->stop[1], "!", 1) < 0) {
		/* The thread sees its deadline. */
	}
	return false;
}

static Attempt *
attempt_new(const GPtrArray *keywords, const GPtrArray *values, guint timeout)
{
	Attempt *attempt = g_new0(Attempt, 1);

	g_atomic_ref_count_init(&attempt->references);
	attempt->keywords = g_strdupv((char **)keywords->pdata);
	attempt->values = g_strdupv((char **)values->pdata);
	attempt->deadline = g_get_monotonic_time() + (gint64)timeout * G_TIME_SPAN_SECOND;
	for (int i = 0; i < 2; i++)
		attempt->stop[i] = attempt->done[i] = -1;
	return attempt;
}

PGconn *
db_connect(const DbEndpoint *endpoint, const GPtrArray *keywords, const GPtrArray *values, bool interruptible,
           GError **error)
{
	guint timeout = db_endpoint_connect_timeout(endpoint);
	int interrupt = interruptible ? base_interrupt_fd() : -1;
	PGconn *connection = NULL;

	if (interruptible && !base_interrupt_check(error))
		return NULL;
	Attempt *attempt = attempt_new(keywords, values, timeout);
	bool ended = true;
	if (db_endpoint_is_socket(endpoint))
		connect_drive(attempt, interrupt);
	else
		ended = connect_drive_beside(attempt, interrupt);
	if (ended && g_atomic_int_get(&attempt->answered))
		connection = g_steal_pointer(&attempt->connection);
	attempt_unref(attempt);
	if (connection != NULL || (interruptible && !base_interrupt_check(error)))
		return connection;
	base_error_set(
	    error, BASE_ERROR_ENVIRONMENT,
	    "look whether its address is right and what keeps the connection back (a firewall, a lock on the "
	    "catalogs), or give --connect-timeout more seconds",
	    "could not connect to the server (%s): it gave no answer for %u s", db_endpoint_describe(endpoint),
	    timeout);
	return NULL;
}
