#include "scratch/memory_room.h"

#include "base/file.h"

#include <glib.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

/* A run takes some hundred megabytes; a large schema, copied for every stage, takes some thousand. */
#define ROOM_IN_FOLDER ((guint64)4 << 30)
#define ROOM_IN_MEMORY ((guint64)8 << 30)
#define FILE_BYTES     4096

/* The number in the file, behind the word where there is one; else `default_value`. */
static guint64
memory_room_read_number(const char *path, const char *word, guint64 default_value)
{
	char text[FILE_BYTES];

	if (base_file_read_start(path, BASE_FILE_FOLLOW, text, sizeof text) < 0)
		return default_value;
	const char *start = word != NULL ? strstr(text, word) : text;
	if (start == NULL)
		return default_value;
	start += word != NULL ? strlen(word) : 0;
	start += strspn(start, " \t");
	return g_ascii_isdigit(*start) ? g_ascii_strtoull(start, NULL, 10) : default_value;
}

/* The memory that our container may still take, from control groups version 2 or 1. */
static guint64
container_room(void)
{
	guint64 most = memory_room_read_number("/sys/fs/cgroup/memory.max", NULL, G_MAXUINT64);
	guint64 used = memory_room_read_number("/sys/fs/cgroup/memory.current", NULL, 0);

	if (most == G_MAXUINT64) {
		most = memory_room_read_number("/sys/fs/cgroup/memory/memory.limit_in_bytes", NULL, G_MAXUINT64);
		used = memory_room_read_number("/sys/fs/cgroup/memory/memory.usage_in_bytes", NULL, 0);
	}
	return most > used ? most - used : 0;
}

bool
scratch_memory_has_room(const char *folder)
{
	struct statfs system;

	if (access(folder, R_OK | W_OK | X_OK) != 0 || statfs(folder, &system) != 0 || system.f_type != TMPFS_MAGIC)
		return false;
	return (guint64)system.f_bavail * (guint64)system.f_bsize >= ROOM_IN_FOLDER &&
	       memory_room_read_number("/proc/meminfo", "MemAvailable:", 0) * 1024 >= ROOM_IN_MEMORY &&
	       container_room() >= ROOM_IN_MEMORY;
}
