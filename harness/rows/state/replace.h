/*
 * Replaces the rows of one database by those of another one with the same schema.
 */
#ifndef ROWS_REPLACE_H
#define ROWS_REPLACE_H

#include "rows/state/state.h"

typedef struct {
	DbSession *session; /* idle: its database gets the rows */
	/* Another session on that database, which writes the rows. Switching triggers off makes the server discard
	 * all cached plans of that session. */
	DbSession *writer;
	const RowsState *here;
	DbSession *other; /* on the database that has the rows */
	const RowsState *there;
} RowsReplacement;

/* Gives the tables of `here` the rows that they have in `there`, without triggers, rules and foreign keys; the
 * catalog stays unchanged. *ret_now is the new state. NULL: the database has something that this does not support (a
 * materialized view or a large object; a trigger that cannot be switched off; many rows; a session without superuser
 * rights; other tables), and must be discarded. A table that loses all its rows has no pages afterwards. Sequences
 * are not changed. False with *error when a connection is lost. */
bool rows_replace(const RowsReplacement *how, const CatalogExclusions *exclusions, RowsState **ret_now, GError **error);

#endif
