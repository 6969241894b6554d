/*
 * The parameters of a query, as tools write them.
 */
#ifndef QUERY_PARAMETERS_H
#define QUERY_PARAMETERS_H

#include "migration/text/mapped_text.h"

#include <stdbool.h>

/* The text with $1, $2, ... in the place of @name, :name, sqlc.arg(name), sqlc.narg(name) and sqlc.slice(name),
 * numbered as they come, the same name the same number, and "a.*" in the place of sqlc.embed(a); a text that has $1
 * itself stays as it is. `start` is where it begins in its source. *ret_count is the highest number. Gives NULL when
 * both kinds are mixed. A text that our lexer cannot read is given as it is, for the server to refuse. `spreads` (NULL:
 * the text is not PgTyped's) has the names that stand for several values, and the fields (char **) of each; without
 * fields it is a list, of which one is made. The caller frees it. */
MigrationMappedText *query_parameters_number(const char *text, gsize length, gsize start, GHashTable *spreads,
                                             guint *ret_count);

#endif
