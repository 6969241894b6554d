/*
 * Round trip: a migration's down restores the schema from before its up, and up again gives the schema from
 * after it.
 */
#ifndef CHECK_ROUND_TRIP_H
#define CHECK_ROUND_TRIP_H

#include "check/workspace.h"
#include "report/result.h"

typedef struct {
	CheckWorkspace *workspace;     /* its database stands before the migration, its session is idle */
	const Migration *migration;    /* has a down */
	const CatalogSnapshot *before; /* the catalog of the workspace's database */
	bool strict_column_order;      /* columns that stand in another order fail; else they are told only */
	ReportCase *test_case;         /* gets the result */
} CheckRoundTrip;

/* Proves it, and leaves the workspace's database behind the migration's up: *ret_after is its catalog then, owned by
 * the caller, or NULL when the up fails, and then the database stands before it, as it did.
 *
 * All three steps (up, down, up) run inside one transaction, where their scripts allow that, and it is committed when
 * all of them are right. A transaction is not quite what the tool does, so that what fails there is rolled back and
 * tried once more on a copy of the database, committed step by step as the tool would, and the copy is what counts;
 * scripts that cannot run in a transaction go to the copy at once.
 *
 * False only when nothing can go on. */
bool check_round_trip(const CheckRoundTrip *trip, CatalogSnapshot **ret_after, GError **error);

#endif
