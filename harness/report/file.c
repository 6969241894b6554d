#include "report/file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool
write_error(const char *path, int number, GError **error)
{
	return base_error_set(error, BASE_ERROR_ENVIRONMENT,
	                      "check the permissions and the free space there, or choose another path",
	                      "could not write the report \"%s\": %s", path, g_strerror(number));
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
write_to_device(const char *path, const char *data, gsize length, GError **error)
{
	int fd = g_open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY, 0);
	int number = fd < 0 ? errno : write_and_close(fd, data, length);

	return number == 0 || write_error(path, number, error);
}

static bool
write_beside(const char *path, const char *target, const char *data, gsize length, GError **error)
{
	g_autofree char *beside = g_strconcat(target, ".XXXXXX", NULL);
	int fd = g_mkstemp_full(beside, O_WRONLY | O_CLOEXEC, 0666);

	if (fd < 0)
		return write_error(path, errno, error);
	int number = write_and_close(fd, data, length);
	if (number == 0 && g_rename(beside, target) != 0)
		number = errno;
	if (number == 0)
		return true;
	g_unlink(beside);
	return write_error(path, number, error);
}

bool
report_file_write(const char *path, const char *data, gsize length, GError **error)
{
	GStatBuf status;

	if (g_stat(path, &status) != 0)
		return write_beside(path, path, data, length, error);
	if (S_ISDIR(status.st_mode))
		return write_error(path, EISDIR, error);
	if (!S_ISREG(status.st_mode))
		return write_to_device(path, data, length, error);
	char *target = realpath(path, NULL);
	if (target == NULL)
		return write_error(path, errno, error);
	bool written = write_beside(path, target, data, length, error);
	free(target);
	return written;
}
