#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define DESCRIPTORS_MAX (1 << 20)

void
base_child_close_from(unsigned first)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, first, ~0U, 0) == 0)
		return;
#endif
	struct rlimit limit = { .rlim_cur = 1024 };
	getrlimit(RLIMIT_NOFILE, &limit);
	for (rlim_t i = first; i < limit.rlim_cur && i < DESCRIPTORS_MAX; i++)
		close((int)i);
}

/* "/proc/self/task/123/children", without the help of stdio, which may take a lock. */
static void
name_children_file(char path[64])
{
	char digits[24];
	size_t n = 0;

	for (unsigned long pid = (unsigned long)getpid(); n == 0 || pid > 0; pid /= 10)
		digits[n++] = (char)('0' + pid % 10);
	memcpy(path, "/proc/self/task/", sizeof "/proc/self/task/");
	char *end = path + strlen(path);
	while (n > 0)
		*end++ = digits[--n];
	memcpy(end, "/children", sizeof "/children");
}

/* The numbers in the text are separated by blanks; one may go on in the next piece of it. */
typedef struct {
	long number;
	int signal;
	bool any;
} Reader;

static void
take_piece(Reader *reader, const char *piece, ssize_t length)
{
	for (ssize_t i = 0; i < length; i++) {
		if (piece[i] >= '0' && piece[i] <= '9') {
			reader->number = reader->number * 10 + (piece[i] - '0');
			continue;
		}
		if (reader->number > 1)
			reader->any = kill((pid_t)reader->number, reader->signal) == 0 || reader->any;
		reader->number = 0;
	}
}

bool
base_child_signal_all(int number)
{
	char path[64];
	char piece[4096];
	Reader reader = { .signal = number };

	name_children_file(path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	for (ssize_t n; (n = read(fd, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR);)
		take_piece(&reader, piece, n);
	take_piece(&reader, " ", 1);
	close(fd);
	return reader.any;
}

long
base_child_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
