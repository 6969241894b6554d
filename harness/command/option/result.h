/*
 * How a command ends: the one table of exit codes, for all commands (docs/running.md).
 */
#ifndef COMMAND_OPTION_RESULT_H
#define COMMAND_OPTION_RESULT_H

#include <glib.h>
#include <stdbool.h>

/* main maps it to the exit code. */
typedef enum {
	COMMAND_OK = 0,
	COMMAND_FAILED = 1,        /* a case or a migration failed, schemas differ, or nothing was tested */
	COMMAND_USAGE = 2,         /* the command line, a suite, a fixture or a migration is wrong; nothing was done */
	COMMAND_ENVIRONMENT = 3,   /* no server, no permission, no disk; a lock or an answer was late */
	COMMAND_INTERRUPTED = 130, /* SIGINT, SIGTERM or SIGHUP */
} CommandResult;

/* Prints the error on standard error, as "pgassay: MESSAGE" without passwords, and gives the result that fits its code.
 */
CommandResult command_error(const GError *error);

#endif
