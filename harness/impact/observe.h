/*
 * Watching the statements of scripts: which relations that were there before they lock, rewrite, read, change.
 *
 * After each statement the session itself is asked, in one round trip: pg_locks, the files of what is locked, its
 * counters of the transaction. What runs outside of a transaction gives its locks back when it ends; another session
 * looks at it meanwhile (impact/outside.h).
 */
#ifndef IMPACT_OBSERVE_H
#define IMPACT_OBSERVE_H

#include "catalog/snapshot.h"
#include "impact/wal.h"
#include "migration/runner/runner.h"
#include "report/observation.h"
#include "scratch/database.h"

typedef struct ImpactObserver ImpactObserver;

/* For scripts that run on the database one after the other; both arguments have to live as long. */
ImpactObserver *impact_observer_new(const ScratchDatabase *database, const CatalogExclusions *exclusions);
void impact_observer_free(ImpactObserver *observer); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImpactObserver, impact_observer_free)

/* Relations that are not there when the first script begins are nobody's business in all scripts. `earlier` (NULL:
 * none) has observed scripts on another copy of the same database; these were then the first ones. */
void impact_observer_stay(ImpactObserver *observer, const ImpactObserver *earlier);

/* Relations were made or dropped while nobody watched. */
void impact_observer_forget(ImpactObserver *observer);

/* From now on the bytes of WAL are those of the session alone, wherever its transactions are known; borrowed, or
 * NULL. */
void impact_observer_set_wal(ImpactObserver *observer, ImpactWal *wal);

/* Before a script; the session is idle, and is the one that will run it. From now on it has to be watched by
 * impact_observer_watch, until impact_observer_end. */
bool impact_observer_begin(ImpactObserver *observer, DbSession *session, GError **error);
const MigrationWatch *impact_observer_watch(const ImpactObserver *observer);

/* What was seen, without findings; the caller frees it. */
ReportObservation *impact_observer_end(ImpactObserver *observer);

#endif
