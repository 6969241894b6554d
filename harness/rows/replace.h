/*
 * The rows of one database in the place of those of another, which has the same schema.
 */
#ifndef ROWS_REPLACE_H
#define ROWS_REPLACE_H

#include "rows/state.h"

typedef struct {
	DbSession *session; /* idle: its database gets the rows */
	/* Another one on that database, which writes them. What switches triggers off makes the server forget all plans
	 * of its session. */
	DbSession *writer;
	const RowsState *here;
	DbSession *other; /* on the database that has the rows */
	const RowsState *there;
} RowsReplacement;

/* Gives the tables of `here` the rows that they have in `there`. No trigger, no rule and no foreign key sees that, and
 * the catalog stays as it is. *ret_now is the new state; NULL: the database has what this cannot do (a materialized
 * view or a large object; a trigger that nothing switches off; many rows; a session that is no superuser's; other
 * tables), and is to be thrown away. A table that loses all its rows has no pages afterwards. Sequences are left alone.
 * False with *error when a connection is lost. */
bool rows_replace(const RowsReplacement *how, const CatalogExclusions *exclusions, RowsState **ret_now, GError **error);

#endif
