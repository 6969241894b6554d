/*
 * The parameters of a query, as tools write them.
 */
#ifndef QUERY_PARAMETERS_H
#define QUERY_PARAMETERS_H

#include "migration/text/mapped_text.h"

#include <stdbool.h>

/* The text with $1, $2, ... in the place of @name, :name, sqlc.arg(name) and sqlc.narg(name), numbered as they come,
 * the same name the same number; a text that has $1 itself stays as it is. `start` is where it begins in its source.
 * *ret_count is the highest number. Gives NULL when both kinds are mixed. A text that our lexer cannot read is given as
 * it is, for the server to refuse. The caller frees it. */
MigrationMappedText *query_parameters_number(const char *text, gsize length, gsize start, guint *ret_count);

#endif
