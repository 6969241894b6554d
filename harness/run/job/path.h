/*
 * Errors for paths that were typed instead of a suite, with a hint on what to type.
 */
#ifndef RUN_JOB_PATH_H
#define RUN_JOB_PATH_H

#include <glib.h>
#include <stdbool.h>

/* False with *error (BASE_ERROR_USAGE) when the path is not there, with the nearest file that is, or when it is a
 * migration and no suite. True: a folder, or a file that is worth reading. */
bool run_path_check(const char *path, GError **error);

/* For a folder without a suite: sets *error (BASE_ERROR_USAGE); the hint depends on its contents. Always returns
 * false. */
bool run_path_refuse_folder(const char *path, GError **error);

/* For a current folder without suites, when no path was typed: sets *error (BASE_ERROR_USAGE); the hint names the
 * nearest folder above that has some. Always returns false. */
bool run_path_refuse_none(GError **error);

/* The place of a project's suites, as a name in the folder: "suites", or else the file "pgassay.yaml" or
 * ".pgassay.yaml". NULL: there is none of them. */
const char *run_path_default(const char *folder);

#endif
