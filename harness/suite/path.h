/*
 * Paths that a suite names.
 */
#ifndef SUITE_PATH_H
#define SUITE_PATH_H

#include <glib.h>

/* The path as reports show it. A relative path is taken from `directory`. The result is relative to the working
 * directory if it lies below that, else absolute. The caller frees it. */
char *suite_path_resolve(const char *directory, const char *path);

#endif
