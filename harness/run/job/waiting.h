/*
 * Waits for other threads, and measures that time: the cost of a stage is the time in which it does not wait.
 */
#ifndef RUN_JOB_WAITING_H
#define RUN_JOB_WAITING_H

#include <glib.h>

/* g_cond_wait(); the time is added to the thread's. */
void run_waiting_wait(GCond *changed, GMutex *mutex);

/* Microseconds that this thread has waited since it was asked last. */
gint64 run_waiting_take(void);

#endif
