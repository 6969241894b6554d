/*
 * The data of CREATE STATISTICS, in the server's binary form (pg_ndistinct, pg_dependencies and pg_mcv_list of
 * PostgreSQL 13 to 18), in the byte order of this machine.
 */
#ifndef PLAN_SIZE_EXTENDED_PACK_H
#define PLAN_SIZE_EXTENDED_PACK_H

#include "plan/size/size.h"

/* `numbers` (gint) has the number of the column at each place: from 1, or -1, -2, ... for expressions. The caller
 * unrefs the bytes. */
GByteArray *plan_extended_pack_distinct(const GPtrArray *distinct, const GArray *numbers);
GByteArray *plan_extended_pack_dependencies(const GPtrArray *dependencies, const GArray *numbers);

/* The values of one column in all combinations. */
typedef struct {
	guint type;        /* its OID */
	gint length;       /* of a value; -1: each has its own */
	bool by_value;     /* the server passes it so */
	GPtrArray *values; /* of GByteArray *: as in memory, without a header; NULL for none */
} PlanPackedColumn;

/* The first `n` combinations (of PlanCombination *), with the columns in the order of the server. */
GByteArray *plan_extended_pack_common(const GPtrArray *combinations, guint n, const PlanPackedColumn *columns,
                                      guint n_columns);

#endif
