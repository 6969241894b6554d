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
	const RowsState *rows;         /* the contents of its tables; NULL: rows are not compared */
	bool strict_column_order;      /* columns that stand in another order fail; else they are only reported */
	bool around;                   /* some script of the set changes what surroundings.h looks at */
	const char *lossy;             /* why the down loses rows or values, declared; or NULL */
	ReportCase *test_case;         /* gets the result */
} CheckRoundTrip;

/* Proves it. Afterwards the workspace's database is in the state after the migration's up. If the first up already
 * fails, the case is left unchanged.
 *
 * The down has to restore the schema, and every value of every row that existed before (except for declared losses:
 * then it must lose something), and must not set a sequence back; where `around` is set, also the settings and
 * privileges of the database, those and the memberships of roles, and large objects.
 *
 * All three steps (up, down, up) run inside one transaction, if their scripts allow that, and it is committed when
 * all of them are right. A transaction is not quite the same as the tool: a failure in it is rolled back and, if the
 * transaction may be the cause (hidden.h), tried again on a copy of the database, committed step by step as the tool
 * would, and the copy decides; scripts that cannot run in a transaction go to the copy at once.
 *
 * False only if nothing can go on. */
bool check_round_trip(const CheckRoundTrip *trip, CheckAfter *ret_after, GError **error);

#endif
