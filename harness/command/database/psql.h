/*
 * psql, for a person, on a database that a command has made.
 */
#ifndef COMMAND_DATABASE_PSQL_H
#define COMMAND_DATABASE_PSQL_H

#include "command/option/result.h"
#include "scratch/server.h"

/* Opens psql with the arguments `rest` (or NULL) in the environment, which says where. Gives its exit code, or that of
 * *error, which is reported. */
CommandResult command_psql_open(const ScratchServer *server, char **environment, char **rest, GError **error);

#endif
