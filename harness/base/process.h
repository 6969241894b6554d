/*
 * Programs that are run to their end.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <glib.h>
#include <stdbool.h>

typedef struct {
	const char *const *arguments;   /* NULL-terminated; the first is the program's path */
	const char *const *environment; /* NULL-terminated, all of it; NULL: ours */
	int input;                      /* a descriptor for its standard input; -1: none */
	int output;                     /* for its standard output; -1: it is thrown away */
	bool merge_stdout;              /* its standard output is taken for its standard error, too */
	const char *directory;          /* where it runs; NULL: in "/" */
	gint64 timeout;                 /* microseconds after which it is ended; 0: never */
	void (*prepare)(const void *);  /* called in its process before it runs, async-signal-safe; or NULL */
	const void *prepare_data;
} BaseProcess;

typedef struct {
	bool succeeded;      /* it ended by itself, with exit code 0 */
	char *stderr_text;   /* its standard error: UTF-8, without blanks at the ends, at most 64 KiB; if that is
	                      * empty and it failed, how it ended */
	bool said_something; /* `stderr_text` is its own */
	bool timed_out;
	int exit_code; /* -1: it did not exit by itself */
} BaseProcessEnd;

void base_process_end_clear(BaseProcessEnd *end);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BaseProcessEnd, base_process_end_clear)

/* Runs the program, without a shell, and waits for its end. No process that it started outlives it, even if it left
 * the program's group or session: when the program has ended, such processes have half a second to end by
 * themselves. All of them get SIGTERM when this process dies or is interrupted, or when the time limit is reached,
 * and SIGKILL two seconds later. False with *error if it could not be started (BASE_ERROR_ENVIRONMENT) or was ended
 * by an interruption (BASE_ERROR_INTERRUPTED). */
bool base_process_run(const BaseProcess *process, BaseProcessEnd *ret_end, GError **error);

/* Runs a program that answers a question within ten seconds: no input, in "/". Its output is at most 64 KiB long; the
 * caller frees it, and clears *ret_end. Of `process` the arguments and `prepare` count. False as base_process_run. */
bool base_process_ask(const BaseProcess *process, char **ret_output, BaseProcessEnd *ret_end, GError **error);

#endif
