/*
 * Databases for programs that are kept from one command to the next, by all that goes into them.
 */
#ifndef COMMAND_STORE_H
#define COMMAND_STORE_H

#include "run/build.h"

/* What a server that holds the databases of the jobs is known by; *ret_names gets the name of each (char *), as
 * scratch_database_store has them. NULL: they may not be kept, since their migrations make what belongs to the whole
 * server, or because not all that goes into them is known. The caller frees both. */
char *command_store_key(const GPtrArray *jobs, const RunBuildOptions *build, GPtrArray **ret_names);

/* True when all stand-ins of the suite are needed there: what comes of an extension of the server is not known by a
 * key. */
bool command_store_fits_server(ScratchServer *server, const Suite *suite);

#endif
