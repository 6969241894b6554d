/*
 * Crash: a migration that is killed leaves the state before it or the state after it.
 */
#ifndef CHECK_PROOF_CRASH_H
#define CHECK_PROOF_CRASH_H

#include "check/proof/crash_kill.h"
#include "report/result.h"

typedef struct {
	CheckWorkspace *workspace; /* its database stands before the migration, its session is idle */
	const Migration *migration;
	const guint32 *seed; /* draws one point of all; NULL: every point is tried */
	CheckCrashVictim victim;
	ReportCase *test_case; /* gets the result */
	ScratchDatabase *
	    *ret_left; /* gets a copy of what the first kill has left that is wrong; NULL: nobody wants it */
} CheckCrash;

/* Proves it on copies of the database, and leaves the workspace's behind the migration's up; *ret_applied false: the up
 * failed on its own, which the case reports.
 *
 * A script that can run in a transaction fails when it leaves anything else than the state before or the state after.
 * One that cannot (it refuses a transaction, or controls one itself) may leave something, when another run of the tool
 * reaches the state after, if need be after the tool's own repair; the case's output says what that was. The same
 * holds for a mark in the history alone, which the tool makes before a script.
 *
 * False only when nothing can go on. */
bool check_crash(const CheckCrash *crash, bool *ret_applied, GError **error);

#endif
