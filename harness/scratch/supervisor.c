#include "scratch/supervisor.h"

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "scratch/postmaster.h"
#include "scratch/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_TIMEOUT  ((gint64)60 * G_USEC_PER_SEC)
#define INITDB_TIMEOUT ((gint64)300 * G_USEC_PER_SEC)
#define FOLDER_TIMEOUT ((gint64)10 * G_USEC_PER_SEC)
#define STOP_TIMEOUT   ((gint64)60 * G_USEC_PER_SEC)
#define POLL_MS        1

#define LOG_TAIL_BYTES 4096
#define LOG_TAIL_LINES 15

struct ScratchSupervisor {
	pid_t pid;
	int socket;
	bool kept;
	char folder[SCRATCH_FOLDER_MAX];
	char *data;
	char *log;
};

/* --- Command line -------------------------------------------------------- */

static void
supervisor_add(GPtrArray *arguments, const char *argument)
{
	g_ptr_array_add(arguments, g_strdup(argument));
}

static char **
initdb_arguments(const ScratchSupervisorOptions *options, ScratchOrder *order)
{
	GPtrArray *arguments = g_ptr_array_new();

	g_ptr_array_add(arguments, g_build_filename(options->bindir, "initdb", NULL));
	g_ptr_array_add(arguments, g_strdup_printf("--locale=%s", options->locale));
	supervisor_add(arguments, "--no-sync");
	supervisor_add(arguments, "--auth=trust");
	supervisor_add(arguments, "--username=postgres");
	supervisor_add(arguments, "--encoding=UTF8");
	supervisor_add(arguments, "-D");
	g_ptr_array_add(arguments, order->data);
	g_ptr_array_add(arguments, NULL);
	return (char **)g_ptr_array_free(arguments, FALSE);
}

