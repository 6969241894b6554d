/*
 * Databases for programs that are kept from one command to the next, by all that goes into them.
 */
#ifndef COMMAND_DATABASE_STORE_H
#define COMMAND_DATABASE_STORE_H

#include "run/build.h"

/* The key of a server that holds the databases of the jobs; *ret_names gets the name of each (char *), as
 * scratch_database_store uses them. NULL: they must not be stored, because their migrations create objects of the
 * whole server, or because not all inputs of the build are known. The caller frees both. */
char *command_store_key(const GPtrArray *jobs, const RunBuildOptions *build, GPtrArray **ret_names);

/* True if the server needs all stand-ins of the suite: the key does not cover the effects of a real extension. */
bool command_store_fits_server(ScratchServer *server, const Suite *suite);

#endif
