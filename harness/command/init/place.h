/*
 * Where the migrations are for which init makes a suite.
 */
#ifndef COMMAND_INIT_PLACE_H
#define COMMAND_INIT_PLACE_H

#include "migration/detect/places.h"

/* The folder in *ret_directory (owned): the given one, or the only folder in it that has files; without a given one
 * (NULL) the only folder of migrations below the working directory. *ret_code (static) is the tool whose code it holds,
 * or NULL. False with *error: there is none, or there are several. */
bool command_init_find_place(const char *given, const MigrationPlaceHints *hints, char **ret_directory,
                             const char **ret_code, GError **error);

#endif
