#include "scratch/folder.h"

#include "scratch/memory_room.h"
#include "scratch/postmaster.h"
#include "scratch/removal.h"
#include "scratch/shared_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Default folders. */
#define DISK          "/tmp"
#define MEMORY        "/dev/shm"

#define PREFIX        "pgassay-"
#define SUFFIX_LENGTH 6

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

static char *
standard_parent(ScratchFolderUse use)
{
	return g_strdup(use == SCRATCH_FOLDER_BRIEF && scratch_memory_has_room(MEMORY) ? MEMORY : DISK);
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

/* Locks the file. False when another process was faster: the reaper of another run may have found the folder between
 * its creation and its locking. */
static bool
lock_is_ours(int lock)
{
	struct stat status;

	return flock(lock, LOCK_EX | LOCK_NB) == 0 && fstat(lock, &status) == 0 && status.st_nlink > 0;
}

static int
folder_prepare(const char *path, const ScratchAccount *account, int *ret_lock)
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
		cause = folder_prepare(ret_path, account, ret_lock);
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
		scratch_postmaster_end(data);
		scratch_shared_memory_remove(data);
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
