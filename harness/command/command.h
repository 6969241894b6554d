/*
 * The sub-commands: one file each, one row in command.c. Only this folder prints.
 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include "command/option/result.h"

#define COMMAND_ANY (-1)

typedef struct {
	const char *name;     /* NULL ends the table */
	const char *synopsis; /* the rest of the usage line, after the name */
	int most;             /* so many arguments at the most; COMMAND_ANY: any number */
	const char *summary;  /* one line of help */
	/* arguments[0] is the command's name. */
	CommandResult (*run)(int n_arguments, char **arguments);
} Command;

/* All commands. */
const Command *command_table(void);

/* Dispatches "pgassay COMMAND ...", and handles --help and --version itself. */
CommandResult command_main(int n_arguments, char **arguments);

/* Closes standard output, after everything is printed. If some of it could not be written, reports that on standard
 * error and returns COMMAND_ENVIRONMENT, because the output is incomplete. */
CommandResult command_end_output(CommandResult result);

/* --- For the commands ---------------------------------------------------- */

/* Parses the options of a command in place with GLib; false when it is to end with *ret_result (--help was asked for,
 * or an option is wrong, or there are too many arguments, which has been reported). */
bool command_parse(const char *name, const GOptionEntry *entries, int *n_arguments, char ***arguments,
                   CommandResult *ret_result);

/* The option --color, of commands that print cases. */
#define COMMAND_COLOUR                                                                                                 \
	{                                                                                                              \
		"color", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer)command_take_colour,                                   \
		    "whether to print colours: auto, always or never (default: auto)", "WHEN"                          \
	}
gboolean command_take_colour(const char *option, const char *value, gpointer data, GError **error);

/* Prints the usage line, the commands and the exit codes. */
void command_print_summary(void);

CommandResult command_run(int n_arguments, char **arguments);
CommandResult command_check(int n_arguments, char **arguments);
CommandResult command_init(int n_arguments, char **arguments);
CommandResult command_snapshot(int n_arguments, char **arguments);
CommandResult command_bless(int n_arguments, char **arguments);
CommandResult command_diff(int n_arguments, char **arguments);
CommandResult command_drift(int n_arguments, char **arguments);
CommandResult command_checklist(int n_arguments, char **arguments);
CommandResult command_sign(int n_arguments, char **arguments);
CommandResult command_inspect(int n_arguments, char **arguments);
CommandResult command_plan(int n_arguments, char **arguments);
CommandResult command_repro(int n_arguments, char **arguments);
CommandResult command_report(int n_arguments, char **arguments);
CommandResult command_reset(int n_arguments, char **arguments);
CommandResult command_exec(int n_arguments, char **arguments);
CommandResult command_serve(int n_arguments, char **arguments);
CommandResult command_explain(int n_arguments, char **arguments);
CommandResult command_shell(int n_arguments, char **arguments);
CommandResult command_queries(int n_arguments, char **arguments);
CommandResult command_stats(int n_arguments, char **arguments);
CommandResult command_schema(int n_arguments, char **arguments);
CommandResult command_doctor(int n_arguments, char **arguments);
CommandResult command_help(int n_arguments, char **arguments);

#endif
