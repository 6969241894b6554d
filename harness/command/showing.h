/*
 * A case that was run again, shown: what has become of it, and psql on its database.
 */
#ifndef COMMAND_SHOWING_H
#define COMMAND_SHOWING_H

#include "command/command.h"
#include "command/repro/again.h"

typedef struct {
	const char *message; /* what the case failed with then; NULL: nobody knows */
	bool print_url;      /* instead of opening psql; the database stays */
	bool keep;           /* the database stays */
	char **rest;         /* arguments of psql; or NULL */
} CommandShowing;

/* COMMAND_FAILED when the case fails, COMMAND_OK when it passes now, COMMAND_USAGE when it was not reached, or what
 * psql could not do. What it says goes to standard error, the URL to standard output. */
CommandResult command_show_again(const CommandReproAgain *again, const CommandShowing *showing, GError **error);

#endif
