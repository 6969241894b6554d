#include "scratch/removal.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define REMOVE_TRIES 400
#define PAUSE_NS     5000000L

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Removes all entries of the folder but the one named `last`, which may be NULL. False when
 * one of them could not be removed. */
static bool
remove_entries(int parent, const char *name, const char *last)
{
	int descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *folder = descriptor >= 0 ? fdopendir(descriptor) : NULL;
	bool removed = true;

	if (folder == NULL) {
		if (descriptor >= 0)
			close(descriptor);
		return false;
	}
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		if (is_dots(entry->d_name) || (last != NULL && strcmp(entry->d_name, last) == 0))
			continue;
		if (entry->d_type != DT_DIR && unlinkat(descriptor, entry->d_name, 0) == 0)
			continue;
		remove_entries(descriptor, entry->d_name, NULL);
		if (unlinkat(descriptor, entry->d_name, AT_REMOVEDIR) != 0)
			removed = false;
	}
	closedir(folder);
	return removed;
}

bool
scratch_folder_remove(const char *path)
{
	char lock_path[PATH_MAX];
	struct stat status;
	struct timespec pause = { .tv_nsec = PAUSE_NS };

	snprintf(lock_path, sizeof lock_path, "%s/lock", path);
	/* A process that is just being killed may add a file while we remove. */
	for (int i = 0; i < REMOVE_TRIES; i++) {
		if (remove_entries(AT_FDCWD, path, "lock"))
			unlink(lock_path);
		if (rmdir(path) == 0 || lstat(path, &status) != 0)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}
