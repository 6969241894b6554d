/*
 * Whether there is enough memory for a server in memory.
 */
#ifndef SCRATCH_MEMORY_ROOM_H
#define SCRATCH_MEMORY_ROOM_H

#include <stdbool.h>

/* True when the folder is one of a file system in memory, ours to write in, with 4 GiB free, and 8 GiB of memory are
 * available on this machine and in the container that we are in. */
bool scratch_memory_has_room(const char *folder);

#endif
