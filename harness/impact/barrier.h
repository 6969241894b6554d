/*
 * Locks of our own that make a statement wait, so that it can be observed in the middle.
 */
#ifndef IMPACT_BARRIER_H
#define IMPACT_BARRIER_H

#include "scratch/database.h"

/* A lock on all tables of a database. */
typedef struct ImpactBarrier ImpactBarrier;

typedef enum {
	/* SHARE, without a snapshot. Whoever changes a table or its rows waits for it at once. */
	IMPACT_BARRIER_SHARE,
	/* ACCESS SHARE, with an old snapshot. CREATE INDEX CONCURRENTLY and similar commands wait for it after their
	 * first step; statements that need ACCESS EXCLUSIVE wait at once. */
	IMPACT_BARRIER_ACCESS_SHARE,
} ImpactBarrierKind;

/* The tables of the database, without temporary ones, as impact_barrier_new wants them. NULL with *error. */
DbResult *impact_barrier_tables(DbSession *session, GError **error);

/* Locks the tables, which have to live as long. NULL with *error. */
ImpactBarrier *impact_barrier_new(const ScratchDatabase *database, ImpactBarrierKind kind, const DbResult *tables,
                                  GError **error);
void impact_barrier_free(ImpactBarrier *barrier); /* takes NULL; gives all locks back */

/* True if the server process is the session that holds the locks. */
bool impact_barrier_is_held_by(const ImpactBarrier *barrier, int pid);

/* Lets the waiting statement go on: releases the locks, after another session has locked the tables that the
 * statement cannot be waiting for. `seen`: the locks that the statement holds and waits for, by OID (bits, 1 <<
 * ReportLockMode). If that fails there is no barrier any more, and the statement goes on all the same. */
void impact_barrier_move(ImpactBarrier *barrier, GHashTable *seen);

#endif
