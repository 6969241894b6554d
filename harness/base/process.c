#include "base/process.h"

#include "base/error.h"
#include "base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMPLAINT_MAX ((gsize)64 * 1024)
/* How long an interrupted program may take to end by itself. */
#define PATIENCE ((gint64)2 * G_USEC_PER_SEC)

typedef struct {
	GPid pid;
	int complaints; /* the reading end of its standard error */
	GString *complaint;
	gint64 limit;    /* when its time is over; 0: never */
	gint64 deadline; /* of a program that was told to end; 0: it was not */
	bool timed_out;
	bool killed;
} Running;

void
base_process_end_clear(BaseProcessEnd *end)
{
	g_clear_pointer(&end->complaint, g_free);
}

/* In the child. A group of its own, so that its children can be signalled with it. */
static void
prepare(gpointer data)
{
	(void)data;
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static bool
start(const BaseProcess *process, Running *running, GError **error)
{
	int complaints[2];
	GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD |
	                    (process->output < 0 && !process->both ? G_SPAWN_STDOUT_TO_DEV_NULL : 0);
	g_autoptr(GError) cause = NULL;

	if (!g_unix_open_pipe(complaints, FD_CLOEXEC, &cause))
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not run \"%s\": %s",
		                      process->arguments[0], cause->message);
	const char *directory = process->directory != NULL ? process->directory : "/";
	bool started = g_spawn_async_with_fds(directory, (char **)process->arguments, (char **)process->environment,
	                                      flags, prepare, NULL, &running->pid, process->input,
	                                      process->both ? complaints[1] : process->output, complaints[1], &cause);
	close(complaints[1]);
	running->complaints = complaints[0];
	if (!started) {
		close(complaints[0]);
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not run \"%s\": %s",
		                      process->arguments[0], cause->message);
	}
	return true;
}

/* Gives false at the end of what it says. */
static bool
read_complaint(Running *running)
{
	char buffer[4096];
	ssize_t n = read(running->complaints, buffer, sizeof(buffer));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (running->complaint->len <= COMPLAINT_MAX)
		g_string_append_len(running->complaint, buffer, n);
	return n > 0;
}

static void
tell_to_end(Running *running)
{
	if (running->deadline == 0) {
		running->deadline = g_get_monotonic_time() + PATIENCE;
		kill(-running->pid, SIGTERM);
	} else if (!running->killed && g_get_monotonic_time() >= running->deadline) {
		running->killed = true;
		kill(-running->pid, SIGKILL);
	}
}

/* Milliseconds, or -1. */
static int
time_to_wait(const Running *running, bool ending)
{
	gint64 until = ending ? running->deadline : running->limit;

	if (running->killed || until == 0)
		return -1;
	return (int)CLAMP((until - g_get_monotonic_time()) / 1000 + 1, 0, G_MAXINT);
}

/* Its standard error is closed when it has ended, and so have its children. */
static void
attend(Running *running)
{
	for (;;) {
		bool late = running->limit != 0 && g_get_monotonic_time() >= running->limit;
		bool ending = base_interrupted() || late;
		struct pollfd events[] = { { .fd = running->complaints, .events = POLLIN },
			                   { .fd = base_interrupted() ? -1 : base_interrupt_fd(), .events = POLLIN } };

		running->timed_out = running->timed_out || (late && running->deadline == 0);
		if (ending)
			tell_to_end(running);
		int timeout = time_to_wait(running, ending);
		if (poll(events, G_N_ELEMENTS(events), timeout) < 0 && errno != EINTR)
			return;
		if (events[0].revents != 0 && !read_complaint(running))
			return;
	}
}

static int
reap(Running *running)
{
	int status = 0;

	close(running->complaints);
	while (waitpid(running->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	g_spawn_close_pid(running->pid);
	return status;
}

static void
finish(Running *running, int status, BaseProcessEnd *ret_end)
{
	bool cut = running->complaint->len > COMPLAINT_MAX;
	g_autofree char *text = NULL;

	g_string_truncate(running->complaint, MIN(running->complaint->len, COMPLAINT_MAX));
	text = g_utf8_make_valid(running->complaint->str, (gssize)running->complaint->len);
	g_strstrip(text);
	ret_end->succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	ret_end->timed_out = running->timed_out;
	if (text[0] != '\0' || ret_end->succeeded)
		ret_end->complaint = cut ? g_strconcat(text, "\n...", NULL) : g_steal_pointer(&text);
	else if (WIFEXITED(status))
		ret_end->complaint = g_strdup_printf("it says nothing, and ends with exit code %d",
		                                     WEXITSTATUS(status));
	else
		ret_end->complaint = g_strdup_printf("it was ended by signal %d", WTERMSIG(status));
}

bool
base_process_run(const BaseProcess *process, BaseProcessEnd *ret_end, GError **error)
{
	Running running = { .complaints = -1 };

	if (!base_interrupt_check(error) || !start(process, &running, error))
		return false;
	running.complaint = g_string_new(NULL);
	running.limit = process->timeout > 0 ? g_get_monotonic_time() + process->timeout : 0;
	attend(&running);
	int status = reap(&running);
	bool done = running.deadline == 0 || running.timed_out || base_interrupt_check(error);
	if (done)
		finish(&running, status, ret_end);
	g_string_free(running.complaint, TRUE);
	return done;
}
