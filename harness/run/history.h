/*
 * How far the forward stage of a database has come, for the stages that run beside it.
 */
#ifndef RUN_HISTORY_H
#define RUN_HISTORY_H

#include "catalog/snapshot.h"
#include "scratch/database.h"

/* Shared by the threads of one database's stages. */
typedef struct RunHistory RunHistory;

RunHistory *run_history_new(void);
void run_history_free(RunHistory *history); /* takes NULL */

/* The forward stage has applied one more migration. */
void run_history_advance(RunHistory *history);

/* The forward stage has ended, in whatever way: with the catalog after the last migration (a reference is taken), or
 * with NULL when a migration failed or the stage was stopped. The first call counts. */
void run_history_end(RunHistory *history, CatalogSnapshot *end);

/* Waits until the forward stage has applied the migration with this index; false when it ended before that. */
bool run_history_wait(RunHistory *history, guint index);

/* The forward stage is done with its database, and leaves it to checks of several databases; the history owns it from
 * now on. NULL: it is not there any more. The first call counts. */
void run_history_leave(RunHistory *history, ScratchDatabase *database);

/* Waits for what is left; valid as long as the history. May be NULL. */
const ScratchDatabase *run_history_wait_left(RunHistory *history);

/* Before the forward stage begins: somebody wants a copy of its database as it is behind so many migrations. */
void run_history_want_copy(RunHistory *history, guint n_applied);

/* True when such a copy is wanted where the forward stage stands now. */
bool run_history_wants_copy(RunHistory *history);

/* What was wanted there; taken over. */
void run_history_give_copy(RunHistory *history, ScratchDatabase *copy);

/* Waits for the copy, which is the caller's then. NULL: nobody wanted it, or the forward stage ended before that. */
ScratchDatabase *run_history_wait_copy(RunHistory *history, guint n_applied);

/* Waits for the end; the caller unrefs the catalog, or gets NULL. */
CatalogSnapshot *run_history_wait_end(RunHistory *history);

#endif
