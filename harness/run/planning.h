/*
 * Plans of queries outside of a run: for commands that show them, or bless them.
 */
#ifndef RUN_PLANNING_H
#define RUN_PLANNING_H

#include "plan/verdict.h"
#include "run/build.h"

/* A database of the job, and a frame on it in which its tables have their size. */
typedef struct {
	const RunJob *job;
	CheckWorkspace workspace;
	MigrationStandIns stand_ins;
	PlanFrame *frame;
} RunPlanning;

/* Runs the job's migrations up to that one (NULL: all), and opens the frame. False with *error; nothing is left then.
 * The job has a size. */
bool run_planning_open(const RunJob *job, const Migration *last, ScratchServer *server, RunPlanning *ret_planning,
                       GError **error);
void run_planning_close(RunPlanning *planning); /* one without a job, too */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RunPlanning, run_planning_close)

/* The text that the job's file of blessed plans has to have, which the caller frees; what is not in it, since the
 * server refuses the query, or nobody says how large a table is, is added to `refused` (of char *, a message each).
 * NULL with *error. */
char *run_planning_bless(const RunPlanning *planning, GPtrArray *refused, GError **error);

#endif
