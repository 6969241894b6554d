/*
 * Files: read only if they are regular ones, written completely or not at all.
 *
 * Anybody who can put a file where pgassay reads one can put a FIFO there, for which an ordinary open() waits forever,
 * or a device. So all input is opened here.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <glib.h>
#include <stdbool.h>

/* How a symbolic link at the end of a path is treated. */
typedef enum {
	BASE_FILE_FOLLOW,    /* the file that it points to */
	BASE_FILE_NO_FOLLOW, /* a failure: for places that others can write to */
} BaseFileLinks;

/* Opens a regular file for reading, without ever waiting. Returns the descriptor (close-on-exec), or -1 with errno,
 * which is EINVAL if it is not a regular file. Async-signal-safe. */
int base_file_open(const char *path, BaseFileLinks links);

/* Reads the beginning of a regular file, at most size - 1 bytes, and puts a NUL behind it. Gives their number, or -1
 * with errno, as base_file_open. Async-signal-safe. */
gssize base_file_read_start(const char *path, BaseFileLinks links, char *buffer, gsize size);

/* Reads a whole regular file of at most max_bytes; a NUL stands behind the text, which the caller frees. False with
 * *error (BASE_ERROR_INPUT), which names the path. */
bool base_file_read(const char *path, gsize max_bytes, char **ret_text, gsize *ret_length, GError **error);

/* Writes the bytes into a new file beside the path and renames it to the path; on failure the old file stays. The
 * mode of an existing file is kept. A path that is not a regular file (a pipe, /dev/stdout) is written to directly,
 * because a rename would replace the device. The reader of a pipe has ten seconds to open it, and ten to go on
 * reading. A symbolic link is followed. The error, BASE_ERROR_ENVIRONMENT, names the path and its kind, `what`:
 * "report". */
bool base_file_write(const char *path, const char *what, const char *data, gsize length, GError **error);

/* An absolute path as one types it in the folder in which we run, where it lies there. Takes it; the caller frees the
 * result. */
char *base_file_shorten(char *path);

#endif
