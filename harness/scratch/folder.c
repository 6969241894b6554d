#include "scratch/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

/* Where folders are made when nobody says where. */
#define DISK   "/tmp"
#define MEMORY "/dev/shm"

/* A run takes some hundred megabytes; a large schema, copied for every stage, takes some thousand. */
#define ROOM_IN_FOLDER ((guint64)4 << 30)
#define ROOM_IN_MEMORY ((guint64)8 << 30)

#define PREFIX         "pgassay-"
#define SUFFIX_LENGTH  6
#define REMOVE_TRIES   400
#define PATIENCE_MS    1000
#define PAUSE_NS       5000000L

static void
pause_briefly(void)
{
	struct timespec pause = { .tv_nsec = PAUSE_NS };

	nanosleep(&pause, NULL);
}

/* --- Names --------------------------------------------------------------- */

/* libpq takes a comma for the end of a host, PostgreSQL takes a quote for the start of a quoted folder, and
 * a line feed ends the line of postmaster.pid. */
static bool
can_be_written_down(const char *path)
{
	for (const char *p = path; *p != '\0'; p++)
		if (*p == ',' || *p == '"' || g_ascii_iscntrl(*p))
			return false;
	return true;
}

/* --- Memory ---------------------------------------------------------------- */

/* The number in the file, behind the word where there is one; else `otherwise`. */
static guint64
read_number(const char *path, const char *word, guint64 otherwise)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return otherwise;
	const char *start = word != NULL ? strstr(text, word) : text;
	if (start == NULL)
		return otherwise;
	start += word != NULL ? strlen(word) : 0;
	start += strspn(start, " \t");
	return g_ascii_isdigit(*start) ? g_ascii_strtoull(start, NULL, 10) : otherwise;
}

/* What the container that we are in may still take, as version 2 of control groups tells it, or version 1. */
static guint64
container_room(void)
{
	guint64 most = read_number("/sys/fs/cgroup/memory.max", NULL, G_MAXUINT64);
	guint64 used = read_number("/sys/fs/cgroup/memory.current", NULL, 0);

	if (most == G_MAXUINT64) {
		most = read_number("/sys/fs/cgroup/memory/memory.limit_in_bytes", NULL, G_MAXUINT64);
		used = read_number("/sys/fs/cgroup/memory/memory.usage_in_bytes", NULL, 0);
	}
	return most > used ? most - used : 0;
}

bool
scratch_folder_memory_has_room(const char *folder)
{
	struct statfs system;

	if (access(folder, R_OK | W_OK | X_OK) != 0 || statfs(folder, &system) != 0 || system.f_type != TMPFS_MAGIC)
		return false;
	return (guint64)system.f_bavail * (guint64)system.f_bsize >= ROOM_IN_FOLDER &&
	       read_number("/proc/meminfo", "MemAvailable:", 0) * 1024 >= ROOM_IN_MEMORY &&
	       container_room() >= ROOM_IN_MEMORY;
}

static char *
standard_parent(ScratchFolderUse use)
{
	return g_strdup(use == SCRATCH_FOLDER_BRIEF && scratch_folder_memory_has_room(MEMORY) ? MEMORY : DISK);
}

char *
scratch_folder_parent(ScratchFolderUse use)
{
	const char *wanted = g_getenv("TMPDIR");

	if (wanted == NULL || *wanted == '\0')
		return standard_parent(use);
	if (!g_path_is_absolute(wanted) || !g_file_test(wanted, G_FILE_TEST_IS_DIR))
		return g_strdup(DISK);
	/* A leftover is known by its name: two ways to the same folder must give the same one. */
	g_autofree char *parent = g_canonicalize_filename(wanted, "/");
	g_autofree char *real = realpath(parent, NULL);
	const char *path = real != NULL ? real : parent;
	bool fits = strlen(path) + sizeof "/" PREFIX "XXXXXX" <= SCRATCH_FOLDER_MAX;
	return g_strdup(fits && can_be_written_down(path) ? path : DISK);
}

bool
scratch_folder_is_name(const char *name)
{
	if (!g_str_has_prefix(name, PREFIX) || strlen(name) != strlen(PREFIX) + SUFFIX_LENGTH)
		return false;
	for (const char *p = name + strlen(PREFIX); *p != '\0'; p++)
		if (!g_ascii_isalnum(*p))
			return false;
	return true;
}

/* --- Making -------------------------------------------------------------- */

/* Locks the file. False when somebody else was faster: the reaper of another run may have
 * found the folder between its making and its locking. */
