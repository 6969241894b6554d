/* Declarations for the files of the copies; no other file includes it. */
#ifndef ROWS_COPY_PRIVATE_H
#define ROWS_COPY_PRIVATE_H

#include "rows/state/copy.h"
#include "rows/state/state_private.h"

/* A query for all tables and their columns, and its result as a set of "schema.table" and "schema.table.column". The
 * caller unrefs the set. The copy of table number N of a state is the table tN of the schema ROWS_COPY_SCHEMA: a
 * column "p" that is always true, and c0, c1 ... for its columns. */
const char *rows_copy_columns_sql(void);
GHashTable *rows_copy_columns(const DbResult *columns);
bool rows_copy_has_column(GHashTable *columns, const RowsTable *table, const char *column);

#endif
