#include "base/file.h"

#include "base/error.h"
#include "base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long a pipe may have no reader, or one that does not read. */
#define DEVICE_PATIENCE ((gint64)10 * G_USEC_PER_SEC)
#define DEVICE_PAUSE_MS 20
#define READ_STEP       ((gsize)64 * 1024)

/* --- Reading ------------------------------------------------------------- */

int
base_file_open(const char *path, BaseFileLinks links)
{
	/* O_NONBLOCK is for FIFOs and means nothing for regular files. */
	int fd = open(path,
	              O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (links == BASE_FILE_NO_FOLLOW ? O_NOFOLLOW : 0));
	struct stat status;

	if (fd < 0)
		return -1;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fd;
	close(fd);
	errno = EINVAL;
	return -1;
}

/* Reads until the end, or until `size` bytes are there; -1 with errno. */
static gssize
read_up_to(int fd, char *buffer, gsize size)
{
	gsize got = 0;

	while (got < size) {
		gssize n = read(fd, buffer + got, size - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (gsize)n;
	}
	return (gssize)got;
}

gssize
base_file_read_start(const char *path, BaseFileLinks links, char *buffer, gsize size)
{
	int fd = base_file_open(path, links);

	if (fd < 0)
		return -1;
	gssize got = read_up_to(fd, buffer, size - 1);
	int number = errno;
	close(fd);
	errno = number;
	if (got >= 0)
		buffer[got] = '\0';
	return got;
}

static bool
read_error(const char *path, int number, GError **error)
{
	return base_error_set(error, BASE_ERROR_INPUT, NULL, "could not read \"%s\": %s", path,
	                      number == EINVAL ? "not a regular file" : g_strerror(number));
}

static bool
size_error(const char *path, guint64 size, gsize max_bytes, GError **error)
{
	return base_error_set(error, BASE_ERROR_INPUT, "split the file into smaller ones",
	                      "\"%s\" has %" G_GUINT64_FORMAT " bytes, more than the %" G_GSIZE_FORMAT " that are read",
	                      path, size, max_bytes);
}

/* Reads until end of file, even if the file grows meanwhile. */
static bool
read_whole(int fd, const char *path, gsize max_bytes, char **ret_text, gsize *ret_length, GError **error)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return read_error(path, errno, error);
	if ((guint64)status.st_size > max_bytes)
		return size_error(path, (guint64)status.st_size, max_bytes, error);
	gsize room = (gsize)status.st_size + 1;
	g_autofree char *text = g_malloc(room + 1);
	gsize length = 0;
	for (gssize n; (n = read_up_to(fd, text + length, room - length)) != 0;) {
		if (n < 0)
			return read_error(path, errno, error);
		length += (gsize)n;
		if (length > max_bytes)
			return size_error(path, length, max_bytes, error);
		if (length < room)
			break;
		room += READ_STEP;
		text = g_realloc(text, room + 1);
	}
	text[length] = '\0';
	*ret_text = g_steal_pointer(&text);
	*ret_length = length;
	return true;
}

bool
base_file_read(const char *path, gsize max_bytes, char **ret_text, gsize *ret_length, GError **error)
{
	int fd = base_file_open(path, BASE_FILE_FOLLOW);

	if (fd < 0)
		return read_error(path, errno, error);
	bool done = read_whole(fd, path, max_bytes, ret_text, ret_length, error);
	close(fd);
	return done;
}

/* --- Writing ------------------------------------------------------------- */

/* The output file, and its kind as messages name it. */
typedef struct {
	const char *what;
	const char *path;
} Target;

static bool
write_error(const Target *target, int number, GError **error)
{
	return base_error_set(error, BASE_ERROR_ENVIRONMENT,
	                      "check the permissions and the free space there, or choose another path",
	                      "could not write the %s \"%s\": %s", target->what, target->path, g_strerror(number));
}

/* Waits until a pipe can be written to; 0 or errno. */
static int
wait_for_room(int fd)
{
	struct pollfd ready[2] = { { .fd = fd, .events = POLLOUT }, { .fd = base_interrupt_fd(), .events = POLLIN } };
	int n = poll(ready, 2, (int)(DEVICE_PATIENCE / 1000));

	if (base_interrupted())
		return EINTR;
	return n > 0 || (n < 0 && errno == EINTR) ? 0 : ETIMEDOUT;
}

/* Writes everything and closes the file in any case; 0 or errno. */
static int
write_and_close(int fd, const char *data, gsize length)
{
	int number = 0;

	while (length > 0 && number == 0) {
		gssize written = write(fd, data, length);
		if (written < 0) {
			number = errno == EINTR ? 0 : errno == EAGAIN ? wait_for_room(fd) : errno;
			continue;
		}
		data += written;
		length -= (gsize)written;
	}
	if (close(fd) != 0 && number == 0)
		number = errno;
	return number;
}

/* A FIFO without a reader cannot be opened; its reader may come a moment later. */
static int
open_device(const char *path)
{
	gint64 deadline = g_get_monotonic_time() + DEVICE_PATIENCE;
	int fd;

	while ((fd = g_open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0)) < 0 && errno == ENXIO &&
	       g_get_monotonic_time() < deadline && !base_interrupted())
		poll(NULL, 0, DEVICE_PAUSE_MS);
	return fd;
}

static bool
write_to_device(const Target *target, const char *data, gsize length, GError **error)
{
	int fd = open_device(target->path);
	int number = fd < 0 ? errno : write_and_close(fd, data, length);

	return number == 0 || write_error(target, number, error);
}

static bool
write_beside(const Target *target, const char *path, const GStatBuf *status, const char *data, gsize length,
             GError **error)
{
	g_autofree char *beside = g_strconcat(path, ".XXXXXX", NULL);
	int fd = g_mkstemp_full(beside, O_WRONLY | O_CLOEXEC, 0666);

	if (fd < 0)
		return write_error(target, errno, error);
	int number = status != NULL && fchmod(fd, status->st_mode & 07777) != 0 ? errno : 0;
	int written = write_and_close(fd, data, length);
	number = number != 0 ? number : written;
	if (number == 0 && g_rename(beside, path) != 0)
		number = errno;
	if (number == 0)
		return true;
	g_unlink(beside);
	return write_error(target, number, error);
}

bool
base_file_write(const char *path, const char *what, const char *data, gsize length, GError **error)
{
	const Target target = { what, path };
	GStatBuf status;

	if (g_stat(path, &status) != 0)
		return write_beside(&target, path, NULL, data, length, error);
	if (S_ISDIR(status.st_mode))
		return write_error(&target, EISDIR, error);
	if (!S_ISREG(status.st_mode))
		return write_to_device(&target, data, length, error);
	char *real_path = realpath(path, NULL);
	if (real_path == NULL)
		return write_error(&target, errno, error);
	bool written = write_beside(&target, real_path, &status, data, length, error);
	free(real_path);
	return written;
}

char *
base_file_shorten(char *path)
{
	g_autofree char *here = g_get_current_dir();
	g_autofree char *prefix = g_strconcat(here, "/", NULL);

	if (g_str_has_prefix(path, prefix))
		memmove(path, path + strlen(prefix), strlen(path + strlen(prefix)) + 1);
	return path;
}
