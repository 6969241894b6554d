/*
 * Round trip: a migration's down restores the schema from before its up, and up again gives the schema from
 * after it.
 */
#ifndef CHECK_ROUND_TRIP_H
#define CHECK_ROUND_TRIP_H

#include "check/workspace.h"
#include "report/result.h"

/* Proves it for a migration that has just been applied to the workspace's database, and sets the case's result. The
 * migration must have a down. Afterwards the database is as it was.
 *
 * Both directions run inside one transaction that is rolled back, where their scripts allow that. A transaction
 * is not quite what the tool does, so that what fails there is tried once more on a copy of the database, committed
 * step by step as the tool would, and the copy is what counts; scripts that cannot run in a transaction go to the
 * copy at once.
 *
 * False only when nothing can go on. */
bool check_round_trip(CheckWorkspace *workspace, const Migration *migration, const CatalogSnapshot *before,
                      const CatalogSnapshot *after, ReportCase *test_case, GError **error);

#endif
