/*
 * A run on several machines: each does a part of the work, and all of them find the same parts by themselves.
 *
 * A unit of work is a stage of a database with all its cases. A machine that has any stage of a database runs the
 * forward stage of it too, since the others compare with it; but for failures, only one of them reports its cases.
 */
#ifndef RUN_DIVISION_H
#define RUN_DIVISION_H

#include "report/durations.h"
#include "run/job/plan.h"
#include "run/stage/stage.h"

/* Which part: number from 1 to `of`; of 0: all of the work, and nothing is divided. */
typedef struct {
	guint number;
	guint of;
} RunShard;

/* Reads "K/N", or "auto": the numbers of the CI system's environment. False with *error (BASE_ERROR_USAGE). */
bool run_shard_read(const char *text, char **environment, RunShard *ret_shard, GError **error);

/* True for a stage that the run has at all, on whichever machine. */
typedef bool (*RunDivisionWanted)(const RunJob *job, const RunStageKind *kind, const void *data);

typedef struct RunDivision RunDivision;

/* Divides the stages that are wanted, the longest first, each to the machine that has least to do then. Where the
 * durations (or NULL) do not know a stage, it counts as the mean of the others. The plan has to live as long. */
RunDivision *run_division_new(const RunPlan *plan, RunShard shard, const ReportDurations *durations,
                              RunDivisionWanted wanted, const void *data);
void run_division_free(RunDivision *division); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunDivision, run_division_free)

/* A division of NULL leaves everything to this machine, here and below. True when this machine reports the cases of the
 * stage. */
bool run_division_has(const RunDivision *division, const RunJob *job, const RunStageKind *kind);
/* True when it has to run the database's forward stage, for whatever reason. */
bool run_division_needs_forward(const RunDivision *division, const RunJob *job);
/* True when it has work of the suite. */
bool run_division_has_suite(const RunDivision *division, const Suite *suite);

/* How many units this machine has, and all have. */
guint run_division_count(const RunDivision *division, guint *ret_all);

/* The same on all machines that divide the work in the same way. */
const char *run_division_print(const RunDivision *division);

#endif
