/* Declarations for extended.c and extended_values.c; no other file includes it. */
#ifndef PLAN_SIZE_EXTENDED_H
#define PLAN_SIZE_EXTENDED_H

#include "plan/size/extended_pack.h"
#include "plan/size/import.h"

/* The values of a column, one for each combination, in their binary form in memory. If the server cannot show that,
 * or does not accept them as values of the type, *ret_reason has the reason, and the rest is not set. False with
 * *error. */
bool plan_extended_values(PlanImport *import, const PlanColumn *column, const GPtrArray *texts,
                          PlanPackedColumn *ret_column, char **ret_reason, GError **error);
void plan_packed_column_clear(PlanPackedColumn *column);

#endif
