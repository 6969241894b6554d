/*
 * A stage: one way of running the whole history of a database, on a scratch database and a thread of its own. The
 * stages of a database run side by side.
 */
#ifndef RUN_STAGE_STAGE_H
#define RUN_STAGE_STAGE_H

#include "run/stage/work/work.h"

/* All kinds of stages, in the order of a report. The others wait for the forward stage. */
const RunStageKind *run_stage_kinds(void);

/* The kind that is done by the function, which is in the table. */
const RunStageKind *run_stage_find(bool (*run)(RunStage *stage, GError **error));

/* What "pgassay check" adds to a run, with --with and with --replaces, is no stage, but looks like one. */
#define RUN_STAGE_MERGE_ORDER "merge order"
#define RUN_STAGE_SQUASH      "squash"

/* All names that a case can have as its stage, ended by NULL: of kinds of stages, of kinds of check, and those two. */
const char *const *run_stage_names(void);

/* True when the stage has a case for each migration, mostly, which has its name. */
bool run_stage_is_by_migration(const char *name);

/* True when some case of the stage may be wanted, or others wait for it. A selection of NULL wants all. */
bool run_stage_is_selected(const RunStageKind *kind, const char *database, const RunSelection *selection);

/* --- Stages without a room of their own --------------------------------------- */

/* layout.c: oddities of the files. */
bool run_layout(RunStage *stage, GError **error);
/* forward.c: every migration as the tool runs it; expectations and checks on the result. */
bool run_forward(RunStage *stage, GError **error);
/* baseline.c: the starting state of the database. */
bool run_baseline_is_wanted(const RunJob *job);
bool run_baseline(RunStage *stage, GError **error);
/* owner.c: every migration, run by a role that owns the database and is no superuser. */
bool run_owner(RunStage *stage, GError **error);
/* idempotent.c: every migration's SQL once more. */
bool run_idempotent_wanted(const RunJob *job);
bool run_idempotent(RunStage *stage, GError **error);
/* restore.c: a backup from before every migration, restored. */
bool run_restore_wanted(const RunJob *job);
bool run_restore(RunStage *stage, GError **error);
/* together.c: all pending migrations in one run, by two runners at the same time. */
bool run_together(RunStage *stage, GError **error);
/* upgrade.c: a database that is in use, with rows and repeatables, goes on from each earlier version. */
bool run_upgrade_is_wanted(const RunJob *job);
bool run_upgrade(RunStage *stage, GError **error);
/* programs.c: the suite's test programs. */
bool run_programs_wanted(const RunJob *job);
bool run_programs(RunStage *stage, GError **error);
/* environment.c: every migration under other settings. */
bool run_environment_is_wanted(const RunJob *job);
bool run_environment(RunStage *stage, GError **error);
/* crash.c: every migration is killed on its way. */
bool run_crash_wanted(const RunJob *job);
bool run_crash(RunStage *stage, GError **error);
/* Chooses a random job, among those with `crash` (of const RunJob *), for which the whole server is killed, once in
 * a run; NULL when there is none. False with *error when PGASSAY_SEED is not a seed. */
bool run_crash_draw(const GPtrArray *jobs, const RunJob **ret_job, GError **error);
/* reset.c: everything dropped and built anew, several times. */
bool run_reset_stage_is_wanted(const RunJob *job);
bool run_reset_stage(RunStage *stage, GError **error);

#endif
