/*
 * Which values of generated rows a migration may not be able to calculate with.
 */
#ifndef RUN_STAGE_ROUND_TRIP_VALUE_RANGES_H
#define RUN_STAGE_ROUND_TRIP_VALUE_RANGES_H

#include "catalog/snapshot.h"

/* The columns with numbers whose names and whose tables' names the statement has, with their smallest and largest
 * values as they are now: "public.t.a (-2147483648 to 2147483647)", some at most, joined by commas. NULL: none was
 * found. The caller frees it. The session must be idle. */
char *run_value_ranges_describe(DbSession *session, const CatalogSnapshot *catalog, const char *statement);

/* The names of these columns, and a query for their smallest and largest values; both NULL when there are none. The
 * caller frees them. */
void run_value_ranges_ask(DbSession *session, const CatalogSnapshot *catalog, const char *statement, char **ret_columns,
                          char **ret_query);

#endif
