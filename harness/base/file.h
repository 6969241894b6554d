/*
 * Files that are whole or not there.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <glib.h>
#include <stdbool.h>

/* Writes the bytes into a new file beside the path and renames it to the path; on failure what was there before stays.
 * The mode of a file that is there is kept. A path that is there and is no regular file (a pipe, /dev/stdout) is
 * written to as it is: renaming would replace the device. A symbolic link is followed. The error,
 * BASE_ERROR_ENVIRONMENT, names the path and `what` it is: "report". */
bool base_file_write(const char *path, const char *what, const char *data, gsize length, GError **error);

#endif
