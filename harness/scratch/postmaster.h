/*
 * The postmaster of a data directory: the contents of its postmaster.pid, and how it is ended.
 *
 * The file belongs to the server's user, and so can be changed by SQL that runs there as a superuser. It is opened only
 * if it is a regular file and no link, and its contents are checked against the kernel.
 */
#ifndef SCRATCH_POSTMASTER_H
#define SCRATCH_POSTMASTER_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct {
	pid_t pid;
	uid_t owner; /* of the file, and so of the server */
	long memory_key;
	long memory_id; /* both 0: the file does not say */
	bool ready;     /* it takes connections */
} ScratchPostmaster;

/* Reads postmaster.pid of the data directory; false when there is none, or it cannot be one. Plain POSIX, for a process
 * that was forked. */
bool scratch_postmaster_read(const char *data, ScratchPostmaster *ret_postmaster);

/* Removes the file; its existence means that a server is ready. */
void scratch_postmaster_forget(const char *data);

/* Ends the postmaster of the data directory, if one runs, by force after a second. Its children end with it. */
void scratch_postmaster_end(const char *data);

#endif
