/*
 * SIGINT, SIGTERM, SIGHUP and the end of the time that a run may take, as a state that long waits look at.
 */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

#include <glib.h>
#include <stdbool.h>

/* Installs the handlers; called once, by main, before any thread starts. A second
 * signal of the same kind, some tenths of a second after the first, ends the process at once, the default way. A SIGHUP
 * that is ignored, as nohup sets it, stays ignored. */
void base_interrupt_install(void);

/* Interrupts the run after so many microseconds; called at most once, after base_interrupt_install. */
void base_interrupt_limit(gint64 microseconds);

/* True when it was that, and no signal, that came first. */
bool base_interrupt_is_limit(void);

/* True once a signal has arrived. */
bool base_interrupted(void);

/* A file descriptor that becomes readable, and stays so, once a signal has arrived;
 * -1 when the handlers are not installed. For poll(). */
int base_interrupt_fd(void);

/* Does as a signal does: ends all waits of the process, for a run that cannot go on. The first signal after it still
 * ends nothing at once. */
void base_interrupt_raise(void);

/* Takes that back, once all that it was to end has ended; a signal that has arrived stays. */
void base_interrupt_settle(void);

/* Sets *error to BASE_ERROR_INTERRUPTED and returns false when a signal has arrived. If the run exceeded its time
 * limit, the message gives its activity at that moment (base/activity.h). */
bool base_interrupt_check(GError **error);

#endif
