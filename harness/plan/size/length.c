#include "plan/size/length.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LENGTH_PAGE          8192
#define LENGTH_SEGMENT_PAGES 131072 /* RELSEG_SIZE: 1 GiB */

static bool
length_refuse(const char *path, GError **error)
{
	return base_error_set(error, BASE_ERROR_ENVIRONMENT,
	                      "check the free space, and the largest size of a file (ulimit -f)",
	                      "could not make the file \"%s\" of the scratch server long: %s", path, g_strerror(errno));
}

/* The next segment, as the server would make it: of the same owner, or it could not open it. */
static bool
length_set_segment(const char *path, const struct stat *first, bool is_first, gint64 pages, GError **error)
{
	int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (is_first ? 0 : O_CREAT | O_EXCL);
	int file = open(path, flags, 0600);

	if (file < 0)
		return length_refuse(path, error);
	bool done = (is_first || geteuid() != 0 || fchown(file, first->st_uid, first->st_gid) == 0) &&
	            ftruncate(file, pages * LENGTH_PAGE) == 0;
	if (!done)
		length_refuse(path, error);
	close(file);
	return done;
}

bool
plan_length_set(const char *data_directory, const char *path, double pages, GError **error)
{
	g_autofree char *name = g_build_filename(data_directory, path, NULL);
	gint64 left = (gint64)pages;
	struct stat first;

	if (lstat(name, &first) != 0)
		return length_refuse(name, error);
	/* Never shorter: pages that an access method has written stay. */
	if (left * LENGTH_PAGE <= first.st_size)
		return true;
	for (guint segment = 0; left > 0; segment++, left -= LENGTH_SEGMENT_PAGES) {
		g_autofree char *part = segment == 0 ? g_strdup(name) : g_strdup_printf("%s.%u", name, segment);
		if (!length_set_segment(part, &first, segment == 0, MIN(left, LENGTH_SEGMENT_PAGES), error))
			return false;
	}
	return true;
}
