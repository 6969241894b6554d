/*
 * Writes files completely or not at all.
 */
#ifndef REPORT_FILE_H
#define REPORT_FILE_H

#include <glib.h>
#include <stdbool.h>

/* True for standard output and standard error, which are written to where they stand, whatever they lead to. */
bool report_file_is_stream(const char *path);

/* base_file_write (base/file.h) for a report. */
bool report_file_write(const char *path, const char *data, gsize length, GError **error);

#endif
