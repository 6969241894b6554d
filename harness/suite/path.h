/*
 * Paths that a suite names.
 */
#ifndef SUITE_PATH_H
#define SUITE_PATH_H

#include <glib.h>

/* The path as reports show it: what is not absolute is taken from `directory`, and given from the working directory
 * where it lies below that, absolute otherwise. The caller frees it. */
char *suite_path_resolve(const char *directory, const char *path);

#endif
