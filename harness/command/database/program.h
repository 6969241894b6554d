/*
 * A program that a command runs on the databases that it has built.
 */
#ifndef COMMAND_DATABASE_PROGRAM_H
#define COMMAND_DATABASE_PROGRAM_H

#include "command/database/built.h"
#include "command/option/result.h"

/* The arguments after the first "--", which ends the arguments of pgassay; NULL if there are none. To be called
 * before the options are parsed. The result is a part of `arguments`. */
char **command_program_split(int *n_arguments, char **arguments);

/* Runs it in the foreground with the environment of the databases, for so many microseconds at the most (0: any time).
 * Gives its exit code, which need not be one of CommandResult, or that of a shell that cannot run it; what went wrong
 * is reported. */
CommandResult command_program_run(const CommandBuilt *built, char **program, gint64 timeout);

/* The same with an environment of the caller's. */
CommandResult command_program_run_in(char **environment, char **program, gint64 timeout);

#endif
