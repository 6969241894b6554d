#include "report/file.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool
report_file_is_stream(const char *path)
{
	return strcmp(path, "/dev/stdout") == 0 || strcmp(path, "/dev/stderr") == 0;
}

/* If the stream is redirected to a file, that file is not replaced, because it holds earlier output. */
static bool
file_write_stream(const char *path, const char *data, gsize length, GError **error)
{
	FILE *stream = strcmp(path, "/dev/stdout") == 0 ? stdout : stderr;

	if (fwrite(data, 1, length, stream) == length && fflush(stream) == 0)
		return true;
	return base_error_set(error, BASE_ERROR_ENVIRONMENT,
	                      "check the permissions and the free space there, or choose another path",
	                      "could not write the report \"%s\": %s", path, g_strerror(errno));
}

bool
report_file_write(const char *path, const char *data, gsize length, GError **error)
{
	if (report_file_is_stream(path))
		return file_write_stream(path, data, length, error);
	return base_file_write(path, "report", data, length, error);
}
