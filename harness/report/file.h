/*
 * Files that are whole or not there.
 */
#ifndef REPORT_FILE_H
#define REPORT_FILE_H

#include <glib.h>
#include <stdbool.h>

/* base_file_write (base/file.h) for a report. */
bool report_file_write(const char *path, const char *data, gsize length, GError **error);

#endif
