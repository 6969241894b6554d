/* Declarations for the files of the stage; no other file includes it. */
#ifndef RUN_STAGE_IMPACT_PRIVATE_H
#define RUN_STAGE_IMPACT_PRIVATE_H

#include "impact/growth.h"
#include "impact/observe.h"
#include "impact/queue.h"
#include "run/stage/impact/impact.h"
#include "run/stage/work/code.h"
#include "run/stage/work/rows.h"

/* Where the stage stands. */
typedef struct {
	RunStage *stage;
	ImpactObserver *observer;
	ImpactWal *log;      /* NULL: the amount of WAL is not needed, or the server cannot assign it to transactions */
	CheckWorkspace bare; /* without generated rows; without a database until it is needed */
	guint n_bare;        /* number of migrations applied there */
	bool filled;         /* there are rows that no migration has made */
	bool lost_rows;      /* the last migration may have left tables without rows that had some */
	bool go_on;          /* the last migration went through */
	guint n_seen;        /* statements */
	guint n_unseen;
	GHashTable *known;                 /* findings of single migrations, as texts: code and place */
	GPtrArray *larger[IMPACT_N_SIZES]; /* of ReportObservation * (or NULL), by migrations: those on more rows; NULL:
	                                      none */
} ImpactWork;

/* Makes the stage's database, with rows, whose statements are planned as on large tables. */
bool run_impact_open(ImpactWork *work, GError **error);
/* The observation is NULL when the migration fails; outcome->failed then. */
bool run_impact_apply(ImpactWork *work, const Migration *migration, MigrationOutcome *outcome,
                      ReportObservation **ret_observation, GError **error);

/* The same; without rows, if it fails on generated ones: *ret_without. */
bool run_impact_apply_any(ImpactWork *work, guint index, MigrationOutcome *outcome, ReportObservation **ret_observation,
                          bool *ret_without, GError **error);

/* After the migration (NULL: the baseline): as run_stage_rows_add, where there may be tables without rows. */
bool run_impact_add_rows(ImpactWork *work, const Migration *migration, GError **error);

/* Applies it in that workspace, watched. The observation is NULL when it fails. */
bool run_impact_watch(ImpactObserver *observer, CheckWorkspace *workspace, const Migration *migration,
                      MigrationOutcome *outcome, ReportObservation **ret_observation, GError **error);

/* --- anew.c -------------------------------------------------------------- */

/* Makes the stage's database anew, in the state before that migration, without generated rows. It has no session then.
 */
bool run_impact_begin_anew(ImpactWork *work, guint index, GError **error);

/* --- zone.c ------------------------------------------------------------- */

/* One migration under another time zone. */
typedef struct {
	ReportObservation *observation; /* NULL: it was not tried, or failed */
	char *zone;                     /* that of the other observation */
	const char *other_zone;         /* of this one */
} ImpactElsewhere;

/* Tries it on a copy of the database, which stands before it, where it has to do with times. */
bool run_impact_try_elsewhere(ImpactWork *work, const Migration *migration, ImpactElsewhere *ret_elsewhere,
                              GError **error);
void run_impact_elsewhere_clear(ImpactElsewhere *elsewhere);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImpactElsewhere, run_impact_elsewhere_clear)

/* --- prove.c ------------------------------------------------------------ */

/* Tests the effects of the migration on concurrent sessions, as its observation suggests; the copy is in the state
 * before it. */
bool run_impact_prove(ImpactWork *work, CheckWorkspace *copy, const Migration *migration,
                      ReportObservation *observation, ImpactProof *proof, GError **error);
void run_impact_proof_clear(ImpactProof *proof);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImpactProof, run_impact_proof_clear)

/* --- growth.c ---------------------------------------------------------- */

/* Runs all migrations on more rows, where the suite wants to know what grows with them; the workspace is closed then.
 */
bool run_impact_observe_larger(ImpactWork *work, GError **error);
/* Writes into the observation of the migration how it grows, as far as it went through on more rows. */
void run_impact_grow(const ImpactWork *work, guint index, ReportObservation *observation);
void run_impact_forget_larger(ImpactWork *work);

#endif
