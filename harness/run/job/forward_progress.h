/*
 * The progress of a database's forward stage, for stages that run at the same time.
 */
#ifndef RUN_JOB_FORWARD_PROGRESS_H
#define RUN_JOB_FORWARD_PROGRESS_H

#include "catalog/snapshot.h"
#include "check/proof/surroundings.h"
#include "rows/state/state.h"
#include "scratch/database.h"
#include "suite/suite.h"

/* Shared by the threads of one database's stages. */
typedef struct RunForwardProgress RunForwardProgress;

RunForwardProgress *run_progress_new(void);
void run_progress_free(RunForwardProgress *history); /* takes NULL */

/* The forward stage has applied one more migration. */
void run_progress_advance(RunForwardProgress *history);

/* The forward stage has ended, in whatever way: with the catalog after the last migration (a reference is taken), or
 * with NULL when a migration failed or the stage was aborted. The first call counts. */
void run_progress_end(RunForwardProgress *history, CatalogSnapshot *end);

/* Called before that: sets the surroundings of the schema after the last migration, which the history owns from now
 * on. */
void run_progress_set_around(RunForwardProgress *history, CheckSurroundings *around);
/* After run_progress_wait_end(); valid as long as the history. NULL: it was not set. */
const CheckSurroundings *run_progress_around(RunForwardProgress *history);

/* The same of the rows that the migrations have made. */
void run_progress_set_rows(RunForwardProgress *history, RowsState *rows);
const RowsState *run_progress_rows(RunForwardProgress *history);

/* Waits until the forward stage has applied the migration with this index; false when it ended before that. */
bool run_progress_wait(RunForwardProgress *history, guint index);

/* The forward stage is done with its database, and leaves it to checks of several databases; the history owns it from
 * now on. NULL: it is not there any more. The first call counts. */
void run_progress_leave(RunForwardProgress *history, ScratchDatabase *database);

/* Waits for the database that is left; valid as long as the history. May be NULL. */
const ScratchDatabase *run_progress_wait_left(RunForwardProgress *history);

/* Before the forward stage begins: requests a copy of its database after so many migrations. */
void run_progress_want_copy(RunForwardProgress *history, guint n_applied);

/* True when such a copy is wanted where the forward stage stands now. */
bool run_progress_wants_copy(RunForwardProgress *history);

/* Hands over the wanted copy. */
void run_progress_give_copy(RunForwardProgress *history, ScratchDatabase *copy);

/* Waits for the copy, which is the caller's then. NULL: it was not requested, or the forward stage ended before
 * that. */
ScratchDatabase *run_progress_wait_copy(RunForwardProgress *history, guint n_applied);

/* The forward stage has found something odd about a migration, which the suite may declare. */
void run_progress_note_odd(RunForwardProgress *history, const char *migration);

/* Waits for the end; true when it has noted that. */
bool run_progress_wait_odd(RunForwardProgress *history, const SuiteDeclaration *declaration);

/* Waits for the end; the caller unrefs the catalog, or gets NULL. */
CatalogSnapshot *run_progress_wait_end(RunForwardProgress *history);

#endif
