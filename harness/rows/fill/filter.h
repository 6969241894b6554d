/*
 * Which values the checks let through: the server is asked, before any row is inserted.
 */
#ifndef ROWS_FILTER_H
#define ROWS_FILTER_H

#include "rows/fill/model.h"

/* For each column of the tables (of RowsFillTable *) that has values, keeps those that pass the checks on this
 * column alone. Then finds, for columns that share a check, up to n_tuples combinations of values that pass:
 * table->groups. If nothing passes, or the server cannot tell, everything stays unchanged. Runs in an open
 * transaction. False with *error only when the connection is lost or the call is interrupted. */
bool rows_filter_values(DbSession *session, const GPtrArray *tables, guint n_tuples, GError **error);

#endif
