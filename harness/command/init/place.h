/*
 * Where a project has its migrations, when one folder is looked for.
 */
#ifndef COMMAND_INIT_PLACE_H
#define COMMAND_INIT_PLACE_H

#include <glib.h>
#include <stdbool.h>

/* The given folder, or the only existing one of the usual places. The caller frees it. False with *error
 * (BASE_ERROR_USAGE): none, or several. */
bool command_init_find_directory(const char *given, char **ret_directory, GError **error);

#endif
