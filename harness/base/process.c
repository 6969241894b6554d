#define _GNU_SOURCE /* memfd_create */
#include "base/process.h"

#include "base/activity.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMPLAINT_MAX ((gsize)64 * 1024)
#define OUTPUT_MAX    65536
#define ASK_TIMEOUT   ((gint64)10 * G_USEC_PER_SEC)
/* The keeper answers long before that, unless it was stopped. */
#define KEEPER_PATIENCE ((gint64)(BASE_KEEPER_PATIENCE_MS + BASE_KEEPER_KILL_MS + 5000) * (G_USEC_PER_SEC / 1000))

typedef struct {
	pid_t keeper;
	int socket;      /* to the keeper */
	int stderr_pipe; /* the reading end of the program's standard error; -1 after its end */
	GString *stderr_text;
	gint64 limit;    /* when its time is over; 0: never */
	gint64 deadline; /* of a keeper that was asked to end the program; 0: it was not */
	bool timed_out;
	bool ended; /* the keeper has said how */
	int status;
	int refused; /* errno: the program could not be run */
} Running;

void
base_process_end_clear(BaseProcessEnd *end)
{
	g_clear_pointer(&end->stderr_text, g_free);
}

/* --- Start ----------------------------------------------------------------- */

static bool
set_start_error(const BaseProcess *process, const char *cause, GError **error)
{
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not run \"%s\": %s", process->arguments[0],
	                      cause);
}

/* No handler of ours may run in the child. */
static pid_t
fork_keeper(BaseKeeperOrder *order)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &order->mask);
	pid_t keeper = fork();
	if (keeper == 0)
		base_keeper_run(order);
	int number = errno;
	pthread_sigmask(SIG_SETMASK, &order->mask, NULL);
	errno = number;
	return keeper;
}

static bool
process_start(const BaseProcess *process, Running *running, GError **error)
{
	int stderr_pipe[2];
	int sockets[2];
	g_autoptr(GError) cause = NULL;

	if (!g_unix_open_pipe(stderr_pipe, FD_CLOEXEC, &cause))
		return set_start_error(process, cause->message, error);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
		int number = errno;
		close(stderr_pipe[0]);
		close(stderr_pipe[1]);
		return set_start_error(process, g_strerror(number), error);
	}
	g_auto(GStrv) inherited = process->environment == NULL ? g_get_environ() : NULL;
	BaseKeeperOrder order = {
		.arguments = (char **)process->arguments,
		.environment = process->environment != NULL ? (char **)process->environment : inherited,
		.directory = process->directory != NULL ? process->directory : "/",
		.input = process->input,
		.output = process->merge_stdout ? stderr_pipe[1] : process->output,
		.stderr_pipe = stderr_pipe[1],
		.socket = sockets[1],
		.prepare = process->prepare,
		.prepare_data = process->prepare_data,
	};
	running->keeper = fork_keeper(&order);
	int number = errno;
	close(stderr_pipe[1]);
	close(sockets[1]);
	running->stderr_pipe = stderr_pipe[0];
	running->socket = sockets[0];
	if (running->keeper > 0)
		return g_unix_set_fd_nonblocking(running->stderr_pipe, TRUE, NULL);
	close(stderr_pipe[0]);
	close(sockets[0]);
	return set_start_error(process, g_strerror(number), error);
}

/* --- Attend ---------------------------------------------------------------- */

/* Reads the available output. */
static void
read_stderr(Running *running)
{
	char buffer[4096];
	ssize_t n;

	while ((n = read(running->stderr_pipe, buffer, sizeof(buffer))) > 0)
		if (running->stderr_text->len <= COMPLAINT_MAX)
			g_string_append_len(running->stderr_text, buffer, n);
	if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(running->stderr_pipe);
		running->stderr_pipe = -1;
	}
}

/* False at the end: the keeper has said how, or is gone. */
static bool
read_message(Running *running)
{
	BaseKeeperMessage message;
	ssize_t n = recv(running->socket, &message, sizeof message, MSG_DONTWAIT);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n != (ssize_t)sizeof message)
		return false;
	if (message.kind == BASE_KEEPER_REFUSED) {
		running->refused = message.value;
		return true;
	}
	running->ended = true;
	running->status = message.value;
	return false;
}

static void
process_tell_to_end(Running *running)
{
	BaseKeeperMessage message = { .kind = BASE_KEEPER_END };

	if (running->deadline != 0)
		return;
	running->deadline = g_get_monotonic_time() + KEEPER_PATIENCE;
	if (send(running->socket, &message, sizeof message, MSG_NOSIGNAL) < 0) {
		/* The keeper is gone; the next read shows it. */
	}
}

