#define _GNU_SOURCE /* POLLRDHUP */
#include "scratch/watch.h"

#include "scratch/server_private.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <unistd.h>

/* Interval of statements on the session, so that it does not count as dead. */
#define PING_MS 10000
/* Pause before the next attempt to reach a server. */
#define PAUSE_MS 200

struct ScratchWatch {
	ScratchServer *server;
	GThread *thread;
	int stop[2]; /* a pipe, closed by who ends the thread */
};

/* A duplicate of the session's descriptor, which stays valid when the session is closed; -1 if there is none. */
static int
copy_descriptor(ScratchServer *server)
{
	g_mutex_lock(&server->mutex);
	int descriptor = server->admin != NULL ? db_session_descriptor(server->admin) : -1;
	int copy = descriptor >= 0 ? fcntl(descriptor, F_DUPFD_CLOEXEC, 3) : -1;
	g_mutex_unlock(&server->mutex);
	return copy;
}

/* Waits until the session is lost, or has been silent for long. False when the thread is to end. */
static bool
wait_for_loss(const ScratchWatch *watch)
{
	int descriptor = copy_descriptor(watch->server);
	struct pollfd events[] = { { .fd = watch->stop[0], .events = POLLIN },
		                   { .fd = descriptor, .events = POLLRDHUP } };

	poll(events, G_N_ELEMENTS(events), descriptor >= 0 ? PING_MS : PAUSE_MS);
	if (descriptor >= 0)
		close(descriptor);
	return events[0].revents == 0;
}

/* A session that was lost is seen as such only when something is sent, and is opened again by the next who wants it,
 * with the lock. */
static bool
watch_ping(ScratchServer *server)
{
	char *answer = NULL;

	g_mutex_lock(&server->mutex);
	for (int i = 0; i < 2 && answer == NULL; i++) {
		DbSession *session = scratch_server_admin(server, false, NULL);
		answer = session != NULL ? db_session_query_value(session, NULL, "SELECT 1", NULL) : NULL;
	}
	g_mutex_unlock(&server->mutex);
	g_free(answer);
	return answer != NULL;
}

static gpointer
watch_session(gpointer data)
{
	const ScratchWatch *watch = data;
	struct pollfd stop = { .fd = watch->stop[0], .events = POLLIN };

	while (wait_for_loss(watch))
		while (!watch_ping(watch->server))
			if (poll(&stop, 1, PAUSE_MS) != 0)
				return NULL;
	return NULL;
}

ScratchWatch *
scratch_watch_new(ScratchServer *server)
{
	g_autofree ScratchWatch *watch = g_new0(ScratchWatch, 1);

	watch->server = server;
	if (!g_unix_open_pipe(watch->stop, FD_CLOEXEC, NULL))
		return NULL;
	watch->thread = g_thread_new("watch", watch_session, watch);
	return g_steal_pointer(&watch);
}

void
scratch_watch_free(ScratchWatch *watch)
{
	if (watch == NULL)
		return;
	close(watch->stop[1]);
	g_thread_join(watch->thread);
	close(watch->stop[0]);
	g_free(watch);
}
