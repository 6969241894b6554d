/*
 * A program that takes over: it has our standard input, output and error, our process group, and so the terminal.
 */
#ifndef BASE_FOREGROUND_H
#define BASE_FOREGROUND_H

#include <glib.h>
#include <stdbool.h>

/* The exit codes that a shell gives where there is none of the program's own (POSIX, "Exit Status for Commands"). */
#define BASE_FOREGROUND_NOT_RUNNABLE 126
#define BASE_FOREGROUND_NOT_FOUND    127
#define BASE_FOREGROUND_SIGNAL       128 /* and the number of the signal that ended it */

typedef struct {
	const char *const *arguments;   /* NULL-terminated; the first one is looked for on the path */
	const char *const *environment; /* NULL-terminated, all of it */
	int output;                     /* a descriptor for its standard output; 0: ours */
	gint64 timeout;                 /* microseconds; after it SIGTERM, five seconds later SIGKILL; 0: never */
	const char *timeout_option;     /* of the command line, which sets it; NULL: --timeout */
} BaseForeground;

/* Runs the program, and waits for its end. Meanwhile a signal ends the program and not us: the terminal sends its
 * signals to both, and signals to us (SIGINT, SIGQUIT, SIGTERM, SIGHUP) are forwarded. The program gets SIGTERM when
 * we die. Its background processes go on.
 *
 * *ret_code is its exit code, or one of those above. False with *error: it could not be started (BASE_ERROR_USAGE;
 * *ret_code has the reason), or its time limit is reached (BASE_ERROR_ENVIRONMENT). */
bool base_foreground_run(const BaseForeground *program, int *ret_code, GError **error);

#endif
