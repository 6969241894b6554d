#define _GNU_SOURCE /* execvpe */
#include "base/foreground.h"

#include "base/error.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Time that a program has to end after a signal. */
#define PATIENCE ((gint64)5 * G_USEC_PER_SEC)

/* The signals that are forwarded, and SIGCHLD, which only wakes the wait. */
static const int caught[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD };

/* A signal handler can reach nothing but globals: the ends of the pipe that the wait reads. It stays open, because a
 * handler on another thread may still be about to write; -1: there is none yet. */
static gint signal_pipe[2] = { -1, -1 };

typedef struct {
	struct sigaction before[G_N_ELEMENTS(caught)];
	pid_t program;
	gint64 end; /* when it is asked to end, or then is killed; 0: never */
	bool asked;
	bool timed_out;
} Foreground;

/* --- Signals --------------------------------------------------------------- */

/* A terminal sends to the whole process group, so that the program has its signal already; a process sends to us. */
static void
foreground_on_signal(int number, siginfo_t *information, void *context)
{
	int saved = errno;
	unsigned char message = (unsigned char)number;

	(void)context;
	if (number == SIGCHLD || information->si_code == SI_KERNEL)
		message = SIGCHLD;
	if (write(g_atomic_int_get(&signal_pipe[1]), &message, 1) < 0) {
		/* The pipe is full of earlier ones, and will wake the wait all the same. */
	}
	errno = saved;
}

/* Makes the pipe, unless there is one; that holds no signal of an earlier program then. */
static bool
foreground_open_pipe(GError **error)
{
	g_autoptr(GError) cause = NULL;
	int ends[2];
	char rest;

	if (g_atomic_int_get(&signal_pipe[1]) >= 0) {
		while (read(signal_pipe[0], &rest, 1) == 1)
			;
		return true;
	}
	if (!g_unix_open_pipe(ends, FD_CLOEXEC, &cause))
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not make a pipe: %s", cause->message);
	for (int i = 0; i < 2; i++) {
		g_unix_set_fd_nonblocking(ends[i], TRUE, NULL);
		g_atomic_int_set(&signal_pipe[i], ends[i]);
	}
	return true;
}

static bool
foreground_catch(Foreground *foreground, GError **error)
{
	struct sigaction action = { .sa_sigaction = foreground_on_signal, .sa_flags = (int)(SA_SIGINFO | SA_RESTART) };

	if (!foreground_open_pipe(error))
		return false;
	sigemptyset(&action.sa_mask);
	for (gsize i = 0; i < G_N_ELEMENTS(caught); i++) {
		sigaction(caught[i], NULL, &foreground->before[i]);
		/* A signal that nohup ignores stays ignored, here and in the program. */
		if (foreground->before[i].sa_handler != SIG_IGN)
			sigaction(caught[i], &action, NULL);
	}
	return true;
}

static void
foreground_release(Foreground *foreground)
{
	for (gsize i = 0; i < G_N_ELEMENTS(caught); i++)
		sigaction(caught[i], &foreground->before[i], NULL);
}

static void
foreground_send_on(const Foreground *foreground)
{
	unsigned char number;

	while (read(signal_pipe[0], &number, 1) == 1)
		if (number != SIGCHLD)
			kill(foreground->program, number);
}

/* --- Start ------------------------------------------------------------------- */

/* Runs in the new process. A failure is a number in the pipe; the pipe closes when the program has started. */
static _Noreturn void
foreground_become(const BaseForeground *program, int refusal, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(BASE_FOREGROUND_SIGNAL + SIGTERM);
	if (program->output > 0 && dup2(program->output, STDOUT_FILENO) < 0)
		_exit(BASE_FOREGROUND_NOT_RUNNABLE);
	execvpe(program->arguments[0], (char **)program->arguments, (char **)program->environment);
	int number = errno;
	if (write(refusal, &number, sizeof number) < 0) {
		/* The exit code shows it, too. */
	}
	_exit(number == ENOENT ? BASE_FOREGROUND_NOT_FOUND : BASE_FOREGROUND_NOT_RUNNABLE);
}

