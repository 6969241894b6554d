#include "base/interrupt.h"

#include "base/activity.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* A signal handler can only write to globals; all threads read them. */
static atomic_int arrived = 0;
static atomic_int first = 0; /* the number of the first signal, or */
#define RAISED (-1)
static int wake[2] = { -1, -1 };

/* timeout(1) sends its signal to the process and to its group, which is one wish and not two. Microseconds. */
#define SAME_WISH 300000

/* When each signal arrived first, in microseconds; 0: it has not. */
static atomic_llong arrival[NSIG];

/* A signal handler may call it. */
static gint64
interrupt_now(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Zero: base_interrupt_raise. */
static void
interrupt_note(int number)
{
	int saved = errno;
	int none = 0;

	atomic_compare_exchange_strong(&first, &none, number != 0 ? number : RAISED);
	arrived = 1;
	/* The byte stays in the pipe, so that every waiting thread sees it. */
	if (write(wake[1], "!", 1) < 0) {
		/* The pipe is full of earlier signals: readable all the same. */
	}
	errno = saved;
}

static void
on_signal(int number)
{
	long long before = 0;

	if (!atomic_compare_exchange_strong(&arrival[number], &before, interrupt_now()) &&
	    interrupt_now() - before > SAME_WISH) {
		/* It is blocked until the handler is left. */
		signal(number, SIG_DFL);
		raise(number);
		return;
	}
	interrupt_note(number);
}

void
base_interrupt_install(void)
{
	if (pipe(wake) != 0)
		return;
	for (int i = 0; i < 2; i++) {
		fcntl(wake[i], F_SETFD, FD_CLOEXEC);
		fcntl(wake[i], F_SETFL, O_NONBLOCK);
	}
	struct sigaction action = { .sa_handler = on_signal };
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* nohup means it. */
	struct sigaction before;
	if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
}

void
base_interrupt_raise(void)
{
	interrupt_note(0);
}

void
base_interrupt_settle(void)
{
	char byte = 0;
	int raised = RAISED;

	if (!atomic_compare_exchange_strong(&first, &raised, 0))
		return;
	arrived = 0;
	while (read(wake[0], &byte, 1) == 1) {
		/* All that was written for it. */
	}
	/* The loop has also read the byte of a signal that arrived meanwhile; write it again. */
	if (first != 0)
		interrupt_note(first);
}

/* The activity when the time limit was reached, as seen by the first thread that checked; later ones are on their
 * way out. */
static GMutex limit_mutex;
static gint64 limit;
static char *limit_activity;

void
base_interrupt_limit(gint64 microseconds)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct itimerval timer = { .it_value = { .tv_sec = microseconds / G_USEC_PER_SEC,
		                                 .tv_usec = microseconds % G_USEC_PER_SEC } };

	limit = microseconds;
	sigemptyset(&action.sa_mask);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

bool
base_interrupt_is_limit(void)
{
	return first == SIGALRM;
}

static bool
set_limit_error(GError **error)
{
	g_mutex_lock(&limit_mutex);
	if (limit_activity == NULL)
		limit_activity = base_activity_describe();
	if (limit_activity == NULL)
		limit_activity = g_strdup("the start of the server");
	g_mutex_unlock(&limit_mutex);
	return base_error_set(error, BASE_ERROR_INTERRUPTED, "give it more time with --timeout",
	                      "the run took longer than its %.10g s; it was at: %s", (double)limit / G_USEC_PER_SEC,
	                      limit_activity);
}

bool
base_interrupted(void)
{
	return arrived != 0;
}

int
base_interrupt_fd(void)
{
	return wake[0];
}

bool
base_interrupt_check(GError **error)
{
	if (arrived == 0)
		return true;
	if (base_interrupt_is_limit())
		return set_limit_error(error);
	return base_error_set(error, BASE_ERROR_INTERRUPTED, NULL, "interrupted");
}