static bool
lock_is_ours(int lock)
{
	struct stat status;

	return flock(lock, LOCK_EX | LOCK_NB) == 0 && fstat(lock, &status) == 0 && status.st_nlink > 0;
}

static int
prepare(const char *path, const ScratchAccount *account, int *ret_lock)
{
	char lock_path[SCRATCH_PATH_MAX];

	snprintf(lock_path, sizeof lock_path, "%s/lock", path);
	int lock = open(lock_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock < 0)
		return errno == ENOENT ? EAGAIN : errno;
	if (!lock_is_ours(lock)) {
		close(lock);
		return EAGAIN;
	}
	if (account->drops && (chown(path, (uid_t)-1, account->gid) != 0 || chmod(path, 0710) != 0)) {
		int cause = errno;
		close(lock);
		return cause;
	}
	*ret_lock = lock;
	return 0;
}

int
scratch_folder_make(const char *parent, const ScratchAccount *account, char ret_path[SCRATCH_FOLDER_MAX], int *ret_lock)
{
	int cause = EAGAIN;

	for (int i = 0; i < 10 && cause == EAGAIN; i++) {
		int length = snprintf(ret_path, SCRATCH_FOLDER_MAX, "%s/" PREFIX "XXXXXX", parent);
		if (length < 0 || length >= SCRATCH_FOLDER_MAX)
			return ENAMETOOLONG;
		if (mkdtemp(ret_path) == NULL)
			return errno;
		cause = prepare(ret_path, account, ret_lock);
		if (cause != 0 && cause != EAGAIN)
			scratch_folder_remove(ret_path);
	}
	return cause;
}

/* ext4 puts a folder and its files near the parent, and searches there past every inode that was
 * freed in the last minutes. A server has a thousand files: after a few of them came and went
 * in one place, the next start took four times as long. Below a folder with this flag, a new
 * folder's place follows from its name. */
void
scratch_folder_spread(const char *path)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int flags = 0;

	if (folder < 0)
		return;
	if (ioctl(folder, FS_IOC_GETFLAGS, &flags) == 0) {
		flags |= FS_TOPDIR_FL;
		if (ioctl(folder, FS_IOC_SETFLAGS, &flags) != 0) {
			/* Another file system: there is nothing to avoid. */
		}
	}
	close(folder);
}

int
scratch_folder_make_data(const char *path, const char *data)
{
	char unique[2 * SCRATCH_FOLDER_MAX];
	const char *name = strrchr(path, '/');

	/* The place follows from the name that it is made by, which must not always be the same. */
	scratch_folder_spread(path);
	snprintf(unique, sizeof unique, "%s/%s", path, name != NULL ? name + 1 : path);
	if (mkdir(unique, 0700) != 0 || rename(unique, data) != 0)
		return errno;
	return 0;
}

/* --- Removing ------------------------------------------------------------ */

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

	snprintf(lock_path, sizeof lock_path, "%s/lock", path);
	/* A process that is just being killed may add a file while we remove. */
	for (int i = 0; i < REMOVE_TRIES; i++) {
		if (remove_entries(AT_FDCWD, path, "lock"))
			unlink(lock_path);
		if (rmdir(path) == 0 || lstat(path, &status) != 0)
			return true;
		pause_briefly();
	}
	return false;
}

/* --- Postmasters --------------------------------------------------------- */

/* The fields of postmaster.pid that are of use here: line 1, and line 7 where it is there. */
typedef struct {
	long pid;
	long memory_key;
	long memory_id;
} PidFile;

static bool
read_pid_file(const char *data, PidFile *ret_file)
{
	char path[PATH_MAX];
	char line[PATH_MAX];
	PidFile file = { 0 };

	snprintf(path, sizeof path, "%s/postmaster.pid", data);
	FILE *stream = fopen(path, "re");
	if (stream == NULL)
		return false;
	for (int i = 1; i <= 7 && fgets(line, sizeof line, stream) != NULL; i++) {
		char *end = NULL;
		if (i == 1)
			file.pid = strtol(line, NULL, 10);
		if (i == 7) {
			file.memory_key = strtol(line, &end, 10);
			file.memory_id = strtol(end, NULL, 10);
		}
	}
	fclose(stream);
	*ret_file = file;
	return file.pid > 0;
}

