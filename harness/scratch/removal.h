/*
 * Removing a folder with all that is in it.
 */
#ifndef SCRATCH_REMOVAL_H
#define SCRATCH_REMOVAL_H

#include <stdbool.h>

/* Removes a folder and all below it, without following symbolic links; its file "lock" goes
 * last. True when it is gone. Plain POSIX, for a process that was forked. */
bool scratch_folder_remove(const char *path);

#endif
