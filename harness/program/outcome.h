/*
 * The results of a test program, as it has written them.
 */
#ifndef PROGRAM_OUTCOME_H
#define PROGRAM_OUTCOME_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	PROGRAM_PASSED,
	PROGRAM_FAILED,
	PROGRAM_SKIPPED,
} ProgramStatus;

typedef struct {
	char *name; /* never empty */
	ProgramStatus status;
	char *message;   /* one line; or NULL */
	char *details;   /* many lines; or NULL */
	gint64 duration; /* microseconds; 0: not known */
} ProgramOutcome;

/* An empty list of ProgramOutcome *, which it owns. */
GPtrArray *program_outcomes_new(void);

/* Appends one with copies of the texts, and without blanks at their ends; `name` may be NULL or empty: it gets its
 * number as a name. Valid until the next one is added. */
ProgramOutcome *program_outcomes_add(GPtrArray *outcomes, const char *name, ProgramStatus status, const char *message);

/* Reads the standard output of a program in the Test Anything Protocol, version 12 to 14 (testanything.org).
 * Subtests count by the line that ends them. False with *error (BASE_ERROR_INPUT): it is not TAP, the program has
 * bailed out, or there are fewer or more tests than in its plan; the outcomes are those that were read. */
bool program_tap_read(const char *text, GPtrArray *outcomes, GError **error);

/* Reads a file of JUnit XML, of at most 16 MiB. Nothing outside of it is read. False with *error (BASE_ERROR_INPUT)
 * when there is no such file, or it is none. */
bool program_junit_read(const char *path, GPtrArray *outcomes, GError **error);

#endif
