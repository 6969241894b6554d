/*
 * The postmaster of a data directory: what its postmaster.pid says, and its end.
 *
 * The file belongs to the server's user, and so to the SQL that runs there as a superuser. It is opened as a regular
 * file that is no link, and what it says is believed only as far as the kernel agrees.
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

/* Removes the file, which says that a server is ready. */
void scratch_postmaster_forget(const char *data);

/* Ends the postmaster of the data directory, if one runs, by force after a second. Its children end with it. */
void scratch_postmaster_end(const char *data);

#endif
