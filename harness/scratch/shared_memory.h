/*
 * The one thing of a server that is not in its folder and outlives its processes: a System V segment of some bytes, by
 * which a postmaster knows whether another one is at work in its data directory. (Dynamic shared memory is in
 * files of the data directory: see server_arguments in supervisor.c.)
 */
#ifndef SCRATCH_SHARED_MEMORY_H
#define SCRATCH_SHARED_MEMORY_H

/* Removes the segment that a killed postmaster of the data directory left; its processes must be gone. Plain POSIX, for
 * a process that was forked. */
void scratch_shared_memory_remove(const char *data);

#endif
