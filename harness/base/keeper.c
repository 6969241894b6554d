#include "base/keeper.h"

#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOCKET     3
#define KILL_PAUSE 10

typedef struct {
	const BaseKeeperOrder *order;
	int signals;
	pid_t program; /* 0: it has ended */
	pid_t group;
	int status;
	int socket; /* -1: pgassay is gone */
	long grace; /* when the remaining processes get SIGTERM; 0: the program runs */
	long kill;  /* when processes that got SIGTERM are killed; 0: none got it */
	long leave; /* when the keeper gives up */
} Keeper;

/* --- Beginning ----------------------------------------------------------- */

/* Puts the descriptors in their places, 0 to 3, whatever numbers they have. */
static void
arrange_descriptors(const BaseKeeperOrder *order)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	const int wanted[] = { order->input, order->output, order->stderr_pipe, order->socket };
	int moved[4];

	for (size_t i = 0; i < 4; i++)
		moved[i] = fcntl(wanted[i] >= 0 ? wanted[i] : nothing, F_DUPFD_CLOEXEC, 10);
	for (size_t i = 0; i < 4; i++)
		dup2(moved[i], (int)i);
	fcntl(SOCKET, F_SETFD, FD_CLOEXEC);
	base_child_close_from(SOCKET + 1);
}

static void
keeper_send_message(int socket, BaseKeeperKind kind, int value)
{
	BaseKeeperMessage message = { .kind = kind, .value = value };

	if (socket >= 0 && send(socket, &message, sizeof message, MSG_NOSIGNAL) < 0) {
		/* pgassay is gone. */
	}
}

static _Noreturn void
keeper_become_program(const BaseKeeperOrder *order, pid_t keeper)
{
	setpgid(0, 0);
	if (order->prepare != NULL)
		order->prepare(order->prepare_data);
	/* After that: the kernel forgets it when the user changes. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != keeper || chdir(order->directory) != 0) {
		keeper_send_message(SOCKET, BASE_KEEPER_REFUSED, errno);
		_exit(127);
	}
	for (int i = 1; i < NSIG; i++)
		if (i != SIGHUP) /* nohup means it */
			signal(i, SIG_DFL);
	sigprocmask(SIG_SETMASK, &order->mask, NULL);
	execve(order->arguments[0], order->arguments, order->environment);
	keeper_send_message(SOCKET, BASE_KEEPER_REFUSED, errno);
	_exit(127);
}

static void
start_program(Keeper *keeper)
{
	pid_t self = getpid();

	keeper->program = fork();
	if (keeper->program == 0)
		keeper_become_program(keeper->order, self);
	if (keeper->program < 0) {
		keeper_send_message(SOCKET, BASE_KEEPER_REFUSED, errno);
		_exit(1);
	}
	setpgid(keeper->program, keeper->program);
	keeper->group = keeper->program;
	/* Its ends of pipes are the program's alone. */
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i < 3; i++)
		dup2(nothing, i);
	close(nothing);
}

/* --- Ending -------------------------------------------------------------- */

static void
signal_everything(const Keeper *keeper, int number)
{
	kill(-keeper->group, number);
	base_child_signal_all(number);
}

static void
keeper_tell_to_end(Keeper *keeper)
{
	if (keeper->kill != 0)
		return;
	signal_everything(keeper, SIGTERM);
	keeper->kill = base_child_now() + BASE_KEEPER_PATIENCE_MS;
	keeper->leave = keeper->kill + BASE_KEEPER_KILL_MS;
}

/* Takes in the children that have ended. False when there are none left. */
static bool
keeper_collect(Keeper *keeper)
{
	int status;
	pid_t ended;

	while ((ended = waitpid(-1, &status, WNOHANG)) > 0)
		if (ended == keeper->program) {
			keeper->status = status;
			keeper->program = 0;
			keeper->grace = base_child_now() + BASE_KEEPER_GRACE_MS;
		}
	return ended == 0;
}

static void
act_in_time(Keeper *keeper)
{
	long now = base_child_now();

	if (keeper->grace != 0 && now >= keeper->grace)
		keeper_tell_to_end(keeper);
	if (keeper->kill != 0 && now >= keeper->kill)
		signal_everything(keeper, SIGKILL);
}

/* Milliseconds until something is to be done, or -1. */
static int
keeper_time_to_wait(const Keeper *keeper)
{
	long now = base_child_now();
	long until = keeper->kill != 0 ? keeper->kill : keeper->grace;

	if (until == 0)
		return -1;
	/* Who loses its parent by a SIGKILL is a child only then. */
	return now >= until ? KILL_PAUSE : (int)(until - now);
}

static void
wait_for_news(Keeper *keeper)
{
	struct pollfd ready[2] = {
		{ .fd = keeper->socket, .events = POLLIN },
		{ .fd = keeper->signals, .events = POLLIN },
	};
	struct signalfd_siginfo news;
	BaseKeeperMessage message;

	poll(ready, 2, keeper_time_to_wait(keeper));
	while (read(keeper->signals, &news, sizeof news) > 0)
		if (news.ssi_signo == SIGTERM)
			keeper_tell_to_end(keeper);
	if (ready[0].revents == 0)
		return;
	if (recv(keeper->socket, &message, sizeof message, MSG_DONTWAIT) <= 0)
		keeper->socket = -1;
	keeper_tell_to_end(keeper);
}

_Noreturn void
base_keeper_run(const BaseKeeperOrder *order)
{
	Keeper keeper = { .order = order, .socket = SOCKET, .status = SIGKILL };
	sigset_t wanted;

	setpgid(0, 0);
	prctl(PR_SET_NAME, "pgassay-keeper");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	arrange_descriptors(order);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	sigaddset(&wanted, SIGTERM);
	keeper.signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	start_program(&keeper);
	while (keeper_collect(&keeper) && (keeper.leave == 0 || base_child_now() < keeper.leave)) {
		act_in_time(&keeper);
		wait_for_news(&keeper);
	}
	keeper_send_message(keeper.socket, BASE_KEEPER_ENDED, keeper.status);
	_exit(0);
}
