/*
 * Expressions as the server says them once it has read its own words again.
 */
#ifndef CHECK_SCHEMA_ARRAY_CASTS_H
#define CHECK_SCHEMA_ARRAY_CASTS_H

#include <glib.h>
#include <stdbool.h>

/* The server writes `role IN ('a', 'b')` over a varchar as `(role)::text = ANY ((ARRAY['a'::character varying,
 * 'b'::character varying])::text[])`. Read again, as after a restore, it becomes `... ANY (ARRAY[('a'::character
 * varying)::text, ('b'::character varying)::text])`, and stays so. Gives the second form of a text that may hold any
 * number of the first; other texts as they are. The caller frees it. */
char *check_normalise_array_casts(const char *text);

#endif
