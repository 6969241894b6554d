/*
 * A migration that runs twice changes nothing the second time.
 */
#ifndef CHECK_PROOF_IDEMPOTENT_H
#define CHECK_PROOF_IDEMPOTENT_H

#include "check/proof/round_trip.h"

/* Runs the up of a migration once more on the workspace's database, which stands behind it (`now`), and sets the case's
 * result: it may neither fail nor change the schema or any row. In a transaction that is rolled back, or, where the
 * script does not fit into one, on a copy. Code is run by its tool, on a copy whose history has the rows from before
 * the migration (`history`, of check_tool_history_read); NULL: the migration is SQL. False only when nothing can go
 * on. */
bool check_idempotent(CheckWorkspace *workspace, const Migration *migration, const char *history, const CheckAfter *now,
                      ReportCase *test_case, GError **error);

#endif