/* Settings of speed, size and the log only: what SQL means is as the server's version has it. */
static char **
server_arguments(const ScratchSupervisorOptions *options, ScratchOrder *order)
{
	static const char log_line_prefix[] = "log_line_prefix=" SCRATCH_LOG_LINE_PREFIX;
	static const char *const settings[] = {
		/* How SQL knows a server of our own. */
		"cluster_name=pgassay",
		"fsync=off",
		"full_page_writes=off",
		"synchronous_commit=off",
		/* A new file of the log is not written twice, once with zeros, and none is kept for later: a checkpoint
		 * makes the next one in 4 ms instead of 140, and statements that write much take two thirds of the
		 * time. */
		"wal_init_zero=off",
		"wal_recycle=off",
		/* Statistics and dead rows stay as a test left them. */
		"autovacuum=off",
		/* Queries of the catalog look dear to the planner, and reading their few rows is quicker than
		 * compiling them. */
		"jit=off",
		"shared_buffers=64MB",
		"max_connections=64",
		/* Room for 170,000 locks. 5,000 tables, each with a key, two indexes, a sequence and a TOAST
		 * table, take 70,000 in one transaction, and 160,000 when it drops them and makes them
		 * again. Costs some 10 ms at the start; the default fails at some hundred tables. */
		"max_locks_per_transaction=2048",
		/* Files of the data directory: they go with it, however the server ends, and a container's
		 * default /dev/shm of 64 MB is too small for one parallel hash join. */
		"dynamic_shared_memory_type=mmap",
		/* Statements in the log can be told from those of other databases. */
		log_line_prefix,
	};
	GPtrArray *arguments = g_ptr_array_new();

	g_ptr_array_add(arguments, g_build_filename(options->bindir, "postgres", NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
		supervisor_add(arguments, "-c");
		supervisor_add(arguments, settings[i]);
	}
	supervisor_add(arguments, "-c");
	supervisor_add(arguments, options->port != 0 ? "listen_addresses=127.0.0.1" : "listen_addresses=");
	if (options->port != 0) {
		supervisor_add(arguments, "-p");
		g_ptr_array_add(arguments, g_strdup_printf("%u", options->port));
	}
	supervisor_add(arguments, "-c");
	g_ptr_array_add(arguments, order->socket_setting);
	supervisor_add(arguments, "-D");
	g_ptr_array_add(arguments, order->data);
	g_ptr_array_add(arguments, NULL);
	return (char **)g_ptr_array_free(arguments, FALSE);
}

/* initdb takes its time zone and the language of its messages from the environment; a server
 * that is the same on every machine does not. */
static char **
server_environment(void)
{
	char **environment = g_get_environ();

	for (char **names = g_listenv(), **name = names;; name++) {
		if (*name == NULL) {
			g_strfreev(names);
			break;
		}
		if (g_str_has_prefix(*name, "PG") || g_str_has_prefix(*name, "LC_") || strcmp(*name, "LANGUAGE") == 0)
			environment = g_environ_unsetenv(environment, *name);
	}
	environment = g_environ_setenv(environment, "LC_ALL", "C", TRUE);
	return g_environ_setenv(environment, "TZ", "UTC", TRUE);
}

/* The texts of the order itself are among the arguments. */
static void
free_arguments(const ScratchOrder *order, char **arguments)
{
	for (char **argument = arguments; *argument != NULL; argument++)
		if (*argument != order->data && *argument != order->socket_setting)
			g_free(*argument);
	g_free(arguments);
}

static ScratchOrder *
order_new(const ScratchSupervisorOptions *options)
{
	ScratchOrder *order = g_new0(ScratchOrder, 1);

	order->parent = options->parent;
	order->account = options->account;
	order->initdb = initdb_arguments(options, order);
	order->server = server_arguments(options, order);
	order->environment = server_environment();
	return order;
}

static void
order_free(ScratchOrder *order)
{
	free_arguments(order, order->initdb);
	free_arguments(order, order->server);
	g_strfreev(order->environment);
	g_free(order);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScratchOrder, order_free)

/* --- Messages ------------------------------------------------------------ */

typedef enum {
	RECEIVED,
	RECEIVE_NOTHING, /* until the time was over */
	RECEIVE_FAILED,
} Received;

/* Waits for a message, for up to timeout_ms. */
static Received
receive_message(const ScratchSupervisor *supervisor, int timeout_ms, ScratchMessage *ret_message, GError **error)
{
	struct pollfd ready[2] = {
		{ .fd = supervisor->socket, .events = POLLIN },
		{ .fd = base_interrupt_fd(), .events = POLLIN },
	};

	if (poll(ready, 2, timeout_ms) < 0 && errno != EINTR) {
		base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "poll failed: %s", g_strerror(errno));
		return RECEIVE_FAILED;
	}
	if (!base_interrupt_check(error))
		return RECEIVE_FAILED;
	if (ready[0].revents == 0)
		return RECEIVE_NOTHING;
	if (recv(supervisor->socket, ret_message, sizeof *ret_message, 0) == (ssize_t)sizeof *ret_message)
		return RECEIVED;
	base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "the process that looks after the server was ended");
	return RECEIVE_FAILED;
}

/* Waits for the answer of that kind. */
static bool
supervisor_expect(const ScratchSupervisor *supervisor, ScratchMessageKind what, gint64 timeout,
                  ScratchMessage *ret_message, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + timeout;

	for (;;) {
		gint64 left = deadline - g_get_monotonic_time();
		if (left <= 0)
			return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL,
			                      "the server's preparation took longer than %d seconds",
			                      (int)(timeout / G_USEC_PER_SEC));
		Received received = receive_message(supervisor, (int)(left / 1000) + 1, ret_message, error);
		if (received == RECEIVE_FAILED)
			return false;
		if (received == RECEIVED && ret_message->kind == what)
			return true;
	}
}

static bool
supervisor_send_message(const ScratchSupervisor *supervisor, ScratchMessageKind what, GError **error)
{
	ScratchMessage message = { .kind = what };

	if (send(supervisor->socket, &message, sizeof message, MSG_NOSIGNAL) == (ssize_t)sizeof message)
		return true;
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL,
	                      "the process that looks after the server does not answer: %s", g_strerror(errno));
}

/* --- Start and stop ------------------------------------------------------ */

static bool
wait_for_folder(ScratchSupervisor *supervisor, const char *parent, GError **error)
{
	ScratchMessage message;

	if (!supervisor_expect(supervisor, SCRATCH_MESSAGE_FOLDER, FOLDER_TIMEOUT, &message, error))
		return false;
	if (message.value != 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, "set TMPDIR to a folder that can be written to",
		                      "could not make a folder for the server in \"%s\": %s", parent,
		                      g_strerror(message.value));
	memcpy(supervisor->folder, message.folder, sizeof supervisor->folder);
	supervisor->data = g_build_filename(supervisor->folder, "data", NULL);
	supervisor->log = g_build_filename(supervisor->folder, "log", NULL);
	return true;
}

