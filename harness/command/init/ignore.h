/*
 * Reports stay out of the repository.
 */
#ifndef COMMAND_INIT_IGNORE_H
#define COMMAND_INIT_IGNORE_H

#include <glib.h>
#include <stdbool.h>

#define COMMAND_INIT_REPORTS "/build/reports/"

/* Adds the folder of the reports to .gitignore in the working directory, which is made where there is none.
 * *ret_written: whether that was needed; it is not outside of a repository, without git, and where git ignores the
 * folder already. False with *error: the file cannot be read or written. */
bool command_init_ignore_reports(bool *ret_written, GError **error);

#endif
