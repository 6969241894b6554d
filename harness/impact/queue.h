/*
 * Sessions of an application concurrent with a migration: which of them wait for which.
 *
 * Nothing is timed: each session does its next step when the server shows that another one waits.
 */
#ifndef IMPACT_QUEUE_H
#define IMPACT_QUEUE_H

#include "impact/workload.h"
#include "report/observation.h"
#include "scratch/database.h"

typedef struct ImpactQueue ImpactQueue;

/* A table that the migration locks, and how. */
typedef struct {
	char *name; /* "public.orders" */
	guint oid;
	ReportLockMode mode; /* the strongest */
	guint statement;     /* which one takes it */
} ImpactQueueTable;

typedef enum {
	/* An old transaction has used all the tables, and stays open; others come after the migration. */
	IMPACT_QUEUE_BEHIND,
	/* With two tables: a session has used the second, and accesses the first when the migration waits for the
	 * second. */
	IMPACT_QUEUE_CROSSED,
} ImpactQueueKind;

/* Maximum number of queries of an application at once. */
#define IMPACT_QUEUE_MOST_VISITORS 8

typedef struct {
	bool waited;         /* the migration waited for the session that was there before it */
	const char *table;   /* for which one, of the tables; NULL: it did not */
	ReportLockMode mode; /* for this lock */
	guint n_behind;      /* sessions that were seen to wait for the migration at the same time */
	GPtrArray *queries; /* of Query *, borrowed: the application's, of those; NULL: they were none of its queries */
	bool let_go;        /* the old transaction has ended before the migration did */
	bool deadlock;      /* the server has ended our session because of it */
} ImpactQueueResult;

void impact_queue_result_clear(ImpactQueueResult *result);

/* The experiments on copies of the database. */
typedef struct {
	GPtrArray *tables; /* of ImpactQueueTable *; NULL or empty: it locks none that is in use */
	ImpactQueueResult behind;
	bool has_timeout;     /* a lock_timeout is in force at its first strong lock */
	bool gave_up;         /* the migration failed behind the old transaction */
	char *second_failure; /* "a second run fails: ..."; NULL: it went through then, with nothing left behind */
	ImpactQueueResult crossed;
	bool migration_deadlock; /* the server has ended the migration instead of the other session */
	const char *first_table; /* that it locks, of two; NULL: it locks no second one */
	const char *second_table;
} ImpactProof;

/* Begins the transaction of the first session, and watches the session with this process id, which is idle and will
 * run the migration. `tables`: of ImpactQueueTable *, in the order in which it locks them; they, and the
 * observation, have to live as long. `visitors`, of ImpactVisitor *, are the later sessions, if they use the table
 * that the migration waits for; NULL, or none does: a reader and a writer. Events are added to the timeline of the
 * observation. `stays`: the first transaction does not end when other sessions have come, but waits until the
 * migration gives up, at most ten seconds. NULL with *error. */
ImpactQueue *impact_queue_begin(const ScratchDatabase *database, int backend_pid, ImpactQueueKind kind,
                                const GPtrArray *tables, const GPtrArray *visitors, bool stays,
                                ReportObservation *observation, GError **error);

/* Ends all sessions; the migration has ended. False with *error. */
bool impact_queue_end(ImpactQueue *queue, ImpactQueueResult *ret_result, GError **error);

#endif
