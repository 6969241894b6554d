/*
 * Shows the result of a case that was run again, and opens psql on its database.
 */
#ifndef COMMAND_DATABASE_SHOWING_H
#define COMMAND_DATABASE_SHOWING_H

#include "command/option/result.h"
#include "command/repro/again.h"

typedef struct {
	const char *message; /* the original failure; NULL: not known */
	bool print_url;      /* instead of opening psql; the database stays */
	bool keep;           /* the database stays */
	char **rest;         /* arguments of psql; or NULL */
} CommandShowing;

/* COMMAND_FAILED if the case fails, COMMAND_OK if it passes now, COMMAND_USAGE if it was not reached, or the failure
 * of psql. Messages go to standard error, the URL to standard output. */
CommandResult command_show_again(const CommandReproAgain *again, const CommandShowing *showing, GError **error);

#endif
