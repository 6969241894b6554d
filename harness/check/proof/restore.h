/*
 * Restore: the backup plan as a test. A backup from before a migration, restored after it, gives the database from
 * before; and the migration can be tried again on that.
 */
#ifndef CHECK_PROOF_RESTORE_H
#define CHECK_PROOF_RESTORE_H

#include "check/proof/round_trip.h"
#include "scratch/dump.h"

typedef struct {
	CheckWorkspace *workspace; /* its database stands before the migration, its session is idle */
	const ScratchDumpPrograms *programs;
	const Migration *migration;
	const CatalogSnapshot *before; /* the catalog of the workspace's database */
	bool strict_column_order;      /* columns that stand in another order fail */
	ReportCase *test_case;         /* gets the result */
} CheckRestore;

/* Proves it, and leaves the workspace's database behind the migration, where the tool leaves it when the migration
 * fails; then the case is left as it was.
 *
 * The backup has to bring back, in an empty database: the schema, every row (those of the history table too), where
 * sequences stand, large objects, the rows of extensions, and the settings and privileges of the database. The
 * migration, applied to that, has to give the schema and the numbers of rows that it gives on the original; not the
 * same rows, because now() is another one.
 *
 * False only when nothing can go on. */
bool check_restore(const CheckRestore *restore, CheckAfter *ret_after, GError **error);

#endif
