/*
 * Crash: a migration that is killed leaves the state before it or the state after it.
 */
#ifndef CHECK_CRASH_CRASH_H
#define CHECK_CRASH_CRASH_H

#include "check/crash/kill.h"
#include "report/result.h"

typedef struct {
	CheckWorkspace *workspace; /* its database stands before the migration, its session is idle */
	const Migration *migration;
	const Migration *again; /* what the tool runs after a kill; NULL: the migration itself */
	const guint32 *seed;    /* draws one point of all; NULL: every point is tried */
	CheckCrashVictim victim;
	ReportCase *test_case;      /* gets the result */
	ScratchDatabase **ret_left; /* gets a copy of the faulty state after the first kill; NULL: not wanted */
} CheckCrash;

/* Proves it on copies of the database. Afterwards the workspace's database is in the state after the migration's up;
 * *ret_applied false: the up failed on its own, which the case reports.
 *
 * A script that can run in a transaction fails if it leaves a state that is neither the one before nor the one
 * after. A script that cannot (it refuses a transaction, or controls one itself) may leave something, if another run
 * of the tool reaches the state after, if need be after the tool's own repair; the case's output shows the remains.
 * The same holds for a mark in the history alone, which the tool makes before a script.
 *
 * False only if nothing can go on. */
bool check_crash(const CheckCrash *crash, bool *ret_applied, GError **error);

#endif
