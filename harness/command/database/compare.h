/*
 * The same tests on two databases: one that the migrations have built, and one from somewhere else.
 */
#ifndef COMMAND_DATABASE_COMPARE_H
#define COMMAND_DATABASE_COMPARE_H

#include "command/database/built.h"
#include "command/option/result.h"

typedef struct {
	const char *place; /* as command_built_make takes it; of one database */
	const CommandBuiltOptions *built;
	const char *other;   /* a place as well, or a file of SQL; or NULL */
	const char *command; /* if `other` is NULL: the command that fills an empty database, which its environment
	                      * names */
	const char *report;  /* the format in which the program reports its tests: tap, junit; NULL: by its exit code */
	char **program;
	gint64 timeout; /* microseconds; 0: none */
} CommandCompareOptions;

/* Builds both, runs the program on the one and then on the other, and prints which tests, which parts of the schema and
 * which rows differ. COMMAND_FAILED when something does; else COMMAND_OK, whatever the program has said both times. */
CommandResult command_compare(const CommandCompareOptions *options, GError **error);

#endif
