/*
 * A stage as such: its data, its run from the beginning to the end, and what the code of each kind calls (cases,
 * progress, properties).
 */
#ifndef RUN_STAGE_WORK_H
#define RUN_STAGE_WORK_H

#include "check/proof/shared_objects.h"
#include "check/workspace/workspace.h"
#include "report/result.h"
#include "run/job/forward_progress.h"
#include "run/job/health.h"
#include "run/job/plan.h"
#include "run/job/selection.h"
#include "run/job/starting_point.h"
#include "run/job/turns.h"

typedef struct RunStage RunStage;
typedef struct RunCode RunCode; /* code.h */

typedef struct {
	const char *name;                             /* NULL ends the table */
	bool (*is_wanted)(const RunJob *job);         /* NULL: always */
	bool (*run)(RunStage *stage, GError **error); /* false when it was aborted: the error becomes a case */
	/* Further names that its cases have as their stage, ended by NULL; NULL: none. */
	const char *const *others;
	bool leads;             /* the others wait for its migrations; its database is the one that "keep" keeps */
	bool needs_no_baseline; /* it does not begin where the others do: files, or the baseline itself */
	/* How many parts of the history it works on side by side, where there are threads for `most` of them; NULL:
	 * one. */
	guint (*count_parts)(const RunJob *job, guint most);
} RunStageKind;

/* Where results go; called from the stage's thread. */
typedef struct {
	void *data;
	void (*on_case)(ReportCase *test_case, void *data); /* takes ownership */
	void (*on_progress)(const char *what, void *data);  /* the text is the caller's only for the call */
	void (*on_property)(const char *name, const char *value, void *data);
	void (*on_database)(ReportDatabase *database, void *data); /* takes ownership */
	void (*on_kept)(const char *command, void *data);          /* the psql command that opens the database */
	void (*on_held)(ScratchDatabase *database, void *data);    /* takes ownership */
} RunListener;

struct RunStage {
	/* Set by the caller of the stage; borrowed. */
	const RunStageKind *kind;
	const RunJob *job;
	ScratchServer *server;
	RunForwardProgress *history; /* of the database */
	RunStartingPoints *baseline; /* where it begins */
	GHashTable *histories;       /* const SuiteDatabase * -> RunForwardProgress *: of all databases of the run */
	guint part;                  /* which part of the history, of */
	guint n_parts;               /* so many; each is a stage by itself */
	ScratchServer *victim;       /* a server for the stage to kill, which no other job uses; or NULL */
	RunHealth *health;           /* of the run */
	RunTurns *turns;             /* of the run */
	bool takes_turns;            /* the history makes roles, which all stages on a server share */
	guint turn;                  /* the turn then; else 0 */
	RunListener listener;
	const RunSelection *selection; /* which cases are reported; NULL: all */
	bool is_ground;                /* another machine reports its cases: here they are needed only for others,
	                                * and only failures are reported */
	bool fail_fast;                /* the first failure ends the run */
	bool describe;                 /* reports show the changes of each migration to the schema */
	bool at_base;                  /* nothing is migrated: the database stays at the base of the job */
	bool keep;                     /* the database of the forward stage survives */
	bool keep_failed;              /* the database of a stage in which a case failed survives */
	bool hold;                     /* a database as the first case that failed has found it is handed over */

	/* The stage's own. */
	const GPtrArray *migrations; /* of Migration *: those to be run, in their order */
	guint n_unreached;           /* tables of the base that the migrations do not reach, and that get no rows */
	RunCode *code;               /* between run_code_begin and run_code_end; NULL: the migrations are SQL */
	const char *refusal;         /* the tool's refusal to go on from the starting state; or NULL */
	CheckWorkspace workspace;    /* without a database at first; closed by the caller of the stage */
	MigrationStandIns stand_ins;
	bool failed;                        /* some case failed */
	bool reported;                      /* some case was reported */
	GPtrArray *waiting;                 /* owned: cases to which something is added before they are handed over, of
	                                     * ReportCase *; NULL: none has to wait */
	ScratchDatabase *held;              /* owned: the state from which the stage itself continues; NULL: that of
	                                     * its database */
	guint rows_factor;                  /* tables get so many times as many rows; 0: once */
	guint first_migration;              /* where in `migrations` it began, from 1 on; 0: nowhere yet */
	gint64 first_time;                  /* when it did */
	CheckSharedObjects *shared_objects; /* which there were before it; NULL: it has no turn */
};

/* Runs the stage. An error in it becomes a case, with status errored; an interruption ends it without one. */
void run_stage(RunStage *stage);

/* A new case of the stage's database. */
ReportCase *run_stage_case(const RunStage *stage, const char *stage_name, const char *name, SourcePosition position);
/* Hands the case over, unless the run is interrupted or the server is lost: the case would not be a verdict then.
 * The `data` is the RunStage, so that it can be given to a CheckContext. */
void run_stage_report(ReportCase *test_case, void *stage);
void run_stage_skip(RunStage *stage, const char *stage_name, const char *name, SourcePosition position,
                    const char *reason);
void run_stage_progress(RunStage *stage, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The stage has come to that migration: "round trip 212/433 20250301_add_tags, 14 s left". */
void run_stage_progress_migration(RunStage *stage, const Migration *migration);
/* Copies the stage's database aside, if the run is only for such a case and the stage is about to change or drop the
 * state to show. The session is a new one afterwards; it must be idle. False with *error. */
bool run_stage_hold(RunStage *stage, const ReportCase *test_case, GError **error);
/* A property of the database: its name is put before the property's. A NULL value is none. */
void run_stage_property(RunStage *stage, const char *name, const char *value);

#endif
