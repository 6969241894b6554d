/*
 * Stages that must not run side by side, because their effects reach beyond their database: they take turns, in the
 * order in which they were started.
 */
#ifndef RUN_JOB_TURNS_H
#define RUN_JOB_TURNS_H

#include <glib.h>

typedef struct RunTurns RunTurns;

RunTurns *run_turns_new(void);
void run_turns_free(RunTurns *turns); /* takes NULL */

/* The next turn, from 1; before any thread is started. Whoever has one must wait for it, and end it. */
guint run_turns_take(RunTurns *turns);

/* Waits until all turns before this one have ended. 0 is no turn: both do nothing. */
void run_turns_wait(RunTurns *turns, guint turn);
void run_turns_end(RunTurns *turns, guint turn);

#endif
