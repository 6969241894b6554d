/*
 * Plans of queries outside of a run: for commands that show them, or bless them.
 */
#ifndef RUN_PLANNING_H
#define RUN_PLANNING_H

#include "plan/judge/verdict.h"
#include "plan/volume/volume.h"
#include "run/build.h"

/* A database of the job, and a frame on it in which its tables have their size. */
typedef struct {
	const RunJob *job;
	CheckWorkspace workspace;
	MigrationStandIns stand_ins;
	PlanFrame *frame;
} RunPlanning;

/* Runs the job's migrations up to that one (NULL: all), and opens the frame. False with *error; nothing needs to be
 * closed then. The job has a size. */
bool run_planning_open(const RunJob *job, const Migration *last, ScratchServer *server, RunPlanning *ret_planning,
                       GError **error);
void run_planning_close(RunPlanning *planning); /* one without a job, too */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RunPlanning, run_planning_close)

/* The same at the base of the job's branch: the end of the base's own migrations. */
bool run_planning_open_base(const RunJob *job, ScratchServer *server, RunPlanning *ret_planning, GError **error);

/* The migrations that the job's tool would still run there, of const Migration *. The caller unrefs it; NULL with
 * *error. */
GPtrArray *run_planning_list_pending(RunPlanning *planning, const RunJob *job, GError **error);
/* Runs that migration, and opens the frame anew. False with *error. */
bool run_planning_step(RunPlanning *planning, const Migration *migration, GError **error);

/* A copy of the database, without a frame; that of the original is closed, so that it can be copied. The original has
 * to live as long as the copy. False with *error. */
bool run_planning_copy(RunPlanning *planning, RunPlanning *ret_copy, GError **error);
/* Opens the frame of one that has none. */
bool run_planning_open_frame(RunPlanning *planning, GError **error);
/* Makes rows, of which the largest table gets so many, and opens a frame in which queries can be run. */
bool run_planning_make_rows(RunPlanning *planning, double rows, PlanVolume *ret_volume, GError **error);
/* Runs SQL on the database, outside of the frame, which is closed. */
bool run_planning_execute(RunPlanning *planning, const char *sql, GError **error);

/* The new text of the job's file of blessed plans, which the caller frees. Plans are left out if the server refuses
 * the query, or if the size of a table is unknown; a message for each is added to `refused` (of char *). NULL with
 * *error. */
char *run_planning_bless(const RunPlanning *planning, GPtrArray *refused, GError **error);

#endif
