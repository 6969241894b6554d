/*
 * Statements as pg_stat_statements has them: with $1, $2, ... instead of constants.
 */
#ifndef QUERY_NORMALISED_H
#define QUERY_NORMALISED_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	QUERY_NORMALISED_FINE,
	QUERY_NORMALISED_NO_QUERY,  /* no SELECT, INSERT, UPDATE, DELETE or MERGE */
	QUERY_NORMALISED_HAS_VALUES /* a constant is left in it: the server had evicted the statement before it was
	                             * normalised */
} QueryNormalised;

/* The text without its comments, which may hold values, and with "$1::interval" for "interval $1", which is no SQL; it
 * can be prepared then. *ret_text is the caller's; it is set for FINE only. */
QueryNormalised query_normalise(const char *text, char **ret_text);

#endif
