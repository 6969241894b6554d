/*
 * Where a project has its migrations, and what it is called.
 */
#ifndef COMMAND_INIT_PLACE_H
#define COMMAND_INIT_PLACE_H

#include <glib.h>
#include <stdbool.h>

/* The folder that was given, or the only one of the usual places that is there. The caller frees it. False with *error
 * (BASE_ERROR_USAGE): none, or several. */
bool command_init_find_directory(const char *given, char **ret_directory, GError **error);

/* A name for a suite: that of the nearest folder above the migrations whose name says something. The caller frees it.
 */
char *command_init_make_name(const char *directory);

#endif
