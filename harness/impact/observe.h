/*
 * Observes the statements of scripts: which existing relations they lock, rewrite, read and change.
 *
 * After each statement the session itself is asked, in one round trip: pg_locks, the files of the locked relations, the
 * counters of the transaction. A statement outside of a transaction releases its locks when it ends; another session
 * looks at them while it runs (impact/outside.h).
 */
#ifndef IMPACT_OBSERVE_H
#define IMPACT_OBSERVE_H

#include "catalog/snapshot.h"
#include "impact/wal.h"
#include "migration/runner/runner.h"
#include "report/observation.h"
#include "scratch/database.h"

typedef struct ImpactObserver ImpactObserver;

/* For scripts that run on the database in sequence; both arguments have to live as long. */
ImpactObserver *impact_observer_new(const ScratchDatabase *database, const CatalogExclusions *exclusions);
void impact_observer_free(ImpactObserver *observer); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImpactObserver, impact_observer_free)

/* Relations that do not exist when the first script begins are ignored in all scripts. `earlier` (NULL: none) has
 * observed scripts on another copy of the same database; these were then the first ones. */
void impact_observer_stay(ImpactObserver *observer, const ImpactObserver *earlier);

/* From now on the bytes of WAL are those of the session alone, wherever its transactions are known; borrowed, or
 * NULL. */
void impact_observer_set_wal(ImpactObserver *observer, ImpactWal *wal);

/* Called before a script; the session is idle, and will run the script. From now on impact_observer_watch has to
 * watch it, until impact_observer_end. */
bool impact_observer_begin(ImpactObserver *observer, DbSession *session, GError **error);
const MigrationWatch *impact_observer_watch(const ImpactObserver *observer);

/* The observation, without findings; the caller frees it. */
ReportObservation *impact_observer_end(ImpactObserver *observer);

/* Called after a script; the session is idle. *ret_made_tables: there are ordinary tables that were not there at the
 * last call. */
bool impact_observer_update(ImpactObserver *observer, DbSession *session, bool *ret_made_tables, GError **error);
/* To be called when something that is not observed has run since then. */
void impact_observer_note_others(ImpactObserver *observer);

#endif
