/*
 * The private folder of one scratch server: TMPDIR/pgassay-XXXXXX.
 *
 * Who works with a folder holds a lock on the file "lock" in it. A folder of ours whose lock is
 * free is a leftover. "lock" goes last, so that a removal that was cut short is taken up again.
 */
#ifndef SCRATCH_FOLDER_H
#define SCRATCH_FOLDER_H

#include "scratch/account.h"

/* A socket address of Linux has room for 108 bytes; all our paths stay below that. */
#define SCRATCH_PATH_MAX 108
/* The path length left for the folder itself before "/data/.s.PGSQL.54321.lock". */
#define SCRATCH_FOLDER_MAX (SCRATCH_PATH_MAX - 25)

typedef enum {
	SCRATCH_FOLDER_BRIEF,  /* gone at the end of the run */
	SCRATCH_FOLDER_LASTING /* may stay: on some systems, files in memory are removed with a user's last session */
} ScratchFolderUse;

/* The folder that private folders are made in: TMPDIR. Where TMPDIR is not set, /dev/shm for brief use if there is
 * plenty of room in it, else /tmp. /tmp, too, when TMPDIR is not an absolute path of a folder, is too long for a
 * socket, or has a comma, a double quote or a control character in it. The caller frees it. */
char *scratch_folder_parent(ScratchFolderUse use);

/* True for "pgassay-" and six letters or digits. */
bool scratch_folder_is_name(const char *name);

/* Makes a folder in `parent` and locks it. Only we may look into it; the account, where it is
 * another, may pass through. Gives 0, or the errno of the failure. *ret_lock is the descriptor
 * that holds the lock. Async-signal-safe but for mkdtemp's random numbers. */
int scratch_folder_make(const char *parent, const ScratchAccount *account, char ret_path[SCRATCH_FOLDER_MAX],
                        int *ret_lock);

/* Makes the folder's "data" directory, empty and our own. Gives 0, or the errno. */
int scratch_folder_make_data(const char *path, const char *data);

/* Asks the file system not to put the folders in this one next to each other. */
void scratch_folder_spread(const char *path);

/* Removes the folder if its lock is free; a postmaster that still runs there is ended first. True when the folder is
 * gone. */
bool scratch_folder_reap(const char *path);

/* Does so with all folders of `parent` that are ours; for /tmp and /dev/shm, with those of both. */
void scratch_folder_reap_all(const char *parent);

#endif
