/*
 * A database as reports show it: the changes of each migration to its schema, and the result.
 */
#ifndef RUN_STAGE_DESCRIBED_H
#define RUN_STAGE_DESCRIBED_H

#include "catalog/snapshot.h"
#include "report/schema.h"
#include "run/job/plan.h"

/* The data collected while the migrations run. */
typedef struct RunDescribed RunDescribed;

/* Begins at the state before the first of the migrations to run, which is `first` (a reference is taken). All
 * migrations of the job are listed; those that ran before count as present. */
RunDescribed *run_described_new(const RunJob *job, CatalogSnapshot *first);
void run_described_free(RunDescribed *described); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunDescribed, run_described_free)

/* The migration has run, in so many microseconds, and the catalog is this one (a reference is taken). */
void run_described_add(RunDescribed *described, const Migration *migration, gint64 duration, CatalogSnapshot *after);

/* The database, with the schema where it stands now. The caller frees it. */
ReportDatabase *run_described_end(RunDescribed *described);

#endif
