/*
 * Round trip: a migration's down restores the schema and the rows from before its up, and up again gives the schema
 * from after it.
 */
#ifndef CHECK_PROOF_ROUND_TRIP_H
#define CHECK_PROOF_ROUND_TRIP_H

#include "check/proof/apply.h"
#include "report/result.h"

typedef struct {
	CheckWorkspace *workspace;     /* its database stands before the migration, its session is idle */
	const Migration *migration;    /* has a down */
	const CatalogSnapshot *before; /* the catalog of the workspace's database */
	const RowsState *rows;         /* what its tables hold; NULL: rows are not looked at */
	bool strict_column_order;      /* columns that stand in another order fail; else they are only reported */
	bool around;                   /* some script of the set changes what surroundings.h looks at */
	const char *lossy;             /* why the down loses rows or values, declared; or NULL */
	ReportCase *test_case;         /* gets the result */
} CheckRoundTrip;

/* Proves it, and leaves the workspace's database behind the migration's up. When already the first up fails, the case
 * is left as it was.
 *
 * The down has to restore the schema, and every value of every row that was there before (but for what it is declared
 * to lose: then it must lose something), and may not set a sequence back; where `around` is set, also the settings and
 * privileges of the database, those and the memberships of roles, and large objects.
 *
 * All three steps (up, down, up) run inside one transaction, where their scripts allow that, and it is committed when
 * all of them are right. A transaction is not quite what the tool does: what fails there is rolled back, and where the
 * transaction may be why (hidden.h) it is tried once more on a copy of the database, committed step by step as the tool
 * would, and the copy is what counts; scripts that cannot run in a transaction go to the copy at once.
 *
 * False only when nothing can go on. */
bool check_round_trip(const CheckRoundTrip *trip, CheckAfter *ret_after, GError **error);

#endif