ScratchSupervisor *
scratch_supervisor_start(const ScratchSupervisorOptions *options, GError **error)
{
	g_autoptr(ScratchOrder) order = order_new(options);
	int sockets[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
		base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "socketpair failed: %s", g_strerror(errno));
		return NULL;
	}
	pid_t pid = fork();
	if (pid == 0)
		scratch_supervise(order, sockets[1]);
	close(sockets[1]);
	if (pid < 0) {
		base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "fork failed: %s", g_strerror(errno));
		close(sockets[0]);
		return NULL;
	}
	g_autoptr(ScratchSupervisor) supervisor = g_new0(ScratchSupervisor, 1);
	supervisor->pid = pid;
	supervisor->socket = sockets[0];
	if (!wait_for_folder(supervisor, options->parent, error))
		return NULL;
	return g_steal_pointer(&supervisor);
}

/* A supervisor that was stopped, or that a disk keeps waiting, is killed in the end. */
static void
supervisor_wait_for_end(pid_t pid)
{
	gint64 deadline = g_get_monotonic_time() + STOP_TIMEOUT;
	pid_t ended;

	while ((ended = waitpid(pid, NULL, WNOHANG)) == 0 && g_get_monotonic_time() < deadline)
		poll(NULL, 0, POLL_MS);
	if (ended != 0)
		return;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

void
scratch_supervisor_stop(ScratchSupervisor *supervisor)
{
	if (supervisor == NULL)
		return;
	/* A process that was forked in the meantime may have the socket open, too. */
	shutdown(supervisor->socket, SHUT_RDWR);
	close(supervisor->socket);
	if (!supervisor->kept) {
		supervisor_wait_for_end(supervisor->pid);
		/* It removed its folder, unless it was killed. */
		if (supervisor->folder[0] != '\0')
			scratch_folder_reap(supervisor->folder);
	}
	g_free(supervisor->data);
	g_free(supervisor->log);
	g_free(supervisor);
}

pid_t
scratch_supervisor_pid(const ScratchSupervisor *supervisor)
{
	return supervisor->pid;
}

const char *
scratch_supervisor_data(const ScratchSupervisor *supervisor)
{
	return supervisor->data;
}

void
scratch_supervisor_keep(ScratchSupervisor *supervisor)
{
	supervisor->kept = supervisor_send_message(supervisor, SCRATCH_MESSAGE_KEEP, NULL);
}

/* --- Last words ---------------------------------------------------------- */

/* The end of the log, which has the length. */
static char *
read_log_end(int log, off_t length)
{
	char *text = g_malloc0(LOG_TAIL_BYTES + 1);
	ssize_t n = pread(log, text, LOG_TAIL_BYTES, MAX(length - LOG_TAIL_BYTES, 0));

	text[MAX(n, 0)] = '\0';
	return g_strchomp(text);
}

/* The last lines of the log. */
static char *
log_tail(const ScratchSupervisor *supervisor)
{
	int log = base_file_open(supervisor->log, BASE_FILE_NO_FOLLOW);
	struct stat status;

	if (log < 0 || fstat(log, &status) != 0)
		return g_strdup("(there is no log)");
	g_autofree char *text = read_log_end(log, status.st_size);
	close(log);
	const char *line = text + strlen(text);
	for (int lines = 0; line > text; line--)
		if (line[-1] == '\n' && ++lines == LOG_TAIL_LINES)
			break;
	return g_utf8_make_valid(line, -1);
}

/* A hint for an error in the log. */
static const char *
supervisor_hint_for(const char *log)
{
	static const struct {
		const char *text;
		const char *hint;
	} hints[] = {
		{ "No space left on device", "free some space, or set TMPDIR to a folder on another disk" },
		{ "Disk quota exceeded", "free some space, or set TMPDIR to a folder on another disk" },
		{ "could not enter the folder",
		  "set TMPDIR to a folder that the server's user can reach, such as /tmp" },
		{ "could not become the user", "run pgassay as an ordinary user, or name another in PGASSAY_PG_USER" },
		{ "could not look up effective user ID",
		  "give the user a line in /etc/passwd (initdb asks for its name), or run pgassay as root" },
		{ "invalid locale", "install the locale C.UTF-8 (apt-get install libc-bin)" },
		{ "shared memory", "give the machine or container more memory (docker run --shm-size=256m)" },
		{ "error while loading shared libraries",
		  "install PostgreSQL again: some of its libraries are missing" },
		{ "Permission denied", "the server's user must be able to reach PostgreSQL's files and TMPDIR" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(hints); i++)
		if (strstr(log, hints[i].text) != NULL)
			return hints[i].hint;
	return NULL;
}

static bool
set_exit_error(const ScratchSupervisor *supervisor, const char *what, int status, GError **error)
{
	g_autofree char *tail = log_tail(supervisor);
	g_autofree char *how = NULL;

	if (status < 0)
		how = g_strdup_printf("it could not be run: %s", g_strerror(-status));
	else if (WIFSIGNALED(status))
		how = g_strdup_printf("it was ended by signal %d", WTERMSIG(status));
	else
		how = g_strdup_printf("exit status %d", WEXITSTATUS(status));
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, supervisor_hint_for(tail),
	                      "%s (%s); the end of its log:\n%s", what, how, tail);
}

/* --- Steps --------------------------------------------------------------- */

bool
scratch_supervisor_initdb(ScratchSupervisor *supervisor, GError **error)
{
	ScratchMessage message = { 0 };

	if (!supervisor_send_message(supervisor, SCRATCH_MESSAGE_INITDB, error) ||
	    !supervisor_expect(supervisor, SCRATCH_MESSAGE_EXITED, INITDB_TIMEOUT, &message, error))
		return false;
	return message.value == 0 || set_exit_error(supervisor, "initdb failed", message.value, error);
}

bool
scratch_supervisor_clear(ScratchSupervisor *supervisor, GError **error)
{
	ScratchMessage message = { 0 };

	if (!supervisor_send_message(supervisor, SCRATCH_MESSAGE_CLEAR, error) ||
	    !supervisor_expect(supervisor, SCRATCH_MESSAGE_CLEARED, START_TIMEOUT, &message, error))
		return false;
	return message.value == 0 || base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL,
	                                            "could not empty the folder \"%s\"", supervisor->data);
}

