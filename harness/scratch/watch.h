/*
 * The thread that keeps the lock of a run on an attached server. The lock belongs to its session, and sessions end for
 * many reasons (a timeout of the server, a pooler, a firewall, an administrator). Other runs treat the databases of a
 * run without a lock as those of a dead run.
 */
#ifndef SCRATCH_WATCH_H
#define SCRATCH_WATCH_H

#include "scratch/server.h"

typedef struct ScratchWatch ScratchWatch;

/* When the session is lost, the lock is taken again at once; a reaper looks a second time after so many milliseconds.
 */
#define SCRATCH_WATCH_REACTION_MS 1000

/* Starts the thread. The server must outlive it. NULL when it cannot be started. */
ScratchWatch *scratch_watch_new(ScratchServer *server);

/* Ends the thread. Its mutex must not be held. Takes NULL. */
void scratch_watch_free(ScratchWatch *watch);

#endif
