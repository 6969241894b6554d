/*
 * Accepted findings in a comment at the statement: "-- pgassay: accept rewrite: the table is small until 2027-03-01".
 */
#ifndef IMPACT_COMMENT_H
#define IMPACT_COMMENT_H

#include "impact/settings.h"

/* Adds those of the migration's up to the list (of ImpactAcceptance *). A comment is about the statement in whose lines
 * it stands, or else about the next one. False with *error (BASE_ERROR_INPUT), with the place, when one cannot be
 * understood. */
bool impact_comments_read(const Migration *migration, GPtrArray *acceptances, GError **error);

/* "2027-03-01". */
bool impact_date_is_valid(const char *text);

#endif