bool
scratch_supervisor_crash(ScratchSupervisor *supervisor, GError **error)
{
	ScratchMessage message = { 0 };

	if (!supervisor_send_message(supervisor, SCRATCH_MESSAGE_CRASH, error) ||
	    !supervisor_expect(supervisor, SCRATCH_MESSAGE_CRASHED, START_TIMEOUT, &message, error))
		return false;
	return message.value == 0 || base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL,
	                                            "could not kill the server in \"%s\"", supervisor->data);
}

bool
scratch_supervisor_launch(ScratchSupervisor *supervisor, GError **error)
{
	return supervisor_send_message(supervisor, SCRATCH_MESSAGE_LAUNCH, error);
}

/* False when it could not even be run, as shells have it: another data directory does not help. */
static bool
was_run(int status)
{
	return status >= 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
}

ScratchWait
scratch_supervisor_wait(ScratchSupervisor *supervisor, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + START_TIMEOUT;
	ScratchMessage message;
	ScratchPostmaster postmaster;

	while (g_get_monotonic_time() < deadline) {
		Received received = receive_message(supervisor, POLL_MS, &message, error);
		if (received == RECEIVE_FAILED)
			return SCRATCH_WAIT_FAILED;
		if (received == RECEIVED && message.kind == SCRATCH_MESSAGE_EXITED) {
			set_exit_error(supervisor, "the server did not start", message.value, error);
			return was_run(message.value) ? SCRATCH_WAIT_EXITED : SCRATCH_WAIT_FAILED;
		}
		/* To read that is cheaper than to try connections, each of which costs the server a process while it
		 * starts. */
		if (scratch_postmaster_read(supervisor->data, &postmaster) && postmaster.ready)
			return SCRATCH_WAIT_READY;
	}
	g_autofree char *tail = log_tail(supervisor);
	base_error_set(error, BASE_ERROR_ENVIRONMENT, supervisor_hint_for(tail),
	               "the server did not start within %d seconds; the end of its log:\n%s",
	               (int)(START_TIMEOUT / G_USEC_PER_SEC), tail);
	return SCRATCH_WAIT_FAILED;
}
