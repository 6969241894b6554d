/*
 * "pgassay NAME export": something of a database that is only read, as a text in a file or on standard output.
 */
#ifndef COMMAND_SIDE_EXPORT_H
#define COMMAND_SIDE_EXPORT_H

#include "command/option/timeouts.h"
#include "db/session.h"

/* As the command line has them. */
typedef struct {
	CommandLimits limits;
	char *target;
	char *output;
} CommandExportOptions;

void command_export_options_clear(CommandExportOptions *options);

/* Their rows in a table of GOptionEntry. */
#define COMMAND_EXPORT_OPTIONS(options)                                                                                \
	{ "target",                                                                                                    \
	  0,                                                                                                           \
	  0,                                                                                                           \
	  G_OPTION_ARG_STRING,                                                                                         \
	  &(options).target,                                                                                           \
	  "the database, which is read in a read-only transaction",                                                    \
	  "URL" },                                                                                                     \
	    { "output",                                                                                                \
	      'o',                                                                                                     \
	      0,                                                                                                       \
	      G_OPTION_ARG_FILENAME,                                                                                   \
	      &(options).output,                                                                                       \
	      "write to this file (default: standard output)",                                                         \
	      "FILE" },                                                                                                \
	    COMMAND_LIMITS_OPTIONS((options).limits)

typedef struct {
	const char *command; /* "stats" */
	const char *what;    /* the kind of file, for its errors: "fixture" */
	/* Makes the text, which the caller frees, in a read-only transaction. NULL with *error. */
	char *(*make)(DbSession *session, void *data, GError **error);
	void *data;
} CommandExport;

/* Checks the arguments, reads the database, writes the text. False with *error. */
bool command_export_run(const CommandExport *export, const CommandExportOptions *options, int n_arguments,
                        char **arguments, GError **error);

#endif
