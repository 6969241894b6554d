/*
 * The parameters of a query, as tools write them.
 */
#ifndef QUERY_PARAMETERS_H
#define QUERY_PARAMETERS_H

#include "migration/text/mapped_text.h"

#include <stdbool.h>

/* The text with $1, $2, ... instead of @name, :name, sqlc.arg(name), sqlc.narg(name) and sqlc.slice(name), numbered
 * in order, with the same number for the same name, and "a.*" instead of sqlc.embed(a); a text that has $1 itself
 * stays unchanged. `start` is where it begins in its source. *ret_count is the highest number. Returns NULL when
 * both kinds are mixed. A text that our lexer cannot read is returned unchanged, for the server to refuse. `spreads`
 * (NULL: the text is not PgTyped's) has the names that stand for several values, and the fields (char **) of each;
 * without fields it is a list, with one element here. The caller frees it. */
MigrationMappedText *query_parameters_number(const char *text, gsize length, gsize start, GHashTable *spreads,
                                             guint *ret_count);

#endif
