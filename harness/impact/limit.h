/*
 * How much a migration may do: `impact: max`. Counters of the server, never times.
 */
#ifndef IMPACT_LIMIT_H
#define IMPACT_LIMIT_H

#include "suite/suite.h"

typedef enum {
	IMPACT_LIMIT_WAL,            /* bytes of WAL */
	IMPACT_LIMIT_TEMPORARY,      /* bytes of temporary files */
	IMPACT_LIMIT_ROWS_READ,      /* by going through all rows of a table */
	IMPACT_LIMIT_ROWS_CHANGED,   /* inserted, updated, deleted */
	IMPACT_LIMIT_EXCLUSIVE_ROWS, /* read or changed while a lock keeps everybody out of a table */
	IMPACT_N_LIMITS,
} ImpactLimit;

typedef struct {
	double most[IMPACT_N_LIMITS]; /* below 0: as much as it likes */
} ImpactLimits;

/* The key of the suite: "wal". */
const char *impact_limit_name(ImpactLimit limit);

/* "12.5 MB", "300 rows". The caller frees it. */
char *impact_limit_format(ImpactLimit limit, double amount);

/* Reads the mapping (NULL: there are no limits). False with *error and its place. */
bool impact_limits_load(const SuiteNode *node, ImpactLimits *ret_limits, GError **error);

#endif
