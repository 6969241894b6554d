#include "base/interrupt.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* A signal handler can reach nothing but globals. */
static volatile sig_atomic_t arrived = 0;
static int wake[2] = { -1, -1 };

static void
on_signal(int number)
{
	(void)number;
	int saved = errno;

	arrived = 1;
	/* The byte stays in the pipe, so that every waiting thread sees it. */
	if (write(wake[1], "!", 1) < 0) {
		/* The pipe is full of earlier signals: readable all the same. */
	}
	errno = saved;
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
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
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
	on_signal(0);
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
	return base_error_set(error, BASE_ERROR_INTERRUPTED, NULL, "interrupted");
}
