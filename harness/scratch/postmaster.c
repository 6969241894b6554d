#include "scratch/postmaster.h"

#include "base/file.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FILE_BYTES  4096
#define PATIENCE_MS 1000
#define PAUSE_MS    5

/* --- The file -------------------------------------------------------------- */

/* Lines of postmaster.pid, from 1; see miscadmin.h of PostgreSQL. */
enum {
	LINE_PID = 1,
	LINE_MEMORY = 7,
	LINE_STATUS = 8,
};

static void
name_file(const char *data, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/postmaster.pid", data);
}

static void
postmaster_read_line(const char *line, int number, ScratchPostmaster *postmaster)
{
	char *end = NULL;

	switch (number) {
	case LINE_PID:
		postmaster->pid = (pid_t)strtol(line, NULL, 10);
		break;
	case LINE_MEMORY:
		postmaster->memory_key = strtol(line, &end, 10);
		postmaster->memory_id = strtol(end, NULL, 10);
		break;
	case LINE_STATUS:
		postmaster->ready = strncmp(line, "ready", strlen("ready")) == 0;
		break;
	default:
		break;
	}
}

bool
scratch_postmaster_read(const char *data, ScratchPostmaster *ret_postmaster)
{
	char path[PATH_MAX];
	char text[FILE_BYTES];
	struct stat status;
	ScratchPostmaster postmaster = { 0 };

	name_file(data, path);
	if (base_file_read_start(path, BASE_FILE_NO_FOLLOW, text, sizeof text) < 0 || lstat(path, &status) != 0)
		return false;
	postmaster.owner = status.st_uid;
	const char *line = text;
	for (int number = 1; number <= LINE_STATUS && line != NULL; number++) {
		postmaster_read_line(line, number, &postmaster);
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
	if (postmaster.pid <= 1)
		return false;
	*ret_postmaster = postmaster;
	return true;
}

void
scratch_postmaster_forget(const char *data)
{
	char path[PATH_MAX];

	name_file(data, path);
	unlink(path);
}

/* --- The process ----------------------------------------------------------- */

/* True when the process belongs to the server's user: the contents of the file must not affect processes of other
 * users. */
static bool
is_of_owner(const ScratchPostmaster *postmaster)
{
	char path[64];
	struct stat status;

	snprintf(path, sizeof path, "/proc/%ld", (long)postmaster->pid);
	return stat(path, &status) == 0 && status.st_uid == postmaster->owner;
}

/* A process number in a file is not enough: it may be another process by now. So the arguments have to be those with
 * which we start a postmaster. (Its working folder would show the same, but not to root in a container.) */
static bool
is_postmaster_of(const ScratchPostmaster *postmaster, const char *data)
{
	char path[64];
	char arguments[4 * PATH_MAX];
	bool found = false;

	snprintf(path, sizeof path, "/proc/%ld/cmdline", (long)postmaster->pid);
	ssize_t length = is_of_owner(postmaster)
	                     ? base_file_read_start(path, BASE_FILE_NO_FOLLOW, arguments, sizeof arguments)
	                     : -1;
	if (length <= 0)
		return false;
	const char *name = strrchr(arguments, '/');
	if (name == NULL || strcmp(name + 1, "postgres") != 0)
		return false;
	for (const char *p = arguments; p < arguments + length && !found; p += strlen(p) + 1)
		found = strcmp(p, data) == 0;
	return found;
}

static bool
postmaster_wait_for_end(const ScratchPostmaster *postmaster, const char *data)
{
	struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };

	for (int waited = 0; waited < PATIENCE_MS; waited += PAUSE_MS) {
		if (!is_postmaster_of(postmaster, data))
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

void
scratch_postmaster_end(const char *data)
{
	static const int signals[] = { SIGQUIT, SIGKILL };
	ScratchPostmaster postmaster;

	if (!scratch_postmaster_read(data, &postmaster) || !is_postmaster_of(&postmaster, data))
		return;
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		kill(postmaster.pid, signals[i]);
		if (postmaster_wait_for_end(&postmaster, data))
			return;
	}
}
