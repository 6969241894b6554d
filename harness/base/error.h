/*
 * Errors that stop pgassay, or one of its steps, from doing its work.
 *
 * A GError of the domain BASE_ERROR has a code that says who has to act, and a
 * message in parts (PostgreSQL's error message style guide): what failed, on
 * what and why; after a line break "hint: ", what to do about it.
 *
 * A failed *case* (an expectation that is not met) is a result, not an error.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <glib.h>
#include <stdbool.h>

#define BASE_ERROR (base_error_quark())

typedef enum {
	BASE_ERROR_USAGE,       /* the command line is wrong: exit 2 */
	BASE_ERROR_INPUT,       /* a suite, fixture or migration cannot be understood: exit 2 */
	BASE_ERROR_ENVIRONMENT, /* no server, no permission, no disk: exit 3 */
	BASE_ERROR_MIGRATION,   /* a migration, or a baseline, failed: exit 1, as a case that fails */
	BASE_ERROR_DATABASE,    /* the server refused a statement of ours, or is lost: exit 3 */
	BASE_ERROR_INTERRUPTED, /* SIGINT, SIGTERM or SIGHUP arrived: exit 130 */
} BaseErrorCode;

GQuark base_error_quark(void);

/* Sets *error (when error is not NULL) to the formatted message, followed by
 * "hint: HINT" on a line of its own when hint is not NULL. Always gives false,
 * so that a caller can return it. */
bool base_error_set(GError **error, BaseErrorCode code, const char *hint, const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Adds a hint to *error, when there is one (error and *error may be NULL) and it has none yet. */
void base_error_hint(GError **error, const char *hint);

/* Adds `more` to the message of *error, to report several errors at once. Messages that begin with
 * "PATH:LINE:COLUMN: " are sorted by file, in the order of their first appearance, and by line; other messages stay
 * behind the message they came after. Takes ownership of `more`; error may be NULL. A message that is contained
 * already is not added, and after some 20,000 characters only a remark that there are more. Always returns false. */
bool base_error_add(GError **error, GError *more);

#endif
