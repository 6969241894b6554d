/*
 * A whole run: starts the servers, does every job on a thread, collects the results in the order of the plan.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "report/console/console.h"
#include "report/result.h"
#include "run/division.h"
#include "run/job/plan.h"
#include "run/job/selection.h"
#include "scratch/server.h"

/* Stands behind the commit in a suite's property "commit", where files are changed and not committed. */
#define RUN_COMMIT_CHANGED " with changes"

typedef struct {
	const char *bindir;     /* --pg-bindir, or NULL */
	guint version;          /* of several that a suite is for, this one; 0: the first that there is */
	const char *server_url; /* --server, or NULL: a server of our own */
	guint connect_timeout;  /* seconds that connecting to it may take; 0: the usual ones */
	const char *contents;   /* stored contents of an earlier server with which a new one starts; NULL: none */
	bool tcp;               /* programs connect by TCP, whatever the suite says */
	bool keep;
	bool keep_failed;
	bool lasting;                     /* the caller keeps databases of the started servers */
	bool hold;                        /* databases of the stages with a case stay, see RunResult.held */
	const Suite *suite;               /* of the plan: only its jobs are run; NULL: all */
	bool fail_fast;                   /* the first failure ends the run */
	const RunSelection *selection;    /* which cases are wanted; NULL: all */
	RunShard shard;                   /* which part of the work is done; of 0: all */
	const ReportDurations *durations; /* by which it is divided; or NULL */
	guint threads;                    /* databases that are worked on at once; 0: one per processor */
	ReportConsole *console;           /* shows cases as they are known; or NULL */
	const char *const *command;       /* the command that repeats this run, up to the suites: "pgassay", "run";
	                                   * or NULL */
	bool names_suites;                /* the suites' paths are appended */
	bool note_commit;                 /* reports contain the checked-out commit */
	bool describe;                    /* reports show the changes of each migration to the schema, and the result */
	bool at_base;                     /* only checks of the end, on databases that stay at the base of their job */
	GPtrArray *servers; /* of ScratchServer *: existing servers, to which new ones are added; NULL: all are the
	                     * run's own, and end with it */
} RunOptions;

typedef struct {
	ReportRun *report;   /* owned */
	bool interrupted;    /* a signal ended the run early; each suite that was interrupted has a case that reports
	                      * it */
	bool lost;           /* a server was lost, which ends it in the same way */
	GPtrArray *held;     /* of ScratchDatabase *: as the first case that failed in its stage has found it, or as the
	                      * stage has ended; owned by it. The servers have to outlive it */
	GPtrArray *messages; /* of char *: what to print at the end: kept databases, how to remove them */
} RunResult;

void run_result_clear(RunResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RunResult, run_result_clear)

/* The division by the options' shard; NULL: all of the work is done here. The caller frees it. */
RunDivision *run_divide(const RunPlan *plan, const RunOptions *options);

/* Does all the work of the plan. Must be called before the process has other threads. False with *error when there is
 * no server, or the run was interrupted before it had one; nothing is left behind then. */
bool run_all(const RunPlan *plan, const RunOptions *options, RunResult *ret_result, GError **error);

/* Starts a server that a suite needs (NULL: any), for this caller alone. The caller stops it. NULL with *error. */
ScratchServer *run_server_start(const Suite *suite, const RunOptions *options, GError **error);

/* Starts the server that a suite needs (NULL: any), or attaches to the one of the options, and makes sure it fulfils
 * the suite's requirements. `reuse` holds servers (ScratchServer *) that may be used if they fit; a new one is added
 * to it. The server belongs to the array. */
ScratchServer *run_server_for(const Suite *suite, const RunOptions *options, GPtrArray *reuse, GError **error);

#endif