/* Milliseconds, or -1. */
static int
process_time_to_wait(const Running *running)
{
	gint64 until = running->deadline != 0 ? running->deadline : running->limit;

	if (until == 0)
		return -1;
	return (int)CLAMP((until - g_get_monotonic_time()) / 1000 + 1, 0, G_MAXINT);
}

/* Waits until the keeper reports that everything has ended, or until its time is over. */
static void
process_attend(Running *running)
{
	for (;;) {
		gint64 now = g_get_monotonic_time();
		bool late = running->limit != 0 && now >= running->limit;

		running->timed_out = running->timed_out || (late && running->deadline == 0);
		if (late || base_interrupted())
			process_tell_to_end(running);
		if (running->deadline != 0 && now >= running->deadline)
			return;
		struct pollfd events[] = { { .fd = running->stderr_pipe, .events = POLLIN },
			                   { .fd = running->socket, .events = POLLIN },
			                   { .fd = running->deadline != 0 ? -1 : base_interrupt_fd(),
			                     .events = POLLIN } };
		if (poll(events, G_N_ELEMENTS(events), process_time_to_wait(running)) < 0 && errno != EINTR)
			return;
		if (events[0].revents != 0)
			read_stderr(running);
		if (events[1].revents != 0 && !read_message(running))
			return;
	}
}

static void
process_reap(Running *running)
{
	/* Reads the output that was in the pipe when the last process ended. */
	if (running->stderr_pipe >= 0)
		read_stderr(running);
	if (running->stderr_pipe >= 0)
		close(running->stderr_pipe);
	close(running->socket);
	/* Its children get SIGKILL from the kernel. */
	if (!running->ended && running->refused == 0) {
		kill(running->keeper, SIGKILL);
		running->status = SIGKILL;
	}
	while (waitpid(running->keeper, NULL, 0) < 0 && errno == EINTR)
		continue;
}

static void
process_finish(Running *running, BaseProcessEnd *ret_end)
{
	int status = running->status;
	bool cut = running->stderr_text->len > COMPLAINT_MAX;
	g_autofree char *text = NULL;

	g_string_truncate(running->stderr_text, MIN(running->stderr_text->len, COMPLAINT_MAX));
	text = g_utf8_make_valid(running->stderr_text->str, (gssize)running->stderr_text->len);
	g_strstrip(text);
	ret_end->said_something = text[0] != '\0';
	ret_end->succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	ret_end->timed_out = running->timed_out;
	ret_end->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (text[0] != '\0' || ret_end->succeeded)
		ret_end->stderr_text = cut ? g_strconcat(text, "\n...", NULL) : g_steal_pointer(&text);
	else if (WIFEXITED(status))
		ret_end->stderr_text = g_strdup_printf("it prints nothing, and ends with exit code %d",
		                                       WEXITSTATUS(status));
	else
		ret_end->stderr_text = g_strdup_printf("it was ended by signal %d", WTERMSIG(status));
}

bool
base_process_run(const BaseProcess *process, BaseProcessEnd *ret_end, GError **error)
{
	Running running = { .stderr_pipe = -1, .socket = -1 };

	if (!base_interrupt_check(error) || !process_start(process, &running, error))
		return false;
	running.stderr_text = g_string_new(NULL);
	running.limit = process->timeout > 0 ? g_get_monotonic_time() + process->timeout : 0;
	base_activity_wait(process->arguments[0]);
	process_attend(&running);
	base_activity_wait(NULL);
	process_reap(&running);
	bool done = running.deadline == 0 || running.timed_out || base_interrupt_check(error);
	if (done && running.refused != 0)
		done = set_start_error(process, g_strerror(running.refused), error);
	else if (done)
		process_finish(&running, ret_end);
	g_string_free(running.stderr_text, TRUE);
	return done;
}

/* The beginning of the file. */
static char *
read_output(int file)
{
	char *text = g_malloc(OUTPUT_MAX + 1);
	ssize_t n = pread(file, text, OUTPUT_MAX, 0);

	text[MAX(n, 0)] = '\0';
	return text;
}

bool
base_process_ask(const BaseProcess *process, char **ret_output, BaseProcessEnd *ret_end, GError **error)
{
	int output = memfd_create("output", MFD_CLOEXEC);
	const BaseProcess question = { .arguments = process->arguments,
		                       .input = -1,
		                       .output = output,
		                       .timeout = ASK_TIMEOUT,
		                       .prepare = process->prepare,
		                       .prepare_data = process->prepare_data };

	if (output < 0)
		return set_start_error(process, g_strerror(errno), error);
	bool done = base_process_run(&question, ret_end, error);
	if (done)
		*ret_output = read_output(output);
	close(output);
	return done;
}
