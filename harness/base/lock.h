/*
 * Locks on files and folders, which go with the process that holds them.
 */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include <glib.h>
#include <stdbool.h>

/* Waits until nobody else holds the lock of the open file or folder, at most so many microseconds, and takes it:
 * closing `file` gives it back. *ret_locked is false when somebody held it to the end. Where the file system has no
 * locks nobody can hold one, and it is true. False with *error: BASE_ERROR_INTERRUPTED, and nothing else. */
bool base_lock_wait(int file, gint64 timeout, bool *ret_locked, GError **error);

#endif
