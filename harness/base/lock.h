/*
 * Locks on files and folders, which go with the process that holds them.
 */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include <glib.h>
#include <stdbool.h>

/* Waits until the lock of the open file or folder is free, at most so many microseconds, and takes it: closing
 * `file` releases it. *ret_locked is false when the time limit is reached. On a file system without locks it is
 * true. False with *error: BASE_ERROR_INTERRUPTED, and nothing else. */
bool base_lock_wait(int file, gint64 timeout, bool *ret_locked, GError **error);

#endif
