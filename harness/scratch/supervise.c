#include "scratch/supervise.h"

#include "base/child.h"
#include "scratch/postmaster.h"
#include "scratch/removal.h"
#include "scratch/shared_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOCKET_DESCRIPTOR 3

/* How long the server may take to end by itself, and its children after it was killed: together
 * less than the two seconds that are promised. */
#define QUIT_MS       1000
#define KILL_MS       600
#define KILL_PAUSE_MS 20

typedef struct {
	ScratchOrder *order;
	int socket; /* -1 once pgassay is gone */
	int signals;
	int log;
	pid_t running; /* initdb or the server; 0: nothing */
	bool is_server;
	bool kept;
} Supervisor;

/* --- Setting up ---------------------------------------------------------- */

/* Whatever pgassay had open would stay open as long as the server runs: a pipe to a CI log, the
 * other end of our own socket. */
static void
leave_descriptors_behind(int socket)
{
	int safe = fcntl(socket, F_DUPFD_CLOEXEC, 10);

	dup2(safe, SOCKET_DESCRIPTOR);
	fcntl(SOCKET_DESCRIPTOR, F_SETFD, FD_CLOEXEC);
	base_child_close_from(SOCKET_DESCRIPTOR + 1);
	for (int i = 0; i < 3; i++)
		close(i);
	for (int i = 0; i < 3; i++)
		if (open("/dev/null", O_RDWR) != i)
			_exit(1);
}

/* All signals are blocked, so that a terminal's SIGINT or SIGHUP changes nothing; two are read. */
static int
open_signals(void)
{
	sigset_t all;
	sigset_t ours;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&ours);
	sigaddset(&ours, SIGCHLD);
	sigaddset(&ours, SIGTERM);
	return signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
supervise_say(const Supervisor *supervisor, ScratchMessageKind what, int value)
{
	ScratchMessage message = { .kind = what, .value = value };

	memcpy(message.folder, supervisor->order->folder, sizeof message.folder);
	if (supervisor->socket >= 0 && send(supervisor->socket, &message, sizeof message, MSG_NOSIGNAL) < 0) {
		/* pgassay is gone; the next read shows it. */
	}
}

static int
supervise_make_folder(Supervisor *supervisor, int *ret_lock)
{
	ScratchOrder *order = supervisor->order;
	char log[SCRATCH_PATH_MAX];
	int cause = scratch_folder_make(order->parent, order->account, order->folder, ret_lock);

	if (cause != 0)
		return cause;
	snprintf(order->data, sizeof order->data, "%s/data", order->folder);
	/* The data directory is the one folder that the server's user can write to. */
	snprintf(order->socket_setting, sizeof order->socket_setting, SCRATCH_SOCKET_SETTING "%s", order->data);
	snprintf(log, sizeof log, "%s/log", order->folder);
	supervisor->log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	cause = supervisor->log >= 0 ? scratch_folder_make_data(order->folder, order->data) : errno;
	if (cause == 0)
		return 0;
	scratch_folder_remove(order->folder);
	return cause;
}

/* --- Running ------------------------------------------------------------- */

static _Noreturn void
supervise_refuse(const char *what, const char *name)
{
	fprintf(stderr, "pgassay: could not %s %s: %s\n", what, name, strerror(errno));
	_exit(127);
}

static _Noreturn void
supervise_become_program(const Supervisor *supervisor, char **arguments, pid_t parent, int death_signal)
{
	sigset_t none;

	setpgid(0, 0);
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	dup2(supervisor->log, STDOUT_FILENO);
	dup2(supervisor->log, STDERR_FILENO);
	if (!scratch_account_become(supervisor->order->account))
		supervise_refuse("become the user", supervisor->order->account->name);
	/* The kernel forgets this when the user changes, so it comes after. */
	prctl(PR_SET_PDEATHSIG, death_signal);
	if (getppid() != parent)
		_exit(127);
	if (chdir(supervisor->order->folder) != 0)
		supervise_refuse("enter the folder", supervisor->order->folder);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(arguments[0], arguments, supervisor->order->environment);
	supervise_refuse("run", arguments[0]);
}

/* Prepares the data directory before the program runs. Returns 0, or the errno. */
static int
prepare_data(const ScratchOrder *order, bool is_server)
{
	char base[SCRATCH_PATH_MAX + 8];

	if (is_server) {
		snprintf(base, sizeof base, "%s/base", order->data);
		scratch_folder_spread(base);
		return 0;
	}
	if (!order->account->drops || chown(order->data, order->account->uid, order->account->gid) == 0)
		return 0;
	return errno;
}

static void
supervise_run(Supervisor *supervisor, bool is_server)
{
	char **arguments = is_server ? supervisor->order->server : supervisor->order->initdb;
	pid_t self = getpid();

	if (supervisor->running != 0)
		return;
	int cause = prepare_data(supervisor->order, is_server);
	if (cause != 0) {
		supervise_say(supervisor, SCRATCH_MESSAGE_EXITED, -cause);
		return;
	}
	pid_t child = fork();
	if (child == 0)
		supervise_become_program(supervisor, arguments, self, is_server ? SIGQUIT : SIGKILL);
	if (child < 0) {
		supervise_say(supervisor, SCRATCH_MESSAGE_EXITED, -errno);
		return;
	}
	setpgid(child, child);
	supervisor->running = child;
	supervisor->is_server = is_server;
}

/* --- Ending -------------------------------------------------------------- */

/* Takes in the children that have ended. False when there are none left. */
static bool
supervise_collect(Supervisor *supervisor, int *ret_status)
{
	int status;
	pid_t ended;

	while ((ended = waitpid(-1, &status, WNOHANG)) > 0)
		if (ended == supervisor->running) {
			supervisor->running = 0;
			*ret_status = status;
		}
	return ended == 0;
}

