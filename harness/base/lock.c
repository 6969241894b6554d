#include "base/lock.h"

#include "base/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <sys/file.h>

#define PAUSE_MS 5

bool
base_lock_wait(int file, gint64 timeout, bool *ret_locked, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + timeout;
	bool held;

	while ((held = flock(file, LOCK_EX | LOCK_NB) != 0 && (errno == EWOULDBLOCK || errno == EINTR))) {
		if (!base_interrupt_check(error))
			return false;
		if (g_get_monotonic_time() > deadline)
			break;
		struct pollfd interrupt = { .fd = base_interrupt_fd(), .events = POLLIN };
		poll(&interrupt, 1, PAUSE_MS);
	}
	*ret_locked = !held;
	return true;
}