void
scratch_folder_forget_memory(const char *data)
{
	PidFile file;
	struct shmid_ds segment;

	if (!read_pid_file(data, &file) || file.memory_key == 0)
		return;
	/* The same number may be another's segment by now: the key has to match, too. */
	if (shmctl((int)file.memory_id, IPC_STAT, &segment) == 0 &&
	    segment.shm_perm.__key == (key_t)(int)file.memory_key && segment.shm_nattch == 0)
		shmctl((int)file.memory_id, IPC_RMID, NULL);
}

/* Removes what the process has mapped of the server's dynamic shared memory. */
static void
forget_mapped_memory(long pid)
{
	static const char start[] = "/dev/shm/PostgreSQL.";
	char path[64];
	char line[PATH_MAX];

	snprintf(path, sizeof path, "/proc/%ld/maps", pid);
	FILE *maps = fopen(path, "re");
	if (maps == NULL)
		return;
	while (fgets(line, sizeof line, maps) != NULL) {
		char *name = strstr(line, start);
		if (name == NULL)
			continue;
		name[strlen(start) + strspn(name + strlen(start), "0123456789")] = '\0';
		unlink(name);
	}
	fclose(maps);
}

void
scratch_folder_kill_postmaster(pid_t postmaster)
{
	char path[64];
	long child;

	/* Not all of it is mapped by the postmaster: statistics are its children's only. */
	forget_mapped_memory((long)postmaster);
	snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)postmaster, (long)postmaster);
	FILE *children = fopen(path, "re");
	while (children != NULL && fscanf(children, "%ld", &child) == 1)
		forget_mapped_memory(child);
	if (children != NULL)
		fclose(children);
	kill(postmaster, SIGKILL);
}

/* A process number in a file says little: it may be another process by now. The arguments are those that
 * we started a postmaster with. (Its working folder would say the same, but not to root in a container.) */
static bool
is_postmaster_of(long pid, const char *data)
{
	char path[64];
	char arguments[4 * PATH_MAX];
	bool found = false;

	snprintf(path, sizeof path, "/proc/%ld/cmdline", pid);
	FILE *stream = pid > 1 ? fopen(path, "re") : NULL;
	if (stream == NULL)
		return false;
	size_t length = fread(arguments, 1, sizeof arguments - 1, stream);
	fclose(stream);
	arguments[length] = '\0';
	const char *name = strrchr(arguments, '/');
	if (name == NULL || strcmp(name + 1, "postgres") != 0)
		return false;
	for (const char *p = arguments; p < arguments + length && !found; p += strlen(p) + 1)
		found = strcmp(p, data) == 0;
	return found;
}

static void
end_postmaster(const char *data)
{
	PidFile file;

	if (!read_pid_file(data, &file))
		return;
	for (int i = 0; i < 2 && is_postmaster_of(file.pid, data); i++) {
		if (i == 0)
			kill((pid_t)file.pid, SIGQUIT);
		else
			scratch_folder_kill_postmaster((pid_t)file.pid);
		for (long waited = 0; waited < PATIENCE_MS && is_postmaster_of(file.pid, data);
		     waited += PAUSE_NS / 1000000)
			pause_briefly();
	}
	scratch_folder_forget_memory(data);
}

/* --- Reaping ------------------------------------------------------------- */

static bool
is_our_folder(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid();
}

bool
scratch_folder_reap(const char *path)
{
	if (!is_our_folder(path))
		return access(path, F_OK) != 0;
	g_autofree char *lock_path = g_build_filename(path, "lock", NULL);
	int lock = open(lock_path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	/* Without a lock it is either just being made, or is the last bit of a removal. */
	if (lock < 0)
		return errno == ENOENT && rmdir(path) == 0;
	bool gone = false;
	if (lock_is_ours(lock)) {
		g_autofree char *data = g_build_filename(path, "data", NULL);
		end_postmaster(data);
		gone = scratch_folder_remove(path);
	}
	close(lock);
	return gone;
}

static void
reap_in(const char *parent)
{
	GDir *folder = g_dir_open(parent, 0, NULL);

	if (folder == NULL)
		return;
	for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
		if (!scratch_folder_is_name(name))
			continue;
		g_autofree char *path = g_build_filename(parent, name, NULL);
		scratch_folder_reap(path);
	}
	g_dir_close(folder);
}

void
scratch_folder_reap_all(const char *parent)
{
	reap_in(parent);
	/* Another run may have found less room in memory, or more, or was to be kept. */
	if (strcmp(parent, DISK) == 0)
		reap_in(MEMORY);
	if (strcmp(parent, MEMORY) == 0)
		reap_in(DISK);
}