/* Waits until all children have ended: ours, and theirs, which become ours when they lose
 * their parent. */
static bool
wait_for_children(Supervisor *supervisor, long patience)
{
	long deadline = base_child_now() + patience;
	struct signalfd_siginfo signal_info;
	int status;

	while (supervise_collect(supervisor, &status)) {
		long left = deadline - base_child_now();
		if (left <= 0)
			return false;
		struct pollfd ready = { .fd = supervisor->signals, .events = POLLIN };
		poll(&ready, 1, (int)left);
		while (read(supervisor->signals, &signal_info, sizeof signal_info) > 0)
			continue;
	}
	return true;
}

/* True when nothing is left that runs. Server processes are in sessions of their own, out of reach of a signal to the
 * group, and those of them that lose their parent become our children only then. */
static bool
kill_running(Supervisor *supervisor)
{
	long deadline = base_child_now() + KILL_MS;

	while (base_child_now() < deadline) {
		base_child_signal_all(SIGKILL);
		if (wait_for_children(supervisor, KILL_PAUSE_MS))
			return true;
	}
	return false;
}

static void
end_running(Supervisor *supervisor)
{
	if (supervisor->running != 0) {
		if (supervisor->is_server)
			kill(supervisor->running, SIGQUIT);
		else
			kill(-supervisor->running, SIGKILL);
	}
	if (!wait_for_children(supervisor, QUIT_MS))
		kill_running(supervisor);
}

static _Noreturn void
supervise_finish(Supervisor *supervisor)
{
	end_running(supervisor);
	scratch_shared_memory_remove(supervisor->order->data);
	scratch_folder_remove(supervisor->order->folder);
	_exit(0);
}

/* --- The loop ------------------------------------------------------------ */

static void
supervise_clear(Supervisor *supervisor)
{
	bool cleared = supervisor->running == 0;

	if (cleared) {
		scratch_shared_memory_remove(supervisor->order->data);
		cleared = scratch_folder_remove(supervisor->order->data) &&
		          scratch_folder_make_data(supervisor->order->folder, supervisor->order->data) == 0;
	}
	supervise_say(supervisor, SCRATCH_MESSAGE_CLEARED, cleared ? 0 : 1);
}

/* Ends the children of a postmaster that was killed. They do not always notice its death: one that waits for another
 * can wait forever, and its waiters, too. True when all of them are gone. */
static bool
end_orphans(Supervisor *supervisor)
{
	if (!kill_running(supervisor))
		return false;
	scratch_shared_memory_remove(supervisor->order->data);
	scratch_postmaster_forget(supervisor->order->data);
	return true;
}

/* As a machine that fails would. */
static void
supervise_crash(Supervisor *supervisor)
{
	bool crashed = supervisor->is_server && end_orphans(supervisor);

	supervise_say(supervisor, SCRATCH_MESSAGE_CRASHED, crashed ? 0 : 1);
}

static void
on_message(Supervisor *supervisor)
{
	ScratchMessage message;
	ssize_t length = recv(supervisor->socket, &message, sizeof message, 0);

	if (length != (ssize_t)sizeof message) {
		if (!supervisor->kept)
			supervise_finish(supervisor);
		supervisor->socket = -1;
		return;
	}
	switch (message.kind) {
	case SCRATCH_MESSAGE_INITDB:
		supervise_run(supervisor, false);
		break;
	case SCRATCH_MESSAGE_LAUNCH:
		supervise_run(supervisor, true);
		break;
	case SCRATCH_MESSAGE_CLEAR:
		supervise_clear(supervisor);
		break;
	case SCRATCH_MESSAGE_CRASH:
		supervise_crash(supervisor);
		break;
	case SCRATCH_MESSAGE_KEEP:
		supervisor->kept = true;
		break;
	case SCRATCH_MESSAGE_FOLDER:
	case SCRATCH_MESSAGE_EXITED:
	case SCRATCH_MESSAGE_CLEARED:
	case SCRATCH_MESSAGE_CRASHED:
		break;
	}
}

static void
on_signals(Supervisor *supervisor)
{
	struct signalfd_siginfo signal_info;
	pid_t before = supervisor->running;
	int status = 0;

	while (read(supervisor->signals, &signal_info, sizeof signal_info) > 0)
		if (signal_info.ssi_signo == SIGTERM)
			supervise_finish(supervisor);
	supervise_collect(supervisor, &status);
	if (before == 0 || supervisor->running != 0)
		return;
	end_orphans(supervisor);
	supervise_say(supervisor, SCRATCH_MESSAGE_EXITED, status);
	/* A kept server that was shut down needs no supervisor. */
	if (supervisor->socket < 0)
		supervise_finish(supervisor);
}

_Noreturn void
scratch_supervise(ScratchOrder *order, int socket)
{
	Supervisor supervisor = { .order = order, .socket = SOCKET_DESCRIPTOR, .log = -1 };
	int lock = -1;

	setsid();
	prctl(PR_SET_NAME, "pgassay-server");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	leave_descriptors_behind(socket);
	supervisor.signals = open_signals();
	umask(077);
	int cause = chdir("/") != 0 || supervisor.signals < 0 ? errno : supervise_make_folder(&supervisor, &lock);
	supervise_say(&supervisor, SCRATCH_MESSAGE_FOLDER, cause);
	if (cause != 0)
		_exit(1);
	for (;;) {
		struct pollfd ready[2] = {
			{ .fd = supervisor.socket, .events = POLLIN },
			{ .fd = supervisor.signals, .events = POLLIN },
		};
		poll(ready, 2, -1);
		if (ready[1].revents != 0)
			on_signals(&supervisor);
		if (ready[0].revents != 0)
			on_message(&supervisor);
	}
}
