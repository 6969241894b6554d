#include "base/file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is written, as messages name it. */
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

/* Writes everything and closes the file in any case; 0 or errno. */
static int
write_and_close(int fd, const char *data, gsize length)
{
	int number = 0;

	while (length > 0 && number == 0) {
		gssize written = write(fd, data, length);
		if (written < 0) {
			number = errno == EINTR ? 0 : errno;
			continue;
		}
		data += written;
		length -= (gsize)written;
	}
	if (close(fd) != 0 && number == 0)
		number = errno;
	return number;
}

static bool
write_to_device(const Target *target, const char *data, gsize length, GError **error)
{
	int fd = g_open(target->path, O_WRONLY | O_CLOEXEC | O_NOCTTY, 0);
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
