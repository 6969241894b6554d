/*
 * A fixture as it is held against one server: what it includes put in, what is not for this server left out.
 */
#ifndef CHECK_ASSEMBLE_H
#define CHECK_ASSEMBLE_H

#include "suite/nodes.h"

/* What stands at the top of a fixture and is not for this server. */
typedef struct {
	char *title;                /* "table kb.t"; "rule foreign_keys_have_index"; of a whole file its path */
	const SuiteNode *place;     /* its key */
	const SuiteNode *condition; /* the `if` that does not hold */
} CheckLeftOut;

/* The root of the whole: mappings of several files are put together key by key, and so are lists of objects; what two
 * of them state otherwise must be the same. NULL with *error (BASE_ERROR_INPUT, at the second place) when it is not.
 * The result lives as long as `nodes` and the document. *ret_left_out: of CheckLeftOut, which the caller unrefs. */
const SuiteNode *check_assemble(const SuiteDocument *fixture, int server_version, SuiteNodes *nodes,
                                GPtrArray **ret_left_out, GError **error);

#endif