static int
foreground_read_refusal(int descriptor)
{
	int number = 0;

	while (read(descriptor, &number, sizeof number) < 0 && errno == EINTR)
		continue;
	return number;
}

/* 0, or the errno for which the program is not there; it is reaped then. */
static int
foreground_start(Foreground *foreground, const BaseForeground *program)
{
	int refusal[2];

	if (!g_unix_open_pipe(refusal, FD_CLOEXEC, NULL))
		return EMFILE;
	pid_t parent = getpid();
	foreground->program = fork();
	int number = foreground->program < 0 ? errno : 0;
	if (foreground->program == 0)
		foreground_become(program, refusal[1], parent);
	close(refusal[1]);
	if (number == 0)
		number = foreground_read_refusal(refusal[0]);
	close(refusal[0]);
	if (number != 0 && foreground->program > 0)
		while (waitpid(foreground->program, NULL, 0) < 0 && errno == EINTR)
			continue;
	return number;
}

/* --- Wait -------------------------------------------------------------------- */

static void
foreground_time_is_over(Foreground *foreground)
{
	foreground->timed_out = true;
	kill(foreground->program, foreground->asked ? SIGKILL : SIGTERM);
	foreground->asked = true;
	foreground->end = g_get_monotonic_time() + PATIENCE;
}

/* Until something happens: a signal, the end of a child, the end of the time. */
static void
foreground_wait(Foreground *foreground)
{
	struct pollfd event = { .fd = signal_pipe[0], .events = POLLIN };
	gint64 left = foreground->end - g_get_monotonic_time();

	if (foreground->end != 0 && left <= 0)
		foreground_time_is_over(foreground);
	else
		poll(&event, 1, foreground->end != 0 ? (int)MIN(left / 1000 + 1, G_MAXINT) : -1);
	foreground_send_on(foreground);
}

/* Its wait status. */
static int
foreground_attend(Foreground *foreground)
{
	int status = 0;

	for (;;) {
		pid_t ended = waitpid(foreground->program, &status, WNOHANG);
		if (ended == foreground->program || (ended < 0 && errno != EINTR))
			return status;
		foreground_wait(foreground);
	}
}

static bool
foreground_refuse(const BaseForeground *program, int number, int *ret_code, GError **error)
{
	*ret_code = number == ENOENT ? BASE_FOREGROUND_NOT_FOUND : BASE_FOREGROUND_NOT_RUNNABLE;
	return base_error_set(error, BASE_ERROR_USAGE,
	                      number == ENOENT ? "write the command behind \"--\", as for a shell" : NULL,
	                      "could not run \"%s\": %s", program->arguments[0], g_strerror(number));
}

bool
base_foreground_run(const BaseForeground *program, int *ret_code, GError **error)
{
	Foreground foreground = { 0 };

	if (!foreground_catch(&foreground, error))
		return false;
	int number = foreground_start(&foreground, program);
	int status = 0;
	if (number == 0) {
		foreground.end = program->timeout > 0 ? g_get_monotonic_time() + program->timeout : 0;
		status = foreground_attend(&foreground);
	}
	foreground_release(&foreground);
	if (number != 0)
		return foreground_refuse(program, number, ret_code, error);
	*ret_code = WIFEXITED(status) ? WEXITSTATUS(status) : BASE_FOREGROUND_SIGNAL + WTERMSIG(status);
	if (!foreground.timed_out)
		return true;
	const char *option = program->timeout_option != NULL ? program->timeout_option : "--timeout";
	g_autofree char *hint = g_strdup_printf("give it more time with %s", option);
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, hint, "\"%s\" took longer than its %.10g s, and was ended",
	                      program->arguments[0], (double)program->timeout / G_USEC_PER_SEC);
}
