/*
 * What a tool has written before it failed: the reason, and the place in the migration, out of the stack traces of
 * Python, JavaScript, Ruby, Elixir and Java.
 */
#ifndef MIGRATION_FORMAT_COMMAND_FAILURE_H
#define MIGRATION_FORMAT_COMMAND_FAILURE_H

#include <glib.h>

typedef struct {
	char *message; /* the line that says why; where the tool has wrapped an error of the server, that error */
	char *details; /* all of it but the frames of libraries; says how many lines are left out */
	guint line;    /* of the migration's file, from 1, at which it failed; 0: no frame is in that file */
} CommandFailure;

/* Reads the output of the command. `path`: of the migration's file; NULL: it has none. Each text is empty at worst. */
CommandFailure format_command_read_failure(const char *output, const char *path);

/* The line of the migration's text, from 1, with the SQL that the output shows, or which has the name in the
 * message; 0: there is none. (place.c) */
guint format_command_find_line(const char *output, const char *message, const char *text);

void format_command_clear_failure(CommandFailure *failure);

#endif
